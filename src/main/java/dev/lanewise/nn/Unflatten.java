package dev.lanewise.nn;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// One dimension as several, as a layer that makes images of units needs it: [Flatten] undone.
public final class Unflatten extends Layer implements Propagating {

    private final int dim;
    private final int[] sizes;

    /// Takes sizes whose product is that of the dimension; one of them may be -1, which is what the others leave.
    ///
    /// @param dim   the dimension that becomes several; it may be counted from the end
    /// @param sizes of these
    /// @throws IllegalArgumentException without sizes, of a size below 1 that isn't -1, or of two that are -1
    public Unflatten(int dim, int... sizes) {
        if (sizes.length == 0 || Arrays.stream(sizes).anyMatch(size -> size < 1 && size != -1)
            || Arrays.stream(sizes).filter(size -> size < 0).count() > 1) throw new IllegalArgumentException("Unflatten: sizes "
            + Arrays.toString(sizes) + "; give one or more that are positive, one of which may be -1");
        this.dim = dim;
        this.sizes = sizes.clone();
    }

    /// The dimension that becomes several; it may be counted from the end.
    public int dim() { return dim; }

    /// What it becomes; one may be -1.
    public int[] sizes() { return sizes.clone(); }

    /// The sizes for a dimension of this one, if that is their product, or its multiple where one is -1.
    private int[] within(int whole) {
        long product = Arrays.stream(sizes).filter(size -> size > 0).asLongStream()
            .reduce(1, (all, size) -> all > Integer.MAX_VALUE ? all : all * size);
        boolean open = Arrays.stream(sizes).anyMatch(size -> size < 0);
        if (open ? whole % product != 0 : whole != product) throw new IllegalArgumentException("unflatten: a dimension of "
            + whole + " is not " + Arrays.toString(sizes) + ", whose product is " + product
            + (open ? " times what -1 stands for" : "") + "; give sizes of that product");
        return Arrays.stream(sizes).map(size -> size < 0 ? (int) (whole / product) : size).toArray();
    }

    /// Another view of the same numbers, where strides allow it.
    ///
    /// @throws IllegalArgumentException if the sizes' product isn't the dimension's size
    @Override
    public Tensor forward(Tensor x) {
        int at = x.shape().dim(dim);
        return x.reshape(shape(x.shape(), at));
    }

    private int[] shape(Shape shape, int at) {
        var whole = within(shape.size(at));
        var all = new int[shape.rank() - 1 + whole.length];
        for (int i = 0; i < at; i++) all[i] = shape.size(i);
        System.arraycopy(whole, 0, all, at, whole.length);
        for (int i = at + 1; i < shape.rank(); i++) all[i - 1 + whole.length] = shape.size(i);
        return all;
    }

    @Override
    public Passage propagate(Signal in) { return Passage.same(in.placed(null)); }

    @Override
    public String toString() { return "Unflatten(" + dim + ", " + Arrays.toString(sizes) + ")"; }
}
