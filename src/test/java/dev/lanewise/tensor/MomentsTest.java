package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Lengths, deviations and standardized numbers over the whole range of floats, against double, in whose range all squares are.
class MomentsTest {

    private static final double MOST = Float.MAX_VALUE;

    /// What is expected of the numbers of one group, and of the gradient that is weighted by `g`.
    private interface Exact {
        double[] of(double[] x, double[] g);
    }

    /// Groups of one size of numbers each, from subnormal ones to the largest, along any of three dimensions.
    @Property(tries = 300)
    void valuesAndGradientsAreRightAtAnySize(@ForAll @IntRange(max = 2) int dim, @ForAll @IntRange(min = 3, max = 9) int n,
        @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var groups = groups(random, n);
        ToDoubleFunction<double[]> one = _ -> 1;
        check("norm", one, dim, groups, x -> x.norm(true, dim), (x, _) -> new double[] {norm(x)},
            (x, g) -> scaled(x, g[0] / norm(x)));
        check("std", one, dim, groups, x -> x.std(1, true, dim), (x, _) -> new double[] {std(x, 1)},
            (x, g) -> scaled(centered(x), g[0] / std(x, 1) / (n - 1)));
        check("var", one, dim, groups, x -> x.var(1, true, dim), (x, _) -> new double[] {std(x, 1) * std(x, 1)},
            (x, g) -> scaled(centered(x), g[0] * 2 / (n - 1)));
        for (double eps : new double[] {1e-5, 0, 1e-30, 1e10})
            check("standardized, eps " + eps, x -> 1 / spread(x, eps), dim, groups,
                x -> Moments.standardized(x, eps, dim).values(), (x, _) -> scaled(centered(x), 1 / spread(x, eps)),
                (x, g) -> standardizedBackward(x, g, eps));
    }

    /// Each group is as if it stood alone, whatever is beside it.
    @Property
    void groupsKnowNothingOfEachOther(@ForAll @IntRange(min = -140, max = 127) int exponent,
        @ForAll @IntRange(min = -140, max = 127) int other) {
        float[] unit = {1, -0.75f, 1.5f, 1.75f};
        var pair = new float[2 * unit.length];
        for (int i = 0; i < unit.length; i++) {
            pair[i] = Math.scalb(unit[i], exponent);
            pair[unit.length + i] = Math.scalb(unit[i], other);
        }
        var both = Tensor.of(pair, 2, unit.length);
        for (UnaryOperator<Tensor> function : List.<UnaryOperator<Tensor>>of(x -> x.mean(true, 1), x -> x.norm(true, 1),
            x -> x.std(1, true, 1), x -> x.var(1, true, 1), x -> Moments.standardized(x, 1e-5, 1).values())) {
            var together = function.apply(both);
            for (int group = 0; group < 2; group++) assertArrayEquals(
                function.apply(both.slice(0, group, group + 1)).toArray(), together.slice(0, group, group + 1).toArray());
        }
    }

    /// @param unit what a change of an element by the least float changes the value by, in least floats
    private static void check(String name,
        ToDoubleFunction<double[]> unit, int dim, double[][] groups, UnaryOperator<Tensor> function, Exact value,
        Exact gradient) {
        int n = groups[0].length;
        // group by group along the last dimension, then turned
        var flat = new float[groups.length * n];
        for (int i = 0; i < flat.length; i++) flat[i] = (float) groups[i / n][i % n];
        var stored = Tensor.of(flat, groups.length, 1, n);
        var x = switch (dim) {
            case 0 -> stored.permute(2, 0, 1);
            case 1 -> stored.permute(0, 2, 1).contiguous();
            default -> stored;
        };
        var leaf = x.detach().requiresGrad(true);
        var y = function.apply(leaf);
        var weights = new float[y.numel()];
        for (int i = 0; i < weights.length; i++) weights[i] = 1 + i % 3 - (i % 5) / 4f;
        var g = Tensor.of(weights, y.shape().toArray());
        var slopes = grouped(Autograd.grad(y, List.of(leaf), g, false, false).getFirst(), dim);
        var values = grouped(y, dim);
        var weightsOfGroups = grouped(g, dim);
        for (int i = 0; i < groups.length; i++) {
            assertNear(name + " of ", groups[i], value.of(groups[i], weightsOfGroups[i]), values[i], 1e-5,
                0x1p-147 * Math.max(1, unit.applyAsDouble(groups[i])));
            assertNear(name + "'s gradient at ", groups[i], gradient.of(groups[i], weightsOfGroups[i]), slopes[i],
                2e-4, 0x1p-147);
        }
    }

    private static void assertNear(String what, double[] x, double[] expected, double[] actual, double tolerance,
                                   double absolute) {
        double size = 0;
        for (double value : expected) size = Math.max(size, Math.abs(value));
        // beyond the range or beside its end; a subnormal result has an absolute error
        if (!(size < MOST * (1 - 1e-4))) return;
        for (int i = 0; i < expected.length; i++)
            assertEquals(expected[i], actual[i], tolerance * size + absolute, () -> what + Arrays.toString(x) + ": "
                + Arrays.toString(actual) + " for " + Arrays.toString(expected));
    }

    private static double[][] grouped(Tensor x, int dim) {
        var ordered = switch (dim) {
            case 0 -> x.permute(1, 2, 0);
            case 1 -> x.permute(0, 2, 1);
            default -> x;
        };
        int n = ordered.size(2);
        var flat = ordered.toArray();
        var groups = new double[n == 0 ? 0 : flat.length / n][n];
        for (int i = 0; i < flat.length; i++) groups[i / n][i % n] = flat[i];
        return groups;
    }

    /// No two of a group are equal, but that some are 0.
    private static double[][] groups(SplittableRandom random, int n) {
        var groups = new double[random.nextInt(1, 6)][n];
        for (var group : groups) {
            int exponent = random.nextInt(-140, 128);
            for (int i = 0; i < n; i++) {
                double x = random.nextInt(6) == 0 ? 0 : random.nextInt(8) == 0 ? random.nextDouble() * 1e-4
                    : random.nextDouble(0.5, 1);
                group[i] = (float) Math.scalb(random.nextBoolean() ? x : -x, exponent + 1);
            }
            group[0] = (float) Math.scalb(0.75, exponent + 1);
            group[1] = (float) Math.scalb(-0.875, exponent + 1);
        }
        return groups;
    }

    private static double norm(double[] x) {
        double sum = 0;
        for (double value : x) sum += value * value;
        return Math.sqrt(sum);
    }

    private static double[] centered(double[] x) {
        double mean = 0;
        for (double value : x) mean += value / x.length;
        var centered = x.clone();
        for (int i = 0; i < x.length; i++) centered[i] -= mean;
        return centered;
    }

    private static double std(double[] x, double correction) { return norm(centered(x)) / Math.sqrt(x.length - correction); }

    private static double spread(double[] x, double eps) { return Math.sqrt(std(x, 0) * std(x, 0) + (float) eps); }

    private static double[] scaled(double[] x, double factor) {
        var scaled = x.clone();
        for (int i = 0; i < x.length; i++) scaled[i] *= factor;
        return scaled;
    }

    private static double[] standardizedBackward(double[] x, double[] g, double eps) {
        var y = scaled(centered(x), 1 / spread(x, eps));
        double along = 0;
        for (int i = 0; i < x.length; i++) along += g[i] * y[i] / x.length;
        var slope = centered(g);
        for (int i = 0; i < x.length; i++) slope[i] = (slope[i] - y[i] * along) / spread(x, eps);
        return slope;
    }

    /// A power of two passes through all of it: values, gradients and second derivatives keep their digits.
    @Property(tries = 200)
    void powersOfTwoPassThroughToTheBit(@ForAll @IntRange(min = 2, max = 300) int n,
        @ForAll @IntRange(min = -100, max = 120) int power,
                                        @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = new float[n];
        var g = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = random.nextInt(-1 << 10, 1 << 10) * 0x1p-8f;
            g[i] = random.nextInt(-64, 65) / 64f;
        }
        x[0] = 5;
        x[1] = -3;
        assertPasses("norm", Tensor::norm, 1, x, power, g);
        assertPasses("std", v -> v.std(), 1, x, power, g);
        if (Math.abs(power) <= 50) assertPasses("var", v -> v.var(), 2, x, power, g);
        assertPasses("standardized", v -> Moments.standardized(v, 0, 0).values().mul(Tensor.of(g)).sum(), 0, x, power, g);
    }

    /// @param degree the function of c x is c^degree times that of x
    private static void assertPasses(String name, UnaryOperator<Tensor> function, int degree, float[] x, int power, float[] h) {
        var expected = derivatives(function, Tensor.of(x), h);
        var actual = derivatives(function, Tensor.of(x).mul(Math.scalb(1f, power)), h);
        for (int order = 0; order < 3; order++) {
            int scale = power * (degree - order);
            // what the scale takes out of the normal range
            if (Math.abs(scale) > 90) continue;
            var digits = actual.get(order);
            for (int i = 0; i < digits.length; i++) digits[i] = Math.scalb(digits[i], -scale);
            assertArrayEquals(expected.get(order), digits, name + ", derivative " + order + " at 2^" + power);
        }
    }

    /// The value, the gradient, and the second derivative times h.
    private static List<float[]> derivatives(UnaryOperator<Tensor> function, Tensor x, float[] h) {
        var leaf = x.requiresGrad(true);
        var y = function.apply(leaf);
        var slope = Autograd.grad(y, List.of(leaf), true).getFirst();
        var curvature = Autograd.grad(slope, List.of(leaf), Tensor.of(h), false, false).getFirst();
        return List.of(y.toArray(), slope.toArray(), curvature.toArray());
    }

    @Example
    void theEndsOfTheRange() {
        var x = Tensor.of(3e20f, 4e20f).requiresGrad(true);
        var length = x.norm();
        length.backward();
        assertEquals(5e20f, length.item());
        assertArrayEquals(new float[] {0.6f, 0.8f}, x.grad().toArray(), 1e-7f);
        assertEquals(5e-25f, Tensor.of(3e-25f, 4e-25f).norm().item(), 1e-31f);
        assertEquals(5 * Float.MIN_VALUE, Tensor.of(3 * Float.MIN_VALUE, 4 * Float.MIN_VALUE).norm().item());
        assertEquals(Float.MAX_VALUE, Tensor.of(Float.MAX_VALUE, 0).norm().item());
        float inf = Float.POSITIVE_INFINITY;
        assertEquals(inf, Tensor.of(-inf, 1).norm().item());
        assertEquals(inf, Tensor.of(Float.MAX_VALUE, Float.MAX_VALUE).norm().item());
        assertTrue(Float.isNaN(Tensor.of(Float.NaN, inf, 1e30f).norm().item()));
        assertArrayEquals(new float[] {0, 5e30f, Float.NaN, 5, inf},
            Tensor.of(new float[][] {{0, 0}, {3e30f, 4e30f}, {Float.NaN, 1}, {3, 4}, {inf, 0}}).norm(1).toArray(), 1e24f);
        float max = Float.MAX_VALUE;
        assertEquals(max, Tensor.of(max, -max, -max, max).std(0, false).item());
        assertEquals(max / 2, Tensor.of(max, max, 0, max, max, 0, 0, 0).mean().item());
        assertEquals(inf, Tensor.of(1e20f, -1e20f).var().item());
        assertArrayEquals(new float[] {0, 0, 0}, Moments.standardized(Tensor.of(max, max, max), 1e-5, 0).values().toArray());
    }

    /// As beside nothing else.
    @Property(tries = 100)
    void oneGroupsSizeIsNothingToAnother(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var ordinary = new float[7];
        for (int i = 0; i < 7; i++) ordinary[i] = (float) random.nextGaussian();
        var far = new float[7];
        for (int i = 0; i < 7; i++) far[i] = (float) random.nextGaussian() * (random.nextBoolean() ? 1e37f : 1e-38f);
        var both = Tensor.stack(0, Tensor.of(ordinary), Tensor.of(far));
        for (var function : List.<UnaryOperator<Tensor>>of(x -> x.norm(true, 1), x -> x.std(1, true, 1), x -> x.var(1, true, 1),
            x -> Moments.standardized(x, 1e-5, 1).values()))
            assertArrayEquals(function.apply(Tensor.of(ordinary).unsqueeze(0)).toArray(),
                function.apply(both).slice(0, 0, 1).toArray());
    }
}
