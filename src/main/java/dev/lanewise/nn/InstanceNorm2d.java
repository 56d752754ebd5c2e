package dev.lanewise.nn;

/// Instance normalization of [batch, features, height, width] or [features, height, width]; see [InstanceNorm].
public final class InstanceNorm2d extends InstanceNorm {

    /// With eps 1e-5, not affine, without running statistics.
    public InstanceNorm2d(int features) { this(features, options()); }

    /// As `new InstanceNorm2d(64, InstanceNorm2d.options().affine(true))`.
    public InstanceNorm2d(int features, NormOptions options) { super("instanceNorm2d", features, options, 2); }

    @Override
    String expected(int features) { return "[batch, " + features + ", height, width] or [" + features + ", height, width]"; }
}
