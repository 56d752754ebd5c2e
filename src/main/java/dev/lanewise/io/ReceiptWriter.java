package dev.lanewise.io;

import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Writes a [Receipt], line by line: for training loops of your own; [dev.lanewise.train.Trainer#receipt] does it by itself. A process that
/// is killed leaves whole lines, and perhaps a part of one, which readers tell from a change. Of one thread.
public final class ReceiptWriter implements AutoCloseable {

    private static final int PENDING = 1 << 16;

    private final Path file;
    private final ReceiptChain chain = new ReceiptChain();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    /// Not a channel, which an interrupt would close.
    private final RandomAccessFile out;
    /// Of what is on the disk.
    private long position;
    /// Whether something was written: a run that is refused before leaves the file as it was.
    private boolean begun;
    private boolean closed;

    private ReceiptWriter(Path file, RandomAccessFile out) {
        this.file = file;
        this.out = out;
    }

    /// A new receipt, in place of another that may be there. Missing folders are made.
    ///
    /// @throws IllegalArgumentException if the file holds something else, or lies in an archive
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
    /// @throws UncheckedIOException                     if it can't be read or written
    public static ReceiptWriter resume(Path file, long position) {
        try (var lines = new ReceiptReader(Objects.requireNonNull(file, "receipt: no file"))) {
            while (lines.position() < position) if (lines.next() == null) break;
            if (lines.position() != position) throw new IllegalArgumentException("receipt: " + Quote.of(file)
                + " has no line that ends at byte " + position + ", where the run is to go on; name the run's own file");
            var writer = new ReceiptWriter(file, opened(file));
            writer.chain.resume(lines.chain());
            writer.position = position;
            return writer;
        }
    }

    private static RandomAccessFile opened(Path file) {
        if (file.getFileSystem() != FileSystems.getDefault()) throw new IllegalArgumentException("receipt: " + Quote.of(file)
            + " is in an archive or the like, where nothing can be appended; name a file on a disk");
        try {
            if (RegularFile.exists("receipt", file)) {
                if (!Files.isRegularFile(file)) throw new IllegalArgumentException("receipt: " + Quote.of(file)
                    + " is a folder, a device or a pipe; name a file");
                requireOwn(file);
            }
            if (file.toAbsolutePath().getParent() != null) Files.createDirectories(file.toAbsolutePath().getParent());
            return new RandomAccessFile(file.toFile(), "rw");
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static void requireOwn(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var start = new String(in.readNBytes(ReceiptChain.TITLE.length()), StandardCharsets.ISO_8859_1);
            if (!ReceiptChain.TITLE.startsWith(start)) throw new IllegalArgumentException("receipt: " + Quote.of(file)
                + " holds something else, which would be lost; name another file, or remove it first");
        }
    }

    /// Adds a line, in memory at first.
    ///
    /// @throws UncheckedIOException  if the disk fails; the line is kept for another try
    /// @throws IllegalStateException if it is closed
    public void add(ReceiptEntry entry) {
        if (closed) throw new IllegalStateException("receipt: " + Quote.of(file) + " is closed; go on with it by resume(…)");
        var line = entry.line();
        if (line.length() > ReceiptEntry.LONGEST_LINE) throw new IllegalArgumentException("receipt: a line of " + line.length()
            + " characters, but " + ReceiptEntry.LONGEST_LINE + " are the most; shorten " + Quote.of(line));
        begun = true;
        chain.add(line, pending);
        if (pending.size() >= PENDING) append();
    }

    /// Writes all lines so far, and waits until the disk has them.
    ///
    /// @return the byte at which it ends, all of it on the disk
    /// @throws UncheckedIOException if the disk fails; the lines are kept for another try
    public long flush() {
        begun = true;
        append();
        try {
            out.getFD().sync();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
        return position;
    }

    private void append() {
        if (!begun) return;
        try {
            out.setLength(position); // what is beyond is of another run, or came after the checkpoint
            out.seek(position);
            out.write(pending.toByteArray());
            position += pending.size();
            pending.reset();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        try (out) {
            append();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static UncheckedIOException unwritable(Path file, IOException e) {
        return new UncheckedIOException("receipt: " + Quote.of(file) + " can't be written, " + RegularFile.reason(e)
            + "; name a file in a folder that you may write to, on a disk with room", e);
    }
}
