package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Fold;
import java.util.Arrays;

/// Layer, root-mean-square, group, instance and batch normalization, forward and backward: which numbers are brought to one size
/// together, and which share a weight and a bias. Each group is read while it is near, whatever passes it takes; [RowNorm]
/// computes them.
///
/// Sums are in the order that reducing the dimensions in question has.
public final class Normalization {

    /// Columns whose sums are kept beside each other.
    private static final int WIDEST = 2048;
    /// Floats of an operand up to which a row adds to its columns' sums while its gradient is made. More lie beyond the caches:
    /// then rows' gradients come first, as that loop keeps memory busy, and the sums of a block of rows after them.
    private static final int NEAR = 1 << 19;

    private final RowNorm row;
    private final int groups;
    /// Of a group, each of `length` numbers.
    private final int runs;
    private final int length;
    private final int groupStride;
    private final int runStride;
    /// Parts of an example; 0 if groups go through all examples.
    private final int parts;
    /// Whether weights are of columns; else they are of channels, one to each run.
    private final boolean byColumn;

    private Normalization(RowNorm row, int groups, int runs, int length, int groupStride, int runStride, int parts,
        boolean byColumn) {
        this.row = row;
        this.groups = groups;
        this.runs = runs;
        this.length = length;
        this.groupStride = groupStride;
        this.runStride = runStride;
        this.parts = parts;
        this.byColumn = byColumn;
    }

    /// Each row of a matrix, with a weight for each column.
    ///
    /// @param centred whether the mean is taken off
    public static Normalization ofRows(int rows, int columns, boolean centred) {
        return new Normalization(centred ? RowNorm.LAYER : RowNorm.ROOT_MEAN_SQUARE, rows, 1, columns, columns, columns, 1, true);
    }

    /// Of each example of `[examples, channels, places]`, each of so many parts of its channels.
    ///
    /// @param parts divides the channels
    public static Normalization ofParts(int examples, int channels, int places, int parts) {
        int runs = channels / parts;
        return new Normalization(RowNorm.LAYER, examples * parts, runs, places, runs * places, places, parts, false);
    }

    /// Of `[examples, channels, places]`, each channel of all examples.
    public static Normalization ofChannels(int examples, int channels, int places) {
        return new Normalization(RowNorm.LAYER, channels, examples, places, places, channels * places, 0, false);
    }

    /// How many numbers are normalized by themselves: as many means there are, and as many variances.
    public int groups() { return groups; }

    private int count() { return runs * length; }

    private int offset(int group, int run) { return group * groupStride + run * runStride; }

    private int channel(int group, int run) { return parts == 0 ? group : group % parts * runs + run; }

    /// Whether a group's runs lie one behind the other.
    private boolean isWhole() { return runs == 1 || runStride == length; }

    /// @param weight     null for none
    /// @param bias       null for nothing
    /// @param statistics takes the means, and behind them the variances, or mean squares
    /// @return whether the results hold: not if a variance comes near an end of the range of floats
    public boolean forward(float[] x, int xo, float[] weight, int wo, float[] bias, int bo, double eps, float[] y,
        float[] statistics) {
        if (byColumn) row.forward(groups, length, x, xo, length, weight, wo, bias, bo, (float) eps, y, 0, length,
            statistics, 0, groups);
        else Shares.run(groups, row.nanos() * count(), (from, to) -> {
            for (int group = from; group < to; group++) forward(group, x, xo, weight, wo, bias, bo, (float) eps, y, statistics);
        });
        for (int group = 0; group < groups;
            group++) if (!Magnitude.isOrdinary(statistics[groups + group] + (float) eps)) return false;
        return true;
    }

    private void forward(int group, float[] x, int xo, float[] weight, int wo, float[] bias, int bo, float eps, float[] y,
                         float[] statistics) {
        if (isWhole()) {
            finish(group, x, xo + offset(group, 0), weight, wo, bias, bo, eps, y, statistics);
            return;
        }
        try (var scratch = Scratch.GATHERED.borrow()) {
            var gathered = scratch.array(count());
            gather(group, x, xo, gathered);
            finish(group, gathered, 0, weight, wo, bias, bo, eps, y, statistics);
        }
    }

    private void gather(int group, float[] x, int xo, float[] gathered) {
        for (int run = 0; run < runs; run++) System.arraycopy(x, xo + offset(group, run), gathered, run * length, length);
    }

    /// @param x all of the group
    private void finish(int group, float[] x, int xo, float[] weight, int wo, float[] bias, int bo, float eps, float[] y,
        float[] statistics) {
        row.statistics(count(), x, xo, statistics, group, groups);
        var numbers = RowNorm.numbers(statistics[group], statistics[groups + group], eps);
        for (int run = 0; run < runs; run++) {
            int channel = channel(group, run);
            if (weight != null) numbers[RowNorm.WEIGHT] = weight[wo + channel];
            if (bias != null) numbers[RowNorm.BIAS] = bias[bo + channel];
            row.finish(length, x, xo + run * length, weight != null, bias != null, y, offset(group, run), numbers);
        }
    }

    // ---- backward

    /// What a way back reads.
    ///
    /// @param g          the gradient of the result
    /// @param weight     null for none
    /// @param statistics what [#forward] left
    public record Read(float[] x, int xo, float[] g, int go, float[] weight, int wo, double eps, float[] statistics) {}

    /// The gradients of the input, the weights and the biases; null for one that isn't wanted.
    public void backward(Read from, float[] gx, float[] gw, float[] gb) {
        if (byColumn) columnsBackward(from, gx, gw, gb);
        else if (parts == 0) Shares.run(groups, row.backNanos() * count(), (first, end) -> {
            for (int channel = first; channel < end; channel++) channelBackward(channel, from, gx, gw, gb);
        });
        else partsBackward(from, gx, gw, gb);
    }

    /// Mean and factor of a group.
    private float[] numbers(int group, Read from) {
        return RowNorm.numbers(from.statistics[group], from.statistics[groups + group], (float) from.eps);
    }

    // ---- of channels, each of all examples

    private void channelBackward(int channel, Read from, float[] gx, float[] gw, float[] gb) {
        try (var first = Scratch.GATHERED.borrow(); var second = Scratch.GATHERED.borrow()) {
            int n = count();
            boolean whole = isWhole();
            int at = offset(channel, 0);
            var x = whole ? from.x : first.array(n);
            var g = whole ? from.g : second.array(n);
            int xo = whole ? from.xo + at : 0;
            int go = whole ? from.go + at : 0;
            if (!whole) {
                gather(channel, from.x, from.xo, x);
                gather(channel, from.g, from.go, g);
            }
            var numbers = numbers(channel, from);
            if (gb != null) Reductions.SUM.rows(g, go, null, 0, null, 0, null, 1, n, gb, channel);
            if (gw != null) gw[channel] = row.toWeight(n, x, xo, g, go, numbers);
            if (gx == null) return;
            boolean weighted = from.weight != null;
            if (weighted) numbers[RowNorm.WEIGHT] = from.weight[from.wo + channel];
            row.beforeInput(n, x, xo, g, go, weighted, (float) from.eps, from.statistics, channel, groups, numbers);
            for (int run = 0; run < runs; run++)
                row.toInput(length, x, xo + run * length, g, go + run * length, weighted, gx, offset(channel, run), numbers);
        }
    }

    // ---- of parts of an example's channels

    private void partsBackward(Read from, float[] gx, float[] gw, float[] gb) {
        boolean sums = gw != null || gb != null;
        double sumNanos = row.sums().nanos() * length;
        int examples = groups / parts;
        if (sums && gx != null && parts >= Pool.threads()) {
            // while x and g are near
            Shares.run(parts, examples * runs * (row.backNanos() * length + sumNanos), (first, end) -> {
                for (int part = first; part < end; part++) channelSums(part * runs, runs, from, gx, gw, gb);
            });
            return;
        }
        if (gx != null) Shares.run(groups, row.backNanos() * count(), (first, end) -> {
            for (int group = first; group < end; group++) groupBackward(group, from, gx);
        });
        if (sums) Shares.run(parts * runs, examples * sumNanos, (first, end) -> {
            for (int channel = first; channel < end; channel++) channelSums(channel, 1, from, null, gw, gb);
        });
    }

    private void groupBackward(int group, Read from, float[] gx) {
        int n = count();
        int at = offset(group, 0);
        try (var scratch = Scratch.GATHERED.borrow()) {
            var g = from.weight == null ? from.g : scratch.array(n);
            for (int run = 0; run < runs && from.weight != null; run++)
                Maps.MUL.run(2, from.g, from.go + at + run * length, from.weight, from.wo + channel(group, run), g, run * length,
                    null, 0, null, 0, null, 0, null, length);
            row.backward(1, n, from.x, from.xo + at, n, g, from.weight == null ? from.go + at : 0, n, null, 0,
                (float) from.eps, gx, at, n, from.statistics, group, groups);
        }
    }

    /// The gradients of the weights and biases of some channels of a part.
    ///
    /// @param gx takes that of the part's inputs by the way; null for none
    private void channelSums(int channel, int channels, Read from, float[] gx, float[] gw, float[] gb) {
        int examples = groups / parts;
        int all = examples * length;
        var sums = row.sums();
        int size = sums.size();
        int chunks = RunningSums.chunks(all);
        try (var scratch = Scratch.COLUMNS.borrow(); var partial = Scratch.PARTIAL.borrow()) {
            var state = scratch.array(channels * size);
            var through = partial.array(channels * 2 * chunks);
            for (int i = 0; i < channels; i++) sums.begin(state, i * size);
            for (int example = 0; example < examples; example++) {
                int group = example * parts + channel / runs;
                if (gx != null) groupBackward(group, from, gx);
                for (int i = 0; i < channels; i++) {
                    int at = offset(group, channel % runs + i);
                    sums.add(from.x, from.xo + at, from.g, from.go + at, length, example * length, all, numbers(group, from),
                        state, i * size, through, i * 2 * chunks);
                }
            }
            for (int i = 0; i < channels; i++) {
                if (gw != null) gw[channel + i] = sums.sum(0, all, through, i * 2 * chunks);
                if (gb != null) gb[channel + i] = sums.sum(1, all, through, i * 2 * chunks);
            }
        }
    }

    // ---- of rows, whose weights are of columns

    private void columnsBackward(Read from, float[] gx, float[] gw, float[] gb) {
        if (gw == null && gb != null) Reductions.SUM.columns(from.g, from.go, groups, length, gb, 0);
        boolean together = gw != null && length <= WIDEST;
        if (gx != null && !together) rowsBackward(0, groups, from, gx);
        if (gw == null) return;
        int chunks = Math.ceilDiv(groups, Fold.CHUNK);
        var weights = chunks == 1 ? gw : new float[chunks * length];
        var biases = gb == null || chunks == 1 ? gb : new float[chunks * length];
        for (int chunk = 0; chunk < chunks; chunk++)
            for (int column = 0; column < length; column += WIDEST)
                sumColumns(chunk, column, Math.min(WIDEST, length - column), from, together ? gx : null, weights, biases);
        if (chunks == 1) return;
        Reductions.SUM.columns(weights, 0, chunks, length, gw, 0);
        if (gb != null) Reductions.SUM.columns(biases, 0, chunks, length, gb, 0);
    }

    private void rowsBackward(int first, int rows, Read from, float[] gx) {
        int at = offset(first, 0);
        row.backward(rows, length, from.x, from.xo + at, length, from.g, from.go + at, length, from.weight, from.wo,
            (float) from.eps, gx, at, length, from.statistics, first, groups);
    }

    /// Of neighbouring columns, the sums over a chunk of rows. Row i enters lane i modulo 64, whoever computes it: each thread
    /// has lanes of its own.
    ///
    /// @param gx takes the input's gradient by the way; null for none
    private void sumColumns(int chunk, int column, int width, Read from, float[] gx, float[] weights, float[] biases) {
        int start = chunk * Fold.CHUNK;
        int end = start + Math.min(Fold.CHUNK, groups - start);
        int used = Math.min(end - start, Fold.LANES);
        try (var scratch = Scratch.COLUMNS.borrow(); var numbers = Scratch.NUMBERS.borrow()) {
            var lanes = scratch.array(2 * used * width);
            var factors = numbers.array(end - start);
            RowNorm.factors(end - start, from.statistics, groups + start, (float) from.eps, factors);
            Arrays.fill(lanes, 0, 2 * used * width, Fold.Combine.ADD.neutral());
            double perLane = (row.sums().nanos() + (gx == null ? 0 : row.backNanos())) * width * (end - start) / used;
            boolean atOnce = gx != null && (long) groups * length <= NEAR;
            Shares.run(used, perLane, (firstLane, endLane) -> {
                for (int first = start + firstLane; first < end; first += Fold.LANES) {
                    int rows = Math.min(endLane - firstLane, end - first);
                    int at = offset(first, 0) + column;
                    int biasesAt = (used + firstLane) * width;
                    var toBiases = biases == null ? null : lanes;
                    if (atOnce) {
                        row.backward(rows, length, from.x, from.xo + at, from.g, from.go + at, from.weight, from.wo,
                            (float) from.eps, gx, at, lanes, firstLane * width, toBiases, biasesAt, from.statistics,
                            first, groups);
                        continue;
                    }
                    if (gx != null) rowsBackward(first, rows, from, gx);
                    row.addTo(rows, width, from.x, from.xo + at, from.g, from.go + at, length, lanes, firstLane * width,
                        toBiases, biasesAt, width, from.statistics, first, factors, first - start);
                }
            });
            Reductions.SUM.foldLanes(lanes, 0, used, width);
            System.arraycopy(lanes, 0, weights, chunk * length + column, width);
            if (biases == null) return;
            Reductions.SUM.foldLanes(lanes, used * width, used, width);
            System.arraycopy(lanes, used * width, biases, chunk * length + column, width);
        }
    }
}
