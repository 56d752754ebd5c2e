package dev.lanewise.nn;

/// Batch normalization of [batch, features] or [batch, features, length]; see [BatchNorm].
public final class BatchNorm1d extends BatchNorm {

    /// With eps 1e-5, momentum 0.1, and affine.
    public BatchNorm1d(int features) { this(features, 1e-5, 0.1, true); }

    /// @param eps      added to the variance, so that none is 0
    /// @param momentum the share of the batch in the running mean and variance, of [0, 1]
    /// @param affine   whether each channel is scaled and shifted afterwards
    public BatchNorm1d(int features, double eps, double momentum, boolean affine) {
        super("batchNorm1d", features, eps, momentum, affine);
    }

    @Override
    boolean takes(int rank) { return rank == 2 || rank == 3; }

    @Override
    String expected(int features) { return "[batch, " + features + "] or [batch, " + features + ", length]"; }
}
