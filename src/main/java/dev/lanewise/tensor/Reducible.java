package dev.lanewise.tensor;

/// What a [Tensor] does over the named dimensions, or over all of them if none is named.
public sealed interface Reducible permits Tensor {

    /// The sum over the dimensions, which are gone from the shape.
    default Tensor sum(int... dims) { return sum(false, dims); }

    /// The sum over the dimensions.
    ///
    /// @param keepDim leaves the reduced dimensions in place, at size 1
    default Tensor sum(boolean keepDim, int... dims) { return Reduce.sum((Tensor) this, keepDim, dims); }

    /// The mean over the dimensions, which are gone from the shape.
    default Tensor mean(int... dims) { return mean(false, dims); }

    /// The sums over the number of elements, finite where they are, whatever the sums may be; NaN where there are none.
    default Tensor mean(boolean keepDim, int... dims) { return Reduce.mean((Tensor) this, keepDim, dims); }

    /// The largest element over the dimensions, which are gone from the shape; NaN if there is one.
    default Tensor amax(int... dims) { return amax(false, dims); }

    /// The maxima, NaN if there is one among the elements.
    default Tensor amax(boolean keepDim, int... dims) { return Reduce.amax((Tensor) this, keepDim, dims); }

    /// The least element over the dimensions, which are gone from the shape; NaN if there is one.
    default Tensor amin(int... dims) { return amin(false, dims); }

    /// The minima, NaN if there is one among the elements.
    default Tensor amin(boolean keepDim, int... dims) { return Reduce.amin((Tensor) this, keepDim, dims); }

    /// The variance as an estimate from a sample: over count - 1.
    default Tensor var(int... dims) { return var(1, false, dims); }

    /// Right for numbers of any size; infinite or 0 only where no float is near.
    ///
    /// @param correction taken from the count: 1 for an estimate from a sample, 0 for the elements' own variance
    default Tensor var(double correction, boolean keepDim, int... dims) {
        return Moments.var((Tensor) this, correction, keepDim, dims);
    }

    /// The standard deviation over the dimensions, which are gone from the shape: the root of the squares' sum divided by n - 1.
    default Tensor std(int... dims) { return std(1, false, dims); }

    /// The root of the variance, right for numbers of any size; its gradient is 0 where all elements are equal.
    default Tensor std(double correction, boolean keepDim, int... dims) {
        return Moments.std((Tensor) this, correction, keepDim, dims);
    }

    /// log of the sum of e^x over the dimensions, which are gone from the shape; it doesn't overflow.
    default Tensor logsumexp(int... dims) { return logsumexp(false, dims); }

    /// log sum exp(x), without overflow.
    default Tensor logsumexp(boolean keepDim, int... dims) { return Reduce.logsumexp((Tensor) this, keepDim, dims); }

    /// The Euclidean length, the L2 norm.
    default Tensor norm(int... dims) { return norm(false, dims); }

    /// The root of the sum of squares, right for numbers of any size; its gradient at 0 is 0.
    default Tensor norm(boolean keepDim, int... dims) { return Moments.norm((Tensor) this, keepDim, dims); }

    /// The p-norm, (sum |x|^p)^(1/p), right for numbers of any size: the sum of magnitudes for 1, the largest magnitude where p
    /// is infinite, the smallest where it is negative and infinite. For 0 the number of elements that aren't 0, without a
    /// gradient.
    ///
    /// The gradient is 0 at elements that are 0, and shared evenly among the largest; beside a NaN it is NaN, but for a p of 1,
    /// where each element has a slope of its own. Without elements the norm is 0; for a negative or infinite p there is none.
    ///
    /// @param p counts as the nearest float
    /// @throws IllegalArgumentException if p is NaN, or there are no elements for a p that asks for some
    default Tensor norm(double p, boolean keepDim, int... dims) { return Norms.norm((Tensor) this, p, keepDim, dims); }

    /// The variance and the mean of the same elements.
    record VarMean(Tensor variance, Tensor mean) {}

    /// As [#var(int...)] and [#mean(int...)].
    default VarMean varMean(int... dims) { return varMean(1, false, dims); }

    /// As [#var(double, boolean, int...)] and [#mean(boolean, int...)].
    default VarMean varMean(double correction, boolean keepDim, int... dims) {
        return new VarMean(var(correction, keepDim, dims), mean(keepDim, dims));
    }

    /// The index of the first largest element along the last dimension, row by row; of the first NaN, if there is one.
    default int[] argmax() { return Reduce.argExtreme("argmax", (Tensor) this, true); }

    /// The index of the first largest element along a dimension, for all places in the other ones, row by row; of the first NaN,
    /// if there is one.
    default int[] argmax(int dim) { return Reduce.argExtreme("argmax", (Tensor) this, true, dim); }

    /// The index of the first smallest element along the last dimension, row by row; of the first NaN, if there is one.
    default int[] argmin() { return Reduce.argExtreme("argmin", (Tensor) this, false); }

    /// As [#argmax(int)], of the first smallest element.
    default int[] argmin(int dim) { return Reduce.argExtreme("argmin", (Tensor) this, false, dim); }

    /// Running sums along a dimension: each element's with all before it. They are carried in double from the first element on,
    /// and each is rounded once; one beyond the range of floats is infinite, those behind it may be finite again. A single
    /// number's, along 0 or -1, is itself.
    default Tensor cumsum(int dim) { return Reduce.cumsum((Tensor) this, dim, false); }

    // ---- softmax

    /// e^x over the sum of all e^x along a dimension, without overflow. Where x is 87.7 or more below the maximum the result is
    /// 0: [#logSoftmax] has no such end.
    default Tensor softmax(int dim) { return Softmaxes.softmax((Tensor) this, dim); }

    /// The logarithm of [#softmax], finite where softmax itself is 0 in float.
    default Tensor logSoftmax(int dim) { return Softmaxes.logSoftmax((Tensor) this, dim); }
}
