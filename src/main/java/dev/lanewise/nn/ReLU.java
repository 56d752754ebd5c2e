package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// The larger of x and 0.
public final class ReLU extends Module {

    @Override
    public Tensor forward(Tensor x) { return x.relu(); }

    @Override
    public String toString() { return "ReLU()"; }
}
