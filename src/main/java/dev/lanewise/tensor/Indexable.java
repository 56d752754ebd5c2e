package dev.lanewise.tensor;

/// What a [Tensor] gives for indices.
public sealed interface Indexable permits Tensor {

    /// Of each row of a matrix, the element that its index names: `[rows, columns] -> [rows]`.
    default Tensor pick(int... index) { return Take.pick((Tensor) this, index); }

    /// The index has this tensor's rank; element (i, j) of the result is `this(index(i, j), j)` for dim 0.
    default Tensor gather(int dim, int[] index, int... shape) { return Take.gather((Tensor) this, dim, index, Shape.of(shape)); }

    /// Whole slices along a dimension, in the order of the indices, which may repeat.
    default Tensor indexSelect(int dim, int... index) { return Take.indexSelect((Tensor) this, dim, index); }
}
