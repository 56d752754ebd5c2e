package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x tanh(log(1 + e^x)); see [Activation#mish].
public final class Mish extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return Activation.mish(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.MISH; }

    @Override
    public String toString() { return "Mish()"; }
}
