package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// The largest element of each of so many windows as the output is to have, which together cover
/// `[batch, channels, height, width]` or `[channels, height, width]`: along each side, window i goes from i side / size, rounded
/// down, to (i + 1) side / size, rounded up. A NaN is the largest; among equals, the first gets the gradient.
public final class AdaptiveMaxPool2d extends Layer implements Propagating {

    private final int rows;
    private final int columns;

    /// Windows for square outputs of this size.
    ///
    /// @param size the output's height and width
    public AdaptiveMaxPool2d(int size) { this(size, size); }

    /// Of that height and width.
    public AdaptiveMaxPool2d(int rows, int columns) {
        this.rows = Pools.checkAdaptive("adaptiveMaxPool2d", rows);
        this.columns = Pools.checkAdaptive("adaptiveMaxPool2d", columns);
    }

    /// Of the output.
    public int rows() { return rows; }

    /// Of the output.
    public int columns() { return columns; }

    @Override
    public Tensor forward(Tensor x) { return Functional.adaptiveMaxPool2d(x, rows, columns); }

    /// The largest of normal numbers, rectified or not, which may be alike; unknown of others.
    @Override
    public Passage propagate(Signal in) {
        if (in.places() != null) return PoolTheory.placedMax(in, this);
        return PoolTheory.maxOf(in, rows * (double) columns);
    }

    @Override
    public String toString() { return "AdaptiveMaxPool2d(" + PoolOptions.pair(rows, columns) + ")"; }
}
