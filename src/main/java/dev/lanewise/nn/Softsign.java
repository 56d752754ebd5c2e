package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x / (1 + |x|).
public final class Softsign extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return Activation.softsign(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.SOFTSIGN; }

    @Override
    public String toString() { return "Softsign()"; }
}
