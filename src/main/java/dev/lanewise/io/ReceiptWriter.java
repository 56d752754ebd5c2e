package dev.lanewise.io;

import dev.lanewise.file.AppendedFile;
import dev.lanewise.file.Quote;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/// Writes a [Receipt], line by line: for training loops of your own; [dev.lanewise.train.Trainer#receipt] does it by itself. A
/// process that is killed leaves whole lines, and perhaps a part of one, which readers tell from a change. Of one thread.
public final class ReceiptWriter implements AutoCloseable {

    private static final int PENDING = 1 << 16;

    private final Path file;
    private final ReceiptChain chain = new ReceiptChain();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final AppendedFile out;
    /// Whether something was written: a run that is refused before leaves the file as it was.
    private boolean begun;
    private boolean closed;

    private ReceiptWriter(Path file, AppendedFile out) {
        this.file = file;
        this.out = out;
    }

    /// A new receipt, in place of another that may be there, which stays until the first line is added. Missing folders are made.
    ///
    /// @throws IllegalArgumentException if the file holds something else, or lies in an archive
    /// @throws IllegalStateException    if something else writes it, in this process or in another
    /// @throws UncheckedIOException     if it can't be written
    public static ReceiptWriter begin(Path file) {
        Objects.requireNonNull(file, "receipt: no file");
        var writer = new ReceiptWriter(file, opened(file));
        writer.chain.begin(writer.pending);
        return writer;
    }

    /// Goes on with a receipt, behind the byte at which [#flush] said that it ended; what is beyond goes.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if what is before was changed, or is no receipt
    /// @throws IllegalArgumentException                 if it is shorter, or no line ends there
    /// @throws IllegalStateException                    if something else writes it, in this process or in another
    /// @throws UncheckedIOException                     if it can't be read or written
    public static ReceiptWriter resume(Path file, long position) {
        try (var lines = new ReceiptReader(Objects.requireNonNull(file, "receipt: no file"))) {
            while (lines.position() < position) if (lines.next() == null) break;
            if (lines.position() != position) throw new IllegalArgumentException("receipt: " + Quote.of(file)
                + " has no line that ends at byte " + position + ", where the run is to go on; name the run's own file");
            var writer = new ReceiptWriter(file, opened(file));
            writer.chain.resume(lines.chain());
            writer.out.resume(position);
            return writer;
        }
    }

    private static AppendedFile opened(Path file) { return AppendedFile.open("receipt", file, ReceiptChain.TITLE + " "); }

    /// Adds a line, in memory at first.
    ///
    /// @throws UncheckedIOException  if the disk fails, or something else has changed the file; the line is kept for another try
    /// @throws IllegalStateException if it is closed
    public void add(ReceiptEntry entry) {
        if (closed) throw closed();
        var line = Objects.requireNonNull(entry, "receipt: no entry").line();
        if (line.length() > ReceiptEntry.LONGEST_LINE) throw new IllegalArgumentException("receipt: a line of " + line.length()
            + " characters, but " + ReceiptEntry.LONGEST_LINE + " are the most; shorten " + Quote.of(line));
        begun = true;
        chain.add(line, pending);
        if (pending.size() >= PENDING) append();
    }

    /// Writes all lines so far, and waits until the disk has them.
    ///
    /// @return the byte at which it ends, all of it on the disk
    /// @throws UncheckedIOException  as [#add]; the lines are kept for another try
    /// @throws IllegalStateException if it is closed
    public long flush() {
        if (closed) throw closed();
        begun = true;
        append();
        return out.sync();
    }

    private IllegalStateException closed() {
        return new IllegalStateException("receipt: " + Quote.of(file) + " is closed; go on with it by resume(…)");
    }

    private void append() {
        if (!begun) return;
        out.append(pending.toByteArray());
        pending.reset();
    }

    /// Writes what is left, and lets others have the file.
    ///
    /// @throws UncheckedIOException as [#add]; what is left is lost then
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        try (out) {
            append();
        }
    }
}
