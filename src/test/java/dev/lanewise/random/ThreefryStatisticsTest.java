package dev.lanewise.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.TailBounds;
import dev.lanewise.testing.NormalDistribution;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;

/// Moments, distribution and independence of the numbers of random seeds.
///
/// Each check raises a false alarm with a probability of at most 2.5e-14 ([TailBounds]); some 700 of them make that of
/// a run 1.8e-11. Nothing is shrunk: that would search for another unlucky seed.
class ThreefryStatisticsTest {

    private static final int N = 1 << 20;
    /// Uniform numbers are multiples of it.
    private static final double STEP = 0x1p-24;
    private static final int[] LAGS = {1, 2, 8, 15, 16, 17, 31, 32, 33, 64};
    /// Half of the normal numbers lie within.
    private static final double NORMAL_MEDIAN = 0.6744897501960817;

    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void uniformMoments(@ForAll long seed) {
        var x = uniform(new Threefry(seed), N);
        // the mean is half a step below 1/2
        assertEquals(0.5 - STEP / 2, mean(i -> x[i]), TailBounds.USUAL.ofMean(1, N));
        assertEquals(1 / 12.0, mean(i -> Math.pow(x[i] - 0.5, 2)), TailBounds.USUAL.ofMean(1 / 180.0, 1 / 6.0, N) + STEP);
        assertEquals(1 / 80.0, mean(i -> Math.pow(x[i] - 0.5, 4)), TailBounds.USUAL.ofMean(1 / 3600.0, 1 / 16.0, N) + STEP);
        for (float value : x) if (!(value >= 0 && value < 1)) assertEquals(0.5f, value, 0.5f, "of [0, 1)");
        assertTrue(distance(x, u -> u) <= TailBounds.USUAL.ofDistribution(N) + STEP);
        // P(max < 1 - t) = (1 - t)^n
        Arrays.sort(x);
        assertTrue(x[N - 1] >= 1 - 32.0 / N && x[0] <= 32.0 / N);
    }

    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void normalMoments(@ForAll long seed) {
        var x = normal(new Threefry(seed), N);
        assertEquals(0, mean(i -> x[i]), TailBounds.USUAL.ofNormalMean(N));
        double variance = mean(i -> (double) x[i] * x[i]);
        assertTrue(variance >= TailBounds.USUAL.leastNormalVariance(N) && variance <= TailBounds.USUAL.greatestNormalVariance(N),
            () -> "variance " + variance);
        // a radius of at most sqrt(64 ln 2) = 6.66, so a fourth power of at most 1968; its variance is 105 - 9
        assertEquals(3, mean(i -> Math.pow(x[i], 4)), TailBounds.USUAL.ofMean(96, 1968, N));
        assertEquals(0.0026997960632602, mean(i -> Math.abs(x[i]) > 3 ? 1 : 0), TailBounds.USUAL.ofMean(0.0027, 1, N));
        assertTrue(distance(x, NormalDistribution::below) <= TailBounds.USUAL.ofDistribution(N));
    }

    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void neighboursAreIndependent(@ForAll long seed) {
        var uniform = uniform(new Threefry(seed), N);
        assertFairProducts(i -> uniform[i] - 0.5);
        assertFairProducts(i -> Math.abs(uniform[i] - 0.5) - 0.25);
        var normal = normal(new Threefry(seed), N);
        assertFairProducts(i -> normal[i]);
        assertFairProducts(i -> Math.abs(normal[i]) - NORMAL_MEDIAN);
    }

    private static void assertFairProducts(IntToDoubleFunction x) {
        for (int lag : LAGS) {
            int n = N - lag;
            double correlation = mean(n, i -> sign(x.applyAsDouble(i)) * sign(x.applyAsDouble(i + lag)));
            assertEquals(0, correlation, TailBounds.USUAL.ofSigns(n), () -> "lag " + lag);
        }
    }

    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void streamsAreIndependent(@ForAll long seed) {
        var source = new Threefry(seed);
        var streams = Stream.of(source, new Threefry(seed + 1), source.stream("0.weight"), source.stream("0.bias"),
            source.stream("0"), source.stream(0), source.stream(1)).map(stream -> uniform(stream, N)).toList();
        for (var one : streams)
            for (var two : streams)
                if (one != two)
                    assertEquals(0, mean(i -> sign(one[i] - 0.5) * sign(two[i] - 0.5)), TailBounds.USUAL.ofSigns(N));
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void eventsHappenAsOftenAsTheyShould(@ForAll long seed, @ForAll @DoubleRange(max = 1) double any) {
        for (double p : new double[] {0, 1, 0.2, 1e-5, any}) {
            var x = new float[N / 4];
            new Threefry(seed).bernoulli(p, x, 0, x.length);
            long count = 0;
            for (float value : x) count += (long) value;
            // the probability of the next step
            double bound = p == 0 || p == 1 ? 0 : TailBounds.USUAL.ofMean(p * (1 - p), 1, x.length) + STEP;
            assertEquals(p, count / (double) x.length, bound);
        }
    }

    private static float[] uniform(RandomSource source, int n) {
        var x = new float[n];
        source.uniform(x, 0, n);
        return x;
    }

    private static float[] normal(RandomSource source, int n) {
        var x = new float[n];
        source.normal(x, 0, n);
        return x;
    }

    private static double mean(IntToDoubleFunction value) { return mean(N, value); }

    private static double mean(int n, IntToDoubleFunction value) {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += value.applyAsDouble(i);
        return sum / n;
    }

    private static int sign(double x) { return x < 0 ? -1 : 1; }

    /// The largest distance of the empirical distribution function from the true one.
    private static double distance(float[] x, DoubleUnaryOperator below) {
        var sorted = x.clone();
        Arrays.sort(sorted);
        double distance = 0;
        for (int i = 0; i < sorted.length; i++) {
            double p = below.applyAsDouble(sorted[i]);
            distance = Math.max(distance, Math.max(p - (double) i / sorted.length, (i + 1.0) / sorted.length - p));
        }
        return distance;
    }
}
