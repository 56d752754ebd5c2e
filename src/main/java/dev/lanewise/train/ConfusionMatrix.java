package dev.lanewise.train;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How often examples of each class were taken for each class, and what follows from it.
///
/// Precision, recall and F1 of a class that nothing was taken for, or that no example has, are 0, as scikit-learn's. Those of all
/// classes are averages over the classes that occur, among labels or among what was chosen; NaN if none does.
///
/// @param counts row by row: of the examples of class i, those that were taken for class j
public record ConfusionMatrix(long[][] counts) {

    /// What becomes of the classes' numbers.
    public enum Average {
        /// Their mean: each class counts the same.
        MACRO,
        /// The number of all examples as one: each example counts the same. It is the accuracy.
        MICRO,
        /// Their mean, weighted by the examples of each class.
        WEIGHTED
    }

    /// Counts batch by batch, beside other metrics in one pass:
    ///
    /// ```java
    /// var counts = new ConfusionMatrix.Counts();
    /// trainer.evaluate(data, Map.of("accuracy", Metric.streamed(() -> counts), "log loss", Metrics.logLoss()));
    /// var matrix = counts.matrix();
    /// ```
    ///
    /// Logits and labels are as [Metrics] has them.
    public static final class Counts extends Labelled {

        private final ToDoubleFunction<ConfusionMatrix> value;
        private long[][] counts = {};

        /// With the accuracy for its value.
        public Counts() { this("confusionMatrix", ConfusionMatrix::accuracy); }

        Counts(String name, ToDoubleFunction<ConfusionMatrix> value) {
            super(name);
            this.value = value;
        }

        @Override
        void add(float[] logits, int offset, int classes, int label) {
            int all = Math.max(classes, 2);
            if (counts.length == 0) counts = new long[all][all];
            if (counts.length != all) throw new IllegalArgumentException(name() + ": logits of " + all
                + " classes after those of " + counts.length + "; all batches must have the same");
            // one logit chooses the second class where it is positive
            int chosen = classes == 1 ? logits[offset] > 0 ? 1 : 0 : 0;
            for (int c = 0; c < classes && classes > 1; c++) if (rank(logits, offset, classes, c) == 0) chosen = c;
            counts[label][chosen]++;
        }

        /// Of all batches so far; without classes before the first.
        public ConfusionMatrix matrix() { return new ConfusionMatrix(counts); }

        @Override
        public double value() { return value.applyAsDouble(matrix()); }
    }

    /// Refuses counts that aren't a square of numbers of 0 and more.
    ///
    /// @throws IllegalArgumentException if there aren't as many columns as rows, or a count is negative
    public ConfusionMatrix {
        counts = Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
        for (var row : counts) if (row.length != counts.length || Arrays.stream(row)
            .anyMatch(count -> count < 0)) throw new IllegalArgumentException(
            "confusion matrix: " + counts.length + " rows, one of which is " + Arrays.toString(row)
                + "; there must be as many columns, and counts of 0 or more");
    }

    /// A copy.
    @Override
    public long[][] counts() { return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new); }

    /// How many classes there are.
    public int classes() { return counts.length; }

    /// Examples of class `label` that were taken for class `chosen`.
    public long count(int label, int chosen) { return counts[label][chosen]; }

    /// Examples of a class, scikit-learn's support.
    public long examples(int label) { return Arrays.stream(counts[label]).sum(); }

    /// Examples that were taken for a class.
    public long chosen(int chosen) { return Arrays.stream(counts).mapToLong(row -> row[chosen]).sum(); }

    /// Of what was taken for a class, the share that is of it.
    public double precision(int label) { return share(counts[label][label], chosen(label)); }

    /// Of the examples of a class, the share that was taken for it.
    public double recall(int label) { return share(counts[label][label], examples(label)); }

    /// The harmonic mean of both.
    public double f1(int label) { return share(2 * counts[label][label], examples(label) + chosen(label)); }

    /// The share of all examples that were taken for their class; NaN without any.
    public double accuracy() {
        long right = 0;
        long all = 0;
        for (int label = 0; label < counts.length; label++) {
            right += counts[label][label];
            all += examples(label);
        }
        return all == 0 ? Double.NaN : (double) right / all;
    }

    /// The classes' precision in one number.
    public double precision(Average average) { return average(average, this::precision); }

    /// The classes' recall in one number.
    public double recall(Average average) { return average(average, this::recall); }

    /// The classes' F1 in one number.
    public double f1(Average average) { return average(average, this::f1); }

    private static double share(long part, long whole) { return whole == 0 ? 0 : (double) part / whole; }

    private double average(Average average, IntToDoubleFunction of) {
        var occurring = IntStream.range(0, counts.length).filter(label -> examples(label) + chosen(label) > 0).toArray();
        if (occurring.length == 0) return Double.NaN;
        if (average == Average.MICRO) return accuracy();
        double sum = 0;
        double weights = 0;
        for (int label : occurring) {
            double weight = average == Average.MACRO ? 1 : examples(label);
            sum += weight * of.applyAsDouble(label);
            weights += weight;
        }
        return sum / weights;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfusionMatrix matrix && Arrays.deepEquals(counts, matrix.counts);
    }

    @Override
    public int hashCode() { return Arrays.deepHashCode(counts); }

    @Override
    public String toString() { return "ConfusionMatrix" + Arrays.deepToString(counts); }
}
