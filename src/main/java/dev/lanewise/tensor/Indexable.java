package dev.lanewise.tensor;

/// What a [Tensor] gives for indices.
public sealed interface Indexable permits Tensor {

    /// Of each row of a matrix, the element that its index names: `[rows, columns] -> [rows]`.
    default Tensor pick(int... index) { return Take.pick((Tensor) this, index); }

    /// The index has this tensor's rank; element (i, j) of the result is `this(index(i, j), j)` for dim 0.
    default Tensor gather(int dim, int[] index, int... shape) { return Take.gather((Tensor) this, dim, index, Shape.of(shape)); }

    /// These elements and, added to them, the source's: its element (i, j) to that at `(index(i, j), j)` for dim 0, where
    /// [#gather] would take one. Each sum is made in double, the source's elements row by row, and rounded once: it has the same
    /// bits on any number of threads.
    ///
    /// @param index  for each element of the source, row by row; they may repeat
    /// @param source with as many dimensions as this tensor, none larger but the named one
    default Tensor scatterAdd(int dim, int[] index, Tensor source) { return Take.scatterAdd((Tensor) this, dim, index, source); }

    /// Whole slices along a dimension, in the order of the indices, which may repeat.
    default Tensor indexSelect(int dim, int... index) { return Take.indexSelect("indexSelect", (Tensor) this, dim, index); }

    /// Elements in order.
    ///
    /// @param values  the elements; the gradient goes back to where they came from
    /// @param indices where each was along the dimension, row by row: for [#gather], with the values' shape
    record Sorted(Tensor values, int[] indices) {}

    /// The elements along a dimension from the smallest on. Equal ones stay as they are, 0 and -0 among them; NaN counts as the
    /// largest. A single number has a dimension 0, or -1, of its own, here and in [#topk].
    default Sorted sort(int dim) { return sort(dim, false); }

    /// As [#sort(int)].
    ///
    /// @param descending from the largest on; equal ones stay as they are, too
    default Sorted sort(int dim, boolean descending) { return Take.sort((Tensor) this, dim, descending); }

    /// The `k` largest elements along a dimension, from the largest on: the first ones of [#sort(int, boolean)].
    default Sorted topk(int k, int dim) { return topk(k, dim, true); }

    /// As [#topk(int, int)].
    ///
    /// @param largest if not, the smallest, from the smallest on
    default Sorted topk(int k, int dim, boolean largest) { return Take.topk((Tensor) this, k, dim, largest); }
}
