package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x beyond ±lambda, else 0; see [Activation#hardshrink].
public final class Hardshrink extends Layer implements Pointwise {

    private final double lambda;

    /// With lambda 0.5.
    public Hardshrink() { this(0.5); }

    /// With a threshold of one's own.
    ///
    /// @param lambda PyTorch's `lambd`; 0 or more, and finite
    public Hardshrink(double lambda) {
        if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "hardshrink: lambda " + lambda + "; it must be 0 or more, and finite");
        this.lambda = lambda;
    }

    @Override
    public Tensor forward(Tensor x) { return Activation.hardshrink(x, lambda); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.hardshrink(lambda); }

    @Override
    public String toString() { return "Hardshrink(" + lambda + ")"; }
}
