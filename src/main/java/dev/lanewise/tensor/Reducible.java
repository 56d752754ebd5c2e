package dev.lanewise.tensor;

/// What a [Tensor] does over the named dimensions, or over all of them if none is named.
public sealed interface Reducible permits Tensor {

    default Tensor sum(int... dims) { return sum(false, dims); }

    /// @param keepDim leaves the reduced dimensions in place, at size 1
    default Tensor sum(boolean keepDim, int... dims) { return Reduce.sum((Tensor) this, keepDim, dims); }

    default Tensor mean(int... dims) { return mean(false, dims); }

    /// The sums over the number of elements, finite where they are, whatever the sums may be; NaN where there are none.
    default Tensor mean(boolean keepDim, int... dims) { return Reduce.mean((Tensor) this, keepDim, dims); }

    default Tensor amax(int... dims) { return amax(false, dims); }

    /// The maxima, NaN if there is one among the elements.
    default Tensor amax(boolean keepDim, int... dims) { return Reduce.amax((Tensor) this, keepDim, dims); }

    default Tensor amin(int... dims) { return amin(false, dims); }

    /// The minima, NaN if there is one among the elements.
    default Tensor amin(boolean keepDim, int... dims) { return Reduce.amin((Tensor) this, keepDim, dims); }

    /// The variance as an estimate from a sample: over count - 1.
    default Tensor var(int... dims) { return var(1, false, dims); }

    /// Right for numbers of any size; infinite or 0 only where no float is near.
    ///
    /// @param correction taken from the count: 1 for an estimate from a sample, 0 for the elements' own variance
    default Tensor var(double correction, boolean keepDim, int... dims) { return Moments.var((Tensor) this, correction, keepDim, dims); }

    default Tensor std(int... dims) { return std(1, false, dims); }

    /// The root of the variance, right for numbers of any size; its gradient is 0 where all elements are equal.
    default Tensor std(double correction, boolean keepDim, int... dims) { return Moments.std((Tensor) this, correction, keepDim, dims); }

    default Tensor logsumexp(int... dims) { return logsumexp(false, dims); }

    /// log sum exp(x), without overflow.
    default Tensor logsumexp(boolean keepDim, int... dims) { return Reduce.logsumexp((Tensor) this, keepDim, dims); }

    /// The Euclidean length, the L2 norm.
    default Tensor norm(int... dims) { return norm(false, dims); }

    /// The root of the sum of squares, right for numbers of any size; its gradient at 0 is 0.
    default Tensor norm(boolean keepDim, int... dims) { return Moments.norm((Tensor) this, keepDim, dims); }

    /// The sum of magnitudes, the L1 norm.
    default Tensor norm1(boolean keepDim, int... dims) { return Reduce.sum(Elementary.ABS.apply((Tensor) this), keepDim, dims); }

    /// The index of the first largest element along the last dimension, row by row.
    default int[] argmax() { return Reduce.argmax((Tensor) this); }

    /// The index of the first largest element along a dimension, for all places in the other ones, row by row.
    default int[] argmax(int dim) { return Reduce.argmax((Tensor) this, dim); }

    // ---- softmax

    /// e^x over the sum of all e^x along a dimension, without overflow. Where x is 87.7 or more below the maximum the result is 0:
    /// [#logSoftmax] has no such end.
    default Tensor softmax(int dim) { return Softmaxes.softmax((Tensor) this, dim); }

    /// The logarithm of [#softmax], finite where softmax itself is 0 in float.
    default Tensor logSoftmax(int dim) { return Softmaxes.logSoftmax((Tensor) this, dim); }
}
