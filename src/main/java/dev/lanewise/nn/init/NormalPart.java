package dev.lanewise.nn.init;

import java.util.function.DoubleUnaryOperator;

/// The part of the standard normal law between two bounds: its moments and its distribution function.
///
/// They are integrals of the density relative to its peak between the bounds, so that bounds far out in a tail, where closed
/// forms lose all their digits, do no harm. 64 pieces leave an error below 1e-13.
///
/// @param low  where the density isn't negligible any more, at least the lower bound
/// @param high likewise
/// @param peak the place of the largest density
record NormalPart(double low, double high, double peak) {

    /// Beyond, the density is e^-40 of the peak's.
    private static final double NEGLIGIBLE = 40;
    private static final int PIECES = 64;
    private static final double WIDE = 0.5;

    /// @param low  negative infinity for none
    /// @param high infinity for none
    static NormalPart between(double low, double high) {
        double peak = Math.clamp(0, low, high);
        double reach = Math.sqrt(peak * peak + 2 * NEGLIGIBLE);
        return new NormalPart(Math.max(low, -reach), Math.min(high, reach), peak);
    }

    double mean() { return integral(x -> x, high) / integral(_ -> 1, high); }

    /// The central moment of this order.
    double moment(int order) {
        double mean = mean();
        return integral(x -> Math.pow(x - mean, order), high) / integral(_ -> 1, high);
    }

    /// The share of values up to x.
    double below(double x) {
        if (Double.isNaN(x)) return Double.NaN;
        double inside = StandardNormal.cdf(high) - StandardNormal.cdf(low);
        // near the middle the closed form keeps its digits, and is fast
        if (low < 0 && high > 0 && inside > WIDE)
            return (StandardNormal.cdf(Math.clamp(x, low, high)) - StandardNormal.cdf(low)) / inside;
        return integral(_ -> 1, Math.clamp(x, low, high)) / integral(_ -> 1, high);
    }

    /// Of f times the density, up to a bound.
    private double integral(DoubleUnaryOperator f, double to) {
        return Quadrature.integral(x -> f.applyAsDouble(x) * Math.exp((peak - x) * (peak + x) / 2), low, to, PIECES);
    }
}
