package dev.lanewise.nn;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;

/// Batch normalization of [batch, features, height, width]; see [BatchNorm].
public final class BatchNorm2d extends BatchNorm {

    /// With eps 1e-5, momentum 0.1, and affine: a factor of 1 and an offset of 0 at first.
    public BatchNorm2d(int features) { this(features, 1e-5, 0.1, true); }

    /// A norm of `features` channels, with running mean 0 and variance 1.
    ///
    /// @param eps      added to the variance, so that none is 0
    /// @param momentum the share of the batch in the running mean and variance, of [0, 1]
    /// @param affine   whether each channel is scaled and shifted afterwards
    public BatchNorm2d(int features, double eps, double momentum, boolean affine) {
        this(features, eps, momentum, affine ? Initializers.ones() : null, affine ? Initializers.zeros() : null);
    }

    /// As `new BatchNorm2d(64, 1e-5, 0.1, Initializers.zeros(), Initializers.zeros())` at the end of a residual branch.
    ///
    /// @param weight how the channels' factors start; null for none
    /// @param bias   how what is added starts; null for nothing
    public BatchNorm2d(int features, double eps, double momentum, Initializer weight, Initializer bias) {
        this(features, options().eps(eps).momentum(momentum).initializers(weight, bias));
    }

    /// As `new BatchNorm2d(64, BatchNorm2d.options().momentum(null))`.
    public BatchNorm2d(int features, NormOptions options) { super("batchNorm2d", features, options); }

    @Override
    boolean takes(int rank) { return rank == 4; }

    @Override
    String expected(int features) { return "[batch, " + features + ", height, width]"; }
}
