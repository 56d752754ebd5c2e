package dev.lanewise.kernel;

import dev.lanewise.kernel.Convolution.Grid;
import dev.lanewise.kernel.Convolution.Sizes;
import dev.lanewise.kernel.expr.Epilogue;
import dev.lanewise.kernel.expr.Fold;

/// A convolution whose matrix of [Windows] is read from [Lines], strip by strip of an image's positions; where windows are single
/// elements, the images are the matrix.
///
/// The weight's gradient is a product over positions in blocks of whole lines, up to 256 positions each, or of parts of one long
/// line, image after image. Of few outputs it is a sum over lanes instead: a dot product for each term, of blocks of 8,192
/// positions, whose results are summed as a row.
final class WindowLines implements Convolution.Way {

    /// Floats of a strip's lines: half a second-level cache.
    private static final int STRIP = 1 << 17;
    /// Columns of a strip that is a part of a line, at the least, unless even then its lines are more than [#MOST].
    private static final int LEAST_COLUMNS = 64;
    /// Positions that fill a register tile's vectors, and one, on the widest machine.
    private static final int TILE = 64;
    private static final int VECTOR = 16;
    /// Floats of lines that a thread has at a time, at the most, if there is anything less.
    private static final int MOST = 1 << 20;
    /// Outputs of a group up to which they are few.
    private static final int FEW_OUTPUTS = 3;

    private final Sizes sizes;
    private final Windows windows;
    private final int channels;
    private final int outputs;
    private final int terms;
    private final int rows;
    private final int columns;
    private final int plane;
    private final boolean inPlace;
    private final Blocks blocks;
    /// For threads that have begun since, others are made.
    private volatile Strips strips;

    /// An image's positions, cut into so many parts down and across.
    ///
    /// @param unit rows that a part has a multiple of, but for the last one
    record Blocks(int rows, int columns, int down, int across, int unit) {

        Blocks(int rows, int columns, int down, int across) { this(rows, columns, down, across, 1); }

        /// Of whole rows, or of parts of one, as even as they can be.
        static Blocks of(int rows, int columns, int most) {
            return columns <= most ? new Blocks(rows, columns, Math.ceilDiv(rows, most / columns), 1)
                : new Blocks(rows, columns, rows, Math.ceilDiv(columns, most));
        }

        int row(int i) { return Math.min(rows, Cut.at(Math.ceilDiv(rows, unit), down, i) * unit); }

        /// Of a part, at the most.
        int mostRows() { return Math.ceilDiv(Math.ceilDiv(rows, unit), down) * unit; }

        int column(int j) { return Cut.at(columns, across, j); }
    }

    /// What is read at a time, and how.
    ///
    /// @param cuts the strips of a result; of the weight's gradient, of its blocks
    private record Strips(int threads, Blocks cuts, Lines lines, int[] starts, Blocks gradientCuts, Lines gradientLines) {}

    WindowLines(Sizes sizes) {
        this.sizes = sizes;
        this.windows = sizes.windows();
        this.channels = sizes.channels();
        this.outputs = sizes.outputs();
        this.terms = sizes.terms();
        this.rows = windows.down().positions();
        this.columns = windows.across().positions();
        this.plane = windows.plane();
        this.inPlace = windows.down().isIdentity() && windows.across().isIdentity();
        this.blocks = plane == 0 ? null : Blocks.of(rows, columns, outputs <= FEW_OUTPUTS ? Fold.CHUNK : Gemm.K_BLOCK);
    }

    private Strips strips() {
        int threads = sizes.threads();
        var strips = this.strips;
        return strips != null && strips.threads == threads ? strips : (this.strips = makeStrips(threads));
    }

    private Strips makeStrips(int threads) {
        if (inPlace) return new Strips(threads, new Blocks(rows, columns, 1, 1), null, null,
            new Blocks(blocks.down, blocks.across, 1, 1), null);
        var cuts = cuts(threads);
        var lines = new Lines(windows, cuts.mostRows(), Math.ceilDiv(columns, cuts.across));
        var gradientCuts = cuts(blocks.down, blocks.across, Math.ceilDiv(rows, blocks.down),
            Math.ceilDiv(columns, blocks.across), 1);
        int most = Math.ceilDiv(blocks.across, gradientCuts.across) * Math.ceilDiv(columns, blocks.across);
        var gradientLines = new Lines(windows, Math.ceilDiv(blocks.down, gradientCuts.down) * Math.ceilDiv(rows, blocks.down),
            Math.min(columns, most));
        return new Strips(threads, cuts, lines, lines.starts(channels), gradientCuts, gradientLines);
    }

    /// The strips of each image's results.
    Blocks cuts(int threads) {
        int wanted = threads == 1 ? 1 : Math.ceilDiv(2 * threads, Math.max(1, windows.batch() * sizes.groups()));
        return inVectors(cuts(rows, columns, 1, 1, wanted), wanted);
    }

    /// Cuts `down` x `across` blocks, `high` rows and `wide` columns each, so that a strip's lines fit; into `wanted` at the
    /// least.
    private Blocks cuts(int down, int across, int high, int wide, int wanted) {
        long line = (long) Math.max(1, channels) * windows.across().kernel() * wide;
        int atOnce = down;
        while (atOnce > 1 && line * across * Lines.count(windows.down(), (long) atOnce * high) > STRIP) atOnce =
            Math.ceilDiv(atOnce, 2);
        int parts = Math.min(down, Math.max(wanted, Math.ceilDiv(down, atOnce)));
        if (parts < down) return new Blocks(down, across, parts, 1);
        long column = line * Lines.count(windows.down(), high);
        int least = Math.max(1, (int) Math.min(Math.ceilDiv(LEAST_COLUMNS, wide), MOST / column));
        int side = Math.clamp(STRIP / column, Math.min(least, across), across);
        side = Math.min(side, Math.max(least, Math.ceilDiv(across, Math.ceilDiv(wanted, parts))));
        return new Blocks(down, across, down, Math.ceilDiv(across, side));
    }

    /// Strips of whole register tiles, or of whole vectors, where some rows together have them: columns that don't fill a vector
    /// take as long as two.
    private Blocks inVectors(Blocks cuts, int wanted) {
        if (cuts.down == 1 || cuts.across > 1) return cuts;
        long line = (long) Math.max(1, channels) * windows.across().kernel() * columns;
        for (int positions = TILE; positions >= VECTOR; positions -= TILE - VECTOR) {
            int unit = positions / Windows.gcd(positions, columns);
            int all = Math.ceilDiv(rows, unit);
            int units = 1;
            // fewer than threads, they would all be one thread's
            if (2 * all < wanted || line * Lines.count(windows.down(), unit) > STRIP) continue;
            while (units * unit < rows && line * Lines.count(windows.down(), (units + 1L) * unit) <= STRIP) units++;
            return new Blocks(rows, columns, Math.max(Math.ceilDiv(all, units), Math.min(all, wanted)), 1, unit);
        }
        return cuts;
    }

    @Override
    public void forward(float[] x, int xo, float[] weight, int wo, float[] bias, int biasOffset, float[] y, int yo, Grid grid) {
        var strips = strips();
        int groups = sizes.groups();
        int parts = strips.cuts.down * strips.cuts.across;
        Convolution.run(strips.threads, windows.batch() * groups * parts, task -> {
            int image = task / parts / groups;
            int group = task / parts % groups;
            int part = task % parts;
            if (inPlace) results(image, group, x, xo, weight, wo, bias, biasOffset, y, yo, grid);
            else results(strips, image, group, part / strips.cuts.across, part % strips.cuts.across,
                x, xo, weight, wo, bias, biasOffset, y, yo, grid);
        });
    }

    /// Of one strip.
    private void results(Strips strips, int image, int group, int down, int across, float[] x, int xo, float[] weight, int wo,
                         float[] bias, int biasOffset, float[] y, int yo, Grid grid) {
        var cuts = strips.cuts;
        int row = cuts.row(down);
        int column = cuts.column(across);
        int wide = cuts.column(across + 1) - column;
        int n = (cuts.row(down + 1) - row) * wide;
        int first = image * sizes.groups() * outputs + group * outputs;
        boolean isDense = grid.isDense(columns);
        try (var scratch = Scratch.WINDOWS.borrow(); var apart = isDense ? null : Scratch.RESULTS.borrow()) {
            var lines = scratch.array(strips.lines.size(channels));
            strips.lines.copy(x, xo, image, group * channels, channels, row, column, wide, lines);
            var sums = isDense ? y : apart.array(outputs * n);
            int from = row * columns + column;
            GatheredGemm.CURRENT.run(outputs, n, terms, weight, wo + group * outputs * terms, terms, lines, 0, strips.starts,
                sums, isDense ? yo + grid.start() + first * grid.plane() + from : 0, isDense ? grid.plane() : n,
                bias, biasOffset + group * outputs);
            if (!isDense)
                for (int o = 0; o < outputs; o++) grid.copy(false, y, yo, first + o, from, n, columns, sums, o * n);
        }
    }

    /// Of one image, which is the matrix.
    private void results(int image, int group, float[] x, int xo, float[] weight, int wo, float[] bias, int biasOffset,
                         float[] y, int yo, Grid grid) {
        int first = image * sizes.groups() * outputs + group * outputs;
        int from = xo + (image * windows.channels() + group * channels) * plane;
        boolean isDense = grid.isDense(columns);
        try (var apart = isDense ? null : Scratch.RESULTS.borrow()) {
            var sums = isDense ? y : apart.array(outputs * plane);
            Gemm.run(outputs, plane, channels, weight, wo + group * outputs * channels, channels, false, x, from, plane, false,
                sums, isDense ? yo + grid.start() + first * grid.plane() : 0, isDense ? grid.plane() : plane, Epilogue.IDENTITY,
                bias, biasOffset + group * outputs, true);
            if (!isDense)
                for (int o = 0; o < outputs; o++) grid.copy(false, y, yo, first + o, 0, plane, columns, sums, o * plane);
        }
    }

    @Override
    public void weight(float[] x, int xo, float[] y, int yo, float[] weight, int wo) {
        var strips = strips();
        int groups = sizes.groups();
        boolean byChannels = outputs <= FEW_OUTPUTS || channels >= strips.threads;
        int least = byChannels && !inPlace ? strips.gradientLines.parts(channels, MOST) : 1;
        int parts = Math.clamp(Math.max(least, Math.ceilDiv(strips.threads, groups)), 1,
            Math.max(1, byChannels ? channels : outputs));
        Convolution.run(strips.threads, groups * parts, task -> {
            int group = task / parts;
            int part = task % parts;
            int c = byChannels ? Cut.at(channels, parts, part) : 0;
            int channelsEnd = byChannels ? Cut.at(channels, parts, part + 1) : channels;
            int o = byChannels ? 0 : Cut.at(outputs, parts, part);
            int outputsEnd = byChannels ? outputs : Cut.at(outputs, parts, part + 1);
            var gradient = outputs <= FEW_OUTPUTS ? new Dots(group, c, channelsEnd - c)
                : new Products(group, c, channelsEnd - c, o, outputsEnd - o);
            try (gradient) {
                gradient.run(strips, x, xo, y, yo);
                gradient.store(weight, wo);
            }
        });
    }

    /// A weight's gradient, or a part of it, that is being made.
    private abstract class Gradient implements AutoCloseable {
        final int group;
        final int channel;
        final int count;
        private final Scratch.Array lines = Scratch.WINDOWS.borrow();

        Gradient(int group, int channel, int count) {
            this.group = group;
            this.channel = channel;
            this.count = count;
        }

        /// Strip by strip, block by block.
        final void run(Strips strips, float[] x, int xo, float[] y, int yo) {
            var cuts = strips.gradientCuts;
            for (int image = 0; image < windows.batch(); image++)
                for (int down = 0; down < cuts.down; down++)
                    for (int across = 0; across < cuts.across; across++)
                        strip(strips.gradientLines, image, cuts.row(down), cuts.row(down + 1), cuts.column(across),
                            cuts.column(across + 1), x, xo, y, yo);
        }

        private void strip(Lines lines, int image, int down, int downEnd, int across, int acrossEnd,
                           float[] x, int xo, float[] y, int yo) {
            int row = blocks.row(down);
            int column = blocks.column(across);
            int wide = blocks.column(acrossEnd) - column;
            var matrix = x;
            int at = xo + (image * windows.channels() + group * channels + channel) * plane;
            if (!inPlace) {
                lines.copy(x, xo, image, group * channels + channel, count, row, column, wide,
                    matrix = this.lines.array(lines.size(count)));
                at = 0;
            }
            int slopes = yo + (image * sizes.groups() + group) * outputs * plane + row * columns + column;
            begin(y, slopes, (blocks.row(downEnd) - row) * wide);
            for (int i = down; i < downEnd; i++)
                for (int j = across; j < acrossEnd; j++) {
                    int from = (blocks.row(i) - row) * wide + blocks.column(j) - column;
                    int n = (blocks.row(i + 1) - blocks.row(i)) * (blocks.column(j + 1) - blocks.column(j));
                    block(inPlace ? null : lines, (image * blocks.down + i) * blocks.across + j, n, matrix, at + from, y,
                        slopes + from, from);
                }
        }

        /// Gets a strip's gradients ready, `n` of each output.
        void begin(float[] y, int yo, int n) {}

        /// One block of positions.
        ///
        /// @param number the block's, through all images
        /// @param at     where it begins in the matrix, or in its lines
        /// @param from   where it begins in the strip
        abstract void block(Lines lines, int number, int n, float[] matrix, int at, float[] y, int yo, int from);

        abstract void store(float[] weight, int wo);

        @Override
        public void close() { lines.close(); }

        final int start(Lines lines, int place) { return lines == null ? 0 : lines.start(place); }

        final int stride(Lines lines) { return lines == null ? plane : lines.stride(); }
    }

    /// By products of lines and results' gradients, a row of terms for each place down.
    private final class Products extends Gradient {
        private final int output;
        private final int some;
        private final int width;
        private final Scratch.Array slopes = Scratch.RESULTS.borrow();
        private final Scratch.Array sums = Scratch.TURNED.borrow();
        private float[] turned;
        private float[] out;

        Products(int group, int channel, int count, int output, int some) {
            super(group, channel, count);
            this.output = output;
            this.some = some;
            this.width = Math.ceilDiv(some, GatheredGemm.SLACK) * GatheredGemm.SLACK;
        }

        @Override
        void begin(float[] y, int yo, int n) {
            turned = slopes.array(n * width);
            GatheredGemm.CURRENT.turn(some, n, y, yo + output * plane, plane, turned, width);
        }

        @Override
        void block(Lines lines, int number, int n, float[] matrix, int at, float[] y, int yo, int from) {
            int across = count * windows.across().kernel();
            int down = windows.down().kernel();
            if (out == null) out = sums.array(down * across * some);
            for (int k = 0; k < down; k++)
                Gemm.run(across, some, n, matrix, at + start(lines, k), stride(lines), false, turned, from * width, width, false,
                    out, k * across * some, some, number > 0, Epilogue.IDENTITY, null, 0, false);
        }

        @Override
        void store(float[] weight, int wo) {
            int across = windows.across().kernel();
            int down = windows.down().kernel();
            int to = wo + (group * outputs + output) * terms + channel * down * across;
            for (int o = 0; o < some; o++)
                for (int c = 0; c < count; c++)
                    for (int ky = 0; ky < down; ky++)
                        for (int kx = 0; kx < across; kx++)
                            weight[to + o * terms + (c * down + ky) * across + kx] =
                            out[((ky * count + c) * across + kx) * some + o];
        }

        @Override
        public void close() {
            super.close();
            slopes.close();
            sums.close();
        }
    }

    /// By a dot product for each term and block.
    private final class Dots extends Gradient {
        private final int all = windows.batch() * blocks.down * blocks.across;
        private final Scratch.Array sums = Scratch.TURNED.borrow();
        private float[] out;

        Dots(int group, int channel, int count) { super(group, channel, count); }

        @Override
        void block(Lines lines, int number, int n, float[] matrix, int at, float[] y, int yo, int from) {
            int across = windows.across().kernel();
            int down = windows.down().kernel();
            if (out == null) out = sums.array(outputs * count * down * across * all);
            for (int o = 0, term = 0; o < outputs; o++)
                for (int c = 0; c < count; c++)
                    for (int ky = 0; ky < down; ky++)
                        for (int kx = 0; kx < across; kx++, term++)
                            Vectors.DOT.rows(matrix, at + start(lines, ky) + (c * across + kx) * stride(lines), y, yo + o * plane,
                                null, 0, null, 1, n, out, term * all + number);
        }

        @Override
        void store(float[] weight, int wo) {
            int places = windows.places();
            for (int o = 0; o < outputs; o++)
                Reductions.SUM.rows(out, o * count * places * all, null, 0, null, 0, null, count * places, all,
                    weight, wo + (group * outputs + o) * terms + channel * places);
        }

        @Override
        public void close() {
            super.close();
            sums.close();
        }
    }
}
