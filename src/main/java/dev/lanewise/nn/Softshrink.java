package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x, nearer to 0 by lambda, and 0 within ±lambda; see [Activation#softshrink].
public final class Softshrink extends Layer implements Pointwise {

    private final double lambda;

    /// With lambda 0.5.
    public Softshrink() { this(0.5); }

    /// With a threshold of one's own.
    ///
    /// @param lambda PyTorch's `lambd`; 0 or more, and finite
    public Softshrink(double lambda) {
        if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "softshrink: lambda " + lambda + "; it must be 0 or more, and finite");
        this.lambda = lambda;
    }

    @Override
    public Tensor forward(Tensor x) { return Activation.softshrink(x, lambda); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.softshrink(lambda); }

    @Override
    public String toString() { return "Softshrink(" + lambda + ")"; }
}
