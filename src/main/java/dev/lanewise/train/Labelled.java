package dev.lanewise.train;

import dev.lanewise.data.Targeted;
import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.tensor.Tensor;
import java.util.function.ToDoubleFunction;

/// What metrics of classes look at: each label that counts, and the logits beside it.
abstract class Labelled implements Metric.Tally<Targeted<int[]>> {

    private final String name;

    Labelled(String name) { this.name = name; }

    final String name() { return name; }

    /// @param logits those of the example, `classes` of them from `offset` on
    abstract void add(float[] logits, int offset, int classes, int label);

    @Override
    public final void add(Tensor outputs, Targeted<int[]> batch) { visit(outputs, batch.targets()); }

    /// Logits of [batch, classes, …], as cross-entropy takes them; labels of -100 don't count.
    final void visit(Tensor outputs, int[] labels) {
        int rank = outputs.shape().rank();
        int classes = rank < 2 ? 1 : outputs.size(1);
        if (rank == 0 || (long) labels.length * classes != outputs.numel() || outputs.size(0) == 0 && labels.length > 0)
            throw new IllegalArgumentException(name + ": logits of shape " + outputs.shape() + " for " + labels.length
                + " labels; a row for each is needed");
        var data = (rank > 2 ? outputs.flatten(2, -1).transpose(1, 2).contiguous() : outputs).toArray();
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] == ClassOptions.DEFAULT.ignoreIndex()) continue;
            check(labels[row], row, Math.max(classes, 2));
            add(data, row * classes, classes, labels[row]);
        }
    }

    private void check(int label, int row, int classes) {
        if (label < 0 || label >= classes) throw new IllegalArgumentException(name + ": label " + label + " of row " + row
            + " is out of range; there are " + classes + " classes, 0 to " + (classes - 1));
    }

    /// How many classes come before one, the largest logit first: the first of equal ones, and NaN before all.
    static int rank(float[] logits, int offset, int classes, int label) {
        int before = 0;
        float own = logits[offset + label];
        for (int c = 0; c < classes; c++) {
            float x = logits[offset + c];
            boolean equal = x == own || Float.isNaN(x) && Float.isNaN(own);
            if (equal ? c < label : x > own || Float.isNaN(x)) before++;
        }
        return before;
    }

    /// A logit for the second of two classes: the only one, or the difference.
    double score(float[] logits, int offset, int classes) {
        if (classes > 2) throw new IllegalArgumentException(name + ": logits of " + classes
            + " classes; it is of two: give one logit an example, or two, or rank one class against the others");
        return classes == 1 ? logits[offset] : (double) logits[offset + 1] - logits[offset];
    }

    /// Of two classes, ranked by score.
    static final class Ranking extends Labelled {

        private final Ranked ranked = new Ranked();
        private final ToDoubleFunction<Ranked> value;

        Ranking(String name, ToDoubleFunction<Ranked> value) {
            super(name);
            this.value = value;
        }

        @Override
        void add(float[] logits, int offset, int classes, int label) { ranked.add(score(logits, offset, classes), label == 1); }

        @Override
        public double value() { return value.applyAsDouble(ranked); }
    }

    /// A mean of what each label gives.
    static final class Each extends Labelled {

        /// Of one label.
        @FunctionalInterface
        interface Part {
            double of(float[] logits, int offset, int classes, int label);
        }

        private final Part part;
        private double sum;
        private long labels;

        Each(String name, Part part) {
            super(name);
            this.part = part;
        }

        @Override
        void add(float[] logits, int offset, int classes, int label) {
            sum += part.of(logits, offset, classes, label);
            labels++;
        }

        @Override
        public double value() { return sum / labels; }
    }

    /// -log of the label's probability, in double; of one logit, the second class's.
    static double surprise(float[] logits, int offset, int classes, int label) {
        if (classes == 1) {
            double x = label == 1 ? logits[offset] : -logits[offset];
            return x == Double.POSITIVE_INFINITY ? 0 : Math.max(-x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
        }
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) max = Math.max(max, logits[offset + c]);
        double own = logits[offset + label];
        // one infinite logit takes all
        if (max == Double.POSITIVE_INFINITY) return own == max ? StrictMath.log(count(logits, offset, classes)) : max;
        double rest = 0;
        for (int c = 0; c < classes; c++) rest += StrictMath.exp(logits[offset + c] - max);
        return StrictMath.log(rest) + (max - own);
    }

    private static long count(float[] logits, int offset, int classes) {
        long infinite = 0;
        for (int c = 0; c < classes; c++) if (logits[offset + c] == Float.POSITIVE_INFINITY) infinite++;
        return infinite;
    }
}
