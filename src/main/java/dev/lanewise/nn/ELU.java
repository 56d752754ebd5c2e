package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x where it is positive, else alpha (e^x - 1); see [Activation#elu].
public final class ELU extends Layer implements Pointwise {

    private final double alpha;

    /// With alpha 1.
    public ELU() { this(1); }

    /// With a limit of one's own far below 0.
    ///
    /// @param alpha minus the limit far below 0: finite
    public ELU(double alpha) {
        if (!Double.isFinite(alpha)) throw new IllegalArgumentException("elu: alpha " + alpha + "; it must be finite");
        this.alpha = alpha;
    }

    @Override
    public Tensor forward(Tensor x) { return Activation.elu(x, alpha); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.elu(alpha); }

    @Override
    public String toString() { return "ELU(" + alpha + ")"; }
}
