package dev.lanewise.nn;

import dev.lanewise.kernel.Windows;

/// How pooling goes over its input, by steps: `PoolOptions.kernel(3).stride(2).padding(1)`. Layers of one dimension take options
/// that are the same for rows and columns.
///
/// @param rows            windows from top to bottom
/// @param columns         windows from left to right
/// @param ceilMode        whether a last window that hangs over the end is one, too, unless it begins beyond it
/// @param countIncludePad whether an average counts the padding
/// @param divisorOverride what an average's sum is divided by; 0 for the number of elements
public record PoolOptions(Axis rows, Axis columns, boolean ceilMode, boolean countIncludePad, int divisorOverride) {

    /// Windows along one dimension: their places are `dilation` apart, they are `stride` apart, and the first begins `padding`
    /// before the input.
    public record Axis(int kernel, int stride, int padding, int dilation) {

        /// Refuses numbers below 1, and padding beyond half of a window.
        public Axis {
            if (kernel < 1 || stride < 1 || dilation < 1 || padding < 0 || padding > extent(kernel, dilation) / 2)
                throw new IllegalArgumentException("pooling: kernel " + kernel + ", stride " + stride + ", padding " + padding
                    + ", dilation " + dilation + "; kernel, stride and dilation must be 1 or more, padding 0 or more, and at most"
                    + " half of what a window spans");
        }

        private static long extent(int kernel, int dilation) { return (long) dilation * (kernel - 1) + 1; }

        /// The windows over so many elements.
        Windows.Axis over(String operation, int size, boolean ceilMode) {
            long room = size + 2L * padding - extent(kernel, dilation);
            long positions = Math.floorDiv(room + (ceilMode ? stride - 1 : 0), stride) + 1;
            if (ceilMode && (positions - 1) * stride >= (long) size + padding) positions--;
            if (size < 1 || positions < 1 || positions > Integer.MAX_VALUE) throw new IllegalArgumentException(operation
                + ": a kernel of " + kernel + (dilation == 1 ? "" : ", dilated to " + extent(kernel, dilation) + ",") + " has "
                + Math.max(0, positions) + " places in an input of " + size + (padding == 0 ? "" : ", padded by " + padding)
                + "; there must be one at least, and no more than 2^31 - 1: use another kernel, padding or stride");
            return new Windows.Axis(size, (int) positions, kernel, stride, padding, dilation);
        }
    }

    /// Refuses null.
    public PoolOptions {
        if (rows == null || columns == null) throw new IllegalArgumentException("pooling: rows " + rows + ", columns " + columns
            + "; neither may be null: begin with PoolOptions.kernel(…)");
    }

    /// A square kernel, as far to the next as it is large, without padding.
    public static PoolOptions kernel(int size) { return kernel(size, size); }

    /// As [#kernel(int)], of two sizes.
    public static PoolOptions kernel(int rows, int columns) {
        return new PoolOptions(new Axis(rows, rows, 0, 1), new Axis(columns, columns, 0, 1), false, true, 0);
    }

    /// How far it is from a window to the next; without being told, the kernel's size.
    public PoolOptions stride(int both) { return stride(both, both); }

    /// As [#stride(int)], of two sizes.
    public PoolOptions stride(int rows, int columns) {
        return with(new Axis(this.rows.kernel, rows, this.rows.padding, this.rows.dilation),
            new Axis(this.columns.kernel, columns, this.columns.padding, this.columns.dilation));
    }

    /// Elements before the first and after the last, at most half of what a window spans: minus infinity for the largest, 0 for
    /// averages.
    public PoolOptions padding(int both) { return padding(both, both); }

    /// As [#padding(int)], of two sizes.
    public PoolOptions padding(int rows, int columns) {
        return with(new Axis(this.rows.kernel, this.rows.stride, rows, this.rows.dilation),
            new Axis(this.columns.kernel, this.columns.stride, columns, this.columns.dilation));
    }

    /// How far a window's places are from each other; averages have none.
    public PoolOptions dilation(int both) { return dilation(both, both); }

    /// As [#dilation(int)], of two sizes.
    public PoolOptions dilation(int rows, int columns) {
        return with(new Axis(this.rows.kernel, this.rows.stride, this.rows.padding, rows),
            new Axis(this.columns.kernel, this.columns.stride, this.columns.padding, columns));
    }

    private PoolOptions with(Axis rows, Axis columns) {
        return new PoolOptions(rows, columns, ceilMode, countIncludePad, divisorOverride);
    }

    /// Whether a last window that hangs over the end is one, too, unless it begins beyond it.
    public PoolOptions ceilMode(boolean ceil) { return new PoolOptions(rows, columns, ceil, countIncludePad, divisorOverride); }

    /// Whether an average counts the padding, as it does without being told.
    public PoolOptions countIncludePad(boolean include) {
        return new PoolOptions(rows, columns, ceilMode, include, divisorOverride);
    }

    /// What an average's sum is divided by, instead of the number of elements.
    ///
    /// @throws IllegalArgumentException if it is 0
    public PoolOptions divisorOverride(int divisor) {
        if (divisor == 0) throw new IllegalArgumentException("pooling: a divisor of 0; give another, or leave it out for the"
            + " number of elements");
        return new PoolOptions(rows, columns, ceilMode, countIncludePad, divisor);
    }

    /// Of a layer of one dimension.
    PoolOptions line(String operation) {
        if (!rows.equals(columns)) throw new IllegalArgumentException(operation + ": " + describe(operation)
            + "; there is one dimension, so give one number of each: PoolOptions.kernel(2).stride(1)");
        return with(new Axis(1, 1, 0, 1), columns);
    }

    PoolOptions ofMax(String operation) {
        if (!countIncludePad || divisorOverride != 0) throw new IllegalArgumentException(operation + ": " + describe(operation)
            + "; the largest is not divided by anything: leave out what is for averages");
        return this;
    }

    PoolOptions ofAverage(String operation) {
        if (rows.dilation != 1 || columns.dilation != 1) throw new IllegalArgumentException(operation + ": " + describe(operation)
            + "; an average's windows have no gaps: leave out the dilation");
        return this;
    }

    /// As a layer shows it, without what is as usual.
    String describe(String layer) {
        var text = new StringBuilder(layer + "(kernel " + pair(rows.kernel, columns.kernel));
        if (rows.stride != rows.kernel || columns.stride != columns.kernel) text.append(", stride ")
            .append(pair(rows.stride, columns.stride));
        if (rows.padding != 0 || columns.padding != 0) text.append(", padding ").append(pair(rows.padding, columns.padding));
        if (rows.dilation != 1 || columns.dilation != 1) text.append(", dilation ").append(pair(rows.dilation, columns.dilation));
        if (ceilMode) text.append(", ceil mode");
        if (!countIncludePad) text.append(", without padding's count");
        if (divisorOverride != 0) text.append(", divisor ").append(divisorOverride);
        return text.append(")").toString();
    }

    static String pair(int rows, int columns) { return rows == columns ? "" + rows : rows + "x" + columns; }
}
