package dev.lanewise.nn.recurrent;

import dev.lanewise.random.RandomSource;
import java.util.ArrayList;
import java.util.List;

/// Normal numbers of many units, step by step: of each unit one or two sequences, which belong to two inputs. Between steps and
/// between the two inputs they have the covariances that are given, one more step of them each time: what comes later may depend
/// on what was drawn.
///
/// Sums and differences of the two inputs' numbers are independent, so that each has a triangular root of its own.
final class NormalPaths {

    private final int units;
    private final RandomSource random;
    private final Part sums = new Part();
    private final Part differences = new Part();

    NormalPaths(int units, RandomSource random) {
        this.units = units;
        this.random = random;
    }

    /// The numbers of the next step: those of the first input, then those of the second.
    ///
    /// @param within the covariances with each step before, and the variance
    /// @param across those of the two inputs; null if there is one
    double[] next(double[] within, double[] across) {
        if (across == null) return sums.next(within);
        var sum = new double[within.length];
        var difference = new double[within.length];
        for (int s = 0; s < within.length; s++) {
            sum[s] = (within[s] + across[s]) / 2;
            difference[s] = (within[s] - across[s]) / 2;
        }
        var shared = sums.next(sum);
        var own = differences.next(difference);
        var both = new double[2 * units];
        for (int unit = 0; unit < units; unit++) {
            both[unit] = shared[unit] + own[unit];
            both[units + unit] = shared[unit] - own[unit];
        }
        return both;
    }

    private final class Part {

        private final Root root = new Root();
        /// Null where a step is determined by those before, and needs none.
        private final List<double[]> draws = new ArrayList<>();

        double[] next(double[] covariances) {
            var row = root.next(covariances);
            int last = row.length - 1;
            draws.add(row[last] == 0 ? null : draw());
            var numbers = new double[units];
            for (int s = 0; s <= last; s++) if (row[s] != 0) Means.add(row[s], draws.get(s), numbers);
            return numbers;
        }

        /// Of mean 0 and variance 1, and without correlation to those before, all of that exactly: chance is left to what isn't
        /// linear.
        private double[] draw() {
            var floats = new float[units];
            random.normal(floats, 0, units);
            var draw = new double[units];
            double sum = 0;
            for (float each : floats) sum += each;
            for (int unit = 0; unit < units; unit++) draw[unit] = floats[unit] - sum / units;
            for (var before : draws) if (before != null) Means.add(-Means.dot(before, draw) / units, before, draw);
            double std = Math.sqrt(Means.dot(draw, draw) / units);
            for (int unit = 0; unit < units; unit++) draw[unit] /= std;
            return draw;
        }
    }

    /// A covariance's triangular root (Cholesky), row by row; a step that those before determine has 0 at the end.
    private static final class Root {

        private static final double DETERMINED = 1e-9;

        private final List<double[]> rows = new ArrayList<>();

        double[] next(double[] covariances) {
            int last = rows.size();
            var row = new double[last + 1];
            double left = covariances[last];
            for (int s = 0; s < last; s++) {
                var other = rows.get(s);
                if (other[s] == 0) continue;
                row[s] = (covariances[s] - Means.dot(row, other, 0, 0, s)) / other[s];
                left -= row[s] * row[s];
            }
            row[last] = left > DETERMINED * covariances[last] ? Math.sqrt(left) : 0;
            rows.add(row);
            return row;
        }
    }
}
