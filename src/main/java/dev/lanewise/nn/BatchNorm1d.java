package dev.lanewise.nn;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;

/// Batch normalization of [batch, features] or [batch, features, length]; see [BatchNorm].
public final class BatchNorm1d extends BatchNorm {

    /// With eps 1e-5, momentum 0.1, and affine: a factor of 1 and an offset of 0 at first.
    public BatchNorm1d(int features) { this(features, 1e-5, 0.1, true); }

    /// A norm of `features` channels, with running mean 0 and variance 1.
    ///
    /// @param eps      added to the variance, so that none is 0
    /// @param momentum the share of the batch in the running mean and variance, of [0, 1]
    /// @param affine   whether each channel is scaled and shifted afterwards
    public BatchNorm1d(int features, double eps, double momentum, boolean affine) {
        this(features, eps, momentum, affine ? Initializers.ones() : null, affine ? Initializers.zeros() : null);
    }

    /// As `new BatchNorm1d(64, 1e-5, 0.1, Initializers.zeros(), Initializers.zeros())` at the end of a residual branch.
    ///
    /// @param weight how the channels' factors start; null for none
    /// @param bias   how what is added starts; null for nothing
    public BatchNorm1d(int features, double eps, double momentum, Initializer weight, Initializer bias) {
        this(features, options().eps(eps).momentum(momentum).initializers(weight, bias));
    }

    /// As `new BatchNorm1d(64, BatchNorm1d.options().momentum(null))`.
    public BatchNorm1d(int features, NormOptions options) { super("batchNorm1d", features, options); }

    @Override
    boolean takes(int rank) { return rank == 2 || rank == 3; }

    @Override
    String expected(int features) { return "[batch, " + features + "] or [batch, " + features + ", length]"; }
}
