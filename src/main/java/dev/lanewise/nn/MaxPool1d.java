package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// The largest element of each window: of `[batch, channels, length]` or `[channels, length]`, with
/// (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1 positions along the length, rounded down, or up in ceil mode. A
/// NaN is the largest; among equals, the first gets the gradient. Padding is minus infinity.
public final class MaxPool1d extends Layer implements Propagating {

    private final PoolOptions options;

    /// As far from a window to the next as it is large.
    public MaxPool1d(int kernel) { this(PoolOptions.kernel(kernel)); }

    /// Without padding.
    public MaxPool1d(int kernel, int stride) { this(PoolOptions.kernel(kernel).stride(stride)); }

    /// Windows as the options have them.
    ///
    /// @throws IllegalArgumentException if the options have what this layer doesn't
    public MaxPool1d(PoolOptions options) {
        this.options = Objects.requireNonNull(options, "maxPool1d: no options");
        options.line("maxPool1d").ofMax("maxPool1d");
    }

    /// How it goes over its input.
    public PoolOptions options() { return options; }

    @Override
    public Tensor forward(Tensor x) { return Functional.maxPool1d(x, options); }

    /// The largest of normal numbers, rectified or not, which may be alike; unknown of others. The border isn't counted.
    @Override
    public Passage propagate(Signal in) {
        if (in.places() != null) return PoolTheory.placedMax(in, this);
        return PoolTheory.max(in, options.columns().kernel(), options.columns().stride());
    }

    @Override
    public String toString() { return options.describe("MaxPool1d"); }
}
