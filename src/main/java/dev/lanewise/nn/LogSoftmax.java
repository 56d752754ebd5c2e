package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// log softmax over a dimension, finite where softmax is 0 in float.
public final class LogSoftmax extends Layer {

    private final int dim;

    /// Over one dimension.
    ///
    /// @param dim the dimension to sum over, which may be counted from the end
    public LogSoftmax(int dim) {
        this.dim = dim;
    }

    /// Which it goes along; it may be counted from the end.
    public int dim() { return dim; }

    @Override
    public Tensor forward(Tensor x) { return x.logSoftmax(dim); }

    @Override
    public String toString() { return "LogSoftmax(" + dim + ")"; }
}
