package dev.lanewise.tensor;

/// A [Tensor] in another shape or order, a part of it, or more: in the same storage wherever strides can say it, else as a copy.
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

    // ---- copies

    /// A copy with the order along the named dimensions reversed, or along all if none is named.
    default Tensor flip(int... dims) { return Rearrange.flip((Tensor) this, dims); }

    /// A copy whose elements, row by row, are so many places further on, back if that is negative; what leaves at the end comes
    /// in at the start.
    default Tensor roll(int shift) { return Rearrange.roll((Tensor) this, shift); }

    /// As [#roll(int)], along one dimension.
    default Tensor roll(int shift, int dim) { return Rearrange.roll((Tensor) this, shift, dim); }

    /// As [#roll(int, int)], along several dimensions.
    ///
    /// @param shifts for each dimension
    default Tensor roll(int[] shifts, int... dims) { return Rearrange.roll((Tensor) this, shifts, dims); }

    /// A copy that is so many times as long along each dimension; more numbers than dimensions make new ones on the left.
    default Tensor repeat(int... times) { return Rearrange.repeat((Tensor) this, times); }

    /// Of each matrix of the last two dimensions the elements on and below a diagonal, elsewhere 0.
    ///
    /// @param diagonal 0 for the main one, 1 for the one above it, -1 for the one below
    default Tensor tril(int diagonal) { return Rearrange.triangle("tril", (Tensor) this, true, diagonal); }

    /// As [#tril(int)], on and above the diagonal.
    default Tensor triu(int diagonal) { return Rearrange.triangle("triu", (Tensor) this, false, diagonal); }

    /// What padding is made of, if not of a number.
    enum Padding {

        /// The elements behind the edge one, in reverse: there must be more of them than are padded.
        REFLECT,
        /// The edge element.
        REPLICATE;

        /// The index that the element at `i`, which may be outside, is a copy of.
        static int source(Padding padding, int i, int size) {
            return padding == REPLICATE ? Math.clamp(i, 0, size - 1) : i < 0 ? -i : i < size ? i : 2 * (size - 1) - i;
        }
    }

    /// A copy with a number around.
    ///
    /// @param amounts how many elements before and behind the last dimension, then the one before it, and so on, as PyTorch has
    ///     them; where negative, so many are cut off
    default Tensor pad(int[] amounts, float value) { return Rearrange.pad((Tensor) this, amounts, value); }

    /// A copy with its own elements around.
    ///
    /// @param amounts as those of [#pad(int\[\], float)]
    default Tensor pad(int[] amounts, Padding padding) { return Rearrange.pad((Tensor) this, amounts, padding); }
}
