package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;

/// The average of each of so many windows as the output is to have, which together cover `[batch, channels, height, width]` or
/// `[channels, height, width]`: along each side, window i goes from i side / size, rounded down, to (i + 1) side / size, rounded
/// up. Of 1, it is the average of all.
public final class AdaptiveAvgPool2d extends Layer implements Propagating {

    private final int rows;
    private final int columns;

    /// Windows for square outputs of this size.
    ///
    /// @param size the output's height and width
    public AdaptiveAvgPool2d(int size) { this(size, size); }

    /// Of that height and width.
    public AdaptiveAvgPool2d(int rows, int columns) {
        this.rows = Pools.checkAdaptive("adaptiveAvgPool2d", rows);
        this.columns = Pools.checkAdaptive("adaptiveAvgPool2d", columns);
    }

    /// Of the output.
    public int rows() { return rows; }

    /// Of the output.
    public int columns() { return columns; }

    @Override
    public Tensor forward(Tensor x) { return Functional.adaptiveAvgPool2d(x, rows, columns); }

    /// A window's mean, of positions that may be alike.
    @Override
    public Passage propagate(Signal in) {
        return in.places() != null ? PoolTheory.placed(in, this) : PoolTheory.averageOf(in, rows * (double) columns);
    }

    @Override
    public String toString() { return "AdaptiveAvgPool2d(" + PoolOptions.pair(rows, columns) + ")"; }
}
