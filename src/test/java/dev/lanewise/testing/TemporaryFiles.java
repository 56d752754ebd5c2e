package dev.lanewise.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Where the JVM has temporary files: the build gives tests a folder of their own, `target/tmp`.
public final class TemporaryFiles {

    /// As `src/test/tmp` has it, by which the folder is made.
    private static final String README = "README";
    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();

    private TemporaryFiles() {}

    /// So that a JVM that a test starts has them in the same place.
    static String flag() { return "-Djava.io.tmpdir=" + FOLDER; }

    /// Whether nobody else has files there: a single test may have been started without the build.
    public static boolean areOurs() { return FOLDER.endsWith(Path.of("target", "tmp")); }

    /// All that lies there now.
    public static List<Path> list() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> !file.endsWith(README)).sorted().toList();
        }
    }

    /// Those of such names, where nobody else has files.
    public static void deleteNamed(Predicate<String> name) throws IOException {
        if (!areOurs()) return;
        for (var file : list()) if (name.test("" + file.getFileName())) delete(file);
    }

    /// A file, or a folder with all that is in it.
    public static void delete(Path file) throws IOException {
        try (var all = Files.walk(file)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }
}
