package dev.lanewise.diagnose;

import dev.lanewise.nn.Signal;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;

/// How numbers lie in a tensor: inputs along its first dimension, units along one of the others, and positions along all the
/// rest.
///
/// @param inputs along dimension 0; 1 if it is the units' own
/// @param before positions in front of the units' dimension
/// @param behind positions behind it
record Axes(int inputs, int before, int units, int behind) {

    /// @param unitDim counted from the end if negative; what a tensor of this rank doesn't have is taken for the last one
    static Axes of(Shape shape, int unitDim) {
        int rank = shape.rank();
        if (rank == 0) return new Axes(1, 1, 1, 1);
        if (rank == 1) return new Axes(1, 1, shape.size(0), 1);
        int dim = dim(rank, unitDim);
        int before = 1;
        int behind = 1;
        for (int i = 1; i < dim; i++) before *= shape.size(i);
        for (int i = dim + 1; i < rank; i++) behind *= shape.size(i);
        return new Axes(shape.size(0), before, shape.size(dim), behind);
    }

    int positions() { return before * behind; }

    /// Of each unit, behind its dimension.
    static int[] sides(Shape shape, int unitDim) {
        return shape.rank() < 2 ? new int[0] : Arrays.copyOfRange(shape.toArray(), dim(shape.rank(), unitDim) + 1, shape.rank());
    }

    private static int dim(int rank, int unitDim) {
        int dim = unitDim < 0 ? rank + unitDim : unitDim;
        return dim < 1 || dim >= rank ? rank - 1 : dim;
    }

    Signal.Extent extent() { return new Signal.Extent(units, positions(), inputs); }
}
