package dev.lanewise.tensor;

import java.util.Arrays;

/// The sizes of a tensor's dimensions, outermost first; `[]` is the shape of a single number.
public final class Shape {

    /// Of a single number.
    static final Shape SCALAR = of();
    private static final int MOST_SHOWN = 64;

    private final int[] sizes;
    private final int numel;

    private Shape(int[] sizes, int numel) {
        this.sizes = sizes;
        this.numel = numel;
    }

    /// A shape of these sizes.
    ///
    /// @throws IllegalArgumentException if a size is negative, or the elements are more than an array can hold
    public static Shape of(int... sizes) { return owning(sizes.clone()); }

    /// As [#of], of an array that the caller gives away.
    static Shape owning(int[] sizes) {
        long numel = 1;
        boolean empty = false;
        for (int size : sizes) {
            if (size < 0) throw new IllegalArgumentException(
                "shape " + text(sizes) + ": size " + size + " is negative; each must be 0 or more");
            empty |= size == 0;
        }
        for (int size : sizes) {
            numel = empty ? 0 : numel * size;
            if (numel > Integer.MAX_VALUE) throw new IllegalArgumentException("shape " + text(sizes)
                + ": more than 2^31 - 1 elements, the most that a Java array holds; split it into several tensors");
        }
        return new Shape(sizes, (int) numel);
    }

    /// Of an operation's result, whose sizes may be beyond all bounds.
    static Shape of(String operation, long... sizes) {
        double numel = 1;
        boolean fits = true;
        for (long size : sizes) {
            numel *= size;
            fits &= size <= Integer.MAX_VALUE;
        }
        if (!fits || numel > Integer.MAX_VALUE) throw new IllegalArgumentException(operation + ": the result would be of shape "
            + Arrays.toString(sizes) + ", more than 2^31 - 1 elements, the most that a Java array holds; make it smaller, or"
            + " in parts");
        return owning(Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray());
    }

    /// The number of dimensions.
    public int rank() { return sizes.length; }

    /// The size of a dimension; -1 is the last one, -2 the one before it.
    public int size(int dim) { return sizes[dim(dim)]; }

    /// The number of elements.
    public int numel() { return numel; }

    boolean isVector(int size) { return sizes.length == 1 && sizes[0] == size; }

    boolean isMatrix(int rows, int columns) { return sizes.length == 2 && sizes[0] == rows && sizes[1] == columns; }

    /// The sizes, outermost first, in an array of the caller's own.
    public int[] toArray() { return sizes.clone(); }

    /// The dimension counted from 0 that `dim` names, which may count from the end as -1, -2 …
    public int dim(int dim) { return dim("shape", dim); }

    /// As [#dim(int)]; an error names the operation.
    int dim(String operation, int dim) {
        int counted = dim < 0 ? dim + rank() : dim;
        if (counted < 0 || counted >= rank()) throw new IllegalArgumentException(
            operation + ": there is no dimension " + dim + " of shape " + this + ", which has " + rank()
                + (rank() == 1 ? " dimension" : " dimensions") + ", counted from 0, or from -1 at the end");
        return counted;
    }

    /// Whether it is of a single number, and `dim` is 0 or -1: operations that only put elements in order take it for a dimension
    /// of size 1.
    boolean isNumber(int dim) { return rank() == 0 && (dim == 0 || dim == -1); }

    /// This shape with one size changed.
    Shape with(int dim, int size) {
        var changed = sizes.clone();
        changed[dim(dim)] = size;
        return of(changed);
    }

    @Override
    public boolean equals(Object other) { return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes); }

    @Override
    public int hashCode() { return Arrays.hashCode(sizes); }

    @Override
    public String toString() { return text(sizes); }

    /// Of more dimensions than anyone uses, which only a hostile file has, the first and their number.
    private static String text(int[] sizes) {
        if (sizes.length <= MOST_SHOWN) return Arrays.toString(sizes);
        var first = Arrays.toString(Arrays.copyOf(sizes, MOST_SHOWN));
        return first.substring(0, first.length() - 1) + ", …] of " + sizes.length + " dimensions";
    }
}
