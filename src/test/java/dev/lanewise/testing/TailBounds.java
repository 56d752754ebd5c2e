package dev.lanewise.testing;

import java.util.function.DoubleUnaryOperator;

/// How far a statistic of `n` independent numbers may stray from its expectation.
///
/// Every bound holds for finite n and is passed with a probability of at most 2 e^-32 = 2.5e-14: ten thousand checks in
/// a run, each with a seed of its own, raise one false alarm in four billion runs.
public final class TailBounds {

    private static final double X = 32;

    private TailBounds() {}

    /// For the mean of numbers that lie within `range` of each other (Hoeffding).
    public static double ofMean(double range, long n) { return range * Math.sqrt(X / (2.0 * n)); }

    /// For the mean of numbers with this variance, each within `reach` of its expectation (Bernstein).
    public static double ofMean(double variance, double reach, long n) {
        double b = 2 * X * reach / (3 * n);
        double c = 2 * X * variance / n;
        return (b + Math.sqrt(b * b + 4 * c)) / 2;
    }

    /// For the mean of standard normal numbers.
    public static double ofNormalMean(long n) { return Math.sqrt(2 * X / n); }

    /// For the mean of products of signs: of fair independent signs, whatever law they are the signs of.
    public static double ofSigns(long n) { return ofMean(2, n); }

    /// For the largest distance of an empirical distribution function from the true one (Dvoretzky, Kiefer, Wolfowitz,
    /// with Massart's constant).
    public static double ofDistribution(long n) { return Math.sqrt(X / (2.0 * n)); }

    /// The least mean square that `n` standard normal numbers may have (Chernoff).
    public static double leastNormalVariance(long n) {
        return 1 - root(e -> n / 2.0 * (-e - Math.log1p(-e)), 1);
    }

    /// The greatest mean square that `n` standard normal numbers may have (Chernoff).
    public static double greatestNormalVariance(long n) {
        return 1 + root(e -> n / 2.0 * (e - Math.log1p(e)), 1 + 8 * X / n);
    }

    /// Where a function that grows from 0 on reaches X.
    private static double root(DoubleUnaryOperator f, double high) {
        double low = 0;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (f.applyAsDouble(middle) < X) low = middle;
            else high = middle;
        }
        return high;
    }
}
