package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Tensor;

/// The hyperbolic tangent.
public final class Tanh extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return x.tanh(); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.TANH; }

    @Override
    public String toString() { return "Tanh()"; }
}
