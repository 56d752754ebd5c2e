package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import java.util.Objects;

/// The law of one element of a random orthogonal matrix: of one coordinate of a point on the sphere of radius `gain` in
/// `size` dimensions, as likely here as there. Its density is proportional to (1 - (x / gain)²)^((size - 3) / 2).
///
/// @param size the longer side of the matrix
/// @param gain the sphere's radius
public record HaarEntry(int size, double gain) implements Distribution {

    private static final int MOST_TERMS = 100_000;

    /// Refuses no dimension, and a gain that isn't positive and finite.
    public HaarEntry {
        if (!(size >= 1 && (float) gain > 0 && Float.isFinite((float) gain))) throw new IllegalArgumentException(
            "Haar entry: size " + size + ", gain " + gain
            + "; there must be a dimension, and the gain be positive and finite as a float");
    }

    public double mean() { return 0; }
    public double variance() { return gain * gain / size; }
    public double kurtosis() { return 3.0 * size / (size + 2); }
    public double lower() { return -gain; }
    public double upper() { return gain; }

    /// Lighter tails than the normal law's: term by term the series of the mean of exp(tx) is the smaller one.
    public double varianceProxy() { return variance(); }

    /// The square has a beta law with parameters 1/2 and (size - 1) / 2.
    public double cdf(double x) {
        double z = x / gain;
        if (Double.isNaN(z)) return Double.NaN;
        if (z < -1) return 0;
        if (z >= 1) return 1;
        if (size == 1) return 0.5;
        return z < 0 ? outside(-z) / 2 : 1 - outside(z) / 2;
    }

    /// The probability that the square is larger: I_{1 - z²}((size - 1) / 2, 1 / 2).
    private double outside(double z) {
        double a = (size - 1) / 2.0;
        double rest = (1 - z) * (1 + z);
        // the fraction converges where its argument is below the law's bulk
        return rest < (a + 1) / (a + 2.5) ? incomplete(rest, z * z, a, 0.5) : 1 - incomplete(z * z, rest, 0.5, a);
    }

    /// The regularized incomplete beta function I_x(a, b), by its continued fraction (NIST's Digital Library of Mathematical
    /// Functions, 8.17.22), evaluated forward as Lentz does.
    ///
    /// @param y 1 - x, without the digits that the subtraction loses
    private double incomplete(double x, double y, double a, double b) {
        double fraction = 1;
        double numerator = 1;
        double denominator = 0;
        for (int term = 1; term < MOST_TERMS; term++) {
            int m = term / 2;
            double d = term % 2 == 0 ? m * (b - m) * x / ((a + term - 1) * (a + term))
                : -(a + m) * (a + b + m) * x / ((a + term - 1) * (a + term));
            numerator = 1 + d / numerator;
            denominator = 1 / (1 + d * denominator);
            double factor = numerator * denominator;
            fraction *= factor;
            if (Math.abs(factor - 1) < 1e-16) break;
        }
        return Math.exp(a * log(x, y) + b * log(y, x)) / (a * beta(size - 1) * fraction);
    }

    /// Of x, given 1 - x: large powers of numbers near 1 magnify what rounding took.
    private static double log(double x, double rest) { return rest < 0.5 ? Math.log1p(-rest) : Math.log(x); }

    /// B(1/2, n/2), from B(1/2, 1/2) = π or B(1/2, 1) = 2 upwards.
    private static double beta(int n) {
        double beta = n % 2 == 1 ? Math.PI : 2;
        for (int m = n % 2 == 1 ? 1 : 2; m < n; m += 2) beta *= m / (m + 1.0);
        return beta;
    }

    /// Of as many normal numbers each as there are dimensions.
    public void sample(float[] out, int offset, int length, RandomSource source) {
        Objects.checkFromIndexSize(offset, length, out.length);
        var point = new float[size];
        for (int i = offset; i < offset + length; i++) {
            source.normal(point, 0, size);
            double square = 0;
            for (float x : point) square += (double) x * x;
            out[i] = (float) (square == 0 ? gain : gain * point[0] / Math.sqrt(square));
        }
    }
}
