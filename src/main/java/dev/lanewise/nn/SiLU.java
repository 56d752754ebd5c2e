package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x sigmoid(x), also called swish.
public final class SiLU extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return Activation.silu(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.SILU; }

    @Override
    public String toString() { return "SiLU()"; }
}
