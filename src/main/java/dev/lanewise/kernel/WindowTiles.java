package dev.lanewise.kernel;

import dev.lanewise.kernel.Convolution.Grid;
import dev.lanewise.kernel.Convolution.Sizes;
import dev.lanewise.kernel.expr.Epilogue;

/// A convolution whose matrix of [Windows] is made in tiles, a few megabytes a thread, each of several images' positions: for
/// images of few positions, which would leave register tiles half empty.
///
/// A tile begins at a multiple of 256 columns and of 256 rows, the blocks of a product's steps, so that the bits are those of the
/// whole matrix: of a weight's gradient, too, whose steps are positions.
final class WindowTiles implements Convolution.Way {

    /// Floats of a tile, and as many of the results that belong to it: 2 MB each, and of all threads 64 MB at the most.
    private static final int TILE = 1 << 19;
    private static final int TILES = 1 << 23;
    private static final int LEAST_TILE = Gemm.K_BLOCK * Gemm.K_BLOCK;
    private static final int MOST_COLUMNS = 1 << 14;
    /// Rows of the matrix for a thread to have enough of a weight's gradient.
    private static final int ROWS_WORTHWHILE = 64;

    private final Sizes sizes;
    private final Windows windows;
    private final int outputs;
    private final int terms;

    WindowTiles(Sizes sizes) {
        this.sizes = sizes;
        this.windows = sizes.windows();
        this.outputs = sizes.outputs();
        this.terms = sizes.terms();
    }

    @Override
    public void forward(float[] x, int xo, float[] weight, int wo, float[] bias, int biasOffset, float[] y, int yo, Grid grid) {
        int threads = sizes.threads();
        int groups = sizes.groups();
        int positions = windows.positions();
        int parts = Math.ceilDiv(threads == 1 ? 1 : 2 * threads, groups);
        int width = Math.min(width() / Gemm.K_BLOCK, Math.ceilDiv(Math.ceilDiv(positions, parts), Gemm.K_BLOCK)) * Gemm.K_BLOCK;
        int tiles = Math.ceilDiv(positions, width);
        Convolution.run(threads, groups * tiles, task -> {
            int from = task / groups * width;
            results(task % groups, from, Math.min(width, positions - from), x, xo, weight, wo, bias, biasOffset, y, yo, grid);
        });
    }

    /// Of some positions of a group.
    private void results(int group, int from, int n, float[] x, int xo, float[] weight, int wo, float[] bias, int biasOffset,
                         float[] y, int yo, Grid grid) {
        int most = mostRows();
        try (var matrix = Scratch.WINDOWS.borrow(); var apart = Scratch.RESULTS.borrow()) {
            var tile = matrix.array(Math.min(terms, most) * n);
            for (int o = 0, rows; o < outputs; o += rows) {
                rows = Math.min(most, outputs - o);
                int output = group * outputs + o;
                var sums = apart.array(rows * n);
                int t = 0;
                do {
                    int steps = Math.min(most, terms - t);
                    if (o == 0 || terms > most) windows.columns(x, xo, group * terms + t, steps, from, n, tile, 0, n);
                    Gemm.run(rows, n, steps, weight, wo + output * terms + t, terms, false, tile, 0, n, false,
                        sums, 0, n, t > 0, Epilogue.IDENTITY, t + steps == terms ? bias : null, biasOffset + output, true);
                    t += steps;
                } while (t < terms);
                Convolution.gather(sizes, grid, false, y, yo, output, rows, from, n, sums);
            }
        }
    }

    @Override
    public void weight(float[] x, int xo, float[] y, int yo, float[] weight, int wo) {
        int width = width();
        int most = mostRows();
        int threads = sizes.threads();
        int groups = sizes.groups();
        int channels = sizes.channels();
        int positions = windows.positions();
        int parts = Math.clamp(Math.min(Math.ceilDiv(threads, groups), terms / ROWS_WORTHWHILE), 1, Math.max(1, channels));
        Convolution.run(threads, groups * parts, task -> {
            int first = Cut.at(channels, parts, task / groups) * windows.places();
            int end = Cut.at(channels, parts, task / groups + 1) * windows.places();
            for (int from = 0, n; from < positions; from += n) {
                n = Math.min(width, positions - from);
                for (int t = first, rows; t < end; t += rows) {
                    rows = Math.min(most, end - t);
                    weight(task % groups, t, rows, from, n, x, xo, y, yo, weight, wo);
                }
            }
        });
    }

    private void weight(int group, int t, int columns, int from, int n, float[] x, int xo, float[] y, int yo,
                        float[] weight, int wo) {
        int most = mostRows();
        var grid = new Grid(0, windows.across().positions(), 1, windows.plane());
        try (var matrix = Scratch.WINDOWS.borrow(); var apart = Scratch.RESULTS.borrow()) {
            var tile = matrix.array(columns * n);
            windows.columns(x, xo, group * terms + t, columns, from, n, tile, 0, n);
            for (int o = 0, rows; o < outputs; o += rows) {
                rows = Math.min(most, outputs - o);
                int output = group * outputs + o;
                var slopes = apart.array(rows * n);
                Convolution.gather(sizes, grid, true, y, yo, output, rows, from, n, slopes);
                Gemm.run(rows, columns, n, slopes, 0, n, false, tile, 0, n, true, weight, wo + output * terms + t, terms,
                    from > 0, Epilogue.IDENTITY, null, 0, false);
            }
        }
    }

    /// Positions of a tile: whole blocks of a product's steps.
    private int width() {
        int columns = tile() / Math.min(mostRows(), Math.max(1, Math.max(terms, outputs)));
        return Math.clamp(columns, Gemm.K_BLOCK, MOST_COLUMNS) / Gemm.K_BLOCK * Gemm.K_BLOCK;
    }

    /// Rows of a tile, and results of a group, that are taken at a time: whole blocks, too.
    private static int mostRows() { return tile() / Gemm.K_BLOCK / Gemm.K_BLOCK * Gemm.K_BLOCK; }

    private static int tile() { return Math.clamp(TILES / Pool.threads(), LEAST_TILE, TILE); }
}
