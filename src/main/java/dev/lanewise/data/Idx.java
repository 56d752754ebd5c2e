package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// An array of unsigned bytes read from a file in the IDX format, in which MNIST and its relatives are published
/// (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats"); [#tensor(Path)] reads
/// elements of all its types.
///
/// The file is big-endian: two zero bytes, a type code, the number of dimensions, each dimension as 32 bits, then the elements
/// in row-major order.
///
/// @param sizes the dimensions, outermost first
/// @param bytes the elements, not copied
public record Idx(List<Integer> sizes, byte[] bytes) {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int ANY = -1;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8; // what every JVM can allocate
    private static final int BUFFER = 1 << 16;
    private static final int LIKELY_DEFLATION = 4; // images take less; what takes more is read in pieces

    /// Takes the sizes as they are; only [#read] checks them against the bytes.
    public Idx {
        sizes = List.copyOf(sizes);
    }

    /// Reads a whole file of any file system, plain or gzip; its first bytes tell which, not its name. Memory grows with what the
    /// file holds, never with what its header or its gzip trailer promises.
    ///
    /// @param dimensions how many dimensions it must have: 1 for labels, 3 for images
    /// @throws MalformedFileException if the file is not exactly one well-formed array of that kind
    /// @throws UncheckedIOException if the file is missing, no regular file, or can't be read
    public static Idx read(Path file, int dimensions) { return read(Source.of(file), dimensions); }

    /// As [#read(Path, int)], from anywhere.
    public static Idx read(Source source, int dimensions) {
        return read("Idx.read", source, dimensions).idx;
    }

    /// Reads elements of any of the format's types, bytes with and without a sign, whole numbers of 16 and 32 bits, floats and
    /// doubles, each a float32 as it stands, of any number of dimensions.
    ///
    /// @throws MalformedFileException if the file is not exactly one well-formed array
    /// @throws IllegalArgumentException if an element would have to be rounded
    /// @throws UncheckedIOException as [#read(Path, int)]
    public static Tensor tensor(Path file) { return tensor(Source.of(file)); }

    /// As [#tensor(Path)], from anywhere.
    public static Tensor tensor(Source source) { return tensor("Idx.tensor", source, false); }

    /// As [#tensor(Path)], but that elements are rounded to the nearest float32; what is too large becomes infinite.
    public static Tensor tensorRounded(Path file) { return tensorRounded(Source.of(file)); }

    /// As [#tensorRounded(Path)], from anywhere.
    public static Tensor tensorRounded(Source source) { return tensor("Idx.tensorRounded", source, true); }

    private static Tensor tensor(String operation, Source source, boolean rounded) {
        var read = read(operation, source, ANY);
        var bytes = ByteBuffer.wrap(read.idx.bytes);
        var values = new float[read.idx.bytes.length / read.type.width];
        for (int i = 0; i < values.length; i++) {
            double value = read.type.value(bytes, i);
            values[i] = (float) value;
            if (rounded || values[i] == value || Double.isNaN(value)) continue;
            throw new IllegalArgumentException(operation + ": " + source.name() + ": element " + i + " is "
                + (read.type == Type.INT ? Integer.toString((int) value) : Double.toString(value)) + ", one of the "
                + read.type.words + ", which is no float32; read it rounded, with tensorRounded");
        }
        try {
            return Tensor.wrap(values, read.idx.sizes.stream().mapToInt(Integer::intValue).toArray());
        } catch (IllegalArgumentException e) { // of no elements, and yet beyond what a shape may be
            throw MalformedFileException.atByte(operation, source, 4, Quote.bare(e.getMessage())).because(e);
        }
    }

    /// What a type code stands for.
    private enum Type {
        UNSIGNED_BYTE(0x08, 1, "unsigned bytes"), SIGNED_BYTE(0x09, 1, "signed bytes"),
        SHORT(0x0b, Short.BYTES, "16-bit integers"), INT(0x0c, Integer.BYTES, "32-bit integers"),
        FLOAT(0x0d, Float.BYTES, "floats"), DOUBLE(0x0e, Double.BYTES, "doubles");

        private final int code;
        private final int width;
        private final String words;

        Type(int code, int width, String words) {
            this.code = code;
            this.width = width;
            this.words = words;
        }

        static Optional<Type> of(int code) { return Arrays.stream(values()).filter(type -> type.code == code).findFirst(); }

        double value(ByteBuffer bytes, int i) {
            return switch (this) {
                case UNSIGNED_BYTE -> bytes.get(i) & 0xff;
                case SIGNED_BYTE -> bytes.get(i);
                case SHORT -> bytes.getShort(width * i);
                case INT -> bytes.getInt(width * i);
                case FLOAT -> bytes.getFloat(width * i);
                case DOUBLE -> bytes.getDouble(width * i);
            };
        }
    }

    /// @param idx its bytes are those of the elements, of whatever type
    private record Typed(Type type, Idx idx) {}

    /// @param dimensions how many there must be, of unsigned bytes; or [#ANY], of any type
    private static Typed read(String operation, Source source, int dimensions) {
        var raw = source.bytes(operation);
        boolean gzip = raw.length >= 2 && (raw[0] & 0xff) == 0x1f && (raw[1] & 0xff) == 0x8b;
        try (var in = gzip ? new WholeGzip(new ByteArrayInputStream(raw), BUFFER) : new ByteArrayInputStream(raw)) {
            return new Reading(operation, source, in, dimensions).typed(gzip ? (long) LIKELY_DEFLATION * raw.length : raw.length);
        } catch (IOException e) { // no disk is behind the stream, so it is the compressed data
            throw MalformedFileException.in(operation, source, "its gzip data is damaged or cut off (" + WholeGzip.reason(e)
                + "); get the file again").because(e);
        }
    }

    private record Reading(String operation, Source source, InputStream in, int dimensions) {

        /// @param likely the bytes to begin with, in proportion to those of the file
        Typed typed(long likely) throws IOException {
            var magic = in.readNBytes(4);
            if (magic.length < 4) throw malformed(magic.length, "it is cut off after " + magic.length
                + " bytes, within the 4 of its magic; get the file again");
            if (magic[0] != 0 || magic[1] != 0) throw malformed(0, "its magic is " + hex(magic)
                + ", but an IDX file starts with 00 00; give an IDX file, plain or gzip");
            var type = Type.of(magic[2]).orElseThrow(() -> malformed(2, "its magic is " + hex(magic)
                + " with the unknown type code 0x"
                + HexFormat.of().toHexDigits(magic[2]) + "; the file is damaged, get it again"));
            if (dimensions != ANY && type != Type.UNSIGNED_BYTE) throw malformed(2, "its magic is " + hex(magic) + ", that of "
                + type.words
                + ", but unsigned bytes are expected; read it by Idx.tensor, or convert it to unsigned bytes");
            int rank = magic[3] & 0xff;
            if (dimensions != ANY && rank != dimensions) throw malformed(3, "it has " + rank + " dimensions, but " + dimensions
                + " are expected (1 for labels, 3 for images); check that the files are not interchanged");
            var sizes = sizes(rank);
            long promised = type.width * product(sizes, MAX_ARRAY / type.width);
            var bytes = new byte[(int) Math.min(promised, likely)];
            int held = in.readNBytes(bytes, 0, bytes.length);
            // in pieces: a header that promises too much costs no more than what is there
            while (held == bytes.length && held < promised) {
                int next = in.read();
                if (next < 0) break;
                bytes = Arrays.copyOf(bytes, (int) Math.min(promised, Math.max(1L << 16, 2L * held)));
                bytes[held++] = (byte) next;
                held += in.readNBytes(bytes, held, bytes.length - held);
            }
            if (held < promised) throw malformed(4L + 4 * rank + held, "its header promises " + promised
                + " bytes with sizes " + Quote.name(sizes.toString()) + ", but it holds " + held + "; get the file again");
            if (in.read() >= 0) throw malformed(4L + 4 * rank + promised,
                "more bytes follow after the " + promised + " that its header promises with sizes " + Quote.name(sizes.toString())
                    + "; get the file again");
            return new Typed(type, new Idx(sizes, bytes));
        }

        private List<Integer> sizes(int rank) throws IOException {
            var header = in.readNBytes(4 * rank);
            if (header.length < 4 * rank) throw malformed(4 + header.length, "it is cut off after " + (4 + header.length)
                + " bytes, within its header of " + (4 + 4 * rank) + "; get the file again");
            var buffer = ByteBuffer.wrap(header); // big-endian, as the format is
            var sizes = new ArrayList<Integer>(rank);
            while (buffer.hasRemaining()) {
                int size = buffer.getInt();
                if (size < 0) throw malformed(buffer.position(), "its header promises a size of "
                    + Integer.toUnsignedString(size)
                    + ", more than an array can hold; the header is damaged, get the file again");
                sizes.add(size);
            }
            return sizes;
        }

        private long product(List<Integer> sizes, int most) {
            if (dimensions == ANY && sizes.contains(0)) return 0;
            long product = 1;
            for (int size : sizes) {
                product *= size; // below 2^62: both factors are below 2^31
                if (product > most) throw malformed(4, "its header promises sizes " + Quote.name(sizes.toString())
                    + ", more than the " + most + (most == MAX_ARRAY ? " bytes" : " elements")
                    + " that an array can hold; the header is damaged, get the file again");
            }
            return product;
        }

        private MalformedFileException malformed(long offset, String what) {
            return MalformedFileException.atByte(operation, source, offset, what);
        }
    }

    private static String hex(byte[] magic) {
        return "%02x %02x %02x %02x".formatted(magic[0], magic[1], magic[2], magic[3]);
    }
}
