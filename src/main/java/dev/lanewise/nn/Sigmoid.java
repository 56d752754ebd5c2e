package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Tensor;

/// 1 / (1 + e^-x).
public final class Sigmoid extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return x.sigmoid(); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.SIGMOID; }

    @Override
    public String toString() { return "Sigmoid()"; }
}
