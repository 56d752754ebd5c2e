package dev.lanewise.tensor;

/// What a [Tensor] is seen as: another shape, order or part of it, in the same storage wherever strides can say it.
public sealed interface Viewable permits Tensor {

    /// The same elements in another shape; one size may be -1: what the others leave.
    default Tensor reshape(int... shape) { return View.reshape((Tensor) this, shape); }

    /// All dimensions, in another order.
    default Tensor permute(int... dims) { return View.permute((Tensor) this, dims); }

    /// With two dimensions changed for each other.
    default Tensor transpose(int a, int b) { return View.transpose((Tensor) this, a, b); }

    /// The transpose of a matrix.
    default Tensor t() { return View.t((Tensor) this); }

    /// Every `step`-th index of a dimension from `start` to `end`, excluded; both may be counted from the end, and are cut
    /// to what there is.
    default Tensor slice(int dim, int start, int end, int step) { return View.slice((Tensor) this, dim, start, end, step); }

    /// As [#slice(int, int, int, int)], every index.
    default Tensor slice(int dim, int start, int end) { return slice(dim, start, end, 1); }

    /// One index of a dimension, without it.
    default Tensor select(int dim, int index) { return View.select((Tensor) this, dim, index); }

    /// With a new dimension of size 1.
    default Tensor unsqueeze(int dim) { return View.unsqueeze((Tensor) this, dim); }

    /// Without the named dimensions of size 1, or without all of them if none is named.
    default Tensor squeeze(int... dims) { return View.squeeze((Tensor) this, dims); }

    /// The dimensions from `first` to `last`, included, as one.
    default Tensor flatten(int first, int last) { return View.flatten((Tensor) this, first, last); }

    /// The same elements repeated along dimensions of size 1, and along new ones on the left; -1 leaves a size as it is.
    default Tensor expand(int... shape) { return View.expand((Tensor) this, shape); }
}
