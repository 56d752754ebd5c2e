package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// exp(x) / sum exp(x) over a dimension.
public final class Softmax extends Module {

    private final int dim;

    public Softmax(int dim) {
        this.dim = dim;
    }

    @Override
    public Tensor forward(Tensor x) { return x.softmax(dim); }

    @Override
    public String toString() { return "Softmax(" + dim + ")"; }
}
