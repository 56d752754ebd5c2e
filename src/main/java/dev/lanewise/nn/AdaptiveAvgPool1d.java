package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// The average of each of so many windows as the output is to have, which together cover `[batch, channels, length]` or
/// `[channels, length]`: window i goes from i length / size, rounded down, to (i + 1) length / size, rounded up. Of 1, it is the
/// average of all.
public final class AdaptiveAvgPool1d extends Layer implements Propagating {

    private final int size;

    /// Windows as long as they have to be for outputs of this length.
    ///
    /// @param size the output's length
    public AdaptiveAvgPool1d(int size) { this.size = Pools.checkAdaptive("adaptiveAvgPool1d", size); }

    /// Of the output.
    public int size() { return size; }

    @Override
    public Tensor forward(Tensor x) { return Functional.adaptiveAvgPool1d(x, size); }

    /// A window's mean, of positions that may be alike.
    @Override
    public Passage propagate(Signal in) {
        return in.places() != null ? PoolTheory.placed(in, this) : PoolTheory.averageOf(in, size);
    }

    @Override
    public String toString() { return "AdaptiveAvgPool1d(" + size + ")"; }
}
