package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Tensor;

/// The larger of x and 0.
public final class ReLU extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return x.relu(); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.RELU; }

    @Override
    public String toString() { return "ReLU()"; }
}
