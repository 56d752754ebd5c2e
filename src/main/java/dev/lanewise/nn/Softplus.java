package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;

/// log(1 + e^(beta x)) / beta; x itself where beta x is above the threshold.
public final class Softplus extends Layer implements Pointwise {

    private final double beta;
    private final double threshold;

    /// With beta 1 and threshold 20.
    public Softplus() { this(1, 20); }

    /// With a steepness and a threshold of one's own.
    ///
    /// @param beta the steepness: positive
    /// @param threshold from which on the function is x
    public Softplus(double beta, double threshold) {
        if (!(beta > 0 && beta < Double.POSITIVE_INFINITY) || Double.isNaN(threshold)) throw new IllegalArgumentException(
            "softplus: beta " + beta + ", threshold " + threshold
                + "; beta must be positive and finite, the threshold a number");
        this.beta = beta;
        this.threshold = threshold;
    }

    @Override
    public Tensor forward(Tensor x) { return Activation.softplus(x, beta, threshold); }

    @Override
    public Nonlinearity nonlinearity() { return Nonlinearity.softplus(beta, threshold); }

    @Override
    public String toString() { return "Softplus(" + beta + ", " + threshold + ")"; }
}
