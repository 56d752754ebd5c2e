package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x times the probability that a standard normal number is below x; see [Activation#gelu].
public final class GELU extends Layer implements Pointwise {

    /// How it is computed.
    public enum Approximation {
        /// By the error function, as the paper defines it.
        NONE,
        /// By the paper's formula with a hyperbolic tangent.
        TANH
    }

    private final Approximation approximation;

    /// The function itself, by the error function.
    public GELU() { this(Approximation.NONE); }

    /// By the formula of one's choice.
    ///
    /// @param approximation TANH for the paper's formula, which older models were trained with
    public GELU(Approximation approximation) { this.approximation = approximation; }

    @Override
    public Tensor forward(Tensor x) {
        return switch (approximation) {
            case NONE -> Activation.gelu(x);
            case TANH -> Activation.geluTanh(x);
        };
    }

    @Override
    public Nonlinearity nonlinearity() {
        return approximation == Approximation.NONE ? Nonlinearity.GELU : Nonlinearity.GELU_TANH;
    }

    @Override
    public String toString() { return approximation == Approximation.NONE ? "GELU()" : "GELU(tanh)"; }
}
