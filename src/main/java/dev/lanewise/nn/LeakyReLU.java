package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x where it is positive, else `slope` times x.
public final class LeakyReLU extends Layer implements Pointwise {

    private final double slope;

    /// With slope 0.01.
    public LeakyReLU() { this(0.01); }

    /// With a slope of one's own.
    ///
    /// @param slope below 0: finite
    public LeakyReLU(double slope) {
        if (!Double.isFinite(slope)) throw new IllegalArgumentException("leakyReLU: slope " + slope + "; it must be finite");
        this.slope = slope;
    }

    @Override
    public Tensor forward(Tensor x) { return Activation.leakyRelu(x, slope); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.leakyRelu(slope); }

    @Override
    public String toString() { return "LeakyReLU(" + slope + ")"; }
}
