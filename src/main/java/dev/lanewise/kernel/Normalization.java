package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Fold;
import java.util.Arrays;

/// Layer, root-mean-square, group, instance and batch normalization, forward and backward: which numbers are brought to one size together,
/// and which share a weight and a bias. Each group is read while it is near, whatever passes it takes; [RowNorm] computes them.
///
/// Sums are in the order that reducing the dimensions in question has.
public final class Normalization {

    /// Passes over a group, and back.
    private static final int PASSES = 4;
    private static final int PASSES_BACK = 8;
    /// Columns whose sums are kept beside each other.
    private static final int WIDEST = 2048;

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

    private Normalization(RowNorm row, int groups, int runs, int length, int groupStride, int runStride, int parts, boolean byColumn) {
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

    private double nanos(int passes, int numbers) { return passes * Cost.VALUE.nanos(Provider.currentTarget()) * numbers; }

    /// @param weight     null for none
    /// @param bias       null for nothing
    /// @param statistics takes the means, and behind them the variances, or mean squares
    /// @return whether the results hold: not if a variance comes near an end of the range of floats
    public boolean forward(float[] x, int xo, float[] weight, int wo, float[] bias, int bo, double eps, float[] y, float[] statistics) {
        Shares.run(groups, nanos(PASSES, count()), (from, to) -> {
            for (int group = from; group < to; group++) forward(group, x, xo, weight, wo, bias, bo, (float) eps, y, statistics);
        });
        for (int group = 0; group < groups; group++) if (!RowNorm.isOrdinary(statistics[groups + group] + (float) eps)) return false;
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
    private void finish(int group, float[] x, int xo, float[] weight, int wo, float[] bias, int bo, float eps, float[] y, float[] statistics) {
        var numbers = RowNorm.numbers();
        float variance = row.variance(count(), x, xo, numbers);
        statistics[group] = numbers[RowNorm.MEAN];
        statistics[groups + group] = variance;
        numbers[RowNorm.FACTOR] = RowNorm.factor(variance + eps);
        if (byColumn) {
            row.finish(length, x, xo, weight, wo, bias, bo, y, offset(group, 0), numbers);
            return;
        }
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
        if (byColumn) {
            columnsBackward(from, gx, gw, gb);
            return;
        }
        if (gx != null || parts == 0) Shares.run(groups, nanos(PASSES_BACK, count()), (first, end) -> {
            for (int group = first; group < end; group++) groupBackward(group, from, gx, gw, gb);
        });
        int channels = parts * runs;
        if (parts > 0 && (gw != null || gb != null)) Shares.run(channels, nanos(PASSES, groups / parts * length), (first, end) -> {
            for (int channel = first; channel < end; channel++) channelBackward(channel, from, gw, gb);
        });
    }

    /// Puts mean and factor of a group among the numbers.
    private float[] numbers(int group, Read from) {
        var numbers = RowNorm.numbers();
        numbers[RowNorm.MEAN] = from.statistics[group];
        numbers[RowNorm.FACTOR] = RowNorm.factor(from.statistics[groups + group] + (float) from.eps);
        return numbers;
    }

    private void groupBackward(int group, Read from, float[] gx, float[] gw, float[] gb) {
        try (var first = Scratch.GATHERED.borrow(); var second = Scratch.GATHERED.borrow()) {
            int n = count();
            boolean whole = isWhole();
            var x = from.x;
            int xo = from.xo + offset(group, 0);
            var g = from.g;
            int go = from.go + offset(group, 0);
            if (!whole) {
                x = first.array(n);
                xo = 0;
                gather(group, from.x, from.xo, x);
                g = second.array(n);
                go = 0;
                gather(group, from.g, from.go, g);
            }
            var numbers = numbers(group, from);
            if (parts == 0) {
                if (gb != null) Reductions.SUM.rows(g, go, null, 0, null, 0, null, 1, n, gb, group);
                if (gw != null) gw[group] = row.toWeight(n, x, xo, g, go, numbers);
            }
            if (gx == null) return;
            if (from.weight != null) {
                var scaled = second.array(n);
                for (int run = 0; run < runs; run++)
                    Maps.MUL.run(2, g, go + run * length, from.weight, from.wo + channel(group, run), scaled, run * length,
                        null, 0, null, 0, null, 0, null, length);
                g = scaled;
                go = 0;
            }
            row.beforeInput(n, x, xo, g, go, null, 0, numbers);
            int part = whole ? n : length;
            for (int run = 0; run * part < n; run++)
                row.toInput(part, x, xo + run * part, g, go + run * part, null, 0, gx, offset(group, run), numbers);
        }
    }

    /// Of a channel whose examples are normalized each by itself.
    private void channelBackward(int channel, Read from, float[] gw, float[] gb) {
        int examples = groups / parts;
        try (var scratch = Scratch.GATHERED.borrow()) {
            var terms = scratch.array(examples * length);
            if (gw != null) {
                for (int example = 0; example < examples; example++) {
                    int group = example * parts + channel / runs;
                    int at = offset(group, channel % runs);
                    row.weightTerms(length, from.x, from.xo + at, from.g, from.go + at, terms, example * length, numbers(group, from));
                }
                Reductions.SUM.rows(terms, 0, null, 0, null, 0, null, 1, examples * length, gw, channel);
            }
            if (gb == null) return;
            for (int example = 0; example < examples; example++)
                System.arraycopy(from.g, from.go + (example * parts * runs + channel) * length, terms, example * length, length);
            Reductions.SUM.rows(terms, 0, null, 0, null, 0, null, 1, examples * length, gb, channel);
        }
    }

    private void columnsBackward(Read from, float[] gx, float[] gw, float[] gb) {
        if (gw == null && gb != null) Reductions.SUM.columns(from.g, from.go, groups, length, gb, 0);
        boolean together = gw != null && length <= WIDEST;
        if (gx != null && !together) Shares.run(groups, nanos(PASSES_BACK, length), (first, end) -> {
            for (int group = first; group < end; group++) rowBackward(group, from, gx);
        });
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

    private void rowBackward(int group, Read from, float[] gx) {
        int at = offset(group, 0);
        var numbers = numbers(group, from);
        row.beforeInput(length, from.x, from.xo + at, from.g, from.go + at, from.weight, from.wo, numbers);
        row.toInput(length, from.x, from.xo + at, from.g, from.go + at, from.weight, from.wo, gx, at, numbers);
    }

    /// Of neighbouring columns, the sums over a chunk of rows. Row i enters lane i modulo 64, whoever computes it: each thread has lanes of
    /// its own.
    ///
    /// @param gx takes the input's gradient by the way; null for none
    private void sumColumns(int chunk, int column, int width, Read from, float[] gx, float[] weights, float[] biases) {
        int start = chunk * Fold.CHUNK;
        int end = start + Math.min(Fold.CHUNK, groups - start);
        int used = Math.min(end - start, Fold.LANES);
        try (var scratch = Scratch.COLUMNS.borrow()) {
            var lanes = scratch.array(2 * used * width);
            Arrays.fill(lanes, 0, 2 * used * width, Fold.Combine.ADD.neutral());
            double perLane = nanos(gx == null ? PASSES : PASSES + PASSES_BACK, width) * (end - start) / used;
            Shares.run(used, perLane, (firstLane, endLane) -> {
                for (int block = start; block < end; block += Fold.LANES) {
                    int last = Math.min(endLane, end - block);
                    // one after the other: a row's sums between those of its gradient and the next row's take twice as long
                    if (gx != null) for (int lane = firstLane; lane < last; lane++) rowBackward(block + lane, from, gx);
                    for (int lane = firstLane; lane < last; lane++) {
                        int at = offset(block + lane, 0) + column;
                        row.addTo(width, from.x, from.xo + at, from.g, from.go + at, lanes, lane * width, biases == null ? null : lanes,
                            (used + lane) * width, numbers(block + lane, from));
                    }
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
