package dev.lanewise.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A folder of this machine for a run's own checkpoint, which is gone with all that is in it when the run is over.
record Scratch(Path folder) implements AutoCloseable {

    static Scratch make() throws IOException { return new Scratch(Files.createTempDirectory("lanewise")); }

    /// The checkpoint, which may be there or not.
    Path checkpoint() { return folder.resolve("run.safetensors"); }

    @Override
    public void close() throws IOException {
        try (var all = Files.walk(folder)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(each);
        }
    }
}
