package dev.lanewise.nn.init;

import dev.lanewise.kernel.expr.StandardNormal;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/// The mean of a function of a normal number, by quadrature.
///
/// The integral runs over t, x being sinh t, from 9 standard deviations below the mean to 9 above: so the points lie densely
/// around 0, where activations bend, and still reach the ends, whether the deviation is a thousandth or a thousand. Where the
/// function has a kink, the interval is split. Gauss and Hermite's rule, the textbook's choice, needs more than 128 points for
/// as many digits of a tanh, and never gets them of a function with a kink.
public final class NormalMean {

    private static final double REACH = 9;
    /// A deviation beyond makes bends near 0 too rare to matter, and t's range longer than need be.
    private static final double WIDEST = 1e6;
    private static final int FINE = 8;
    /// For looking whether that is enough.
    private static final int FINEST = 64 * FINE;
    /// For integrals within integrals; still within 1e-8.
    private static final int COARSE = 5;
    /// Up to here the first terms of sinh's series are all of its digits.
    private static final double SHORT = 0.5;
    /// From here sinh is cosh.
    private static final double LONG = 20;
    /// A deviation below is none.
    private static final double TINY = 1e-150;

    private NormalMean() {}

    /// Within 1e-12 of the size of what f takes on, for functions that bend near 0 alone, or at the kinks, and deviations up to a
    /// million, 1e-6 beyond; for those that go on bending, as a sine, up to a deviation of 3.
    ///
    /// @param std   0 for the function's value itself
    /// @param kinks where the function or its slope jumps, in any order
    public static double of(DoubleUnaryOperator f, double mean, double std, double... kinks) {
        return of(f, mean, std, FINE, kinks);
    }

    static double finest(DoubleUnaryOperator f, double mean, double std, double... kinks) {
        return of(f, mean, std, FINEST, kinks);
    }

    static double coarse(DoubleUnaryOperator f, double mean, double std, double... kinks) {
        return of(f, mean, std, COARSE, kinks);
    }

    private static double of(DoubleUnaryOperator f, double mean, double std, int fineness, double... kinks) {
        check(mean, std);
        // below, the density's square would underflow
        if (std < TINY) return f.applyAsDouble(mean);
        double unit = unit(std);
        DoubleUnaryOperator integrand = t -> {
            double sinh = sinh(t);
            double x = unit * sinh;
            return f.applyAsDouble(x) * StandardNormal.density((x - mean) / std) * cosh(t, sinh) * (unit / std);
        };
        return pieces(mean, std, fineness, kinks, (from, to, count) -> Quadrature.integral(integrand, from, to, count));
    }

    /// A law of finitely many numbers.
    ///
    /// @param places  the numbers
    /// @param weights their probabilities, of sum 1
    public record Points(double[] places, double[] weights) {}

    /// The points by which [#of] takes means of functions of normal numbers of mean 0.
    ///
    /// @param std   0 for the number 0 alone
    /// @param kinks as there
    public static Points points(double std, double... kinks) {
        check(0, std);
        if (std < TINY) return new Points(new double[] {0}, new double[] {1});
        double unit = unit(std);
        var places = DoubleStream.builder();
        var weights = DoubleStream.builder();
        double sum = pieces(0, std, FINE, kinks, (from, to, count) -> Quadrature.visit(from, to, count, (t, weight) -> {
            double sinh = sinh(t);
            double mass = weight * StandardNormal.density(unit * sinh / std) * cosh(t, sinh) * (unit / std);
            places.add(unit * sinh);
            weights.add(mass);
            return mass;
        }));
        return new Points(places.build().toArray(), weights.build().map(mass -> mass / sum).toArray());
    }

    private static void check(double mean, double std) {
        if (!(std >= 0 && std < Double.POSITIVE_INFINITY && Double.isFinite(mean))) throw new IllegalArgumentException(
            "normal mean: mean " + mean + ", standard deviation " + std + "; both must be finite, the second 0 or more");
    }

    private static double unit(double std) { return Math.max(1, std / WIDEST); }

    private interface Piece { double sum(double from, double to, int count); }

    /// The sum over the pieces between kinks, as intervals of t.
    private static double pieces(double mean, double std, int fineness, double[] kinks, Piece piece) {
        double low = mean - REACH * std;
        double high = mean + REACH * std;
        var ends = Arrays.stream(kinks).filter(kink -> kink > low && kink < high).sorted().toArray();
        double unit = unit(std);
        double sum = 0;
        double from = asinh(low / unit);
        for (int i = 0; i <= ends.length; i++) {
            double to = asinh((i == ends.length ? high : ends[i]) / unit);
            sum += piece.sum(from, to, (int) (fineness * (4 + to - from)));
            from = to;
        }
        return sum;
    }

    /// Whose square is sinh's and 1.
    private static double cosh(double t, double sinh) { return Math.abs(t) < LONG ? Math.sqrt(1 + sinh * sinh) : Math.abs(sinh); }

    /// Within some units in the last place, in a quarter of the time of [Math#sinh], which takes most of that of an integral.
    static double sinh(double t) {
        double square = t * t;
        if (square < SHORT * SHORT) return t
            * (1 + square / 6 * (1 + square / 20 * (1 + square / 42 * (1 + square / 72 * (1 + square / 110
            * (1 + square / 156))))));
        // in two steps: e^t may be beyond the range where sinh t isn't
        double root = Math.exp(Math.abs(t) / 2);
        double half = root / 2 * root;
        return Math.copySign(half - 0.25 / half, t);
    }

    private static double asinh(double x) {
        double size = Math.abs(x);
        return Math.copySign(Math.log1p(size + size * size / (1 + Math.sqrt(1 + size * size))), x);
    }
}
