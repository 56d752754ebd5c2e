package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// The largest element of each of so many windows as the output is to have, which together cover `[batch, channels, length]` or
/// `[channels, length]`: window i goes from i length / size, rounded down, to (i + 1) length / size, rounded up. A NaN is the
/// largest; among equals, the first gets the gradient.
public final class AdaptiveMaxPool1d extends Layer implements Propagating {

    private final int size;

    /// Windows as long as they have to be for outputs of this length.
    ///
    /// @param size the output's length
    public AdaptiveMaxPool1d(int size) { this.size = Pools.checkAdaptive("adaptiveMaxPool1d", size); }

    /// Of the output.
    public int size() { return size; }

    @Override
    public Tensor forward(Tensor x) { return Functional.adaptiveMaxPool1d(x, size); }

    /// The largest of normal numbers, rectified or not, which may be alike; unknown of others.
    @Override
    public Passage propagate(Signal in) {
        if (in.places() != null) return PoolTheory.placedMax(in, this);
        return PoolTheory.maxOf(in, size);
    }

    @Override
    public String toString() { return "AdaptiveMaxPool1d(" + size + ")"; }
}
