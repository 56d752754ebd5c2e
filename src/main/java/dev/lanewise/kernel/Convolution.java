package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Epilogue;
import dev.lanewise.kernel.expr.Fold;
import java.util.Arrays;
import java.util.function.IntConsumer;

/// A convolution of one size, `[batch, channels, height, width]` to `[batch, outputs, rows, columns]`, and its two gradients, each
/// of the three the derivative of the others.
///
/// Each is a product with the matrix of [Windows], which is made in tiles, a few megabytes a thread: a tile begins at a multiple of
/// 256 columns and of 256 rows, the blocks of a product's steps, so that the bits are those of the whole matrix. The weight is
/// `[outputs, terms]`, an output's terms being the places of the window on the channels of its group.
public final class Convolution {

    /// Floats of a tile, and as many of the results that belong to it: 2 MB each, and of all threads 64 MB at the most.
    private static final int TILE = 1 << 19;
    private static final int TILES = 1 << 23;
    private static final int LEAST_TILE = Gemm.K_BLOCK * Gemm.K_BLOCK;
    private static final int MOST_COLUMNS = 1 << 14;
    /// Rows of the matrix for a thread to have enough of a weight's gradient.
    private static final int ROWS_WORTHWHILE = 64;

    private final Windows windows;
    private final int groups;
    /// Channels of a group.
    private final int channels;
    /// Results of a group.
    private final int outputs;
    private final int terms;
    private final int positions;
    private final int plane;

    /// @param outputs of all groups
    public Convolution(Windows windows, int outputs, int groups) {
        this.windows = windows;
        this.groups = groups;
        this.channels = windows.channels() / groups;
        this.outputs = outputs / groups;
        this.terms = channels * windows.places();
        this.positions = windows.positions();
        this.plane = windows.plane();
    }

    /// The results' sums of weighted inputs, plus a bias for each output, unless it is null.
    public void forward(float[] x, int xo, float[] weight, int wo, float[] bias, int biasOffset, float[] y, int yo) {
        if (positions == 0) return;
        int threads = threads();
        int parts = Math.ceilDiv(threads == 1 ? 1 : 2 * threads, groups);
        int width = Math.min(width() / Gemm.K_BLOCK, Math.ceilDiv(Math.ceilDiv(positions, parts), Gemm.K_BLOCK)) * Gemm.K_BLOCK;
        int tiles = Math.ceilDiv(positions, width);
        run(threads, groups * tiles, task -> {
            int from = task / groups * width;
            results(task % groups, from, Math.min(width, positions - from), x, xo, weight, wo, bias, biasOffset, y, yo);
        });
    }

    /// Of some positions of a group.
    private void results(int group, int from, int n, float[] x, int xo, float[] weight, int wo, float[] bias, int biasOffset,
                         float[] y, int yo) {
        int most = mostRows();
        boolean inPlace = isInOneImage(from, n);
        try (var matrix = Scratch.WINDOWS.borrow(); var apart = inPlace ? null : Scratch.RESULTS.borrow()) {
            var tile = matrix.array(Math.min(terms, most) * n);
            for (int o = 0, rows; o < outputs; o += rows) {
                rows = Math.min(most, outputs - o);
                int output = group * outputs + o;
                var sums = inPlace ? y : apart.array(rows * n);
                int at = inPlace ? yo + place(output, from) : 0;
                for (int t = 0, steps; t < terms; t += steps) {
                    steps = Math.min(most, terms - t);
                    if (o == 0 || terms > most) windows.columns(x, xo, group * terms + t, steps, from, n, tile, 0, n);
                    Gemm.run(rows, n, steps, weight, wo + output * terms + t, terms, false, tile, 0, n, false,
                        sums, at, inPlace ? plane : n, t > 0, Epilogue.IDENTITY, t + steps == terms ? bias : null,
                        biasOffset + output, true);
                }
                if (!inPlace) copy(false, y, yo, output, rows, from, n, sums);
            }
        }
    }

    /// Adds the gradient of the images, of which `y` are the results' gradients, to `x`.
    public void addImages(float[] y, int yo, float[] weight, int wo, float[] x, int xo) {
        if (positions == 0) return;
        int width = width();
        int threads = threads();
        // an image's positions stay together
        int parts = Math.min(windows.batch(), Math.ceilDiv(threads == 1 ? 1 : 2 * threads, groups));
        run(threads, groups * parts, task -> {
            int first = Cut.at(windows.batch(), parts, task / groups) * plane;
            int end = Cut.at(windows.batch(), parts, task / groups + 1) * plane;
            for (int to = end, n; to > first; to -= n) {
                n = Math.min(width, to - first);
                addImages(task % groups, to - n, n, y, yo, weight, wo, x, xo);
            }
        });
    }

    private void addImages(int group, int from, int n, float[] y, int yo, float[] weight, int wo, float[] x, int xo) {
        int most = mostRows();
        boolean inPlace = isInOneImage(from, n);
        try (var matrix = Scratch.WINDOWS.borrow(); var apart = inPlace ? null : Scratch.RESULTS.borrow()) {
            var tile = matrix.array(Math.min(terms, most) * n);
            var slopes = inPlace ? y : apart.array(Math.min(outputs, most) * n);
            for (int t = 0, rows; t < terms; t += rows) {
                rows = Math.min(most, terms - t);
                for (int o = 0, steps; o < outputs; o += steps) {
                    steps = Math.min(most, outputs - o);
                    int output = group * outputs + o;
                    if (!inPlace && (t == 0 || outputs > most)) copy(true, y, yo, output, steps, from, n, slopes);
                    Gemm.run(rows, n, steps, weight, wo + output * terms + t, terms, true,
                        slopes, inPlace ? yo + place(output, from) : 0, inPlace ? plane : n, false, tile, 0, n,
                        o > 0, Epilogue.IDENTITY, null, 0, false);
                }
                windows.addColumns(tile, 0, n, group * terms + t, rows, from, n, x, xo);
            }
        }
    }

    /// The gradient of the weight, `y` being the results' gradients.
    public void weight(float[] x, int xo, float[] y, int yo, float[] weight, int wo) {
        if (positions == 0) {
            Arrays.fill(weight, wo, wo + groups * outputs * terms, 0f);
            return;
        }
        int width = width();
        int most = mostRows();
        int threads = threads();
        int parts = Math.clamp(Math.min(Math.ceilDiv(threads, groups), terms / ROWS_WORTHWHILE), 1, channels);
        run(threads, groups * parts, task -> {
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
        boolean inPlace = isInOneImage(from, n);
        try (var matrix = Scratch.WINDOWS.borrow(); var apart = inPlace ? null : Scratch.RESULTS.borrow()) {
            var tile = matrix.array(columns * n);
            windows.columns(x, xo, group * terms + t, columns, from, n, tile, 0, n);
            for (int o = 0, rows; o < outputs; o += rows) {
                rows = Math.min(most, outputs - o);
                int output = group * outputs + o;
                var slopes = inPlace ? y : apart.array(rows * n);
                if (!inPlace) copy(true, y, yo, output, rows, from, n, slopes);
                Gemm.run(rows, columns, n, slopes, inPlace ? yo + place(output, from) : 0, inPlace ? plane : n, false,
                    tile, 0, n, true, weight, wo + output * terms + t, terms, from > 0, Epilogue.IDENTITY, null, 0, false);
            }
        }
    }

    /// The gradient of the bias: the sum of each output's gradients, image after image.
    public void bias(float[] y, int yo, float[] bias, int biasOffset) {
        int chunks = Math.ceilDiv(positions, Fold.CHUNK);
        var partial = positions <= TILE ? null : new float[chunks];
        int all = groups * outputs;
        int most = positions == 0 ? all : Math.max(1, TILE / positions);
        try (var apart = Scratch.RESULTS.borrow()) {
            for (int o = 0, rows; o < all; o += rows) {
                rows = Math.min(most, all - o);
                if (positions <= TILE) {
                    var values = apart.array(rows * positions);
                    copy(true, y, yo, o, rows, 0, positions, values);
                    Reductions.SUM.rows(values, 0, null, 0, null, 0, null, rows, positions, bias, biasOffset + o);
                    continue;
                }
                // a long sum is one of chunks
                var values = apart.array(Fold.CHUNK);
                for (int chunk = 0; chunk < chunks; chunk++) {
                    int from = chunk * Fold.CHUNK;
                    int n = Math.min(Fold.CHUNK, positions - from);
                    copy(true, y, yo, o, 1, from, n, values);
                    Reductions.SUM.rows(values, 0, null, 0, null, 0, null, 1, n, partial, chunk);
                }
                Reductions.SUM.rows(partial, 0, null, 0, null, 0, null, 1, chunks, bias, biasOffset + o);
            }
        }
    }

    /// Positions of a tile: whole blocks of a product's steps.
    private int width() {
        int columns = tile() / Math.min(mostRows(), Math.max(terms, outputs));
        return Math.clamp(columns, Gemm.K_BLOCK, MOST_COLUMNS) / Gemm.K_BLOCK * Gemm.K_BLOCK;
    }

    /// Rows of a tile, and results of a group, that are taken at a time: whole blocks, too.
    private static int mostRows() { return tile() / Gemm.K_BLOCK / Gemm.K_BLOCK * Gemm.K_BLOCK; }

    private static int tile() { return Math.clamp(TILES / Pool.threads(), LEAST_TILE, TILE); }

    /// Threads that have enough to do.
    private int threads() { return Cost.threads((double) positions * terms * outputs * groups); }

    /// By several threads, if there is a task for each; or one task after the other, whose products are shared by threads.
    private static void run(int threads, int tasks, IntConsumer task) {
        if (threads > 1 && tasks >= threads) Pool.forEach(tasks, task);
        else for (int i = 0; i < tasks; i++) task.accept(i);
    }

    private boolean isInOneImage(int from, int n) { return n <= plane - from % plane; }

    /// Of an output's result at a position, among all results.
    private int place(int output, int position) {
        return (position / plane * groups * outputs + output) * plane + position % plane;
    }

    /// Between results and rows of `n` positions each.
    private void copy(boolean out, float[] y, int yo, int output, int rows, int from, int n, float[] values) {
        for (int i = 0; i < rows; i++)
            for (int done = 0, now; done < n; done += now) {
                int position = from + done;
                now = Math.min(plane - position % plane, n - done);
                int at = yo + place(output + i, position);
                if (out) System.arraycopy(y, at, values, i * n + done, now);
                else System.arraycopy(values, i * n + done, y, at, now);
            }
    }
}
