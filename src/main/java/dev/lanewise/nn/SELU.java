package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// An ELU that keeps mean 0 and variance 1; see [Activation#selu].
public final class SELU extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return Activation.selu(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.SELU; }

    @Override
    public String toString() { return "SELU()"; }
}
