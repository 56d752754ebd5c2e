package dev.lanewise.io;

import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import dev.lanewise.file.WholeFile;
import dev.lanewise.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/// An array in a file of NumPy's own format: what `np.save` writes and `np.load` reads.
///
/// Written is little-endian float32, row by row, in version 1.0, to the byte as NumPy does. Read are versions 1.0 to 3.0, rows or
/// columns first, either byte order, booleans, whole numbers and floats of all sizes up to 64 bits, and complex numbers of two of
/// these, as a last dimension of 2 more: the real and the imaginary part, as PyTorch's `view_as_real` has them. Source: NEP 1, "A
/// simple file format for NumPy arrays".
public final class Npy {

    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    /// NumPy leaves room for the outermost size to grow to this many digits.
    private static final int MOST_DIGITS = 21;

    private Npy() {}

    /// Writes a tensor. The file appears whole or not at all; missing folders are made.
    ///
    /// @throws IllegalArgumentException if `file` is a folder
    /// @throws UncheckedIOException     if the file can't be written; what was there is unchanged
    public static void write(Path file, Tensor tensor) {
        Objects.requireNonNull(tensor, "Npy.write: no tensor");
        WholeFile.write("Npy.write", file, out -> {
            out.write(header(RegularFile.origin("Npy.write", file), tensor.shape().toArray()));
            Floats.write(tensor.toArray(), out);
        });
    }

    /// Reads a tensor whose every element is a float32 as it stands.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if the file is malformed, or its elements are no numbers
    /// @throws IllegalArgumentException if an element would have to be rounded
    /// @throws UncheckedIOException     if it is missing or can't be read
    public static Tensor read(Path file) { return read(Source.of(file)); }

    /// As [#read(Path)], from anywhere.
    public static Tensor read(Source source) { return read("Npy.read", source, false); }

    /// As [#read(Path)], but that elements are rounded to the nearest float32, such as those of NumPy's float64; what is too
    /// large becomes infinite.
    public static Tensor readRounded(Path file) { return readRounded(Source.of(file)); }

    /// As [#readRounded(Path)], from anywhere.
    public static Tensor readRounded(Source source) { return read("Npy.readRounded", source, true); }

    private static Tensor read(String operation, Source source, boolean rounded) {
        return Objects.requireNonNull(source, () -> operation + ": no source").read(operation, (in, _) -> {
            try {
                return NpyReader.read(new Origin(operation, source), new BufferedInputStream(in, 1 << 16), rounded);
            } catch (NpyType.Unreadable e) {
                throw e.error;
            }
        });
    }

    static NpyReader head(String operation, Source source) {
        return source.read(operation, (in, _) -> {
            try {
                return NpyReader.head(new Origin(operation, source), new BufferedInputStream(in));
            } catch (NpyType.Unreadable e) {
                throw e.error;
            }
        });
    }

    /// @param origin what messages begin with
    static byte[] header(String origin, int[] sizes) {
        var shape = Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + (sizes.length == 1 ? ",), }" : "), }");
        if (sizes.length > 0) text += " ".repeat(MOST_DIGITS - Integer.toString(sizes[0]).length());
        int start = MAGIC.length + 2 + Short.BYTES;
        int length = start + text.length() + 1;
        length += ALIGNMENT - length % ALIGNMENT;
        if (length - start > 0xffff) throw new IllegalArgumentException(origin + "shape " + Quote.name(Arrays.toString(sizes))
            + " takes more than the header's 65,535 characters; reshape to fewer dimensions");
        var header = new byte[length];
        Arrays.fill(header, (byte) ' ');
        System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
        header[MAGIC.length] = 1;
        header[MAGIC.length + 1] = 0;
        header[MAGIC.length + 2] = (byte) (length - start);
        header[MAGIC.length + 3] = (byte) (length - start >> 8);
        var ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, header, start, ascii.length);
        header[length - 1] = '\n';
        return header;
    }
}
