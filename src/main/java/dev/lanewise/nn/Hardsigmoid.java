package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// A line from 0 at -3 to 1 at 3; see [Activation#hardsigmoid].
public final class Hardsigmoid extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return Activation.hardsigmoid(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.HARDSIGMOID; }

    @Override
    public String toString() { return "Hardsigmoid()"; }
}
