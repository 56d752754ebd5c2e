package dev.lanewise.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Other shapes of the same storage: nothing is copied where strides can say it.
final class View {

    private View() {}

    static Tensor reshape(Tensor x, Shape shape) {
        if (shape.numel() != x.numel()) throw new IllegalArgumentException("reshape: " + x.shape() + " has " + x.numel()
            + " elements, " + shape + " has " + shape.numel());
        if (shape.equals(x.shape())) return x;
        var dense = x.isContiguous() ? x : Autograd.unrecorded(x::contiguous);
        var layout = new Layout(shape, Layout.contiguous(shape).strides(), dense.layout.offset());
        var before = x.shape();
        return Autograd.record(new Tensor(dense.storage, layout), "reshape", Edge.to(x, g -> reshape(g, before)));
    }

    /// As [#reshape(Tensor, Shape)], where one size may be -1: what the others leave.
    static Tensor reshape(Tensor x, int... sizes) {
        var open = IntStream.range(0, sizes.length).filter(dim -> sizes[dim] == -1).toArray();
        if (open.length == 0) return reshape(x, Shape.of(sizes));
        long others = Arrays.stream(sizes).filter(size -> size != -1).asLongStream().reduce(1, (a, b) -> a * b);
        if (open.length > 1 || others <= 0 || x.numel() % others != 0) throw new IllegalArgumentException("reshape: "
            + x.shape() + " to " + Arrays.toString(sizes) + ": one size at the most can be -1, and the others must divide "
            + x.numel() + " elements");
        var full = sizes.clone();
        full[open[0]] = (int) (x.numel() / others);
        return reshape(x, Shape.of(full));
    }

    static Tensor permute(Tensor x, int... dims) {
        var order = Arrays.stream(dims).map(x.shape()::dim).toArray();
        if (order.length != x.shape().rank() || Arrays.stream(order).distinct().count() != order.length)
            throw new IllegalArgumentException("permute: " + Arrays.toString(dims) + " must name each dimension of shape "
                + x.shape() + " once");
        var inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) inverse[order[i]] = i;
        return Autograd.record(permuted(x, order), "permute", Edge.to(x, g -> permute(g, inverse)));
    }

    static Tensor transpose(Tensor x, int a, int b) {
        var order = IntStream.range(0, x.shape().rank()).toArray();
        order[x.shape().dim(a)] = x.shape().dim(b);
        order[x.shape().dim(b)] = x.shape().dim(a);
        return permute(x, order);
    }

    /// Without a record.
    static Tensor permuted(Tensor x, int[] order) { return new Tensor(x.storage, x.layout.permute(order)); }

    static Tensor expand(Tensor x, Shape shape) {
        var layout = x.layout.expand(shape);
        if (layout == null) throw new IllegalArgumentException("expand: " + x.shape() + " does not expand to " + shape
            + "; counted from the right, sizes must be equal, or 1 in the first");
        // the walk sums the gradient back
        return Autograd.record(new Tensor(x.storage, layout), "expand", Edge.to(x, g -> g));
    }

    /// One row after the other: a tensor that is already so is returned as it is.
    static Tensor contiguous(Tensor x) {
        if (x.layout.isContiguous()) return x;
        var copy = new Tensor(new Storage(Walk.copy(x)), Layout.contiguous(x.shape()));
        return Autograd.record(copy, "contiguous", Edge.to(x, g -> g));
    }
}
