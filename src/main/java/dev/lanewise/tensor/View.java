package dev.lanewise.tensor;

import dev.lanewise.bridge.TensorBridge;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Other shapes of the same storage: nothing is copied where strides can say it.
final class View {

    private View() {}

    static Tensor reshape(Tensor x, Shape shape) {
        if (shape.numel() != x.numel()) throw new IllegalArgumentException("reshape: " + x.shape() + " has " + x.numel()
            + " elements, " + shape + " has " + shape.numel() + "; give sizes whose product is the same, or -1 for one of them");
        if (shape.equals(x.shape())) return x;
        var dense = gathered(x);
        var layout = Layout.contiguous(shape, dense.layout.offset());
        if (!Autograd.records(x)) return dense.seenAs(layout);
        var before = x.shape();
        return Autograd.record(dense.seenAs(layout), "reshape", Edge.free(x, g -> reshape(g, before)));
    }

    /// As [#reshape(Tensor, Shape)], where one size may be -1: what the others leave.
    static Tensor reshape(Tensor x, int... sizes) {
        int open = 0;
        int last = -1;
        long others = 1;
        for (int dim = 0; dim < sizes.length; dim++) {
            if (sizes[dim] != -1) {
                others *= sizes[dim];
                continue;
            }
            open++;
            last = dim;
        }
        if (open == 0) return reshape(x, Shape.of(sizes));
        if (open > 1 || others <= 0 || x.numel() % others != 0) throw new IllegalArgumentException("reshape: "
            + x.shape() + " to " + Arrays.toString(sizes) + ": one size at the most can be -1, and the others must divide "
            + x.numel() + " elements");
        var full = sizes.clone();
        full[last] = (int) (x.numel() / others);
        return reshape(x, Shape.of(full));
    }

    static Tensor permute(Tensor x, int... dims) {
        int rank = x.shape().rank();
        var order = new int[dims.length];
        var inverse = new int[rank];
        Arrays.fill(inverse, -1);
        boolean once = dims.length == rank;
        for (int i = 0; i < dims.length; i++) {
            order[i] = x.shape().dim("permute", dims[i]);
            once &= inverse[order[i]] < 0;
            inverse[order[i]] = i;
        }
        if (!once) throw new IllegalArgumentException("permute: " + Arrays.toString(dims) + " must name each dimension of shape "
            + x.shape() + " once");
        var view = permuted(x, order);
        return Autograd.records(x) ? Autograd.record(view, "permute", Edge.free(x, g -> permute(g, inverse))) : view;
    }

    static Tensor transpose(Tensor x, int a, int b) {
        var order = new int[x.shape().rank()];
        Arrays.setAll(order, dim -> dim);
        order[x.shape().dim("transpose", a)] = x.shape().dim("transpose", b);
        order[x.shape().dim("transpose", b)] = x.shape().dim("transpose", a);
        return permute(x, order);
    }

    static Tensor t(Tensor x) {
        if (x.shape().rank() != 2) throw new IllegalArgumentException(
            "t: shape " + x.shape() + " is no matrix; use transpose(a, b) or permute");
        return transpose(x, 0, 1);
    }

    /// Without a record.
    static Tensor permuted(Tensor x, int[] order) { return x.seenAs(x.layout.permute(order)); }

    /// Every `step`-th index of a dimension, from `start` to `end`, excluded; both may be counted from the end, and are
    /// cut to what there is.
    static Tensor slice(Tensor x, int dim, int start, int end, int step) {
        int along = x.shape().dim("slice", dim);
        int size = x.size(along);
        if (step < 1) throw new IllegalArgumentException("slice: step " + step + "; it must be 1 or more");
        int from = Math.clamp(start < 0 ? (long) start + size : start, 0, size);
        int to = Math.clamp(end < 0 ? (long) end + size : end, from, size);
        return window("slice", x, whole -> whole.slice(along, from, to, step),
            new TensorBridge.Window(x.shape(), along, from, to, step));
    }

    /// One index of a dimension, without it.
    static Tensor select(Tensor x, int dim, int index) {
        int along = x.shape().dim("select", dim);
        int at = index < 0 ? index + x.size(along) : index;
        if (at < 0 || at >= x.size(along)) throw new IllegalArgumentException("select: index " + index
            + " is out of range; dimension " + along + " of shape " + x.shape() + " has " + x.size(along)
            + " elements, counted from 0, or from -1 at the end");
        return window("select", x, whole -> whole.select(along, at), new TensorBridge.Window(x.shape(), along, at, at + 1, 1));
    }

    private static Tensor window(String operation, Tensor x, UnaryOperator<Layout> part, TensorBridge.Window window) {
        var result = seen(operation, x, part);
        var witness = Context.current().witness;
        if (witness != null && result.node != null) witness.isWindow(window);
        return result;
    }

    /// Two dimensions as one: the elements whose indices in both are equal.
    ///
    /// @param first before `second`, and of the same size
    static Tensor diagonal(String operation, Tensor x, int first, int second) {
        return seen(operation, x, whole -> whole.diagonal(first, second));
    }

    /// A part of a tensor; its gradient is embedded in zeros.
    static Tensor seen(String operation, Tensor x, UnaryOperator<Layout> part) {
        var whole = x.shape();
        return Autograd.record(x.seenAs(part.apply(x.layout)), operation,
            Edge.free(x, g -> embed(operation, g, whole, part)));
    }

    /// Zeros of a shape, with the elements of `x` as that part of it; its gradient is the part.
    static Tensor embed(String operation, Tensor x, Shape shape, UnaryOperator<Layout> part) {
        var whole = Layout.contiguous(shape);
        var result = Tensor.blank(shape);
        StridedLoop.copy(x, result.data(), part.apply(whole));
        return Autograd.record(result, operation + " backward",
            Edge.free(x, g -> seen(operation, g, part)));
    }

    static Tensor unsqueeze(Tensor x, int dim) { return unsqueeze("unsqueeze", x, dim); }

    static Tensor unsqueeze(String operation, Tensor x, int dim) {
        int rank = x.shape().rank() + 1;
        int at = dim < 0 ? dim + rank : dim;
        if (at < 0 || at >= rank) throw new IllegalArgumentException(operation + ": dimension " + dim + " of shape " + x.shape()
            + "; the result has " + rank + " dimensions, counted from 0, or from -1 at the end");
        var before = x.shape();
        return Autograd.record(x.seenAs(x.layout.unsqueeze(at)), "unsqueeze", Edge.free(x, g -> reshape(g, before)));
    }

    /// Without the named dimensions, each of size 1; without all of size 1 if none is named.
    static Tensor squeeze(Tensor x, int... dims) {
        var named = Arrays.stream(dims).map(dim -> x.shape().dim("squeeze", dim)).toArray();
        for (int dim : named) if (x.size(dim) != 1) throw new IllegalArgumentException("squeeze: dimension " + dim
            + " of shape " + x.shape() + " has size " + x.size(dim)
            + "; only size 1 can go, so name another, or select one index of it");
        var kept = IntStream.range(0, x.shape().rank())
            .filter(dim -> named.length == 0 ? x.size(dim) != 1 : Arrays.stream(named).noneMatch(each -> each == dim)).toArray();
        var before = x.shape();
        return Autograd.record(permuted(x, kept), "squeeze", Edge.free(x, g -> reshape(g, before)));
    }

    /// The dimensions from `first` to `last`, included, as one.
    static Tensor flatten(Tensor x, int first, int last) {
        if (x.shape().rank() == 0) {
            // a single number counts as a vector of one
            Shape.of(1).dim("flatten", first);
            Shape.of(1).dim("flatten", last);
            return reshape(x, 1);
        }
        int from = x.shape().dim("flatten", first);
        int to = x.shape().dim("flatten", last);
        if (from > to) throw new IllegalArgumentException("flatten: from dimension " + first + " to " + last + " of shape "
            + x.shape() + "; the first must not come after the last");
        var sizes = new int[x.shape().rank() - (to - from)];
        for (int dim = 0; dim < sizes.length; dim++) sizes[dim] = x.size(dim <= from ? dim : dim + to - from);
        // of a tensor without elements the others may be any
        long joined = 1;
        for (int dim = from; dim <= to; dim++) joined = Math.min(joined * x.size(dim), Integer.MAX_VALUE + 1L);
        if (joined > Integer.MAX_VALUE) throw new IllegalArgumentException("flatten: dimensions " + from + " to " + to
            + " of shape " + x.shape() + " make one of more than 2^31 - 1; flatten fewer");
        sizes[from] = (int) joined;
        return reshape(x, Shape.owning(sizes));
    }

    static Tensor expand(Tensor x, Shape shape) {
        var layout = x.layout.expand(shape);
        if (layout == null) throw new IllegalArgumentException("expand: " + x.shape() + " does not expand to " + shape
            + "; counted from the right, sizes must be equal, or 1 in the first");
        // the walk sums the gradient back
        return Autograd.record(x.seenAs(layout), "expand", Edge.free(x, g -> g));
    }

    /// As [#expand(Tensor, Shape)], where -1 stands for the size that there is.
    static Tensor expand(Tensor x, int... sizes) {
        var full = sizes.clone();
        int added = sizes.length - x.shape().rank();
        for (int dim = Math.max(0, added); dim < full.length; dim++) if (full[dim] == -1) full[dim] = x.size(dim - added);
        return expand(x, Shape.of(full));
    }

    /// One row after the other: a tensor that is already so is returned as it is.
    static Tensor contiguous(Tensor x) {
        var rows = gathered(x);
        return rows == x ? x : Autograd.record(rows, "contiguous", Edge.free(x, g -> g));
    }

    /// The same without a record: for kernels, which take the elements as they lie.
    static Tensor gathered(Tensor x) {
        if (x.isContiguous()) return x;
        var copy = Tensor.empty(x.shape());
        StridedLoop.copy(x, copy.data(), copy.layout);
        return copy;
    }

    /// In memory of its own.
    static Tensor copied(Tensor x) {
        return Autograd.record(Tensor.wrap(StridedLoop.copy(x), x.shape().toArray()), "clone", Edge.free(x, g -> g));
    }
}
