package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;

/// The lines of a [Receipt] in order, each checked against the chain, in memory that doesn't grow with the file.
public final class ReceiptReader implements AutoCloseable {

    private static final int LONGEST = ReceiptEntry.LONGEST_LINE + 1 + Digest.LENGTH;

    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final InputStream in;
    private final ReceiptChain chain = new ReceiptChain();
    private byte[] line = new byte[256];
    private long number;
    /// Behind the last whole line.
    private long position;
    private boolean torn;
    private int tornLength;

    /// Opens a receipt and reads its first line.
    ///
    /// @throws MalformedFileException if it is no receipt
    /// @throws UncheckedIOException   if it is missing, no file, or can't be read
    public ReceiptReader(Path file) {
        this.file = Objects.requireNonNull(file, "receipt: no file");
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile())
                throw new IOException("it is a folder, a device or a pipe");
            // not a channel, which an interrupt would close
            in = new BufferedInputStream(file.getFileSystem() == FileSystems.getDefault() ? new FileInputStream(file.toFile())
                : Files.newInputStream(file), BUFFER);
        } catch (IOException e) {
            throw RegularFile.unreadable("receipt", file, e);
        }
        boolean good = false;
        try {
            var first = text();
            if (first != null && !first.equals(ReceiptChain.TITLE)) throw malformed("it is no receipt of this format: it"
                + " begins with " + Quote.of(first));
            if (first == null && !torn) throw MalformedFileException.in("receipt", Source.of(file), "it is empty");
            if (first == null) requireBeginning();
            good = true;
        } finally {
            if (!good) closeQuietly();
        }
    }

    /// Of a file that has no whole line.
    private void requireBeginning() {
        var whole = new ByteArrayOutputStream();
        new ReceiptChain().begin(whole);
        var text = new String(line, 0, tornLength, StandardCharsets.ISO_8859_1);
        if (whole.toString(StandardCharsets.US_ASCII).startsWith(text)) return;
        number = 1;
        throw malformed("it is no receipt: it begins with " + Quote.of(text)
            + ", and has no line's end");
    }

    /// The next line; null behind the last whole one.
    ///
    /// @throws MalformedFileException if the line, or one between it and the one before, was changed
    public ReceiptEntry next() {
        var text = text();
        if (text == null) return null;
        try {
            return ReceiptEntry.parse(text);
        } catch (IllegalArgumentException e) {
            throw malformed(e.getMessage()).because(e);
        }
    }

    /// Null behind the last whole line.
    private String text() {
        if (torn) return null;
        int length;
        try {
            length = read();
        } catch (IOException e) {
            throw RegularFile.unreadable("receipt", file, e);
        }
        if (length < 0) return null;
        number++;
        int end = length - Digest.LENGTH - 1;
        if (end < 1 || line[end] != ' ') throw malformed("the line has no digest");
        chain.link(line, end);
        var said = new String(line, end + 1, Digest.LENGTH, StandardCharsets.ISO_8859_1);
        if (!said.equals(chain.digest())) throw malformed("the line, or one that stood before it, was changed: its digest is"
            + " not that of" + " the lines so far");
        for (int i = 0; i < end; i++) if (line[i] < ' '
            || line[i] > '~') throw malformed("the line holds a byte that is no printable ASCII");
        position += length + 1;
        return new String(line, 0, end, StandardCharsets.US_ASCII);
    }

    /// A line without its end; -1 where there is none that has an end.
    private int read() throws IOException {
        int length = 0;
        for (int c; (c = in.read()) >= 0; length++) {
            if (c == '\n') return length;
            if (length == LONGEST) {
                number++;
                throw malformed("the line has more than " + LONGEST + " characters");
            }
            if (length == line.length) line = Arrays.copyOf(line, Math.min(LONGEST, 2 * length));
            line[length] = (byte) c;
        }
        torn = length > 0;
        tornLength = length;
        return -1;
    }

    /// The byte behind the last line that came.
    long position() { return position; }

    ReceiptChain chain() { return chain; }

    /// Of all lines that came.
    String digest() { return chain.digest(); }

    /// Whether the file ends in a part of a line, as a process leaves it that is killed.
    boolean isTorn() { return torn; }

    private MalformedFileException malformed(String fault) {
        return MalformedFileException.inLine("receipt", file, number, fault);
    }

    private void closeQuietly() {
        try {
            in.close();
        } catch (IOException e) {
            // nothing is lost
        }
    }

    @Override
    public void close() { closeQuietly(); }
}
