package dev.lanewise.diagnose;

import dev.lanewise.figures.Statistics;
import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// The extreme eigenvalues of a symmetric matrix of which nothing but products with vectors is known, by Lanczos's method:
/// vectors are floats, what is summed and what is made of the sums is double, and every vector is orthogonalized twice against
/// all before it.
///
/// ```java
/// double sharpest = Lanczos.of(n, vector -> hessianTimes(vector), 0).largest().value();
/// ```
///
/// It ends as soon as the largest eigenvalue's residual is small, or after so many steps. What is returned is a Rayleigh
/// quotient, and its residual is measured by one more product. How far beyond it an eigenvalue may lie that a random start missed
/// is the bound of Kuczyński and Woźniakowski, "Estimating the largest eigenvalue by the power and Lanczos algorithms with a
/// random start", 1992: after k steps, but for a chance of 1.648 √n e^(-(2k - 1) √ε), by at most a share of ε of the range of all
/// eigenvalues.
///
/// @param largest  the most positive eigenvalue
/// @param smallest the most negative one, as near as these steps have come
/// @param steps    how many were made, a product each
/// @param whole    whether they have exhausted the matrix, so that no eigenvalue was missed
public record Lanczos(Extreme largest, Extreme smallest, int steps, boolean whole) {

    /// With which a bound for what a random start has missed may be wrong.
    public static final double CHANCE = 1e-9;
    static final int MOST_STEPS = 150;
    static final double TOLERANCE = 1e-3;
    /// What is left of a vector by the rounding of products of floats.
    private static final double NOTHING = 0x1p-19;
    private static final double FLOAT = 0x1p-23;

    /// A symmetric matrix.
    @FunctionalInterface
    public interface Product {
        /// The matrix times a vector, which is left as it is, and not kept.
        float[] times(float[] vector);
    }

    /// Until the residual is at most a thousandth of the eigenvalue that is largest in size, in at most 150 steps.
    ///
    /// @param n    rows
    /// @param seed of the start, which is normal: the same seed gives the same bits
    public static Lanczos of(int n, Product product, long seed) { return of(n, product, seed, MOST_STEPS, TOLERANCE); }

    /// Until the residual is at most the tolerance, in at most so many steps.
    ///
    /// @param tolerance the residual to reach, relative to the eigenvalue that is largest in size
    /// @throws IllegalArgumentException without rows or steps, or if the product is of another length
    public static Lanczos of(int n, Product product, long seed, int steps, double tolerance) {
        Objects.requireNonNull(product, "Lanczos: no product; give what multiplies a vector by the matrix");
        if (n < 1 || steps < 1 || !(tolerance >= 0)) throw new IllegalArgumentException("Lanczos: " + n + " rows, " + steps
            + " steps, tolerance " + tolerance + "; there must be at least one row and one step, and the tolerance 0 or more");
        return new Walk(n, product, seed).go(Math.min(n, steps), tolerance);
    }

    static float[] normal(int n, long seed) {
        var vector = new float[n];
        new Threefry(seed).stream("lanczos").normal(vector, 0, n);
        return vector;
    }

    private static final class Walk {

        private final int n;
        private final Product product;
        private final List<float[]> basis = new ArrayList<>();
        private double[] diagonal = {};
        private double[] beside = {};
        /// Eigenvalues of what was seen, and the last components of their vectors.
        private double[] values;
        private double[] last;

        Walk(int n, Product product, long seed) {
            this.n = n;
            this.product = product;
            var start = normal(n, seed);
            scale(start, 1 / Math.sqrt(Statistics.dot(start, start)));
            basis.add(start);
        }

        Lanczos go(int most, double tolerance) {
            for (int k = 1;; k++) {
                // it may be near enough at any
                Watched.at("eigenvalues, by products", k - 1, 0);
                var next = times(basis.getLast());
                diagonal = Arrays.copyOf(diagonal, k);
                beside = Arrays.copyOf(beside, k);
                diagonal[k - 1] = Statistics.dot(next, basis.getLast());
                if (!Double.isFinite(diagonal[k - 1])) return new Lanczos(Extreme.UNKNOWN, Extreme.UNKNOWN, k, false);
                double size = Math.sqrt(Statistics.dot(next, next));
                for (int pass = 0; pass < 2; pass++) for (var each : basis) add(-Statistics.dot(next, each), each, next);
                double length = Math.sqrt(Statistics.dot(next, next));
                beside[k - 1] = length;
                boolean whole = k == n || !(length > NOTHING * size);
                // eigenvalues take k² each time
                if (whole || k == most || k < 16 || k % (k / 8) == 0) {
                    solve(k);
                    double scale = Math.max(Math.abs(values[0]), Math.abs(values[k - 1]));
                    if (whole || k == most || length * Math.abs(last[k - 1]) <= tolerance * scale) return end(k, whole);
                }
                scale(next, 1 / length);
                basis.add(next);
            }
        }

        private float[] times(float[] vector) {
            var result = product.times(vector);
            if (result.length != n) throw new IllegalArgumentException("Lanczos: the product of a vector of " + n
                + " numbers has " + result.length + "; a symmetric matrix gives as many");
            return result == vector ? result.clone() : result;
        }

        /// In ascending order.
        private void solve(int k) {
            var found = diagonal.clone();
            var row = new double[k];
            row[k - 1] = 1;
            Tridiagonal.solve(found, beside.clone(), row);
            var order = ascending(found);
            values = Arrays.stream(order).mapToDouble(i -> found[i]).toArray();
            last = Arrays.stream(order).mapToDouble(i -> row[i]).toArray();
        }

        private static int[] ascending(double[] values) {
            return IntStream.range(0, values.length).boxed().sorted((i, j) -> Double.compare(values[i], values[j]))
                .mapToInt(i -> i).toArray();
        }

        private Lanczos end(int k, boolean whole) {
            var found = diagonal.clone();
            var vectors = new double[k][k];
            for (int i = 0; i < k; i++) vectors[i][i] = 1;
            Tridiagonal.solve(found, beside.clone(), vectors);
            var order = ascending(found);
            var largest = measured(vectors, order[k - 1]);
            var smallest = measured(vectors, order[0]);
            double range = largest[0] - smallest[0];
            double root = Math.log(1.648 * Math.sqrt(n) / CHANCE) / (2 * k - 1);
            double share = root * root;
            double beyond = range == 0 && whole ? 0 : share < 0.5 ? range * share / (1 - 2 * share) : Double.POSITIVE_INFINITY;
            // sums of floats are themselves known within so much
            double rounding = FLOAT * Math.max(Math.abs(largest[0]), Math.abs(smallest[0]));
            return new Lanczos(
                new Extreme(largest[0], largest[1], largest[0] - rounding, whole ? largest[0] + largest[1] + rounding
                    : largest[0] + beyond + rounding),
                new Extreme(smallest[0], smallest[1], whole ? smallest[0] - smallest[1] - rounding
                    : smallest[0] - beyond - rounding,
                    smallest[0] + rounding), k, whole);
        }

        /// The Rayleigh quotient and the residual's length.
        private double[] measured(double[][] vectors, int which) {
            var sum = new double[n];
            for (int i = 0; i < vectors.length; i++) {
                double factor = vectors[i][which];
                var vector = basis.get(i);
                for (int j = 0; j < n; j++) sum[j] += factor * vector[j];
            }
            var y = new float[n];
            for (int j = 0; j < n; j++) y[j] = (float) sum[j];
            double square = Statistics.dot(y, y);
            var image = times(y);
            double value = Statistics.dot(image, y) / square;
            double residual = 0;
            for (int j = 0; j < n; j++) {
                double apart = image[j] - value * y[j];
                residual += apart * apart;
            }
            return new double[] {value, Math.sqrt(residual / square)};
        }

        private static void add(double factor, float[] x, float[] to) {
            for (int i = 0; i < to.length; i++) to[i] = (float) (to[i] + factor * x[i]);
        }

        private static void scale(float[] x, double factor) {
            for (int i = 0; i < x.length; i++) x[i] = (float) (x[i] * factor);
        }
    }
}
