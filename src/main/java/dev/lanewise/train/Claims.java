package dev.lanewise.train;

import dev.lanewise.file.FileClaim;
import dev.lanewise.file.Quote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What runs are using for themselves: files that two runs would overwrite for each other, be it in two processes, sinks and
/// trainers.
final class Claims implements AutoCloseable {

    private static final Set<Object> TAKEN = new HashSet<>();

    private final List<Object> own = new ArrayList<>();
    private final List<FileClaim> files = new ArrayList<>();

    /// @throws IllegalStateException if a run has it, of this process or of another
    void file(Path file) {
        if (file != null) files.add(FileClaim.of("fit", file));
    }

    /// It claims its file itself, but only as often as it is opened.
    ///
    /// @throws IllegalStateException if a run has it
    void sink(MetricSink sink) {
        if (sink instanceof FileSink file && !take(sink)) throw new IllegalStateException("fit: " + Quote.of(file.file())
            + " is being written by another run, or twice by this one; give each its own sink");
    }

    /// @throws IllegalStateException if a run has it
    void trainer(Trainer<?> trainer) {
        if (!take(trainer)) throw new IllegalStateException("fit: this trainer is in a run already; wait for its end, or"
            + " make another model and trainer");
    }

    private boolean take(Object what) {
        synchronized (TAKEN) {
            return TAKEN.add(what) && own.add(what);
        }
    }

    @Override
    public void close() {
        files.forEach(FileClaim::close);
        synchronized (TAKEN) {
            own.forEach(TAKEN::remove);
        }
    }
}
