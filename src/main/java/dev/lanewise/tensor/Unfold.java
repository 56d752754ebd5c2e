package dev.lanewise.tensor;

/// Images as columns of windows, which makes a convolution a matrix product; and back.
///
/// The two are each other's gradient. Both keep the columns in memory as [channels x window, batch, positions], so that
/// all positions of a batch are one long row of a matrix; the shape that callers see is a view of that.
public final class Unfold {

    private Unfold() {}

    /// How windows lie along one dimension: places `dilation` apart, windows `stride` apart, `padding` zeros at either end.
    public record Axis(int kernel, int stride, int padding, int dilation) {

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
            return (int) ((padded - extent()) / stride) + 1;
        }

        /// The first window whose place `k` is not before the input's start.
        private int firstInside(int k) { return Math.max(0, Math.ceilDiv(padding - k * dilation, stride)); }

        /// The end of the windows whose place `k` is before the input's end.
        private int endInside(int k, int size, int positions) {
            return Math.clamp(Math.ceilDiv(size + padding - k * dilation, stride), 0, positions);
        }

        private int at(int position, int k) { return position * stride - padding + k * dilation; }
    }

    /// Windows over rows and columns.
    public record Window(Axis rows, Axis columns) {

        /// Places in a window.
        public int places() { return rows.kernel * columns.kernel; }
    }

    /// Which windows of which images.
    record Grid(Window window, int batch, int channels, int height, int width, int rows, int columns) {

        /// As many windows as fit.
        ///
        /// @param x `[batch, channels, height, width]`
        static Grid of(String operation, Tensor x, Window window) {
            return new Grid(window, x.size(0), x.size(1), x.size(2), x.size(3),
                window.rows.positions(operation, x.size(2)), window.columns.positions(operation, x.size(3)));
        }

        /// Whether it is what [#of] gives.
        boolean isOf(Tensor x, Window window) {
            return this.window.equals(window) && x.size(0) == batch && x.size(1) == channels && x.size(2) == height && x.size(3) == width;
        }

        /// Windows of an image.
        int positions() { return rows * columns; }

        Shape images() { return Shape.of(batch, channels, height, width); }

        /// As in memory.
        Shape columnsShape() { return Shape.of(channels * window.places(), batch, rows * columns); }
    }

    /// `[batch, channels, height, width] -> [batch, channels * places, positions]`, PyTorch's order of all three; what
    /// lies outside the image is 0.
    ///
    /// @throws IllegalArgumentException if no window fits
    public static Tensor unfold(Tensor x, Window window) {
        if (x.shape().rank() != 4) throw new IllegalArgumentException(
            "unfold: the input has shape " + x.shape() + ", but [batch, channels, height, width] is expected");
        return unfold(x, Grid.of("unfold", x, window));
    }

    private static Tensor unfold(Tensor x, Grid grid) {
        return Autograd.record(columns(x, grid), "unfold", Edge.free(x, g -> fold(g, grid))).permute(1, 0, 2);
    }

    /// As in memory, without a record.
    static Tensor columns(Tensor x, Grid grid) {
        var dense = View.gathered(x);
        var columns = Tensor.blank(grid.columnsShape());
        var out = columns.data();
        forEachRun(grid, (image, column, stride, n) -> {
            var data = dense.data();
            int from = dense.layout.offset() + image;
            if (stride == 1) System.arraycopy(data, from, out, column, n);
            else for (int i = 0; i < n; i++) out[column + i] = data[from + i * stride];
        });
        return columns;
    }

    /// Adds up windows where they overlap:
    /// `[batch, channels * places, rows * columns] -> [batch, channels, height, width]`.
    ///
    /// @param rows    positions of the window from top to bottom; there may be fewer than would fit
    /// @param columns positions from left to right
    /// @throws IllegalArgumentException if the shape is another, or there are more positions than fit
    public static Tensor fold(Tensor x, Window window, int rows, int columns, int height, int width) {
        if (x.shape().rank() != 3 || x.size(1) % window.places() != 0 || x.size(2) != rows * columns)
            throw new IllegalArgumentException("fold: the input has shape " + x.shape() + ", but [batch, channels * "
                + window.places() + ", " + rows + " * " + columns + "] is expected");
        if (rows > window.rows.positions("fold", height) || columns > window.columns.positions("fold", width))
            throw new IllegalArgumentException("fold: " + rows + " x " + columns + " windows are more than fit into an image of "
                + height + " x " + width);
        var grid = new Grid(window, x.size(0), x.size(1) / window.places(), height, width, rows, columns);
        return fold(x.permute(1, 0, 2), grid);
    }

    private static Tensor fold(Tensor columns, Grid grid) {
        return Autograd.record(images(columns, grid), "fold", Edge.free(columns, g -> unfold(g, grid).permute(1, 0, 2)));
    }

    /// Without a record.
    static Tensor images(Tensor columns, Grid grid) {
        var dense = View.gathered(columns);
        var images = Tensor.blank(grid.images());
        var out = images.data();
        forEachRun(grid, (image, column, stride, n) -> {
            var data = dense.data();
            int from = dense.layout.offset() + column;
            for (int i = 0; i < n; i++) out[image + i * stride] += data[from + i];
        });
        return images;
    }

    /// `n` neighbouring columns from `column` on, and the elements of the images, `stride` apart, that they are copies of.
    private interface Run {
        void at(int image, int column, int stride, int n);
    }

    private static void forEachRun(Grid grid, Run run) {
        var rows = grid.window.rows;
        for (int c = 0; c < grid.channels; c++)
            for (int ky = 0; ky < rows.kernel; ky++)
                for (int kx = 0; kx < grid.window.columns.kernel; kx++)
                    for (int b = 0; b < grid.batch; b++) forEachRun(grid, run, c, ky, kx, b);
    }

    /// One place of the window on one plane: a run for each row of positions.
    private static void forEachRun(Grid grid, Run run, int channel, int ky, int kx, int image) {
        var rows = grid.window.rows;
        var columns = grid.window.columns;
        int place = (channel * rows.kernel + ky) * columns.kernel + kx;
        int first = columns.firstInside(kx);
        int n = columns.endInside(kx, grid.width, grid.columns) - first;
        if (n <= 0) return;
        int lastRow = rows.endInside(ky, grid.height, grid.rows);
        for (int y = rows.firstInside(ky); y < lastRow; y++) {
            int from = ((image * grid.channels + channel) * grid.height + rows.at(y, ky)) * grid.width + columns.at(first, kx);
            int to = ((place * grid.batch + image) * grid.rows + y) * grid.columns + first;
            run.at(from, to, columns.stride, n);
        }
    }
}
