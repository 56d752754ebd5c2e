package dev.lanewise.io;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Reads one array of NumPy's format to its end.
///
/// @param type         the elements'
/// @param columnsFirst Fortran's order: the first index runs fastest
/// @param sizes        of the dimensions, outermost first
/// @param complex      whether the last dimension is of real and imaginary parts, which lie together in any order
record NpyReader(NpyType type, boolean columnsFirst, int[] sizes, boolean complex) {

    /// More than any shape needs, less than what would be a burden.
    private static final int LONGEST_HEADER = 1 << 20;
    private static final String ROUNDING = "; read it rounded, with readRounded, or convert it: a.astype(np.float32)";

    /// What comes before the elements.
    ///
    /// @throws NpyType.Unreadable if its elements are nothing that a tensor holds
    static NpyReader head(Origin origin, InputStream in) throws IOException, NpyType.Unreadable {
        return NpyHeader.parse(origin, header(origin, in));
    }

    /// @param rounded whether elements that are no floats may be rounded to one
    /// @throws NpyType.Unreadable if its elements are nothing that a tensor holds
    static Tensor read(Origin origin, InputStream in, boolean rounded) throws IOException, NpyType.Unreadable {
        var reader = head(origin, in);
        int[] sizes = reader.sizes;
        float[] values;
        try {
            values = Floats.read(in, reader.numel(origin), reader.type.width(), reader.type.order(),
                reader.type.decoder(rounded, inexact -> origin.refused(inexact + ROUNDING)));
        } catch (EOFException e) {
            throw origin.malformed("it ends after " + e.getMessage() + " of its array of shape " + shape(sizes)
                + "; it was cut off, get it again").because(e);
        }
        if (in.read() >= 0) throw origin.malformed("more bytes follow after its array of shape "
            + shape(sizes) + "; it is damaged, or several arrays were written to it: save them as .npz");
        if (!reader.columnsFirst || sizes.length < 2) return Tensor.wrap(values, sizes);
        int turned = reader.complex ? sizes.length - 1 : sizes.length;
        int[] back = IntStream.range(0, sizes.length).map(dim -> dim < turned ? turned - 1 - dim : dim).toArray();
        return Tensor.wrap(values, Arrays.stream(back).map(dim -> sizes[dim]).toArray()).permute(back).contiguous();
    }

    private static String header(Origin origin, InputStream in) throws IOException {
        var start = in.readNBytes(Npy.MAGIC.length + 2);
        if (start.length < Npy.MAGIC.length + 2 || !Arrays.equals(start, 0, Npy.MAGIC.length, Npy.MAGIC, 0, Npy.MAGIC.length))
            throw origin.malformed(0, "it doesn't begin with \\x93NUMPY and a version; it is no .npy file");
        int version = start[Npy.MAGIC.length];
        if (version < 1 || version > 3 || start[Npy.MAGIC.length + 1] != 0) throw origin.malformed(Npy.MAGIC.length,
            "it is of version " + version + "." + start[Npy.MAGIC.length + 1] + ", but 1.0, 2.0 and 3.0 are read");
        var bytes = in.readNBytes(version == 1 ? 2 : 4);
        long length = 0;
        for (int i = 0; i < bytes.length; i++) length |= (bytes[i] & 0xffL) << 8 * i;
        if (length > LONGEST_HEADER) throw origin.malformed(Npy.MAGIC.length + 2, "its header would have " + length
            + " bytes, but " + LONGEST_HEADER + " are the most; it is damaged");
        var header = in.readNBytes((int) length);
        if (bytes.length < (version == 1 ? 2 : 4) || header.length < length) throw origin.malformed(
            Npy.MAGIC.length + 2 + bytes.length + header.length, "it ends within its header; it was cut off, get it again");
        return new String(header, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    private static String shape(int[] sizes) { return Quote.name(Arrays.toString(sizes)); }

    private int numel(Origin origin) {
        try {
            return Shape.of(sizes).numel();
        } catch (IllegalArgumentException e) {
            throw origin.malformed("its array has " + Quote.bare(e.getMessage())).because(e);
        }
    }
}
