package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// Larger images, or smaller ones: `[batch, channels, height, width]`, or lines, `[batch, channels, length]`, by the nearest elements or by
/// what lies between them; see [UpsampleOptions].
public final class Upsample extends Layer {

    private final UpsampleOptions options;

    /// By nearest elements, each side so many times as long, rounded down.
    public Upsample(double scale) { this(UpsampleOptions.scale(scale)); }

    /// As `new Upsample(UpsampleOptions.size(7).mode(Mode.LINEAR))`.
    public Upsample(UpsampleOptions options) { this.options = Objects.requireNonNull(options, "upsample: no options"); }

    @Override
    public Tensor forward(Tensor x) { return Functional.interpolate(x, options); }

    @Override
    public String toString() { return "Upsample(" + options.describe() + ")"; }
}
