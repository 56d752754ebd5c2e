package dev.lanewise.diagnose;

import dev.lanewise.kernel.expr.StandardNormal;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Places;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// The law of numbers that aren't normal, as the sum of a rectified signal and a normal one: that of a function h of a normal
/// number, of mean 0 and variance 1. Where several add up it is the growing one, and two inputs' numbers are taken to be h of
/// normal numbers that have as much in common as makes their covariance: a normal copula (Cario and Nelson, "Modeling and
/// generating random vectors with arbitrary marginal distributions", 1997).
///
/// @param values h from -[#REACH] to [#REACH], between which it is a line
record Shape(double[] values) {

    private static final double REACH = 6;
    private static final int STEPS = 383;
    /// Of a sum, at which its law is looked at.
    private static final int SUMS = 600;
    private static final int TERMS = 40;
    private static final int CORRELATIONS = 400;
    private static final double STEP = 1e-4;
    private static final double[] WEIGHTS = weights();

    private static double normal(int i) { return REACH * (2.0 * i / STEPS - 1); }

    private static double[] weights() {
        var weights = new double[STEPS + 1];
        for (int i = 0; i <= STEPS; i++) weights[i] = StandardNormal.density(normal(i));
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(each -> each / sum).toArray();
    }

    /// Of numbers in this proportion; null if they are all the same.
    private static Shape of(double[] numbers) {
        double mean = 0;
        double square = 0;
        for (int i = 0; i <= STEPS; i++) mean += WEIGHTS[i] * numbers[i];
        for (int i = 0; i <= STEPS; i++) square += WEIGHTS[i] * (numbers[i] - mean) * (numbers[i] - mean);
        double middle = mean;
        double deviation = Math.sqrt(square);
        return deviation > 0 && Double.isFinite(deviation)
            ? new Shape(Arrays.stream(numbers).map(each -> (each - middle) / deviation).toArray()) : null;
    }

    /// Of what a function makes of normal numbers, or those of a shape.
    ///
    /// @param of null of normal numbers
    static Shape of(Nonlinearity function, Shape of, Signal in) {
        double deviation = deviation(in);
        var numbers = new double[STEPS + 1];
        for (int i = 0; i <= STEPS; i++) numbers[i] = function.value()
            .applyAsDouble(in.mean() + deviation * (of == null ? normal(i) : of.values[i]));
        return of(numbers);
    }

    private static double deviation(Signal in) { return Math.sqrt(Math.max(0, in.square() - in.mean() * in.mean())); }

    /// Of so many times a number of this shape, and so many times a normal one that has nothing to do with it.
    Shape plus(double own, double normal) {
        if (normal == 0) return null;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            low = Math.min(low, own * value);
            high = Math.max(high, own * value);
        }
        low -= REACH * normal;
        high += REACH * normal;
        var below = new double[SUMS + 1];
        var above = new double[SUMS + 1];
        for (int t = 0; t <= SUMS; t++) {
            double sum = low + (high - low) * t / SUMS;
            for (int i = 0; i <= STEPS; i++) {
                double at = (sum - own * values[i]) / normal;
                below[t] += WEIGHTS[i] * StandardNormal.cdf(at);
                above[t] += WEIGHTS[i] * StandardNormal.cdf(-at);
            }
        }
        var numbers = new double[STEPS + 1];
        int t = 0;
        for (int i = 0; i <= STEPS; i++) {
            double u = normal(i);
            // the tail that is short has the digits
            double wanted = Math.log(StandardNormal.cdf(-Math.abs(u)));
            while (t < SUMS - 1 && (u < 0 ? Math.log(below[t + 1]) < wanted : Math.log(above[t + 1]) > wanted)) t++;
            double here = Math.log(u < 0 ? below[t] : above[t]);
            double next = Math.log(u < 0 ? below[t + 1] : above[t + 1]);
            numbers[i] = low + (high - low) * (t + (next == here ? 0 : Math.clamp((wanted - here) / (next - here), 0, 1))) / SUMS;
        }
        return of(numbers);
    }

    /// By how much slopes are larger together than by themselves, E φ'² ψ'² / (E φ'² E ψ'²), where what φ makes of a signal is
    /// one part of what ψ gets: of what was positive the sum is so more often, so that a gradient that comes back by ψ meets more
    /// slopes of φ.
    ///
    /// @param shape  of φ's input; null if it is normal
    /// @param factor of φ's output in the sum
    /// @param sum    what ψ gets
    /// @param normal the deviation of what is added
    static double together(Nonlinearity phi, Shape shape, Signal in, double factor, Signal sum, double normal, Nonlinearity psi) {
        double deviation = deviation(in);
        var places = new double[STEPS + 1];
        double rest = sum.mean();
        for (int i = 0; i <= STEPS; i++) {
            places[i] = in.mean() + deviation * (shape == null ? normal(i) : shape.values[i]);
            rest -= WEIGHTS[i] * factor * phi.value().applyAsDouble(places[i]);
        }
        double both = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i <= STEPS; i++) {
            double slope = Math.pow(phi.slope().applyAsDouble(places[i]), 2);
            double behind = psi.shifted(rest + factor * phi.value().applyAsDouble(places[i])).squaredSlope(normal * normal);
            both += WEIGHTS[i] * slope * behind;
            first += WEIGHTS[i] * slope;
            second += WEIGHTS[i] * behind;
        }
        return first * second > 0 ? both / (first * second) : 1;
    }

    /// Whether h grows, and no number has a probability of its own: as behind a sum.
    boolean isSmooth() {
        for (int i = 0; i < STEPS; i++) if (!(values[i] < values[i + 1])) return false;
        return true;
    }

    private double at(double u) {
        double at = (u / REACH + 1) / 2 * STEPS;
        int from = (int) Math.clamp(Math.floor(at), 0, STEPS - 1);
        return values[from] + (at - from) * (values[from + 1] - values[from]);
    }

    private double inverse(double value) {
        int from = 0;
        while (from < STEPS - 1 && values[from + 1] < value) from++;
        return normal(from) + (value - values[from]) / (values[from + 1] - values[from]) * (normal(1) - normal(0));
    }

    /// A function of numbers of this shape, as one of normal numbers of mean 0.
    private Nonlinearity bent(Nonlinearity f, DoubleUnaryOperator g, double mean, double deviation) {
        return new Nonlinearity(f.name(), u -> g.applyAsDouble(mean + deviation * at(u)), _ -> Double.NaN,
            f.kinks().stream().map(kink -> inverse((kink - mean) / deviation))
            .filter(kink -> Math.abs(kink) < 2 * REACH).toList());
    }

    /// An activation of a signal of this shape, which is smooth.
    Passage through(Nonlinearity f, Signal in) {
        double deviation = deviation(in);
        if (!(deviation > 0) || !Double.isFinite(deviation)) return new Stage.Activation(f).pass(List.of(in));
        var value = bent(f, f.value(), in.mean(), deviation);
        var slope = bent(f, f.slope(), in.mean(), deviation);
        double square = value.square(1);
        double more = Math.sqrt(1 + STEP);
        double elasticity = square == 0 ? 0
            : (bent(f, f.value(), more * in.mean(), more * deviation).square(1) / square - 1) / STEP;
        var copula = copula();
        if (in.places() != null) return placed(f, in, 1 + value.fluctuation(1), slope, elasticity, copula);
        DoubleUnaryOperator product = moment -> Double.isNaN(moment) ? Double.NaN
            : value.product(1, copula.applyAsDouble((moment - in.mean() * in.mean()) / (deviation * deviation)));
        var out = new Signal(square, product.applyAsDouble(in.product()), in.within() == in.square() ? square
            : product.applyAsDouble(in.within()),
            product.applyAsDouble(in.across()), value.mean(1), square == 0 ? 1 : 1 + value.fluctuation(1), in.extent());
        double common = in.extent().positions() == 1 || Double.isNaN(in.within()) ? 0
            : slope.product(1, copula.applyAsDouble((in.within() - in.mean() * in.mean()) / (deviation * deviation)));
        return Passage.of(out, new Passage.Way(slope.square(1), slope.mean(1), elasticity)
            .mixing(new Passage.Mixing(0, 0, common)));
    }

    /// The same, position by position.
    private Passage placed(Nonlinearity f, Signal in, double fourth, Nonlinearity slope, double elasticity,
        DoubleUnaryOperator copula) {
        var places = in.places();
        int n = places.count();
        var values = new double[n][];
        var slopes = new double[n][];
        var deviations = new double[n];
        for (int p = 0; p < n; p++) {
            double mean = places.means()[p];
            deviations[p] = Math.sqrt(Math.max(1e-12, places.own()[p * n + p] - mean * mean));
            values[p] = bent(f, f.value(), mean, deviations[p]).series(1, TERMS + 1);
            slopes[p] = bent(f, f.slope(), mean, deviations[p]).series(1, TERMS + 1);
        }
        var own = new double[n * n];
        var two = new double[n * n];
        var back = new double[n * n];
        var means = new double[n];
        for (int p = 0; p < n; p++) {
            means[p] = values[p][0];
            for (int r = 0; r <= p; r++) {
                int at = p * n + r;
                double common = places.means()[p] * places.means()[r];
                double size = deviations[p] * deviations[r];
                double alike = p == r ? 1 : copula.applyAsDouble((places.own()[at] - common) / size);
                own[at] = own[r * n + p] = Nonlinearity.seriesProduct(values[p], values[r], alike);
                back[at] = back[r * n + p] = Nonlinearity.seriesProduct(slopes[p], slopes[r], alike);
                two[at] = two[r * n + p] = Nonlinearity.seriesProduct(values[p], values[r],
                    copula.applyAsDouble((places.two()[at] - common) / size));
            }
        }
        var out = new Places(places.sides(), own, two, means).signal(fourth, in.extent());
        return Passage.of(out, new Passage.Way(Places.onDiagonal(back), slope.mean(1), elasticity).by(new Passage.Back(n, map -> {
            var result = map.clone();
            for (int i = 0; i < result.length; i++) result[i] *= back[i];
            return result;
        })));
    }

    /// Of a correlation, that of the normal numbers of which h is taken.
    private DoubleUnaryOperator copula() {
        var series = new Nonlinearity("shape", this::at, _ -> Double.NaN, List.of()).series(1, TERMS + 1);
        series[0] = 0;
        double all = Nonlinearity.seriesProduct(series, series, 1);
        var alike = new double[CORRELATIONS + 1];
        for (int i = 0; i <= CORRELATIONS; i++) alike[i] = Nonlinearity.seriesProduct(series, series,
            2.0 * i / CORRELATIONS - 1) / all;
        return correlation -> {
            if (Double.isNaN(correlation)) return Double.NaN;
            int from = 0;
            int to = CORRELATIONS;
            while (to - from > 1) {
                int middle = (from + to) / 2;
                if (alike[middle] <= correlation) from = middle;
                else to = middle;
            }
            return 2 * (from + Math.clamp((correlation - alike[from]) / (alike[to] - alike[from]), 0, 1)) / CORRELATIONS - 1;
        };
    }
}
