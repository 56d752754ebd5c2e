package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x - tanh x, precise near 0; see [Activation#tanhshrink].
public final class Tanhshrink extends Layer implements Pointwise {

    @Override
    public Tensor forward(Tensor x) { return Activation.tanhshrink(x); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.TANHSHRINK; }

    @Override
    public String toString() { return "Tanhshrink()"; }
}
