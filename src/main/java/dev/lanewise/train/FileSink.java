package dev.lanewise.train;

import dev.lanewise.file.AppendedFile;
import dev.lanewise.file.Quote;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A line for each row.
final class FileSink implements MetricSink {

    private final String operation;
    private final Path file;
    /// What a file of ours begins with.
    private final String beginning;
    /// Whether that is a line of its own.
    private final boolean header;
    private final Function<Row, String> line;
    private final StringBuilder pending = new StringBuilder();
    /// Whether this run has come to write: one that is refused before leaves the file as it was.
    private boolean begun;
    /// Null while it is closed.
    private AppendedFile out;

    private FileSink(String operation, Path file, String beginning, boolean header, Function<Row, String> line) {
        AppendedFile.requireLocal(operation, Objects.requireNonNull(file, () -> operation + ": no file"));
        this.operation = operation;
        this.file = file;
        this.beginning = beginning;
        this.header = header;
        this.line = line;
    }

    static FileSink csv(Path file) {
        var names = "step,epoch," + String.join(",", NAMES) + "\n";
        return new FileSink("csv", file, names, true, row -> row.step() + "," + row.epoch() + ","
            + NAMES.stream().map(name -> row.values().containsKey(name) ? row.values().get(name).toString() : "")
                .collect(Collectors.joining(",")));
    }

    static FileSink jsonLines(Path file) {
        return new FileSink("jsonLines", file, "{\"step\":", false, row -> "{\"step\":" + row.step() + ",\"epoch\":" + row.epoch()
            + NAMES.stream().filter(row.values()::containsKey)
                .map(name -> ",\"" + name + "\":" + json(row.values().get(name))).collect(Collectors.joining()) + "}");
    }

    private static String json(double value) { return Double.isFinite(value) ? Double.toString(value) : "null"; }

    Path file() { return file; }

    @Override
    public void open(long position) {
        var opened = AppendedFile.open(operation, file, beginning);
        pending.setLength(0);
        begun = false;
        out = opened;
        out.resume(position);
        if (position == 0 && header) pending.append(beginning);
    }

    @Override
    public void write(Row row) {
        begun = true;
        pending.append(line.apply(row)).append('\n');
    }

    @Override
    public long flush() {
        if (out == null) throw new IllegalStateException(operation + ": " + Quote.of(file) + " isn't open; call open(…) first");
        begun = true;
        append();
        // or a checkpoint could be on the disk that knows of more lines than are
        return out.sync();
    }

    @Override
    public void close() {
        try (var closing = out) {
            // what came after the last flush, if it can be had
            if (closing != null && begun) append();
        } finally {
            out = null;
            pending.setLength(0);
        }
    }

    private void append() {
        out.append(pending.toString().getBytes(StandardCharsets.US_ASCII));
        pending.setLength(0);
    }
}
