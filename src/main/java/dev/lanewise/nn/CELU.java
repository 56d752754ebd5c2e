package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x where it is positive, else alpha (e^(x / alpha) - 1); see [Activation#celu].
public final class CELU extends Layer implements Pointwise {

    private final double alpha;

    /// With alpha 1, as [ELU].
    public CELU() { this(1); }

    /// With another limit far below 0 than [#CELU()]'s.
    ///
    /// @param alpha minus the limit far below 0: finite, and not 0 as a float
    public CELU(double alpha) {
        if (!Float.isFinite((float) alpha) || (float) alpha == 0) throw new IllegalArgumentException(
            "celu: alpha " + alpha + "; it must be a finite float, and not 0");
        this.alpha = alpha;
    }

    @Override
    public Tensor forward(Tensor x) { return Activation.celu(x, alpha); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.celu(alpha); }

    @Override
    public String toString() { return "CELU(" + alpha + ")"; }
}
