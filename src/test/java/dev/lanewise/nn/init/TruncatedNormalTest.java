package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.NumpyRandom;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.testing.NormalDistribution;
import dev.lanewise.check.TailBounds;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;

class TruncatedNormalTest {

    /// Closed forms; they lose digits in the tails, so bounds stay near the middle.
    @Property(tries = 300)
    void momentsAreThoseOfTheFormulas(@ForAll @DoubleRange(min = -3, max = 3) double location,
                                      @ForAll @DoubleRange(min = 0.1, max = 3) double scale,
                                      @ForAll @DoubleRange(min = -2, max = 1.5) double a,
                                      @ForAll @DoubleRange(min = 0.4, max = 3) double width) {
        double b = a + width;
        var law = new Distribution.TruncatedNormal(location, scale, location + scale * a, location + scale * b);
        double z = NormalDistribution.below(b) - NormalDistribution.below(a);
        double[] m = {1, 0, 0, 0, 0};
        for (int k = 1; k <= 4; k++)
            m[k] = (k > 1 ? (k - 1) * m[k - 2] : 0) - (Math.pow(b, k - 1) * density(b) - Math.pow(a, k - 1) * density(a)) / z;
        double variance = m[2] - m[1] * m[1];
        double fourth = m[4] - 4 * m[1] * m[3] + 6 * m[1] * m[1] * m[2] - 3 * Math.pow(m[1], 4);
        assertEquals(location + scale * m[1], law.mean(), 1e-11);
        assertEquals(scale * scale * variance, law.variance(), 1e-11);
        assertEquals(fourth / (variance * variance), law.kurtosis(), 1e-7);
        for (double x : new double[] {a - 1, a, a + width / 3, b, b + 1}) {
            double below = (NormalDistribution.below(Math.clamp(x, a, b)) - NormalDistribution.below(a)) / z;
            assertEquals(below, law.cdf(location + scale * x), 1e-11);
        }
    }

    private static double density(double x) { return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI); }

    @Example
    void theUsualBoundsTakeAnEighthOfTheStandardDeviation() {
        var law = new Distribution.TruncatedNormal(0, 1, -2, 2);
        assertEquals(0.87962566103423978, Math.sqrt(law.variance()), 1e-14);
        assertEquals(0, law.mean(), 1e-15);
    }

    /// Without bounds it is the normal law; far out, the exponential one, whose mean is 1 / 1000.
    @Example
    void tailsKeepTheirDigits() {
        var whole = new Distribution.TruncatedNormal(1, 2, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        assertEquals(1, whole.mean(), 1e-13);
        assertEquals(4, whole.variance(), 1e-12);
        assertEquals(3, whole.kurtosis(), 1e-12);
        assertEquals(0.5, whole.cdf(1), 1e-14);
        var far = new Distribution.TruncatedNormal(0, 1, 1000, Double.POSITIVE_INFINITY);
        assertEquals(1e-3, far.mean() - 1000, 3e-9);
        assertEquals(1e-6, far.variance(), 1e-11);
        assertEquals(9, far.kurtosis(), 1e-3);
    }

    /// Both ways of drawing, on every source. A try makes 9 checks that fail at most once in 4e13.
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void drawsFromTheLawThatItStates(@ForAll @DoubleRange(min = -2, max = 2) double location,
                                     @ForAll @DoubleRange(min = 0.5, max = 2) double scale,
                                     @ForAll @DoubleRange(min = -4, max = 4) double low,
                                     @ForAll @DoubleRange(min = 0.5, max = 3) double width, @ForAll long seed) {
        var law = new Distribution.TruncatedNormal(location, scale, low, low + width);
        for (RandomSource source : List.of(new Threefry(seed), new TorchRandom(seed), new NumpyRandom(seed >>> 32))) {
            var drawn = new float[20_000];
            law.sample(drawn, 0, drawn.length, source);
            Arrays.sort(drawn);
            assertTrue(drawn[0] >= (float) low && drawn[drawn.length - 1] <= (float) (low + width), "beyond the bounds");
            int n = drawn.length;
            double sum = 0;
            double distance = 0;
            for (int i = 0; i < n; i += 20) {
                double p = law.cdf(drawn[i]);
                distance = Math.max(distance, Math.max((i + 1.0) / n - p, p - (double) i / n));
            }
            for (float x : drawn) sum += x;
            // rounding to floats moves the distribution function by less than 1e-6
            assertTrue(distance <= TailBounds.ofDistribution(n) + 1e-6, () -> "distribution function of " + source);
            assertEquals(law.mean(), sum / n, TailBounds.ofMean(law.variance(), width, n) + 1e-6);
        }
    }

    @Example
    void refusesWhatIsNoLaw() {
        Rejected.argument(() -> new Distribution.TruncatedNormal(0, 0, -1, 1), "truncated normal", "scale 0.0");
        Rejected.argument(() -> new Distribution.TruncatedNormal(0, 1, 1, 1), "truncated normal", "1.0 to 1.0");
        Rejected.argument(() -> new Distribution.TruncatedNormal(0, 1, Double.NaN, 1), "truncated normal", "NaN");
        Rejected.argument(() -> new Distribution.TruncatedNormal(Double.NaN, 1, 0, 1), "truncated normal", "NaN");
        Rejected.argument(() -> new Distribution.TruncatedNormal(0, 1e38, 0, 1), "truncated normal", "1.0E38");
    }
}
