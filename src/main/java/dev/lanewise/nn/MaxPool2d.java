package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// The largest element of each window: of `[batch, channels, height, width]` or `[channels, height, width]`, with
/// (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1 positions along each side, rounded down, or up in ceil mode. A NaN
/// is the largest; among equals, the first gets the gradient. Padding is minus infinity.
public final class MaxPool2d extends Layer implements Propagating {

    private final PoolOptions options;

    /// As far from a window to the next as it is large.
    public MaxPool2d(int kernel) { this(PoolOptions.kernel(kernel)); }

    /// Without padding.
    public MaxPool2d(int kernel, int stride) { this(PoolOptions.kernel(kernel).stride(stride)); }

    /// Windows as the options have them.
    ///
    /// @throws IllegalArgumentException if the options have what this layer doesn't
    public MaxPool2d(PoolOptions options) {
        this.options = Objects.requireNonNull(options, "maxPool2d: no options");
        options.ofMax("maxPool2d");
    }

    /// How it goes over its input.
    public PoolOptions options() { return options; }

    @Override
    public Tensor forward(Tensor x) { return Functional.maxPool2d(x, options); }

    /// The largest of normal numbers, rectified or not, which may be alike; unknown of others. The border isn't counted.
    @Override
    public Passage propagate(Signal in) {
        if (in.places() != null) return PoolTheory.placedMax(in, this);
        return PoolTheory.max(in, options.rows().kernel() * (double) options.columns().kernel(),
            options.rows().stride() * (double) options.columns().stride());
    }

    @Override
    public String toString() { return options.describe("MaxPool2d"); }
}
