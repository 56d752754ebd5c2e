package dev.lanewise.nn.init;

import dev.lanewise.kernel.expr.StandardNormal;
import java.util.function.DoubleUnaryOperator;

/// The part of the standard normal law between two bounds: its moments and its distribution function.
///
/// They are integrals of the density relative to its peak between the bounds, over distances from the peak, so that bounds far
/// out in a tail, where closed forms lose all their digits, do no harm. 64 pieces leave an error below 1e-13.
///
/// @param peak the place of the largest density
/// @param unit the distance at which the density isn't more than e^-40 of the peak's: what the bounds are counted in
/// @param low  where the density isn't negligible any more, at least the lower bound, as a distance from the peak
/// @param high likewise
record NormalPart(double peak, double unit, double low, double high) {

    private static final double NEGLIGIBLE = 40;
    private static final int PIECES = 64;
    private static final double WIDE = 0.5;

    /// @param low  negative infinity for none
    /// @param high infinity for none
    static NormalPart between(double low, double high) {
        double peak = Math.clamp(0, low, high);
        // the positive root of u (2 peak + u) / 2 = 40, without a difference
        double unit = 2 * NEGLIGIBLE / (Math.abs(peak) + Math.hypot(peak, Math.sqrt(2 * NEGLIGIBLE)));
        return new NormalPart(peak, unit, Math.max((low - peak) / unit, -1), Math.min((high - peak) / unit, 1));
    }

    double mean() { return peak + unit * center(); }

    double variance() { return unit * unit * moment(2); }

    double kurtosis() { return moment(4) / (moment(2) * moment(2)); }

    double skewness() { return moment(3) / Math.pow(moment(2), 1.5); }

    private double center() { return integral(x -> x, high) / integral(_ -> 1, high); }

    /// The central moment of this order, in units.
    private double moment(int order) {
        double center = center();
        return integral(x -> Math.pow(x - center, order), high) / integral(_ -> 1, high);
    }

    /// The share of values up to a distance from the peak.
    double below(double distance) {
        if (Double.isNaN(distance)) return Double.NaN;
        double to = Math.clamp(distance / unit, low, high);
        // near the middle the closed form keeps its digits, and is fast
        double before = StandardNormal.cdf(peak + unit * low);
        double inside = StandardNormal.cdf(peak + unit * high) - before;
        if (low < 0 && high > 0 && inside > WIDE) return (StandardNormal.cdf(peak + unit * to) - before) / inside;
        return integral(_ -> 1, to) / integral(_ -> 1, high);
    }

    /// Of f times the density, up to a bound.
    private double integral(DoubleUnaryOperator f, double to) {
        return Quadrature.integral(x -> f.applyAsDouble(x) * Math.exp(-x * unit * (peak + x * unit / 2)), low, to, PIECES);
    }
}
