package dev.lanewise.check;

import java.util.function.DoubleUnaryOperator;

/// How far a statistic of `n` independent numbers may stray from its expectation.
///
/// Every bound holds for finite n and is passed with a probability of at most e^-x on either side. With the [usual][#USUAL]
/// 32 that is 2.5e-14 for both: ten thousand checks in a run, each with a seed of its own, raise one false alarm in four
/// billion runs.
///
/// @param x the natural logarithm of the odds against a false alarm on one side; positive
public record TailBounds(double x) {

    /// What the checks of initializers take.
    public static final TailBounds USUAL = new TailBounds(32);

    /// Refuses an exponent that isn't positive and finite.
    public TailBounds {
        if (!(x > 0 && x < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "tail bounds: odds of e^" + x + " against a false alarm; the exponent must be positive and finite");
    }

    /// The probability that a statistic passes a bound on one side, at most: e^-x.
    public double oneSided() { return Math.exp(-x); }

    /// For the mean of numbers that lie within `range` of each other (Hoeffding).
    public double ofMean(double range, long n) { return range * Math.sqrt(x / (2.0 * n)); }

    /// For the mean of numbers with this variance, each within `reach` of its expectation (Bernstein).
    public double ofMean(double variance, double reach, long n) {
        double b = 2 * x * reach / (3 * n);
        double c = 2 * x * variance / n;
        return (b + Math.sqrt(b * b + 4 * c)) / 2;
    }

    /// For the mean of standard normal numbers, and of all whose tails are no heavier.
    public double ofNormalMean(long n) { return Math.sqrt(2 * x / n); }

    /// For the mean of products of signs: of fair independent signs, whatever law they are the signs of.
    public double ofSigns(long n) { return ofMean(2, n); }

    /// For the largest distance of an empirical distribution function from the true one (Dvoretzky, Kiefer, Wolfowitz,
    /// with Massart's constant).
    public double ofDistribution(long n) { return Math.sqrt(x / (2.0 * n)); }

    /// The least mean square that `n` standard normal numbers may have (Chernoff).
    public double leastNormalVariance(long n) {
        return 1 - root(e -> n / 2.0 * (-e - Math.log1p(-e)), 1);
    }

    /// The greatest mean square that `n` standard normal numbers may have (Chernoff).
    public double greatestNormalVariance(long n) {
        return 1 + root(e -> n / 2.0 * (e - Math.log1p(e)), 1 + 8 * x / n);
    }

    /// The least share of `n` that an event of probability `p` may have (Chernoff, Hoeffding).
    public double leastShare(double p, long n) {
        return n * divergence(0, p) < x ? 0 : p - root(e -> n * divergence(p - e, p), p);
    }

    /// The greatest share of `n` that an event of probability `p` may have.
    public double greatestShare(double p, long n) {
        return n * divergence(1, p) < x ? 1 : p + root(e -> n * divergence(p + e, p), 1 - p);
    }

    /// Kullback and Leibler's, of an event of probability `q` from one of probability `p`.
    private static double divergence(double q, double p) { return entropy(q, p) + entropy(1 - q, 1 - p); }

    private static double entropy(double q, double p) { return q <= 0 ? 0 : q * Math.log(q / p); }

    /// Where a function that grows from 0 on reaches x.
    private double root(DoubleUnaryOperator f, double high) {
        double low = 0;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (f.applyAsDouble(middle) < x) low = middle;
            else high = middle;
        }
        return high;
    }
}
