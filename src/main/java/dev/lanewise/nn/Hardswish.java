package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x times a line from 0 at -3 to 1 at 3; see [Activation#hardswish].
public final class Hardswish extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return Activation.hardswish(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.HARDSWISH; }

    @Override
    public String toString() { return "Hardswish()"; }
}
