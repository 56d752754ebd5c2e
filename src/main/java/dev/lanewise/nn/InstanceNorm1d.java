package dev.lanewise.nn;

/// Instance normalization of [batch, features, length] or [features, length]; see [InstanceNorm].
public final class InstanceNorm1d extends InstanceNorm {

    /// With eps 1e-5, not affine, without running statistics.
    public InstanceNorm1d(int features) { this(features, options()); }

    /// As `new InstanceNorm1d(64, InstanceNorm1d.options().affine(true))`.
    public InstanceNorm1d(int features, NormOptions options) { super("instanceNorm1d", features, options, 1); }

    @Override
    String expected(int features) { return "[batch, " + features + ", length] or [" + features + ", length]"; }
}
