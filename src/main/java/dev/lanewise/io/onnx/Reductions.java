package dev.lanewise.io.onnx;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.function.LongBinaryOperator;
import java.util.function.UnaryOperator;

/// Many elements as one: along the dimensions that a node names.
final class Reductions {

    private Reductions() {}

    /// Of floats, along some dimensions, which are kept.
    private interface Folding {
        Tensor of(Tensor x, int[] dims);
    }

    /// Of whole numbers of a type, one by one.
    ///
    /// @param start what there is before the first
    private record Whole(Adding folding, Start start) {

        interface Adding {
            long of(OnnxType type, long a, long b);
        }

        interface Start {
            long of(OnnxType type);
        }

        static Whole of(LongBinaryOperator folding, long start) {
            return new Whole((_, a, b) -> folding.applyAsLong(a, b),
                _ -> start);
        }
    }

    static void register(Operators all) {
        reduction(all, "ReduceSum", 13, (x, dims) -> x.sum(true, dims), 0, Whole.of(Long::sum, 0));
        reduction(all, "ReduceMean", 18, (x, dims) -> x.mean(true, dims), Float.NaN, null);
        reduction(all, "ReduceMax", 18, (x, dims) -> x.amax(true, dims), Float.NEGATIVE_INFINITY,
            new Whole(OnnxType::max, OnnxType::least));
        reduction(all, "ReduceMin", 18, (x, dims) -> x.amin(true, dims), Float.POSITIVE_INFINITY,
            new Whole(OnnxType::min, OnnxType::greatest));
        reduction(all, "ReduceProd", 18, Reductions::product, 1, Whole.of((a, b) -> a * b, 1));
        reduction(all, "ReduceL1", 18, (x, dims) -> x.abs().sum(true, dims), 0,
            new Whole((type, a, b) -> a + (type.isUnsigned() ? b : Math.abs(b)), _ -> 0));
        reduction(all, "ReduceL2", 18, (x, dims) -> x.norm(true, dims), 0, null);
        reduction(all, "ReduceSumSquare", 18, (x, dims) -> x.square().sum(true, dims), 0, Whole.of((a, b) -> a + b * b, 0));
        reduction(all, "ReduceLogSum", 18, (x, dims) -> x.sum(true, dims).log(), Float.NEGATIVE_INFINITY, null);
        reduction(all, "ReduceLogSumExp", 18, (x, dims) -> x.logsumexp(true, dims), Float.NEGATIVE_INFINITY, null);
        all.put("ArgMax", node -> extreme(node, true));
        all.put("ArgMin", node -> extreme(node, false));
        all.put("Softmax", node -> softmax(node, Tensor::softmax));
        all.put("LogSoftmax", node -> softmax(node, Tensor::logSoftmax));
        all.put("Hardmax", node -> softmax(node, Reductions::hardmax));
        all.put("CumSum", Reductions::cumulative);
    }

    /// @param asInput the version from which axes are an input
    /// @param none    of no elements
    /// @param whole   of whole numbers; null if they aren't taken
    private static void reduction(Operators all, String name, int asInput, Folding folding, float none, Whole whole) {
        all.put(name, node -> {
            boolean keep = node.flag("keepdims", true);
            boolean input = node.opset() >= asInput;
            var attribute = input ? null : node.integers("axes");
            boolean noop = input && node.flag("noop_with_empty_axes", false);
            return (Kernel.Single) in -> {
                var x = in.any(0);
                int rank = x.shape().rank();
                var axes = in.has(1) ? in.vector(1) : attribute;
                if (axes != null && axes.length == 0) axes = null;
                var dims = axes == null ? noop ? new int[0] : Places.upTo(rank) : in.axes(axes, rank);
                return shaped(folded(in, dims, folding, none, whole), dims, keep);
            };
        });
    }

    private static OnnxValue folded(Inputs in, int[] dims, Folding folding, float none, Whole whole) {
        var x = in.any(0);
        if (x instanceof OnnxValue.Bools) x = Conversions.cast(x, OnnxType.UINT8);
        if (x instanceof OnnxValue.Longs longs) {
            if (whole == null) throw in.node().refused("it is of whole numbers, " + longs.type().lower() + longs.shape()
                + ", where floats are taken here");
            var result = wholes(longs, dims, whole);
            return in.any(0) instanceof OnnxValue.Bools ? Conversions.cast(result, OnnxType.BOOL) : result;
        }
        var tensor = x.tensor();
        // without dimensions, operations on tensors take all
        if (dims.length == 0) return OnnxValue.of(folding.of(tensor.unsqueeze(-1), new int[] {tensor.shape().rank()})
            .squeeze(-1));
        var sizes = x.shape().toArray();
        boolean empty = false;
        for (int dim : dims) {
            empty |= sizes[dim] == 0;
            sizes[dim] = 1;
        }
        return OnnxValue.of(empty ? Tensor.full(none, sizes) : folding.of(tensor, dims));
    }

    private static OnnxValue.Longs wholes(OnnxValue.Longs x, int[] dims, Whole whole) {
        var sizes = x.shape().toArray();
        var kept = sizes.clone();
        for (int dim : dims) kept[dim] = 1;
        var shape = Shape.of(kept);
        var result = new long[shape.numel()];
        Arrays.fill(result, whole.start.of(x.type()));
        for (int i = 0; i < x.values().length; i++) {
            int to = 0;
            for (int dim = sizes.length - 1, rest = i, stride = 1; dim >= 0; dim--) {
                if (kept[dim] > 1 || sizes[dim] == 1) to += rest % sizes[dim] * stride;
                rest /= sizes[dim];
                stride *= kept[dim];
            }
            result[to] = x.type().wrapped(whole.folding.of(x.type(), result[to], x.values()[i]));
        }
        return new OnnxValue.Longs(result, shape, x.type());
    }

    /// Without the dimensions that were reduced, if they aren't kept.
    private static OnnxValue shaped(OnnxValue x, int[] dims, boolean keep) {
        if (keep || dims.length == 0) return x;
        var sizes = x.shape().toArray();
        for (int dim : dims) sizes[dim] = -1;
        return Places.reshaped(x, Arrays.stream(sizes).filter(size -> size >= 0).toArray());
    }

    /// By halves, so that there are as many operations as a logarithm.
    private static Tensor product(Tensor x, int[] dims) {
        var result = x;
        for (int dim : dims) {
            for (int size = x.size(dim); size > 1; size = (size + 1) / 2) {
                int half = size / 2;
                var halves = result.slice(dim, 0, half).mul(result.slice(dim, half, 2 * half));
                result = size % 2 == 0 ? halves : Tensor.cat(dim, halves, result.slice(dim, size - 1, size));
            }
        }
        return result;
    }

    // ---- the largest and the smallest

    private static Kernel extreme(Node node, boolean largest) {
        long axis = node.integer("axis", 0);
        boolean keep = node.flag("keepdims", true);
        boolean last = node.flag("select_last_index", false);
        return (Kernel.Single) in -> {
            var x = in.isFloat(0) ? in.floats(0) : exact(in);
            int dim = in.axis(axis, x.shape().rank());
            var ordered = last ? x.flip(dim) : x;
            var found = largest ? ordered.argmax(dim) : ordered.argmin(dim);
            var result = new long[found.length];
            for (int i = 0; i < result.length; i++) result[i] = last ? x.size(dim) - 1 - found[i] : found[i];
            var sizes = x.shape().toArray();
            sizes[dim] = 1;
            return shaped(new OnnxValue.Longs(result, Shape.of(sizes), OnnxType.INT64), new int[] {dim}, keep);
        };
    }

    /// Whole numbers as floats that hold them.
    private static Tensor exact(Inputs in) {
        var longs = in.longs(0);
        for (long value : longs.values()) if (Math.abs(value) > 1 << 24) throw in.node()
            .refused("whole numbers beyond 2^24, such as " + value + ", are not compared here; cast them to floats first");
        return Conversions.floats(longs);
    }

    // ---- shares

    private interface Share {
        Tensor of(Tensor x, int dim);
    }

    /// Before version 13, of all dimensions from the axis on together.
    private static Kernel softmax(Node node, Share share) {
        boolean together = node.opset() < 13;
        long axis = node.integer("axis", together ? 1 : -1);
        return (Kernel.Single) in -> {
            var x = in.floats(0);
            int rank = x.shape().rank();
            if (!together) return OnnxValue.of(share.of(x, in.axis(axis, rank)));
            int first = axis == rank ? rank : in.axis(axis, rank);
            if (first == rank - 1) return OnnxValue.of(share.of(x, first));
            var sizes = x.shape().toArray();
            int rows = Arrays.stream(sizes, 0, first).reduce(1, (a, b) -> a * b);
            return OnnxValue.of(share.of(x.reshape(rows, rows == 0 ? 0 : x.numel() / rows), 1).reshape(sizes));
        };
    }

    /// 1 for the first largest, else 0.
    private static Tensor hardmax(Tensor x, int dim) {
        var sizes = x.shape().toArray();
        var found = x.argmax(dim);
        int behind = Arrays.stream(sizes, dim + 1, sizes.length).reduce(1, (a, b) -> a * b);
        var result = new float[x.numel()];
        for (int i = 0; i < found.length; i++) result[(i / behind * sizes[dim] + found[i]) * behind + i % behind] = 1;
        return Tensor.wrap(result, sizes);
    }

    private static Kernel cumulative(Node node) {
        boolean exclusive = node.flag("exclusive", false);
        boolean reverse = node.flag("reverse", false);
        return (Kernel.Single) in -> {
            int dim = in.axis(in.number(1), in.any(0).shape().rank());
            UnaryOperator<Tensor> turn = x -> reverse ? x.flip(dim) : x;
            if (in.isFloat(0)) {
                var x = turn.apply(in.floats(0));
                var sums = x.cumsum(dim);
                return OnnxValue.of(turn.apply(exclusive ? Tensor.cat(dim, zeros(x, dim), sums.slice(dim, 0, -1)) : sums));
            }
            return sums(in.longs(0), dim, exclusive, reverse);
        };
    }

    /// One place along a dimension, or none where there is none.
    private static Tensor zeros(Tensor x, int dim) {
        var sizes = x.shape().toArray();
        sizes[dim] = Math.min(1, sizes[dim]);
        return Tensor.zeros(sizes);
    }

    private static OnnxValue sums(OnnxValue.Longs x, int dim, boolean exclusive, boolean reverse) {
        var sizes = x.shape().toArray();
        int size = sizes[dim];
        int behind = Arrays.stream(sizes, dim + 1, sizes.length).reduce(1, (a, b) -> a * b);
        var result = new long[x.values().length];
        for (int line = 0; line < (size == 0 ? 0 : result.length / size); line++) {
            long sum = 0;
            for (int step = 0; step < size; step++) {
                int at = (line / behind * size + (reverse ? size - 1 - step : step)) * behind + line % behind;
                result[at] = x.type().wrapped(exclusive ? sum : sum + x.values()[at]);
                sum += x.values()[at];
            }
        }
        return new OnnxValue.Longs(result, x.shape(), x.type());
    }
}
