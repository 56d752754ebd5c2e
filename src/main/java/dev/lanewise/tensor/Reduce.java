package dev.lanewise.tensor;

import dev.lanewise.kernel.Magnitude;
import dev.lanewise.kernel.Reduction;
import dev.lanewise.kernel.Reductions;
import dev.lanewise.kernel.Scan;
import dev.lanewise.formula.Comparison;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Sums and maxima over any dimensions.
///
/// What is reduced, and in which order, depends on the shape and the dimensions alone: a transposed view gives the bits
/// of its copy.
final class Reduce {

    private Reduce() {}

    static Tensor sum(Tensor x, boolean keepDim, int... dims) {
        var y = dims.length == 0 && !keepDim && x.isContiguous() ? total(x) : reduce(Reductions.SUM, x, keepDim, dims);
        if (!Autograd.records(x)) return y;
        var shape = x.shape();
        if (y.shape().rank() == 0) return Autograd.record(y, "sum", Edge.free(x, g -> View.expand(g, shape)));
        var kept = keptShape(x, dims);
        return Autograd.record(y, "sum", Edge.free(x, g -> View.expand(g.reshape(kept), shape)));
    }

    static Tensor mean(Tensor x, boolean keepDim, int... dims) {
        // divided as doubles: a group's count doesn't depend on how many groups there are
        float count = (float) (x.numel() / (double) Math.max(1, keptShape(x, dims).numel()));
        var sum = sum(x, keepDim, dims);
        // nothing has no mean, but there is nothing that its gradient could reach: its second derivative is 0, a quotient's would
        // be 0 / 0
        if (x.numel() == 0) return sum.add(Float.NaN);
        if (areFinite(sum)) return sum.div(count);
        // a mean of floats is a float, whatever their sum is
        var scales = scalesForSums(sum);
        return sum(x.mul(scales.reshape(keptShape(x, dims))), keepDim, dims).div(count).div(scales);
    }

    /// 1 for those that are finite: beside a sum that overflows there may be one of the smallest numbers.
    private static Tensor scalesForSums(Tensor sums) {
        var scales = sums.toArray();
        for (int i = 0; i < scales.length; i++) scales[i] = Float.isFinite(scales[i]) ? 1 : Magnitude.FOR_SUMS;
        return Tensor.wrap(scales, sums.shape().toArray());
    }

    /// Whether there is neither an infinity nor a NaN; of a tensor that lies row by row.
    static boolean areFinite(Tensor x) {
        var data = x.data();
        int from = x.layout.offset();
        for (int i = from; i < from + x.numel(); i++) if (!Float.isFinite(data[i])) return false;
        return true;
    }

    static Tensor amax(Tensor x, boolean keepDim, int... dims) { return extreme("amax", Reductions.AMAX, x, keepDim, dims); }

    static Tensor amin(Tensor x, boolean keepDim, int... dims) { return extreme("amin", Reductions.AMIN, x, keepDim, dims); }

    /// The gradient is shared evenly among equal ones; beside a NaN it is NaN.
    private static Tensor extreme(String name, Reduction reduction, Tensor x, boolean keepDim, int... dims) {
        var kept = keptShape(x, dims);
        if (x.numel() == 0 && kept.numel() > 0) throw new IllegalArgumentException(
            name + ": shape " + x.shape() + " has no elements to choose from; reduce over a dimension that has some");
        var y = reduce(reduction, x, keepDim, dims);
        var input = new SavedTensor(name, x);
        var output = new SavedTensor(name, y);
        return Autograd.record(y, name, Edge.to(x, g -> {
            var chosen = Elementary.compare(Comparison.EQ, input.get(), output.get().reshape(kept));
            // by selection: an infinite gradient times 0 would be NaN. A NaN equals nothing, not even itself: 0 / 0
            return Elementary.where(chosen, g.reshape(kept), Tensor.scalar(0f)).div(sumTo(chosen, kept));
        }));
    }

    /// log sum exp(x), shifted by the maximum so that nothing overflows.
    static Tensor logsumexp(Tensor x, boolean keepDim, int... dims) {
        var kept = keptShape(x, dims);
        var y = Autograd.unrecorded(() -> {
            var shift = finiteShift(x, dims);
            var sum = sum(x.sub(shift).exp(), true, dims).log().add(shift);
            return keepDim ? sum : sum.reshape(droppedShape(x, dims));
        });
        var input = new SavedTensor("logsumexp", x);
        return Autograd.record(y, "logsumexp", Edge.to(x, g -> {
            // not exp(x - y): a large y has lost the digits after the point
            var powers = input.get().sub(finiteShift(input.get(), dims)).exp();
            return g.reshape(kept).mul(powers.div(sum(powers, true, dims)));
        }));
    }

    /// What exp(x - shift) doesn't overflow with: the maxima, 0 for those of nothing. Any constant would do, so it has no
    /// gradient.
    static Tensor shift(Tensor x, int... dims) {
        if (x.numel() == 0) return Tensor.zeros(keptShape(x, dims).toArray());
        return Autograd.unrecorded(() -> amax(x, true, dims));
    }

    /// An infinite maximum is the result, and no shift.
    private static Tensor finiteShift(Tensor x, int... dims) {
        var largest = shift(x, dims);
        return Elementary.where(Elementary.compare(Comparison.EQ, largest.sub(largest), Tensor.scalar(0f)), largest,
            Tensor.scalar(0f));
    }

    /// The index of the first largest, or smallest, element of each row of the last dimension; the first NaN, if there is one.
    static int[] argExtreme(String name, Tensor x, boolean largest) {
        if (x.shape().rank() == 0 || x.size(-1) == 0) throw new IllegalArgumentException(
            name + ": shape " + x.shape() + " has no last dimension to choose from; it must have one, of size 1 or more");
        int columns = x.size(-1);
        var values = View.gathered(x);
        var data = values.data();
        var best = new int[x.numel() / columns];
        for (int row = 0; row < best.length; row++) {
            int start = values.layout.offset() + row * columns;
            for (int j = 1; j < columns; j++) {
                float found = data[start + best[row]];
                if (!Float.isNaN(found) && !(largest ? data[start + j] <= found : data[start + j] >= found)) best[row] = j;
            }
        }
        return best;
    }

    /// As [#argExtreme(String, Tensor, boolean)], along another dimension.
    static int[] argExtreme(String name, Tensor x, boolean largest, int dim) {
        int along = x.shape().dim(name, dim);
        int rank = x.shape().rank();
        if (x.size(along) == 0) throw new IllegalArgumentException(name + ": dimension " + dim + " of shape " + x.shape()
            + " has nothing to choose from; it must be of size 1 or more");
        return argExtreme(name, View.permuted(x, IntStream.range(0, rank)
            .map(each -> each == rank - 1 ? along : each < along ? each : each + 1).toArray()), largest);
    }

    /// Each element's sum with all before it along a dimension, or with all behind it.
    static Tensor cumsum(Tensor x, int dim, boolean fromLast) {
        if (x.shape().isNumber(dim)) return cumsum(x.reshape(1), 0, fromLast).reshape();
        int along = x.shape().dim("cumsum", dim);
        var dense = View.gathered(x);
        var result = Tensor.empty(x.shape());
        int inner = result.layout.strides()[along];
        if (x.numel() > 0) Scan.cumsum(dense.data(), dense.layout.offset(), x.numel() / (x.size(along) * inner), x.size(along),
            inner, fromLast, result.data());
        return Autograd.record(result, "cumsum", Edge.free(x, g -> cumsum(g, along, !fromLast)));
    }

    /// Undoes broadcasting, the one place that does: sums over the dimensions in which `target` repeats.
    static Tensor sumTo(Tensor x, Shape target) {
        if (x.shape().equals(target)) return x;
        int missing = x.shape().rank() - target.rank();
        if (missing == 1 && target.rank() == 1 && x.size(1) == target.size(0)) return sumOfRows(x);
        var repeated = new int[x.shape().rank()];
        int count = 0;
        for (int dim = 0; dim < repeated.length; dim++)
            if (dim < missing || target.size(dim - missing) != x.size(dim)) repeated[count++] = dim;
        return sum(x, true, Arrays.copyOf(repeated, count)).reshape(target);
    }

    /// Of a matrix: the shortest way, since every layer's bias takes it.
    private static Tensor sumOfRows(Tensor x) {
        if (Autograd.records(x) || !x.isContiguous() || x.size(1) == 0) return sum(x, false, 0);
        var result = Tensor.empty(x.size(1));
        Reductions.SUM.columns(x.data(), x.layout.offset(), x.size(0), x.size(1), result.data(), 0);
        return result;
    }

    /// Of all elements, which lie row by row; without a record.
    static Tensor total(Tensor x) {
        var result = Tensor.empty(Shape.SCALAR);
        Reductions.SUM.rows(x.data(), x.layout.offset(), null, 0, null, 0, null, 1, x.numel(), result.data(), 0);
        return result;
    }

    /// The shape with the reduced dimensions kept at size 1; no dimensions are all of them.
    static Shape keptShape(Tensor x, int[] dims) {
        var reduced = reduced(x, dims);
        var sizes = x.shape().toArray();
        for (int dim = 0; dim < sizes.length; dim++) if (reduced[dim]) sizes[dim] = 1;
        return Shape.of(sizes);
    }

    /// The shape without them.
    static Shape droppedShape(Tensor x, int[] dims) {
        var reduced = reduced(x, dims);
        var sizes = new int[reduced.length];
        int kept = 0;
        for (int dim = 0; dim < reduced.length; dim++) if (!reduced[dim]) sizes[kept++] = x.size(dim);
        return Shape.of(Arrays.copyOf(sizes, kept));
    }

    private static boolean[] reduced(Tensor x, int[] dims) { return named("reduction", x, dims); }

    /// Which dimensions are named; no dimensions are all of them.
    static boolean[] named(String operation, Tensor x, int[] dims) {
        var reduced = new boolean[x.shape().rank()];
        if (dims.length == 0) Arrays.fill(reduced, true);
        for (int dim : dims) {
            int counted = x.shape().dim(operation, dim);
            if (reduced[counted]) throw new IllegalArgumentException(
                operation + " over " + Arrays.toString(dims) + ": dimension " + dim + " of shape " + x.shape()
                + " is named twice; name each once");
            reduced[counted] = true;
        }
        return reduced;
    }

    static Tensor reduce(Reduction reduction, Tensor x, boolean keepDim, int[] dims) {
        var reduced = reduced(x, dims);
        var kept = keptShape(x, dims);
        int rank = reduced.length;
        int results = kept.numel();
        int values = results == 0 ? 0 : x.numel() / results;
        var result = Tensor.empty(keepDim ? kept : droppedShape(x, dims));
        var out = result.data();
        boolean leading = x.isContiguous();
        boolean trailing = true;
        for (int dim = 1; dim < rank; dim++) {
            leading &= !reduced[dim] || reduced[dim - 1];
            trailing &= !reduced[dim - 1] || reduced[dim];
        }
        if (leading && !trailing) {
            reduction.columns(x.data(), x.layout.offset(), values, results, out, 0);
        } else {
            var rows = View.gathered(trailing ? x : View.permuted(x, behind(reduced)));
            reduction.rows(rows.data(), rows.layout.offset(), null, 0, null, 0, null, results, values, out, 0);
        }
        return result;
    }

    /// The dimensions that stay, and those that are reduced behind them.
    private static int[] behind(boolean[] reduced) {
        var order = new int[reduced.length];
        int next = 0;
        for (int dim = 0; dim < order.length; dim++) if (!reduced[dim]) order[next++] = dim;
        for (int dim = 0; dim < order.length; dim++) if (reduced[dim]) order[next++] = dim;
        return order;
    }
}
