package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// exp(x) / sum exp(x) over a dimension.
public final class Softmax extends Layer {

    private final int dim;

    /// Over one dimension.
    ///
    /// @param dim the dimension whose elements sum to 1, which may be counted from the end
    public Softmax(int dim) {
        this.dim = dim;
    }

    /// Which it goes along; it may be counted from the end.
    public int dim() { return dim; }

    @Override
    public Tensor forward(Tensor x) { return x.softmax(dim); }

    @Override
    public String toString() { return "Softmax(" + dim + ")"; }
}
