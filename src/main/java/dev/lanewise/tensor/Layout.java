package dev.lanewise.tensor;

import java.util.Arrays;

/// Where the elements of a tensor lie in its storage: element (i, j, …) at `offset + i * strides[0] + j * strides[1] …`.
///
/// Where there are no elements, the offset is 0: one that strides lead to may lie behind the array's end.
record Layout(Shape shape, int[] strides, int offset) {

    Layout {
        if (shape.numel() == 0) offset = 0;
    }

    /// Row-major, without gaps.
    static Layout contiguous(Shape shape) { return contiguous(shape, 0); }

    static Layout contiguous(Shape shape, int offset) {
        var strides = new int[shape.rank()];
        int stride = 1;
        for (int dim = shape.rank() - 1; dim >= 0; dim--) {
            strides[dim] = stride;
            stride *= Math.max(1, shape.size(dim));
        }
        return new Layout(shape, strides, offset);
    }

    /// Whether it has the same shape, and each element in the same place.
    boolean isLike(Layout other) {
        return this == other || offset == other.offset && shape.equals(other.shape) && Arrays.equals(strides, other.strides);
    }

    /// Whether the elements follow each other in row-major order.
    boolean isContiguous() {
        int expected = 1;
        for (int dim = strides.length - 1; dim >= 0; dim--) {
            if (shape.size(dim) != 1 && strides[dim] != expected && shape.numel() > 0) return false;
            expected *= shape.size(dim);
        }
        return true;
    }

    /// Whether the elements lie side by side, in whatever order of the dimensions.
    boolean isDense() {
        for (int stride = 1; stride < shape.numel(); ) {
            int dim = strides.length - 1;
            while (dim >= 0 && (shape.size(dim) == 1 || strides[dim] != stride)) dim--;
            if (dim < 0) return false;
            stride *= shape.size(dim);
        }
        return true;
    }

    /// Whether a matrix, or each of a stack, lies by columns.
    boolean isTransposed() { return strides[strides.length - 2] == 1 && strides[strides.length - 1] > 1; }

    /// From one element to the next in row-major order.
    int innerStride() {
        for (int dim = strides.length - 1; dim >= 0; dim--) if (shape.size(dim) != 1) return strides[dim];
        return 1;
    }

    /// Whether one element stands for several.
    boolean repeats() {
        for (int dim = 0; dim < strides.length; dim++) if (strides[dim] == 0 && shape.size(dim) > 1) return true;
        return false;
    }

    /// Whether it has the other's shape, and each element as far from the first.
    boolean liesAs(Layout other) {
        if (!shape.equals(other.shape)) return false;
        for (int dim = 0; dim < strides.length; dim++)
            if (strides[dim] != other.strides[dim] && shape.size(dim) != 1 && shape.numel() > 0) return false;
        return true;
    }

    /// The dimensions, the one with the longest steps first: in this order, elements without gaps lie row by row.
    int[] order() {
        var order = new int[strides.length];
        for (int i = 0; i < order.length; i++) {
            int at = i;
            for (; at > 0 && strides[order[at - 1]] < strides[i]; at--) order[at] = order[at - 1];
            order[at] = i;
        }
        return order;
    }

    /// The order that undoes one.
    static int[] inverse(int[] order) {
        var inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) inverse[order[i]] = i;
        return inverse;
    }

    /// The same places in an array of their own.
    Layout atStart() { return offset == 0 ? this : new Layout(shape, strides, 0); }

    Layout permute(int[] order) {
        var sizes = new int[order.length];
        var permuted = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            sizes[i] = shape.size(order[i]);
            permuted[i] = strides[order[i]];
        }
        return new Layout(Shape.owning(sizes), permuted, offset);
    }

    /// Every `step`-th index of a dimension from `start` to `end`, excluded.
    Layout slice(int dim, int start, int end, int step) {
        var sliced = strides.clone();
        int size = Math.ceilDiv(end - start, step);
        // where a step leads nowhere, it may be of any length
        if (size > 1) sliced[dim] *= step;
        return new Layout(shape.with(dim, size), sliced, offset + start * strides[dim]);
    }

    /// Without a dimension, at one index of it.
    Layout select(int dim, int index) {
        var order = new int[strides.length - 1];
        for (int i = 0; i < order.length; i++) order[i] = i < dim ? i : i + 1;
        var rest = permute(order);
        return new Layout(rest.shape, rest.strides, offset + index * strides[dim]);
    }

    /// Two dimensions of one size as one, in the place of the first: the elements whose indices in both are equal.
    Layout diagonal(int first, int second) {
        var rest = select(second, 0);
        var steps = rest.strides.clone();
        steps[first] += strides[second];
        return new Layout(rest.shape, steps, offset);
    }

    /// With the order reversed along some dimensions: of its strides some are negative, so that it is good for copies alone.
    Layout reversed(boolean[] dims) {
        var steps = strides.clone();
        int start = offset;
        for (int dim = 0; dim < steps.length; dim++) {
            if (!dims[dim]) continue;
            start += (shape.size(dim) - 1) * strides[dim];
            steps[dim] = -steps[dim];
        }
        return new Layout(shape, steps, start);
    }

    /// With a dimension of size 1 before `dim`.
    Layout unsqueeze(int dim) {
        var sizes = new int[strides.length + 1];
        var more = new int[strides.length + 1];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i == dim ? 1 : shape.size(i < dim ? i : i - 1);
            more[i] = i == dim ? 0 : strides[i < dim ? i : i - 1];
        }
        return new Layout(Shape.owning(sizes), more, offset);
    }

    /// The same elements seen in a larger shape: a dimension of size 1, or one that is missing on the left, repeats.
    ///
    /// @return null where the shapes don't go together
    Layout expand(Shape target) {
        int missing = target.rank() - shape.rank();
        if (missing < 0) return null;
        var expanded = new int[target.rank()];
        for (int dim = 0; dim < shape.rank(); dim++) {
            int size = shape.size(dim);
            if (size == target.size(dim + missing)) expanded[dim + missing] = strides[dim];
            else if (size != 1) return null;
        }
        return new Layout(target, expanded, offset);
    }

    /// The shape that all the given ones broadcast to: sizes are equal, or 1, or missing on the left.
    static Shape broadcast(String operation, Shape... shapes) {
        int rank = 0;
        for (var shape : shapes) rank = Math.max(rank, shape.rank());
        var sizes = new int[rank];
        Arrays.fill(sizes, 1);
        for (var shape : shapes) {
            for (int dim = 0; dim < shape.rank(); dim++) {
                int size = shape.size(dim);
                int at = dim + rank - shape.rank();
                if (sizes[at] != size && size != 1 && sizes[at] != 1) throw new IllegalArgumentException(
                    operation + ": shapes don't broadcast: " + join(shapes)
                    + "; counted from the right, sizes must be equal or 1");
                if (size != 1) sizes[at] = size;
            }
        }
        return Shape.of(sizes);
    }

    private static String join(Shape[] shapes) {
        return String.join(" and ", Arrays.stream(shapes).map(Shape::toString).toList());
    }
}
