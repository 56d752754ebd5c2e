package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// Norms of any power over the whole range of floats, and running sums, against double.
class NormsTest {

    private static final double INF = Double.POSITIVE_INFINITY;

    /// By logarithms, which have no range to leave.
    private static double norm(float[] x, double p) {
        double unit = 0;
        for (float each : x) unit = Math.max(unit, Math.abs((double) each));
        double sum = 0;
        for (float each : x) sum += Math.exp(p * (Math.log(Math.abs((double) each)) - Math.log(unit)));
        return Math.exp(Math.log(unit) + Math.log(sum) / p);
    }

    @Property(tries = 300)
    void isRightForNumbersOfAnySize(@ForAll @DoubleRange(min = -8, max = 8) double power,
        @ForAll @IntRange(min = -140, max = 120) int exponent,
                                    @ForAll @IntRange(min = 1, max = 40) int n, @ForAll long seed) {
        float p = (float) power;
        if (Math.abs(p) < 0.05 || p == 2) return;
        var random = new SplittableRandom(seed);
        var data = new float[n];
        for (int i = 0; i < n; i++) data[i] =
            Math.scalb((float) random.nextDouble(1, 2) * (random.nextBoolean() ? 1 : -1), exponent);
        var x = Tensor.of(data).requiresGrad(true);
        var y = x.norm(p, false);
        double expected = norm(data, p);
        float nearest = (float) expected;
        if (Float.isInfinite(nearest) || nearest < Float.MIN_NORMAL) {
            assertTrue(Float.isInfinite(nearest) == Float.isInfinite(y.item()), y::toString);
            return;
        }
        assertEquals(expected, y.item(), 2e-5 * expected, () -> "p = " + p);
        if (Math.abs(p) < 0.25) return;
        var g = Autograd.grad(y, List.of(x)).getFirst().toArray();
        for (int i = 0; i < n; i++) {
            double slope = Math.signum(data[i]) * Math.exp((p - 1) * (Math.log(Math.abs((double) data[i])) - Math.log(expected)));
            // what a subnormal has lost
            double lost = exponent < -126 ? Math.scalb(1.0, -149 - exponent) * Math.abs(p - 1) : 0;
            if (slope < Float.MAX_VALUE && Math.abs(slope) > Float.MIN_NORMAL) assertEquals(slope, g[i],
                (1e-4 + 4 * lost) * Math.abs(slope), () -> "p = " + p);
        }
    }

    /// Far apart in size, and beside what has no size.
    @Property(tries = 100)
    void noGroupDependsOnTheOthers(@ForAll @DoubleRange(min = -4, max = 4) double p, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var groups = new float[4][6];
        for (var group : groups) {
            float scale = Math.scalb(1f, random.nextInt(-60, 60));
            for (int i = 0; i < group.length; i++) group[i] = (float) random.nextGaussian() * scale;
        }
        groups[2][1] = new float[] {0, Float.NaN, Float.POSITIVE_INFINITY}[random.nextInt(3)];
        var all = Tensor.of(groups).norm(p, false, 1).toArray();
        var across = Tensor.of(groups).t().norm(p, true, 0).toArray();
        for (int i = 0; i < groups.length; i++) {
            assertEquals(Tensor.of(groups[i]).norm(p, false).item(), all[i]);
            assertEquals(all[i], across[i]);
        }
    }

    @Example
    void keepsTheRange() {
        for (double p : new double[] {1, 1.5, 2, 3, 100, 0.5}) {
            double expected = norm(new float[] {3e20f, 4e20f}, p);
            assertEquals(expected, Tensor.of(3e20f, 4e20f).norm(p, false).item(), 1e-6 * expected, () -> "p = " + p);
            double small = norm(new float[] {3e-30f, 4e-30f}, p);
            assertEquals(small, Tensor.of(3e-30f, 4e-30f).norm(p, false).item(), 1e-6 * small, () -> "p = " + p);
        }
        assertEquals(5e20f, Tensor.of(3e20f, 4e20f).norm(2, false).item());
        assertEquals(2e38f, Tensor.of(4e37f, -2e38f).norm(INF, false).item());
        assertEquals(4e37f, Tensor.of(4e37f, -2e38f).norm(-INF, false).item());
        assertEquals(2f, Tensor.of(0, 1e-45f, Float.NaN).norm(0, false).item());
        // of a very small power: 2^(1 / p) times the numbers, which is no float
        assertEquals(Math.scalb(1e-30, 128), Tensor.of(1e-30f, 1e-30f).norm(1 / 128.0, false).item(),
            1e-4 * Math.scalb(1e-30, 128));
        assertEquals(Math.scalb(1e30, -160), Tensor.of(1e30f, 1e30f).norm(-1 / 160.0, false).item(),
            1e-4 * Math.scalb(1e30, -160));
    }

    @Example
    void refuses() {
        var x = Tensor.ones(2, 3);
        Rejected.argument(() -> x.norm(Double.NaN, false), "norm", "NaN");
        Rejected.argument(() -> Tensor.zeros(2, 0).norm(INF, false, 1), "norm", "[2, 0]", "p = Infinity");
        Rejected.argument(() -> Tensor.zeros(2, 0).norm(-1, false, 1), "norm", "p = -1");
        assertArrayEquals(new float[] {0, 0}, Tensor.zeros(2, 0).norm(0.5, false, 1).toArray());
        assertArrayEquals(new float[0], Tensor.zeros(0, 2).norm(INF, false, 1).toArray());
        Rejected.argument(() -> x.cumsum(2), "cumsum", "dimension 2");
    }

    // ---- running sums

    /// Each is the sum in double, rounded once, from either end, whatever lies beside.
    @Property(tries = 60)
    void runningSumsAreCarriedInDouble(@ForAll @IntRange(min = 1, max = 3) int outer, @ForAll @IntRange(min = 1, max = 50) int n,
                                       @ForAll @IntRange(min = 1, max = 2100) int inner, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = new float[outer * n * inner];
        for (int i = 0; i < x.length; i++) x[i] = (float) random.nextGaussian() * Math.scalb(1f, random.nextInt(-30, 30));
        var expected = new float[x.length];
        var back = new float[x.length];
        for (int o = 0; o < outer; o++) for (int i = 0; i < inner; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) expected[(o * n + j) * inner + i] = (float) (sum += x[(o * n + j) * inner + i]);
            sum = 0;
            for (int j = n - 1; j >= 0; j--) back[(o * n + j) * inner + i] = (float) (sum += x[(o * n + j) * inner + i]);
        }
        var tensor = Tensor.wrap(x, outer, n, inner).requiresGrad(true);
        assertArrayEquals(expected, tensor.cumsum(1).toArray());
        assertArrayEquals(expected, tensor.transpose(1, 2).contiguous().cumsum(-1).transpose(1, 2).toArray());
        assertArrayEquals(back, Autograd.grad(tensor.cumsum(1), List.of(tensor), tensor.detach(), false, false).getFirst()
            .toArray());
    }

    @Example
    void aLongRunningSumIsAsPreciseAsAShortOne() {
        var sums = Tensor.full(0.1f, 3_000_000).cumsum(0).toArray();
        for (int i = 0; i < sums.length; i += 999) assertEquals((float) ((i + 1) * (double) 0.1f), sums[i], Math.ulp(sums[i]));
        assertArrayEquals(new float[] {3e38f, Float.POSITIVE_INFINITY, 3e38f},
            Tensor.of(3e38f, 3e38f, -3e38f).cumsum(0).toArray());
    }
}
