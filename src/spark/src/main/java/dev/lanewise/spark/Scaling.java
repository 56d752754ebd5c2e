package dev.lanewise.spark;

import java.io.Serializable;
import java.util.Arrays;

/// What brings each feature to mean 0 and variance 1, and, of a regression, the target.
///
/// @param means      of the features, and then of the target
/// @param deviations above 0
record Scaling(double[] means, double[] deviations) implements Serializable {

    /// Of rows, in any order: sums are exact.
    static final class Measure implements Serializable {

        private static final long serialVersionUID = 1;
        private final ExactSum[] sums;
        private final ExactSum[] squares;
        private long count;
        private float largest;

        /// @param numbers of a row that are added up: its features and its target, or none
        Measure(int numbers) {
            sums = new ExactSum[numbers];
            squares = new ExactSum[numbers];
            for (int i = 0; i < numbers; i++) {
                sums[i] = new ExactSum();
                squares[i] = new ExactSum();
            }
        }

        Measure plus(Instance row) {
            for (int i = 0; i < sums.length; i++) {
                double value = i < row.x().length ? row.x()[i] : row.y();
                sums[i].add(value);
                squares[i].add(value * value); // exact: a float's square
            }
            count++;
            largest = Math.max(largest, row.y());
            return this;
        }

        Measure plus(Measure other) {
            for (int i = 0; i < sums.length; i++) {
                sums[i].add(other.sums[i]);
                squares[i].add(other.squares[i]);
            }
            count += other.count;
            largest = Math.max(largest, other.largest);
            return this;
        }

        /// Label; 0 if none is above it.
        float largest() { return largest; }

        Scaling scaling() {
            var means = new double[sums.length];
            var deviations = new double[sums.length];
            for (int i = 0; i < sums.length; i++) {
                var of = sums[i].meanAndDeviation(squares[i], count);
                means[i] = of[0];
                deviations[i] = of[1] > 0 ? of[1] : 1; // one that is always the same becomes 0
            }
            return new Scaling(means, deviations);
        }
    }

    /// Leaves numbers as they are.
    static Scaling none(int features) {
        var ones = new double[features + 1];
        Arrays.fill(ones, 1);
        return new Scaling(new double[features + 1], ones);
    }

    int features() { return means.length - 1; }

    /// Writes a row's features.
    void scale(float[] x, float[] to, int offset) {
        for (int i = 0; i < x.length; i++) to[offset + i] = (float) ((x[i] - means[i]) / deviations[i]);
    }

    float target(float y) { return (float) ((y - means[features()]) / deviations[features()]); }

    double unscaled(double target) { return target * deviations[features()] + means[features()]; }
}
