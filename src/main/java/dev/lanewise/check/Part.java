package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.HaarEntry;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;

/// Those of a parameter's values whose signs are independent of each other, and their law.
///
/// @param law    of each
/// @param values none, if nothing is drawn; their law is then a constant
record Part(Distribution law, float[] values) {

    static Part of(Structure structure, Distribution law, Shape shape, float[] values) {
        return switch (structure) {
            case Structure.Independent() -> new Part(law, values);
            case Structure.Fixed _ -> new Part(new Distribution.Constant(0), new float[0]);
            case Structure.Given(var given, var rest) when rest instanceof Structure.Independent ->
                new Part(law, where(leading(given.shape(), shape), false, values));
            case Structure.Given _ -> new Part(new Distribution.Constant(0), new float[0]);
            case Structure.Orthogonal(var gain) -> orthogonal(gain, shape.size(0), columns(shape), values);
            case Structure.Directions(var length) -> new Part(new HaarEntry(columns(shape), length), values);
            case Structure.Opposite(var drawn, var each) -> of(each, drawn, ofRows(shape, shape.size(0) / 2),
                block(values, 1, 2));
            case Structure.OrthogonalAt(var gain, int place) ->
                orthogonal(gain, shape.size(0), shape.size(1), atPlace(values, place, places(shape)));
            case Structure.ZerosPerColumn(_, var rest) -> new Part(rest, nonzero(values));
            case Structure.Repeated(int times, var each) ->
                of(each, law, ofRows(shape, shape.size(0) / times), once(values, times, columns(shape)));
            case Structure.Stacked(int blocks, var each) -> {
                var block = ofRows(shape, shape.size(0) / blocks);
                var part = new Part(law, new float[0]);
                for (int i = 0; i < blocks; i++) part = part.and(of(each, law, block, block(values, i, blocks)));
                yield part;
            }
            // of different laws: none is that of all
            case Structure.Parted _ -> new Part(new Distribution.Constant(0), new float[0]);
        };
    }

    /// Haar's law is the same with any rows' or columns' signs turned: so the signs of one column's elements are fair and
    /// independent, and so are a row's.
    private static Part orthogonal(double gain, int rows, int columns, float[] values) {
        var longer = new float[Math.max(rows, columns)];
        for (int i = 0; i < longer.length; i++) longer[i] = values[rows < columns ? i : i * columns];
        return new Part(new HaarEntry(longer.length, gain), longer);
    }

    private Part and(Part more) {
        var all = Arrays.copyOf(values, values.length + more.values.length);
        System.arraycopy(more.values, 0, all, values.length, more.values.length);
        return new Part(more.law, all);
    }

    // ---- parts by their place

    static int columns(Shape shape) { return shape.numel() / shape.size(0); }

    static int places(Shape kernel) { return kernel.numel() / (kernel.size(0) * kernel.size(1)); }

    static Shape ofRows(Shape shape, int rows) {
        var sizes = shape.toArray();
        sizes[0] = rows;
        return Shape.of(sizes);
    }

    /// Of each element of a shape, whether another shape that stands at the beginning of each dimension has it, too.
    static boolean[] leading(Shape part, Shape whole) {
        var within = new boolean[whole.numel()];
        for (int i = 0; i < within.length; i++) {
            within[i] = true;
            for (int dim = whole.rank() - 1, left = i; dim >= 0; left /= whole.size(dim--))
                within[i] &= left % whole.size(dim) < part.size(dim);
        }
        return within;
    }

    static float[] where(boolean[] places, boolean wanted, float[] values) {
        var found = new float[values.length];
        int n = 0;
        for (int i = 0; i < values.length; i++) if (places[i] == wanted) found[n++] = values[i];
        return Arrays.copyOf(found, n);
    }

    static float[] nonzero(float[] values) {
        var found = new float[values.length];
        int n = 0;
        for (float value : values) if (value != 0) found[n++] = value;
        return Arrays.copyOf(found, n);
    }

    static float[] atPlace(float[] values, int place, int places) {
        var found = new float[values.length / places];
        for (int i = 0; i < found.length; i++) found[i] = values[i * places + place];
        return found;
    }

    /// The first of each run of `times` slices of a length.
    static float[] once(float[] values, int times, int length) {
        var found = new float[values.length / times];
        for (int at = 0; at < found.length; at += length) System.arraycopy(values, at * times, found, at, length);
        return found;
    }

    static float[] block(float[] values, int block, int blocks) {
        int n = values.length / blocks;
        return Arrays.copyOfRange(values, block * n, (block + 1) * n);
    }
}
