package dev.lanewise.diagnose;

import dev.lanewise.nn.Signal;
import dev.lanewise.tensor.Shape;

/// How numbers lie in a tensor: inputs along its first dimension, units along one of the others, and positions along all the rest.
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
        int dim = unitDim < 0 ? rank + unitDim : unitDim;
        if (dim < 1 || dim >= rank) dim = rank - 1;
        int before = 1;
        int behind = 1;
        for (int i = 1; i < dim; i++) before *= shape.size(i);
        for (int i = dim + 1; i < rank; i++) behind *= shape.size(i);
        return new Axes(shape.size(0), before, shape.size(dim), behind);
    }

    int positions() { return before * behind; }

    Signal.Extent extent() { return new Signal.Extent(units, positions(), inputs); }
}
