package dev.lanewise.data;

import dev.lanewise.file.RegularFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// An array of unsigned bytes read from a file in the IDX format, in which MNIST and its relatives are published
/// (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats").
///
/// The file is big-endian: two zero bytes, a type code, the number of dimensions, each dimension as 32 bits, then the elements
/// in row-major order. Type 0x08, unsigned bytes, is the one read here.
///
/// @param sizes the dimensions, outermost first
/// @param bytes the elements, not copied
public record Idx(List<Integer> sizes, byte[] bytes) {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8; // what every JVM can allocate
    private static final int LIKELY_DEFLATION = 4; // images take less; what takes more is read in pieces

    /// Takes the sizes as they are; only [#read] checks them against the bytes.
    public Idx {
        sizes = List.copyOf(sizes);
    }

    /// Reads a whole file of any file system, plain or gzip; its first bytes tell which, not its name. Memory grows with what the file
    /// holds, never with what its header or its gzip trailer promises.
    ///
    /// @param dimensions how many dimensions it must have: 1 for labels, 3 for images
    /// @throws MalformedFileException if the file is not exactly one well-formed array of that kind
    /// @throws UncheckedIOException if the file is missing, no regular file, or can't be read
    public static Idx read(Path file, int dimensions) {
        var raw = RegularFile.bytes("Idx.read", file, MAX_ARRAY);
        boolean gzip = raw.length >= 2 && (raw[0] & 0xff) == 0x1f && (raw[1] & 0xff) == 0x8b;
        try (var in = gzip ? new WholeGzip(raw) : new ByteArrayInputStream(raw)) {
            var idx = parse(file, in, dimensions, gzip ? (long) LIKELY_DEFLATION * raw.length : raw.length);
            if (in.read() >= 0 || (in instanceof WholeGzip zip && zip.hasMoreInput())) throw malformed(file,
                4L + 4 * dimensions + idx.bytes.length, "more bytes follow after the " + idx.bytes.length
                + " that its header promises with sizes " + idx.sizes
                + "; get the file again");
            return idx;
        } catch (IOException e) { // no disk is behind the stream, so it is the compressed data
            throw new MalformedFileException("Idx.read", file, "its gzip data is damaged or cut off (" + e.getMessage()
                + "); get the file again").because(e);
        }
    }

    /// @param likely the bytes to begin with, in proportion to those of the file
    private static Idx parse(Path file, InputStream in, int dimensions, long likely) throws IOException {
        var magic = in.readNBytes(4);
        if (magic.length < 4) throw malformed(file, magic.length, "it is cut off after " + magic.length
            + " bytes, within the 4 of its magic; get the file again");
        if (magic[0] != 0 || magic[1] != 0) throw malformed(file, 0, "its magic is " + hex(magic)
            + ", but an IDX file starts with 00 00; give an IDX file, plain or gzip");
        if (magic[2] != UNSIGNED_BYTE) throw malformed(file, 2,
            "its magic is %s with type code 0x%02x (%s), but only 0x08 (unsigned bytes) is read; convert it to unsigned bytes"
                .formatted(hex(magic), magic[2], typeName(magic[2])));
        int rank = magic[3] & 0xff;
        if (rank != dimensions) throw malformed(file, 3, "it has " + rank + " dimensions, but " + dimensions
            + " are expected (1 for labels, 3 for images); check that the files are not interchanged");
        var sizes = sizes(file, in, rank);
        long promised = product(file, sizes);
        var bytes = new byte[(int) Math.min(promised, likely)];
        int held = in.readNBytes(bytes, 0, bytes.length);
        while (held == bytes.length && held < promised) { // in pieces: a header that promises too much costs no more than what is there
            int next = in.read();
            if (next < 0) break;
            bytes = Arrays.copyOf(bytes, (int) Math.min(promised, Math.max(1L << 16, 2L * held)));
            bytes[held++] = (byte) next;
            held += in.readNBytes(bytes, held, bytes.length - held);
        }
        if (held < promised) throw malformed(file, 4L + 4 * rank + held, "its header promises " + promised
            + " bytes with sizes " + sizes + ", but it holds " + held + "; get the file again");
        return new Idx(sizes, bytes);
    }

    private static List<Integer> sizes(Path file, InputStream in, int rank) throws IOException {
        var header = in.readNBytes(4 * rank);
        if (header.length < 4 * rank) throw malformed(file, 4 + header.length, "it is cut off after " + (4 + header.length)
            + " bytes, within its header of " + (4 + 4 * rank) + "; get the file again");
        var buffer = ByteBuffer.wrap(header); // big-endian, as the format is
        var sizes = new ArrayList<Integer>(rank);
        while (buffer.hasRemaining()) {
            int size = buffer.getInt();
            if (size < 0) throw malformed(file, buffer.position(), "its header promises a size of "
                + Integer.toUnsignedString(size) + ", more than an array can hold; the header is damaged, get the file again");
            sizes.add(size);
        }
        return sizes;
    }

    private static long product(Path file, List<Integer> sizes) {
        long product = 1;
        for (int size : sizes) {
            product *= size; // below 2^62: both factors are below 2^31
            if (product > MAX_ARRAY) throw malformed(file, 4, "its header promises sizes " + sizes + ", more than the "
                + MAX_ARRAY + " bytes that an array can hold; the header is damaged, get the file again");
        }
        return product;
    }

    private static MalformedFileException malformed(Path file, long offset, String what) {
        return MalformedFileException.atByte("Idx.read", file, offset, what);
    }

    private static String hex(byte[] magic) {
        return "%02x %02x %02x %02x".formatted(magic[0], magic[1], magic[2], magic[3]);
    }

    private static String typeName(byte code) {
        return switch (code) {
            case 0x09 -> "signed bytes";
            case 0x0b -> "16-bit integers";
            case 0x0c -> "32-bit integers";
            case 0x0d -> "floats";
            case 0x0e -> "doubles";
            default -> "unknown";
        };
    }

    /// Gzip data that must end where the array ends: the JDK's stream silently skips whatever follows its trailer.
    private static final class WholeGzip extends GZIPInputStream {
        private static final int TRAILER = 8; // checksum and length, which the inflater leaves unread

        WholeGzip(byte[] raw) throws IOException {
            super(new ByteArrayInputStream(raw), raw.length); // all input in one buffer, so that the rest can be counted
        }

        /// Whether input is left over once the data has been read to its end.
        boolean hasMoreInput() {
            return inf.getRemaining() > TRAILER;
        }
    }
}
