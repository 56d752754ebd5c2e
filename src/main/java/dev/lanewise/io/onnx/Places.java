package dev.lanewise.io.onnx;

import dev.lanewise.tensor.Shape;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongBinaryOperator;

/// Whole numbers and truths put in other places, and computed with, element by element. They are few: sizes, indices, tokens.
final class Places {

    private Places() {}

    /// Two whole numbers that are compared.
    @FunctionalInterface
    interface Comparison {
        boolean of(long a, long b);
    }

    /// Two truths.
    @FunctionalInterface
    interface Logic {
        boolean of(boolean a, boolean b);
    }

    // ---- element by element

    static OnnxValue.Longs binary(Inputs in, OnnxValue.Longs a, OnnxValue.Longs b, LongBinaryOperator operator) {
        var shape = broadcast(in, a.shape(), b.shape());
        var x = spread(a, shape).longs();
        var y = spread(b, shape).longs();
        var result = new long[shape.numel()];
        for (int i = 0; i < result.length; i++) result[i] = a.type().wrapped(operator.applyAsLong(x[i], y[i]));
        return new OnnxValue.Longs(result, shape, a.type());
    }

    static OnnxValue.Bools compared(Inputs in, OnnxValue.Longs a, OnnxValue.Longs b, Comparison comparison) {
        var shape = broadcast(in, a.shape(), b.shape());
        var x = spread(a, shape).longs();
        var y = spread(b, shape).longs();
        var result = new boolean[shape.numel()];
        for (int i = 0; i < result.length; i++) result[i] = comparison.of(x[i], y[i]);
        return new OnnxValue.Bools(result, shape);
    }

    static OnnxValue.Bools logical(Inputs in, OnnxValue.Bools a, OnnxValue.Bools b, Logic logic) {
        var shape = broadcast(in, a.shape(), b.shape());
        var x = spread(a, shape).bools();
        var y = spread(b, shape).bools();
        var result = new boolean[shape.numel()];
        for (int i = 0; i < result.length; i++) result[i] = logic.of(x[i], y[i]);
        return new OnnxValue.Bools(result, shape);
    }

    /// The shape that both are repeated to, of what is going to be made.
    static Shape broadcast(Inputs in, Shape a, Shape b) {
        if (a.equals(b) || b.rank() == 0) return in.makes(a);
        var sizes = new int[Math.max(a.rank(), b.rank())];
        for (int i = 1; i <= sizes.length; i++) {
            int x = i > a.rank() ? 1 : a.size(-i);
            int y = i > b.rank() ? 1 : b.size(-i);
            if (x != y && x != 1 && y != 1) throw in.node().refused("shapes " + a + " and " + b
                + " don't broadcast; counted from the right, sizes must be equal, or 1");
            sizes[sizes.length - i] = x == 1 ? y : x;
        }
        return in.makes(Shape.of(sizes));
    }

    /// Repeated to a shape that it broadcasts to.
    static OnnxValue spread(OnnxValue x, Shape shape) {
        if (x.shape().equals(shape)) return x;
        if (shape.numel() == 0) return taken(x, new int[0], shape, null);
        var sizes = new int[shape.rank()];
        int missing = sizes.length - x.shape().rank();
        for (int i = 0; i < sizes.length; i++) sizes[i] = i < missing ? 1 : x.shape().size(i - missing);
        var maps = new int[sizes.length][];
        for (int i = 0; i < sizes.length; i++) maps[i] = sizes[i] == shape.size(i) ? upTo(sizes[i]) : new int[shape.size(i)];
        return mapped(reshaped(x, sizes), maps, null);
    }

    // ---- other places

    /// 0, 1, 2 …
    static int[] upTo(int count) {
        var all = new int[count];
        for (int i = 0; i < count; i++) all[i] = i;
        return all;
    }

    /// The same elements in another shape, floats included.
    static OnnxValue reshaped(OnnxValue x, int... sizes) {
        return switch (x) {
            case OnnxValue.Floats(var tensor) -> OnnxValue.of(tensor.reshape(sizes));
            case OnnxValue.Longs(var values, _, var type) -> new OnnxValue.Longs(values, Shape.of(sizes), type);
            case OnnxValue.Bools(var values, _) -> new OnnxValue.Bools(values, Shape.of(sizes));
        };
    }

    /// Along each dimension the elements at these places.
    ///
    /// @param maps of each dimension; -1 where `fill` stands
    /// @param fill one element; null if no place is -1
    static OnnxValue mapped(OnnxValue x, int[][] maps, OnnxValue fill) {
        var sizes = new int[maps.length];
        for (int i = 0; i < sizes.length; i++) sizes[i] = maps[i].length;
        var shape = Shape.of(sizes);
        var from = new int[shape.numel()];
        int rows = 1;
        for (int dim = 0; dim < sizes.length && from.length > 0; dim++) {
            // from the last row on: what is read isn't overwritten before
            int size = x.shape().size(dim);
            for (int row = rows - 1; row >= 0; row--) {
                int before = from[row];
                for (int i = sizes[dim] - 1; i >= 0; i--) {
                    int place = maps[dim][i];
                    from[row * sizes[dim] + i] = before < 0 || place < 0 ? -1 : before * size + place;
                }
            }
            rows *= sizes[dim];
        }
        return taken(x, from, shape, fill);
    }

    /// In another order of dimensions.
    static OnnxValue permuted(OnnxValue x, int[] dims) {
        int rank = dims.length;
        var strides = new int[rank];
        for (int dim = rank - 1, stride = 1; dim >= 0; stride *= x.shape().size(dim), dim--) strides[dim] = stride;
        var sizes = new int[rank];
        for (int i = 0; i < rank; i++) sizes[i] = x.shape().size(dims[i]);
        var shape = Shape.of(sizes);
        var from = new int[shape.numel()];
        for (int i = 0; i < from.length; i++)
            for (int dim = rank - 1, rest = i; dim >= 0; rest /= sizes[dim],
                dim--) from[i] += rest % sizes[dim] * strides[dims[dim]];
        return taken(x, from, shape, null);
    }

    /// @param from of each element of the result its place; -1 where `fill` stands
    static OnnxValue taken(OnnxValue x, int[] from, Shape shape, OnnxValue fill) {
        return switch (x) {
            case OnnxValue.Longs(var values, _, var type) -> {
                long other = fill == null ? 0 : fill.longs()[0];
                var result = new long[from.length];
                for (int i = 0; i < from.length; i++) result[i] = from[i] < 0 ? other : values[from[i]];
                yield new OnnxValue.Longs(result, shape, type);
            }
            case OnnxValue.Bools(var values, _) -> {
                boolean other = fill != null && fill.bools()[0];
                var result = new boolean[from.length];
                for (int i = 0; i < from.length; i++) result[i] = from[i] < 0 ? other : values[from[i]];
                yield new OnnxValue.Bools(result, shape);
            }
            case OnnxValue.Floats _ -> throw new AssertionError("floats have operations of their own");
        };
    }

    /// One behind the other along a dimension, all of one kind; their shapes fit.
    static OnnxValue concatenated(int axis, List<OnnxValue> parts) {
        var sizes = parts.getFirst().shape().toArray();
        sizes[axis] = parts.stream().mapToInt(part -> part.shape().size(axis)).reduce(0, Math::addExact);
        var shape = Shape.of(sizes);
        var result = parts.getFirst() instanceof OnnxValue.Longs ? new long[shape.numel()] : new boolean[shape.numel()];
        int behind = Arrays.stream(sizes, axis + 1, sizes.length).reduce(1, (a, b) -> a * b);
        int row = sizes[axis] * behind;
        int at = 0;
        for (var part : parts) {
            var from = part instanceof OnnxValue.Longs longs ? longs.values() : part.bools();
            int piece = part.shape().size(axis) * behind;
            if (piece > 0) for (int i = 0; i < Array.getLength(from) / piece; i++) System.arraycopy(from, i * piece, result,
                i * row + at, piece);
            at += piece;
        }
        return result instanceof long[] longs ? new OnnxValue.Longs(longs, shape, parts.getFirst().type())
            : new OnnxValue.Bools((boolean[]) result, shape);
    }
}
