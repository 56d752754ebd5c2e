package dev.lanewise.io;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Reads one array of NumPy's format to its end.
///
/// @param type         the elements'
/// @param columnsFirst Fortran's order: the first index runs fastest
/// @param sizes        of the dimensions, outermost first
record NpyReader(NpyType type, boolean columnsFirst, int[] sizes) {

    /// More than any shape needs, less than what would be a burden.
    private static final int LONGEST_HEADER = 1 << 20;

    private static final Pattern FIELD = Pattern.compile(
        "\\s*(['\"])(descr|fortran_order|shape)\\1\\s*:\\s*(['\"][^'\"]*['\"]|True|False|\\([\\d\\s,L]*\\))\\s*(,|(?=}))");
    private static final Pattern SHAPE = Pattern.compile("\\(\\s*(?:\\d+L?\\s*,\\s*)*(?:\\d+L?\\s*)?\\)");

    /// @param origin  what messages begin with
    /// @param rounded whether elements that are no floats may be rounded to one
    static Tensor read(String origin, InputStream in, boolean rounded) throws IOException {
        var reader = parse(origin, header(origin, in));
        int[] sizes = reader.sizes;
        float[] values;
        try {
            values = Floats.read(in, reader.numel(origin), reader.type.width(), reader.type.order(),
                reader.type.decoder(origin, rounded));
        } catch (EOFException e) {
            throw new IllegalArgumentException(origin + "it ends after " + e.getMessage() + " of its array of shape "
                + Arrays.toString(sizes) + "; it was cut off, get it again", e);
        }
        if (in.read() >= 0) throw new IllegalArgumentException(origin + "more bytes follow after its array of shape "
            + Arrays.toString(sizes) + "; it is damaged, or several arrays were written to it: save them as .npz");
        if (!reader.columnsFirst || sizes.length < 2) return Tensor.wrap(values, sizes);
        int[] back = IntStream.range(0, sizes.length).map(dim -> sizes.length - 1 - dim).toArray();
        return Tensor.wrap(values, Arrays.stream(back).map(dim -> sizes[dim]).toArray()).permute(back).contiguous();
    }

    private static String header(String origin, InputStream in) throws IOException {
        var start = in.readNBytes(Npy.MAGIC.length + 2);
        if (start.length < Npy.MAGIC.length + 2 || !Arrays.equals(start, 0, Npy.MAGIC.length, Npy.MAGIC, 0, Npy.MAGIC.length))
            throw new IllegalArgumentException(origin + "it doesn't begin with \\x93NUMPY and a version; it is no .npy file");
        int version = start[Npy.MAGIC.length];
        if (version < 1 || version > 3 || start[Npy.MAGIC.length + 1] != 0) throw new IllegalArgumentException(origin
            + "it is of version " + version + "." + start[Npy.MAGIC.length + 1] + ", but 1.0, 2.0 and 3.0 are read");
        var bytes = in.readNBytes(version == 1 ? 2 : 4);
        long length = 0;
        for (int i = 0; i < bytes.length; i++) length |= (bytes[i] & 0xffL) << 8 * i;
        if (length > LONGEST_HEADER) throw new IllegalArgumentException(origin + "its header would have " + length
            + " bytes, but " + LONGEST_HEADER + " are the most; it is damaged");
        var header = in.readNBytes((int) length);
        if (bytes.length < (version == 1 ? 2 : 4) || header.length < length) throw new IllegalArgumentException(
            origin + "it ends within its header; it was cut off, get it again");
        return new String(header, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    private static NpyReader parse(String origin, String header) {
        var text = header.strip();
        var fields = text.startsWith("{") && text.endsWith("}") ? fields(text) : Map.<String, String>of();
        var type = fields.getOrDefault("descr", "");
        var order = fields.getOrDefault("fortran_order", "");
        var shape = fields.getOrDefault("shape", "");
        // (3) is a number in Python, and only (3,) a tuple
        if (fields.size() != 3 || type.length() < 2 || !order.matches("True|False") || !SHAPE.matcher(shape).matches()
            || shape.matches("\\(\\s*\\d+L?\\s*\\)")) throw new IllegalArgumentException(origin
                + "its header is not that of a plain array: " + text
                + "; arrays of records are not read: save each field as an array");
        var sizes = Pattern.compile("\\d+").matcher(shape).results().map(found -> found.group()).toList();
        for (var size : sizes) if (size.length() > 10 || Long.parseLong(size) > Integer.MAX_VALUE) throw new IllegalArgumentException(
            origin + "its array has shape " + shape + ", beyond what a Java array holds; save it in several parts");
        return new NpyReader(NpyType.of(origin, type.substring(1, type.length() - 1)), order.equals("True"),
            sizes.stream().mapToInt(Integer::parseInt).toArray());
    }

    /// Empty, if it is anything but these fields, each once.
    private static Map<String, String> fields(String text) {
        var fields = new HashMap<String, String>();
        var field = FIELD.matcher(text);
        int at = 1;
        for (; field.region(at, text.length()).lookingAt(); at = field.end())
            if (fields.put(field.group(2), field.group(3)) != null) return Map.of();
        return text.substring(at).strip().equals("}") ? fields : Map.of();
    }

    private int numel(String origin) {
        try {
            return Shape.of(sizes).numel();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + "its array has " + e.getMessage(), e);
        }
    }
}
