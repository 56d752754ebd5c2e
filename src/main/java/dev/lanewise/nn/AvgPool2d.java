package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// The average of each window: of `[batch, channels, height, width]` or `[channels, height, width]`, with
/// (size + 2 padding - kernel) / stride + 1 positions along each side, rounded down, or up in ceil mode. Padding
/// is 0, and counts unless told otherwise.
public final class AvgPool2d extends Layer implements Propagating {

    private final PoolOptions options;

    /// As far from a window to the next as it is large.
    public AvgPool2d(int kernel) { this(PoolOptions.kernel(kernel)); }

    /// Without padding.
    public AvgPool2d(int kernel, int stride) { this(PoolOptions.kernel(kernel).stride(stride)); }

    /// Windows as the options have them.
    ///
    /// @throws IllegalArgumentException if the options have what this layer doesn't
    public AvgPool2d(PoolOptions options) {
        this.options = Objects.requireNonNull(options, "avgPool2d: no options");
        options.ofAverage("avgPool2d");
    }

    /// How it goes over its input.
    public PoolOptions options() { return options; }

    @Override
    public Tensor forward(Tensor x) { return Functional.avgPool2d(x, options); }

    /// A window's mean, of positions that may be alike; the border isn't counted.
    @Override
    public Passage propagate(Signal in) {
        if (in.places() != null) return PoolTheory.placed(in, this);
        double places = options.rows().kernel() * (double) options.columns().kernel();
        return PoolTheory.average(in, places, options.rows().stride() * (double) options.columns().stride(),
            options.divisorOverride() == 0 ? places : options.divisorOverride());
    }

    @Override
    public String toString() { return options.describe("AvgPool2d"); }
}
