package dev.lanewise.tensor;

import dev.lanewise.kernel.Windows;
import java.util.Arrays;

/// Images as columns of windows, which makes a convolution a matrix product; and back.
///
/// The two are each other's gradient. Both keep the columns in memory as [channels x window, batch, positions], so that
/// all positions of a batch are one long row of a matrix; the shape that callers see is a view of that.
public final class Unfold {

    private Unfold() {}

    /// How windows lie along one dimension: places `dilation` apart, windows `stride` apart, `padding` zeros at either end.
    public record Axis(int kernel, int stride, int padding, int dilation) {

        /// Refuses numbers that no window has.
        public Axis {
            if (kernel < 1 || stride < 1 || padding < 0 || dilation < 1) throw new IllegalArgumentException("convolution: kernel "
                + kernel + ", stride " + stride + ", padding " + padding + ", dilation " + dilation
                + "; kernel, stride and dilation must be 1 or more, padding 0 or more");
        }

        /// From the first place of a window to the last.
        public long extent() { return (long) dilation * (kernel - 1) + 1; }

        /// How many windows fit.
        ///
        /// @throws IllegalArgumentException if none does
        public int positions(String operation, int size) {
            long padded = size + 2L * padding;
            if (padded < extent()) throw new IllegalArgumentException(operation + ": a kernel of " + kernel
                + (dilation == 1 ? "" : ", dilated to " + extent() + ",") + " is larger than the input of " + size
                + (padding == 0 ? "" : ", padded to " + padded) + "; use a smaller kernel or more padding");
            long positions = (padded - extent()) / stride + 1;
            if (positions > Integer.MAX_VALUE) throw new IllegalArgumentException(operation + ": an input of " + size
                + ", padded to " + padded + ", has " + positions
                + " windows, more than 2^31 - 1; use less padding or a larger stride");
            return (int) positions;
        }
    }

    /// Windows over rows and columns.
    public record Window(Axis rows, Axis columns) {

        /// Places in a window.
        ///
        /// @throws IllegalArgumentException if they are more than an array holds
        public int places() {
            long places = (long) rows.kernel * columns.kernel;
            if (places > Integer.MAX_VALUE) throw new IllegalArgumentException("convolution: a kernel of " + rows.kernel + " x "
                + columns.kernel + " has more than 2^31 - 1 places, the most that a Java array holds; use a smaller one");
            return (int) places;
        }

        /// The kernel and how it goes over the input, as errors name them.
        private String description() {
            return "kernel " + rows.kernel + " x " + columns.kernel + ", stride " + rows.stride + " x " + columns.stride
                + ", padding " + rows.padding + " x " + columns.padding
                + (rows.dilation == 1 && columns.dilation == 1 ? "" : ", dilation " + rows.dilation + " x " + columns.dilation);
        }

        private int positions(String operation, Shape input, Axis axis, int size) {
            try {
                return axis.positions(operation, size);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + " (input " + input + ", " + description() + ")", e);
            }
        }

        /// The shape of what an operation makes of an input.
        ///
        /// @throws IllegalArgumentException if it is larger than an array
        Shape result(String operation, Shape input, int... sizes) {
            double numel = 1;
            for (int size : sizes) numel *= size;
            if (numel > Integer.MAX_VALUE) throw new IllegalArgumentException(operation + ": of an input of " + input + ", "
                + description() + " makes " + Arrays.toString(sizes) + ", more than 2^31 - 1 elements, the most that a Java array"
                + " holds; use a smaller batch, or fewer channels, or a larger stride if it is of windows");
            return Shape.of(sizes);
        }
    }

    /// Which windows of which images.
    record Grid(Window window, int batch, int channels, int height, int width, int rows, int columns) {

        /// As many windows as fit.
        ///
        /// @param x `[batch, channels, height, width]`
        static Grid of(String operation, Tensor x, Window window) {
            return new Grid(window, x.size(0), x.size(1), x.size(2), x.size(3),
                window.positions(operation, x.shape(), window.rows, x.size(2)),
                window.positions(operation, x.shape(), window.columns, x.size(3)));
        }

        /// Whether it is what [#of] gives.
        boolean isOf(Tensor x, Window window) {
            return this.window.equals(window) && x.size(0) == batch && x.size(1) == channels && x.size(2) == height
                && x.size(3) == width;
        }

        /// Of the columns as they lie in memory.
        Shape columnsShape() { return Shape.of(channels * window.places(), batch, rows * columns); }

        Shape images() { return Shape.of(batch, channels, height, width); }

        /// For the kernel.
        Windows windows() {
            return new Windows(batch, channels, axis(height, rows, window.rows), axis(width, columns, window.columns));
        }

        private static Windows.Axis axis(int size, int positions, Axis axis) {
            return new Windows.Axis(size, positions, axis.kernel, axis.stride, axis.padding, axis.dilation);
        }
    }

    /// `[batch, channels, height, width] -> [batch, channels * places, positions]`, PyTorch's order of all three; what
    /// lies outside the image is 0.
    ///
    /// @throws IllegalArgumentException if no window fits
    public static Tensor unfold(Tensor x, Window window) {
        if (x.shape().rank() != 4) throw new IllegalArgumentException(
            "unfold: the input has shape " + x.shape() + ", but [batch, channels, height, width] is expected");
        var grid = Grid.of("unfold", x, window);
        window.result("unfold", x.shape(), x.size(0), x.size(1), window.places(), grid.rows, grid.columns);
        return unfold(x, grid);
    }

    private static Tensor unfold(Tensor x, Grid grid) {
        return Autograd.record(columns(x, grid), "unfold", Edge.free(x, g -> fold(g, grid))).permute(1, 0, 2);
    }

    /// As in memory, without a record.
    private static Tensor columns(Tensor x, Grid grid) {
        var windows = grid.windows();
        var dense = View.gathered(x);
        var columns = Tensor.empty(grid.columnsShape());
        windows.columns(dense.data(), dense.layout.offset(), 0, columns.size(0), 0, windows.positions(),
            columns.data(), 0, windows.positions());
        return columns;
    }

    /// Adds up windows where they overlap:
    /// `[batch, channels * places, rows * columns] -> [batch, channels, height, width]`.
    ///
    /// @param rows    positions of the window from top to bottom; there may be fewer than would fit
    /// @param columns positions from left to right
    /// @throws IllegalArgumentException if the shape is another, or there are more positions than fit
    public static Tensor fold(Tensor x, Window window, int rows, int columns, int height, int width) {
        if (x.shape().rank() != 3 || x.size(1) % window.places() != 0 || x.size(2) != (long) rows * columns)
            throw new IllegalArgumentException("fold: the input has shape " + x.shape() + ", but [batch, channels * "
                + window.places() + ", " + rows + " * " + columns + "] is expected");
        if (rows > window.rows.positions("fold", height) || columns > window.columns.positions("fold", width))
            throw new IllegalArgumentException("fold: " + rows + " x " + columns + " windows are more than fit into an image of "
                + height + " x " + width);
        var grid = new Grid(window, x.size(0), x.size(1) / window.places(), height, width, rows, columns);
        window.result("fold", x.shape(), grid.batch, grid.channels, height, width);
        return fold(x.permute(1, 0, 2), grid);
    }

    private static Tensor fold(Tensor columns, Grid grid) {
        return Autograd.record(images(columns, grid), "fold", Edge.free(columns, g -> unfold(g, grid).permute(1, 0, 2)));
    }

    /// Without a record.
    private static Tensor images(Tensor columns, Grid grid) {
        var windows = grid.windows();
        var dense = View.gathered(columns);
        var images = Tensor.blank(grid.images());
        windows.addColumns(dense.data(), dense.layout.offset(), windows.positions(), 0, columns.size(0), 0, windows.positions(),
            images.data(), 0);
        return images;
    }
}
