package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Fold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.IntConsumer;

/// A convolution of one size, `[batch, channels, height, width]` to `[batch, outputs, rows, columns]`, and its two gradients,
/// each of the three the derivative of the others.
///
/// A result is one chain of multiply-adds over the terms of the weight `[outputs, terms]`, in the blocks of a [Gemm]: an output's
/// terms are the places of the window on the channels of its group. The images' gradient is a convolution as well, of the
/// results' gradients over the outputs and the places that reach an element, as elements see the windows ([Windows.Axis#seen]).
/// The weight's gradient is a product over positions, in blocks that depend on the size alone.
///
/// The matrix of [Windows] is nowhere made as a whole: [WindowTiles] and [WindowLines] say how it is read.
public final class Convolution {

    /// How the matrix is read.
    sealed interface Way permits WindowTiles, WindowLines {

        /// The results, of which `grid` says where they lie.
        void forward(float[] x, int xo, float[] weight, int wo, float[] bias, int biasOffset, float[] y, int yo, Grid grid);

        /// The gradient of the weight, `y` being the results' gradients, in order.
        void weight(float[] x, int xo, float[] y, int yo, float[] weight, int wo);
    }

    /// What is convolved.
    ///
    /// @param channels of a group
    /// @param outputs  of a group
    record Sizes(Windows windows, int groups, int channels, int outputs) {

        int terms() { return channels * windows.places(); }

        /// Threads that have enough to do.
        int threads() { return Cost.threads((double) windows.positions() * terms() * outputs * groups); }
    }

    /// Where results lie: where the first one does, from one row of them to the next, from a column to the next, and from an
    /// output to the next.
    record Grid(int start, int row, int column, int plane) {

        /// Whether those of an output are in one piece, `columns` in a row.
        boolean isDense(int columns) { return column == 1 && row == columns; }

        /// Copies some results of an output to where they lie, or from there.
        ///
        /// @param from   the first one's number
        /// @param output of all images'
        void copy(boolean out, float[] y, int yo, int output, int from, int n, int columns, float[] values, int at) {
            int first = yo + start + output * plane;
            if (isDense(columns)) {
                if (out) System.arraycopy(y, first + from, values, at, n);
                else System.arraycopy(values, at, y, first + from, n);
                return;
            }
            for (int done = 0, now; done < n; done += now) {
                int position = from + done;
                int column = position % columns;
                // whole rows together
                int rows = column == 0 ? Math.max(1, (n - done) / columns) : 1;
                int wide = Math.min(columns - column, n - done);
                int to = first + position / columns * row + column * this.column;
                if (out) Strides.CURRENT.gather(rows, wide, y, to, row, this.column, values, at + done, wide);
                else Strides.scatter(rows, wide, values, at + done, wide, y, to, row, this.column);
                now = rows * wide;
            }
        }
    }

    /// Those of the images' elements that the same places reach, and these places' numbers.
    private record Seen(Convolution convolution, Grid grid, int[] down, int[] across) {}

    /// Positions of an image up to which several images share a tile, if there are enough outputs to make the copying worth it.
    private static final int FEW_POSITIONS = 128;
    private static final int MANY_OUTPUTS = 16;
    /// Floats whose sums are chunks of a bias' gradient.
    private static final int BIAS_TILE = 1 << 19;

    private final Sizes sizes;
    private final Grid grid;
    private final Way way;
    private volatile Seen[] seen;

    /// @param outputs of all groups
    public Convolution(Windows windows, int outputs, int groups) {
        this.sizes = new Sizes(windows, groups, windows.channels() / groups, outputs / groups);
        this.grid = new Grid(0, windows.across().positions(), 1, windows.plane());
        this.way = windows.plane() <= FEW_POSITIONS && sizes.outputs >= MANY_OUTPUTS ? new WindowTiles(sizes)
            : new WindowLines(sizes);
    }

    /// The results' sums of weighted inputs, plus a bias for each output, unless it is null.
    public void forward(float[] x, int xo, float[] weight, int wo, float[] bias, int biasOffset, float[] y, int yo) {
        if (sizes.windows.positions() > 0) way.forward(x, xo, weight, wo, bias, biasOffset, y, yo, grid);
    }

    /// The gradient of the images, of which `y` are the results' gradients.
    public void images(float[] y, int yo, float[] weight, int wo, float[] x, int xo) {
        images(y, yo, weight, wo, null, 0, x, xo);
    }

    /// The same plus a bias for each channel, unless it is null: what a transposed convolution gives.
    public void images(float[] y, int yo, float[] weight, int wo, float[] bias, int biasOffset, float[] x, int xo) {
        var windows = sizes.windows;
        int plane = windows.down().size() * windows.across().size();
        int all = windows.batch() * windows.channels() * plane;
        var parts = seen();
        long reached = 0;
        for (var part : parts) reached += (long) part.convolution.sizes.windows.positions() * windows.channels();
        // elements that no window has
        if (reached < all || sizes.outputs == 0)
            for (int channel = 0, at = xo; at < xo + all; channel = (channel + 1) % windows.channels(), at += plane)
                Arrays.fill(x, at, at + plane, bias == null ? 0f : 0f + bias[biasOffset + channel]);
        if (all == 0 || sizes.outputs == 0) return;
        try (var scratch = Scratch.TURNED.borrow()) {
            for (var part : parts) {
                var turned = scratch.array(sizes.groups * sizes.outputs * sizes.channels * part.down.length * part.across.length);
                turn(weight, wo, part, turned);
                part.convolution.way.forward(y, yo, turned, 0, bias, biasOffset, x, xo, part.grid);
            }
        }
    }

    /// The weight `[groups, outputs, channels, places]` as `[groups, channels, outputs, places of the part]`.
    private void turn(float[] weight, int wo, Seen part, float[] turned) {
        int across = sizes.windows.across().kernel();
        int places = sizes.windows.places();
        int count = part.down.length * part.across.length;
        for (int group = 0; group < sizes.groups; group++)
            for (int o = 0; o < sizes.outputs; o++)
                for (int c = 0; c < sizes.channels; c++) {
                    int from = wo + ((group * sizes.outputs + o) * sizes.channels + c) * places;
                    int to = ((group * sizes.channels + c) * sizes.outputs + o) * count;
                    for (int ky : part.down)
                        for (int kx : part.across) turned[to++] = weight[from + ky * across + kx];
                }
    }

    private Seen[] seen() {
        var parts = seen;
        return parts != null ? parts : (seen = makeSeen());
    }

    private Seen[] makeSeen() {
        var windows = sizes.windows;
        int width = windows.across().size();
        var parts = new ArrayList<Seen>();
        if (windows.positions() == 0) return new Seen[0];
        for (int row : windows.down().seenFrom())
            for (int column : windows.across().seenFrom()) {
                var images = new Windows(windows.batch(), sizes.groups * sizes.outputs, windows.down().seen(row),
                    windows.across().seen(column));
                parts.add(new Seen(new Convolution(images, windows.channels(), sizes.groups),
                    new Grid(row * width + column, windows.down().stride() * width, windows.across().stride(),
                        windows.down().size() * width),
                    windows.down().placesSeen(row), windows.across().placesSeen(column)));
            }
        return parts.toArray(Seen[]::new);
    }

    /// The gradient of the weight, `y` being the results' gradients.
    public void weight(float[] x, int xo, float[] y, int yo, float[] weight, int wo) {
        if (sizes.windows.positions() == 0) Arrays.fill(weight, wo, wo + sizes.groups * sizes.outputs * sizes.terms(), 0f);
        else way.weight(x, xo, y, yo, weight, wo);
    }

    /// The gradient of the bias: the sum of each output's gradients, image after image.
    public void bias(float[] y, int yo, float[] bias, int biasOffset) {
        sums(sizes, grid, y, yo, bias, biasOffset);
    }

    /// The gradient of what [#images] adds to each channel, of which `x` are the images' gradients.
    public void imagesBias(float[] x, int xo, float[] bias, int biasOffset) {
        var windows = sizes.windows;
        // elements as windows of one
        var elements = new Windows(windows.batch(), windows.channels(), windows.down().elements(), windows.across().elements());
        sums(new Sizes(elements, 1, windows.channels(), windows.channels()), new Grid(0, windows.across().size(), 1,
            elements.plane()), x, xo, bias, biasOffset);
    }

    private static void sums(Sizes sizes, Grid grid, float[] y, int yo, float[] bias, int biasOffset) {
        int positions = sizes.windows.positions();
        int chunks = Math.ceilDiv(positions, Fold.CHUNK);
        var partial = positions <= BIAS_TILE ? null : new float[chunks];
        int all = sizes.groups * sizes.outputs;
        int most = positions == 0 ? all : Math.max(1, BIAS_TILE / positions);
        try (var apart = Scratch.RESULTS.borrow()) {
            for (int o = 0, rows; o < all; o += rows) {
                rows = Math.min(most, all - o);
                if (positions <= BIAS_TILE) {
                    var values = apart.array(rows * positions);
                    gather(sizes, grid, true, y, yo, o, rows, 0, positions, values);
                    Reductions.SUM.rows(values, 0, null, 0, null, 0, null, rows, positions, bias, biasOffset + o);
                    continue;
                }
                // a long sum is one of chunks
                var values = apart.array(Fold.CHUNK);
                for (int chunk = 0; chunk < chunks; chunk++) {
                    int from = chunk * Fold.CHUNK;
                    int n = Math.min(Fold.CHUNK, positions - from);
                    gather(sizes, grid, true, y, yo, o, 1, from, n, values);
                    Reductions.SUM.rows(values, 0, null, 0, null, 0, null, 1, n, partial, chunk);
                }
                Reductions.SUM.rows(partial, 0, null, 0, null, 0, null, 1, chunks, bias, biasOffset + o);
            }
        }
    }

    /// Copies between results and rows of `n` positions each, counted through all images: of outputs that are counted through all
    /// groups.
    static void gather(Sizes sizes, Grid grid, boolean out, float[] y, int yo, int output, int rows, int from, int n,
        float[] values) {
        int plane = sizes.windows.plane();
        int columns = sizes.windows.across().positions();
        for (int i = 0; i < rows; i++)
            for (int done = 0, now; done < n; done += now) {
                int position = from + done;
                now = Math.min(plane - position % plane, n - done);
                grid.copy(out, y, yo, position / plane * sizes.groups * sizes.outputs + output + i, position % plane,
                    now, columns, values, i * n + done);
            }
    }

    /// By several threads, if there is a task for each; or one task after the other, whose products are shared by threads.
    static void run(int threads, int tasks, IntConsumer task) {
        if (threads > 1 && tasks >= threads) Pool.forEach(tasks, task);
        else for (int i = 0; i < tasks; i++) task.accept(i);
    }
}
