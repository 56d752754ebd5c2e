package dev.lanewise.tensor;

import dev.lanewise.kernel.Expr;
import dev.lanewise.kernel.Fold;
import dev.lanewise.kernel.Reduction;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Sums and maxima over any dimensions.
///
/// What is reduced, and in which order, depends on the shape and the dimensions alone: a transposed view gives the bits
/// of its copy.
final class Reduce {

    private static final Reduction SUM = new Reduction(new Fold("sum", Expr.slot(0), Fold.Combine.ADD));
    private static final Reduction AMAX = new Reduction(new Fold("amax", Expr.slot(0), Fold.Combine.MAX));

    private Reduce() {}

    static Tensor sum(Tensor x, boolean keepDim, int... dims) {
        var y = reduce(SUM, x, keepDim, dims);
        var kept = keptShape(x, dims);
        var shape = x.shape();
        return Autograd.record(y, "sum", Edge.to(x, g -> View.expand(g.reshape(kept), shape)));
    }

    static Tensor mean(Tensor x, boolean keepDim, int... dims) {
        return sum(x, keepDim, dims).div(x.numel() / (float) Math.max(1, keptShape(x, dims).numel()));
    }

    /// The maxima; the gradient is shared evenly among equal ones.
    static Tensor amax(Tensor x, boolean keepDim, int... dims) {
        var kept = keptShape(x, dims);
        if (x.numel() == 0 && kept.numel() > 0) throw new IllegalArgumentException(
            "amax: shape " + x.shape() + " has no elements to choose from");
        var y = reduce(AMAX, x, keepDim, dims);
        var input = new Saved("amax", x);
        return Autograd.record(y, "amax", Edge.to(x, g -> {
            var share = Autograd.unrecorded(() -> {
                var chosen = Binary.equal(input.get(), y.detach().reshape(kept));
                return chosen.div(sum(chosen, true, dims));
            });
            return g.reshape(kept).mul(share);
        }));
    }

    /// The index of the first largest element of each row of the last dimension; NaN counts as the largest.
    static int[] argmax(Tensor x) {
        if (x.shape().rank() == 0 || x.size(-1) == 0) throw new IllegalArgumentException(
            "argmax: shape " + x.shape() + " has no last dimension to choose from");
        int columns = x.size(-1);
        var values = x.contiguous();
        var data = values.storage.data;
        var best = new int[x.numel() / columns];
        for (int row = 0; row < best.length; row++) {
            int start = values.layout.offset() + row * columns;
            for (int j = 1; j < columns; j++) {
                float largest = data[start + best[row]];
                if (!Float.isNaN(largest) && !(data[start + j] <= largest)) best[row] = j;
            }
        }
        return best;
    }

    /// Undoes broadcasting, the one place that does: sums over the dimensions in which `target` repeats.
    static Tensor sumTo(Tensor x, Shape target) {
        if (x.shape().equals(target)) return x;
        int missing = x.shape().rank() - target.rank();
        var repeated = IntStream.range(0, x.shape().rank())
            .filter(dim -> dim < missing || target.size(dim - missing) != x.size(dim)).toArray();
        return sum(x, true, repeated).reshape(target);
    }

    /// The shape with the reduced dimensions kept at size 1; no dimensions are all of them.
    private static Shape keptShape(Tensor x, int[] dims) {
        var reduced = reduced(x, dims);
        return Shape.of(IntStream.range(0, reduced.length).map(dim -> reduced[dim] ? 1 : x.size(dim)).toArray());
    }

    private static boolean[] reduced(Tensor x, int[] dims) {
        var reduced = new boolean[x.shape().rank()];
        if (dims.length == 0) Arrays.fill(reduced, true);
        for (int dim : dims) {
            int counted = x.shape().dim(dim);
            if (reduced[counted]) throw new IllegalArgumentException(
                "reduction: dimension " + dim + " of shape " + x.shape() + " is named twice");
            reduced[counted] = true;
        }
        return reduced;
    }

    private static Tensor reduce(Reduction reduction, Tensor x, boolean keepDim, int[] dims) {
        var reduced = reduced(x, dims);
        var kept = keptShape(x, dims);
        int rank = reduced.length;
        int results = kept.numel();
        int values = results == 0 ? 0 : x.numel() / results;
        var out = new float[results];
        boolean leading = x.isContiguous() && IntStream.range(1, rank).noneMatch(dim -> reduced[dim] && !reduced[dim - 1]);
        boolean trailing = IntStream.range(1, rank).noneMatch(dim -> reduced[dim - 1] && !reduced[dim]);
        if (leading && !trailing) {
            reduction.columns(x.storage.data, x.layout.offset(), values, results, out, 0);
        } else {
            var order = IntStream.concat(IntStream.range(0, rank).filter(dim -> !reduced[dim]),
                IntStream.range(0, rank).filter(dim -> reduced[dim])).toArray();
            var rows = View.permuted(x, order).contiguous();
            reduction.rows(rows.storage.data, rows.layout.offset(), null, 0, null, 0, null, results, values, out, 0);
        }
        var shape = keepDim ? kept
            : Shape.of(IntStream.range(0, rank).filter(dim -> !reduced[dim]).map(x::size).toArray());
        return new Tensor(new Storage(out), Layout.contiguous(shape));
    }
}
