package dev.lanewise.data;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Gzip data, of one member or several, to the end of what they are in: the JDK's stream passes over whatever follows that is no
/// whole header of another member, so that what a damaged one held would be lost without a word.
final class WholeGzip extends GZIPInputStream {
    private static final int TRAILER = 8; // checksum and length, which the inflater leaves unread

    private final Counted counted;
    /// How many bytes had come when the inflater got its last.
    private long filled;

    WholeGzip(InputStream in, int buffer) throws IOException { this(new Counted(in), buffer); }

    private WholeGzip(Counted in, int buffer) throws IOException {
        super(in, buffer);
        counted = in;
    }

    /// Why a gzip file can't be read to its end, for messages.
    static String reason(IOException e) { return e.getMessage() == null ? "it ends too early" : e.getMessage(); }

    @Override
    protected void fill() throws IOException {
        super.fill();
        filled = counted.count;
    }

    /// @throws ZipException also at the end, if something follows
    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int got = super.read(to, offset, length);
        // what the JDK looked at behind the inflater's is the trailer, and what might have been a header
        if (got < 0 && inf.finished() && inf.getRemaining() + counted.count - filled != TRAILER) throw new ZipException(
            "what follows its end is no gzip data");
        return got;
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) { super(in); }

        @Override
        public int read() throws IOException {
            int got = super.read();
            if (got >= 0) count++;
            return got;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int got = super.read(to, offset, length);
            if (got > 0) count += got;
            return got;
        }
    }
}
