package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// x where it is above a threshold, else another number; see [Activation#threshold].
public final class Threshold extends Layer implements Pointwise {

    private final double threshold;
    private final double value;

    /// Both finite.
    ///
    /// @param value what numbers become that are not above the threshold
    public Threshold(double threshold, double value) {
        if (!Double.isFinite(threshold) || !Double.isFinite(value)) throw new IllegalArgumentException(
            "threshold: threshold " + threshold + ", value " + value + "; both must be finite");
        this.threshold = threshold;
        this.value = value;
    }

    @Override
    public Tensor forward(Tensor x) { return Activation.threshold(x, threshold, value); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.threshold(threshold, value); }

    @Override
    public String toString() { return "Threshold(" + threshold + ", " + value + ")"; }
}
