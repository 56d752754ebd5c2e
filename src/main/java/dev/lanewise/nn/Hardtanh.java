package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x within bounds, else the bound; see [Activation#hardtanh].
public final class Hardtanh extends Layer implements Pointwise {

    private final double min;
    private final double max;

    /// From -1 to 1.
    public Hardtanh() { this(-1, 1); }

    /// With bounds of one's own.
    ///
    /// @param min less than max
    public Hardtanh(double min, double max) {
        if (!(min < max)) throw new IllegalArgumentException(
            "hardtanh: from " + min + " to " + max + "; the first must be less than the second");
        this.min = min;
        this.max = max;
    }

    @Override
    public Tensor forward(Tensor x) { return Activation.hardtanh(x, min, max); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.hardtanh(min, max); }

    @Override
    public String toString() { return "Hardtanh(" + min + ", " + max + ")"; }
}
