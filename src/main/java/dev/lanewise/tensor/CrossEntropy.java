package dev.lanewise.tensor;

import dev.lanewise.kernel.Maps;
import dev.lanewise.kernel.RowPowers;

/// The weighted negative log-probabilities of labels from logits, as one operation: with the bits of logSoftmax, pick, mul and
/// neg one after the other, and of sum and div for their mean. Its gradient has those of softmax.
final class CrossEntropy {

    private final Tensor logits;
    /// e^(x - m), which become the gradient where they lie; null from then on.
    private Tensor powers;
    /// Of each row the maximum, and behind them of each row the powers' sum.
    private final Tensor statistics;
    /// The bits of integers, in memory that is used again.
    private final Tensor labels;
    private final boolean[] counting;
    /// Null for 1 each.
    private final Tensor weight;
    /// What the sum is divided by; 1 if there is none.
    private final float divisor;

    private CrossEntropy(Tensor logits, int[] labels, boolean[] counting, float[] weight, float divisor) {
        check(logits, labels, counting, weight);
        this.logits = logits;
        this.labels = Tensor.empty(labels.length);
        var bits = this.labels.data();
        for (int row = 0; row < labels.length; row++) bits[row] = Float.intBitsToFloat(labels[row]);
        this.counting = counting == null ? null : counting.clone();
        this.weight = weight == null ? null : Tensor.empty(weight.length);
        if (weight != null) System.arraycopy(weight, 0, this.weight.data(), 0, weight.length);
        this.divisor = divisor;
        for (int row = 0; row < labels.length; row++)
            if (counts(row) && (labels[row] < 0
                || labels[row] >= classes())) throw new IllegalArgumentException("crossEntropy: label "
                + labels[row] + " of row " + row + " is out of range; there are " + classes() + " classes, 0 to "
                + (classes() - 1));
        this.statistics = Tensor.empty(2 * labels.length);
        this.powers = powers();
    }

    private Tensor powers() {
        var values = View.gathered(logits);
        var powers = Tensor.empty(logits.shape());
        RowPowers.rows(rows(), classes(), values.data(), values.layout.offset(), powers.data(), statistics.data());
        return powers;
    }

    private static void check(Tensor logits, int[] labels, boolean[] kept, float[] weight) {
        int rank = logits.shape().rank();
        if (rank != 2 || labels.length != logits.size(0) || kept != null && kept.length != labels.length
            || weight != null && weight.length != labels.length) throw new IllegalArgumentException(
                "crossEntropy: logits of shape " + logits.shape() + " and " + labels.length + " labels"
                + (kept == null ? "" : ", " + kept.length + " rows to keep or not")
                + (weight == null ? "" : ", " + weight.length + " weights")
                + "; logits must be [rows, classes], with one for each row");
    }

    /// Of each row, -w log p(label).
    ///
    /// @param logits `[rows, classes]`
    /// @param labels of each row that counts, 0 to classes - 1
    /// @param kept   whether a row counts; the others have loss 0, and gradient 0 where their logits are finite; null if all do
    /// @param weight of each row, null for 1
    /// @throws IllegalArgumentException if a label is out of range, or an array's length is not the number of rows
    static Tensor losses(Tensor logits, int[] labels, boolean[] kept, float[] weight) {
        var entropy = new CrossEntropy(logits, labels, kept, weight, 1);
        return entropy.recorded(entropy.losses(), logits);
    }

    /// The sum of [#losses], divided.
    ///
    /// @throws IllegalArgumentException as [#losses], or if the divisor is 0 or NaN
    static Tensor mean(Tensor logits, int[] labels, boolean[] kept, float[] weight, float divisor) {
        if (divisor == 0 || Float.isNaN(divisor)) throw new IllegalArgumentException(
            "crossEntropy: the sum is to be divided by " + divisor + "; give the sum of the weights, which must not be 0");
        var entropy = new CrossEntropy(logits, labels, kept, weight, divisor);
        var mean = Reduce.total(entropy.losses());
        mean.data()[0] /= divisor;
        return entropy.recorded(mean, logits);
    }

    private int rows() { return logits.size(0); }

    private int classes() { return logits.size(1); }

    private boolean counts(int row) { return counting == null || counting[row]; }

    private float weight(int row) { return weight == null ? 1 : weight.data()[row]; }

    private Tensor losses() {
        var losses = Tensor.empty(rows());
        var out = losses.data();
        var maxima = statistics.data();
        var label = labels.data();
        var data = logits.data();
        int[] strides = logits.layout.strides();
        Maps.LOG.run(maxima, rows(), out, 0, rows());
        for (int row = 0; row < rows(); row++) {
            int at = logits.layout.offset() + row * strides[0];
            float logProb = counts(row) ? data[at + Float.floatToRawIntBits(label[row]) * strides[1]] - maxima[row]
                - out[row] : 0f;
            out[row] = -(logProb * weight(row));
        }
        return losses;
    }

    private Tensor recorded(Tensor result, Tensor logits) {
        if (!Autograd.records(logits)) return result;
        var input = new SavedTensor("crossEntropy", logits);
        return Autograd.record(result, "crossEntropy",
            Edge.to(logits, g -> Autograd.isRecording() ? differentiable(input.get(), g) : gradient(input, g)));
    }

    /// (label's one-hot - p) c, c being -w times the gradient of the row's loss.
    ///
    /// @param input the logits
    /// @param g     of each row's loss, or of their mean
    private Tensor gradient(SavedTensor input, Tensor g) {
        if (powers == null) {
            // a walk before took them
            input.get();
            powers = powers();
        }
        int classes = classes();
        var result = powers;
        var out = result.data();
        var label = labels.data();
        var slopes = g.data();
        int step = g.shape().rank() == 0 ? 0 : g.layout.strides()[0];
        var scale = Tensor.empty(rows()).data();
        for (int row = 0; row < rows(); row++) {
            float slope = -(slopes[g.layout.offset() + row * step] / divisor);
            // never -0, as a sum that begins at 0
            scale[row] = counts(row) ? slope * weight(row) + 0f : 0f;
        }
        powers = null;
        RowPowers.pull(rows(), classes, out, statistics.data(), scale);
        for (int row = 0; row < rows(); row++)
            if (counts(row)) out[row * classes + Float.floatToRawIntBits(label[row])] += scale[row];
        return result;
    }

    /// The same in operations that have derivatives.
    private Tensor differentiable(Tensor logits, Tensor g) {
        var counts = new float[rows()];
        var picked = new int[rows()];
        for (int row = 0; row < counts.length; row++) {
            counts[row] = counts(row) ? 1 : 0;
            picked[row] = counts(row) ? Float.floatToRawIntBits(labels.data()[row]) : 0;
        }
        var slopes = g.shape().rank() == 0 ? g.div(divisor).expand(rows()).neg() : g.neg();
        var scaled = weight == null ? slopes : slopes.mul(weight.clone());
        var ones = Take.spread(Tensor.where(Tensor.wrap(counts, counts.length), scaled, Tensor.scalar(0f)), picked,
            logits.shape());
        return ones.sub(logits.softmax(1).mul(ones.sum(true, 1)));
    }
}
