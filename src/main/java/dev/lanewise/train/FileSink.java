package dev.lanewise.train;

import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
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
    /// Null while it is closed. Not a channel, which an interrupt would close.
    private RandomAccessFile out;

    private FileSink(String operation, Path file, String beginning, boolean header, Function<Row, String> line) {
        if (file.getFileSystem() != FileSystems.getDefault()) throw new IllegalArgumentException(operation + ": " + Quote.of(file)
            + " is in an archive or the like, where nothing can be appended; name a file on a disk");
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
        pending.setLength(0);
        begun = false;
        attempt(() -> {
            if (RegularFile.exists(operation, file) && !Files.isRegularFile(file)) throw new IllegalArgumentException(operation + ": "
                + Quote.of(file) + " is a folder, a device or a pipe; name a file");
            if (file.toAbsolutePath().getParent() != null) Files.createDirectories(file.toAbsolutePath().getParent());
            out = new RandomAccessFile(file.toFile(), "rw");
            if (out.length() > 0) checkOwn(position);
            else if (position > 0) throw lacks(position);
            out.seek(position);
            if (position == 0 && header) pending.append(beginning);
            return null;
        });
    }

    private void checkOwn(long position) throws IOException {
        var start = new byte[(int) Math.min(beginning.length(), out.length())];
        out.readFully(start);
        // one whose first lines never came to the disk is ours, too
        if (!beginning.startsWith(new String(start, StandardCharsets.ISO_8859_1))) throw new IllegalArgumentException(operation + ": "
            + Quote.of(file) + " holds something else, which would be lost; name another file, or remove it first");
        if (position > out.length()) throw lacks(position);
        if (position == 0) return;
        out.seek(position - 1);
        if (out.read() != '\n') throw new IllegalArgumentException(operation + ": " + Quote.of(file) + " has no line that ends at byte "
            + position + ", where the checkpoint says that one does; name the run's own file, or remove the checkpoint");
    }

    private IllegalArgumentException lacks(long position) throws IOException {
        return new IllegalArgumentException(operation + ": " + Quote.of(file) + " has " + out.length()
            + " bytes, but the checkpoint says that " + position + " were written; name the run's own file, or remove the checkpoint");
    }

    @Override
    public void write(Row row) {
        begun = true;
        pending.append(line.apply(row)).append('\n');
    }

    @Override
    public long flush() {
        begun = true;
        return attempt(() -> {
            append();
            // or a checkpoint could be on the disk that knows of more lines than are
            out.getFD().sync();
            return out.getFilePointer();
        });
    }

    @Override
    public void close() {
        attempt(() -> {
            try (var closing = out) {
                // what came after the last flush, if it can be had
                if (closing != null && begun) append();
                return null;
            } finally {
                out = null;
                pending.setLength(0);
            }
        });
    }

    private void append() throws IOException {
        long start = out.getFilePointer();
        out.setLength(start); // what is beyond it is of another run, or came after the checkpoint
        try {
            out.write(pending.toString().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            out.seek(start); // half of it may be there: for another try
            throw e;
        }
        pending.setLength(0);
    }

    private interface Attempt<T> {
        T run() throws IOException;
    }

    private <T> T attempt(Attempt<T> attempt) {
        try {
            return attempt.run();
        } catch (IOException e) {
            throw new UncheckedIOException(operation + ": " + Quote.of(file) + " can't be written, " + RegularFile.reason(e)
                + "; name a file in a folder that you may write to, on a disk with room", e);
        }
    }
}
