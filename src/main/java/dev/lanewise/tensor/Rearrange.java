package dev.lanewise.tensor;

import java.util.Arrays;
import java.util.Locale;

/// Elements in other places: turned round, rolled on, repeated, cut to a triangle, or with more around them.
final class Rearrange {

    private Rearrange() {}

    /// With the order along the dimensions reversed; along all of them if none is named.
    static Tensor flip(Tensor x, int... dims) {
        var reversed = Reduce.named("flip", x, dims);
        var result = Tensor.empty(x.shape());
        StridedLoop.copy(x.seenAs(x.layout.reversed(reversed)), result.data(), result.layout);
        return Autograd.record(result, "flip", Edge.free(x, g -> flip(g, dims)));
    }

    /// As one long row of all elements.
    static Tensor roll(Tensor x, int shift) { return roll(x.flatten(0, -1), shift, 0).reshape(x.shape()); }

    /// Moved on by so many places; what leaves at the end comes in at the start.
    static Tensor roll(Tensor x, int shift, int dim) {
        int along = x.shape().dim("roll", dim);
        int size = x.size(along);
        int by = size == 0 ? 0 : Math.floorMod(shift, size);
        var result = Tensor.empty(x.shape());
        copy(x, along, 0, size - by, result, by);
        copy(x, along, size - by, size, result, 0);
        return Autograd.record(result, "roll", Edge.free(x, g -> roll(g, size - by, along)));
    }

    /// Along one dimension after the other; one that is named twice is moved on by the sum.
    static Tensor roll(Tensor x, int[] shifts, int... dims) {
        if (shifts.length != dims.length || dims.length == 0) throw new IllegalArgumentException("roll: "
            + Arrays.toString(shifts) + " places along dimensions " + Arrays.toString(dims) + " of shape " + x.shape()
            + "; give a number for each dimension, of at least one");
        for (int i = 0; i < dims.length; i++) x = roll(x, shifts[i], dims[i]);
        return x;
    }

    private static void copy(Tensor x, int dim, int from, int end, Tensor result, int to) {
        StridedLoop.copy(x.seenAs(x.layout.slice(dim, from, end, 1)), result.data(),
            result.layout.slice(dim, to, to + end - from, 1));
    }

    /// So many times along each dimension; there may be more than it has, the further ones being on the left.
    static Tensor repeat(Tensor x, int... times) {
        int missing = times.length - x.shape().rank();
        if (missing < 0) throw new IllegalArgumentException("repeat: " + Arrays.toString(times) + " for shape " + x.shape()
            + "; give a number for each dimension, 1 for one that stays");
        var sizes = new long[times.length];
        // each dimension behind one of the repetitions
        var pairs = new int[2 * times.length];
        var repetitions = new int[times.length];
        for (int dim = 0; dim < times.length; dim++) {
            if (times[dim] < 0) throw new IllegalArgumentException("repeat: " + Arrays.toString(times)
                + " has a negative number; each must be 0 or more");
            int size = dim < missing ? 1 : x.size(dim - missing);
            sizes[dim] = (long) times[dim] * size;
            repetitions[dim] = 2 * dim;
            pairs[2 * dim] = times[dim];
            pairs[2 * dim + 1] = size;
        }
        var result = Tensor.empty(Shape.of("repeat", sizes));
        var once = pairs.clone();
        for (int dim : repetitions) once[dim] = 1;
        var repeated = Shape.owning(pairs);
        StridedLoop.copy(View.expand(View.reshape(x.detach(), Shape.owning(once)), repeated), result.data(),
            Layout.contiguous(repeated));
        var before = x.shape();
        return Autograd.record(result, "repeat", Edge.free(x, g -> repetitions.length == 0 ? g
            : Reduce.sum(g.reshape(repeated), false, repetitions).reshape(before)));
    }

    // ---- triangles

    /// Of each matrix the elements on and below a diagonal, or on and above it; elsewhere 0.
    ///
    /// @param diagonal 0 for the main one, 1 for the one above it, -1 for the one below
    static Tensor triangle(String name, Tensor x, boolean lower, int diagonal) {
        if (x.shape().rank() < 2) throw new IllegalArgumentException(name + ": shape " + x.shape()
            + " is neither a matrix nor a stack of them; it must have two dimensions or more");
        int rows = x.size(-2);
        int columns = x.size(-1);
        var dense = View.gathered(x);
        var result = Tensor.blank(x.shape());
        int lines = x.numel() == 0 ? 0 : x.numel() / columns;
        for (int line = 0; line < lines; line++) {
            long place = line % rows + (long) diagonal;
            int from = lower ? 0 : Math.clamp(place, 0, columns);
            int end = lower ? Math.clamp(place + 1, 0, columns) : columns;
            System.arraycopy(dense.data(), dense.layout.offset() + line * columns + from, result.data(), line * columns + from,
                end - from);
        }
        return Autograd.record(result, name, Edge.free(x, g -> triangle(name, g, lower, diagonal)));
    }

    // ---- padding

    /// How many elements a tensor gets before and behind its own along each dimension; cuts off so many where they are negative.
    private record Amounts(int[] before, int[] behind, Shape shape) {

        /// @param pairs before and behind, the last dimension first
        static Amounts of(Tensor x, int[] pairs) {
            int rank = x.shape().rank();
            if (pairs.length % 2 != 0 || pairs.length > 2 * rank) throw new IllegalArgumentException("pad: "
                + Arrays.toString(pairs) + " for shape " + x.shape()
                + "; give two numbers, before and behind, for each dimension from the last one on");
            var before = new int[rank];
            var behind = new int[rank];
            var sizes = new long[rank];
            for (int dim = 0; dim < rank; dim++) {
                int pair = 2 * (rank - 1 - dim);
                if (pair < pairs.length) {
                    before[dim] = pairs[pair];
                    behind[dim] = pairs[pair + 1];
                }
                int size = x.size(dim);
                sizes[dim] = (long) size + before[dim] + behind[dim];
                if (before[dim] < -size || behind[dim] < -size || sizes[dim] < 0) throw new IllegalArgumentException("pad: "
                    + Arrays.toString(pairs) + " cuts more off than dimension " + dim + " of shape " + x.shape() + " has");
            }
            return new Amounts(before, behind, Shape.of("pad", sizes));
        }

        private int cut(int dim) { return Math.max(0, -before[dim]); }

        /// The elements that stay.
        private int kept(int dim, int size) { return Math.max(0, size - cut(dim) - Math.max(0, -behind[dim])); }
    }

    /// A number around; what is cut off gets no gradient.
    static Tensor pad(Tensor x, int[] pairs, float value) {
        var amounts = Amounts.of(x, pairs);
        var result = Tensor.empty(amounts.shape);
        var from = x.layout;
        var to = result.layout;
        boolean any = true;
        for (int dim = 0; dim < x.shape().rank(); dim++) {
            int kept = amounts.kept(dim, x.size(dim));
            any &= kept > 0;
            if (!any) break;
            from = from.slice(dim, amounts.cut(dim), amounts.cut(dim) + kept, 1);
            int start = Math.max(0, amounts.before[dim]);
            to = to.slice(dim, start, start + kept, 1);
        }
        if (!any || to.shape().numel() < result.numel()) Arrays.fill(result.data(), value);
        if (any) StridedLoop.copy(x.seenAs(from), result.data(), to);
        var back = pairs.clone();
        for (int i = 0; i < back.length; i++) back[i] = -back[i];
        return Autograd.record(result, "pad", Edge.free(x, g -> pad(g, back, 0)));
    }

    /// Its own elements around.
    static Tensor pad(Tensor x, int[] pairs, Viewable.Padding padding) {
        var amounts = Amounts.of(x, pairs);
        var result = x;
        for (int dim = 0; dim < x.shape().rank(); dim++) {
            int size = x.size(dim);
            int before = amounts.before[dim];
            int behind = amounts.behind[dim];
            if (before == 0 && behind == 0) continue;
            int most = padding == Viewable.Padding.REFLECT ? size - 1 : size == 0 ? 0 : Integer.MAX_VALUE;
            if (before > most || behind > most) throw new IllegalArgumentException("pad: " + before + " and " + behind
                + " elements around dimension " + dim + " of shape " + x.shape() + ", which can be "
                + (padding == Viewable.Padding.REFLECT ? "reflected" : "replicated") + " at most " + Math.max(0, most)
                + " times; pad less" + (padding == Viewable.Padding.REFLECT ? ", or replicate" : ", or with a number"));
            var index = new int[amounts.shape.size(dim)];
            for (int i = 0; i < index.length; i++) index[i] = Viewable.Padding.source(padding, i - before, size);
            result = Take.indexSelect("pad " + padding.name().toLowerCase(Locale.ROOT), result, dim, index);
        }
        return result == x ? pad(x, pairs, 0) : result;
    }
}
