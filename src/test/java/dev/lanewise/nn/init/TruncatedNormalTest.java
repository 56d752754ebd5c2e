package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.NumpyRandom;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.testing.NormalDistribution;
import dev.lanewise.check.InitializerCheck;
import dev.lanewise.check.TailBounds;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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
            assertTrue(distance <= TailBounds.USUAL.ofDistribution(n) + 1e-6, () -> "distribution function of " + source);
            assertEquals(law.mean(), sum / n, TailBounds.USUAL.ofMean(law.variance(), width, n) + 1e-6);
        }
    }

    /// Bounds on one side, far out in a tail, wide, in laws that are narrow beside the distance of floats: a cut law of any place
    /// and width.
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void drawsBetweenAnyBounds(@ForAll("places") double location, @ForAll("scales") double scale, @ForAll("ends") double a,
                               @ForAll("widths") double width, @ForAll boolean mirrored, @ForAll long seed) {
        double from = location + scale * (mirrored ? -a - width : a);
        double to = location + scale * (mirrored ? -a : a + width);
        if (!((float) from < (float) to) || Math.abs(location) + 7 * scale > Float.MAX_VALUE) return;
        var law = new Distribution.TruncatedNormal(location, scale, from, to);
        assertTrue(law.mean() >= from && law.mean() <= to && law.variance() > 0 && law.kurtosis() >= 1, law::toString);
        for (RandomSource source : List.of(new Threefry(seed), new NumpyRandom(seed >>> 32))) {
            var drawn = new float[2000];
            law.sample(drawn, 0, drawn.length, source);
            Arrays.sort(drawn);
            int n = drawn.length;
            assertTrue(drawn[0] >= (float) from && drawn[n - 1] <= (float) to, () -> "beyond the bounds of " + law);
            double distance = 0;
            for (int i = 0; i < n; i += 10) {
                // all that rounds to this float, and nothing else
                double below = law.cdf((drawn[i] + (double) Math.nextDown(drawn[i])) / 2);
                double upTo = law.cdf((drawn[i] + (double) Math.nextUp(drawn[i])) / 2);
                distance = Math.max(distance, Math.max((double) i / n - upTo, below - (i + 1.0) / n));
            }
            double reached = distance;
            assertTrue(distance <= TailBounds.USUAL.ofDistribution(n) + 1e-5, () -> law + " of " + source + ": " + reached);
        }
    }

    @Provide
    Arbitrary<Double> places() { return Arbitraries.of(0.0, 0.5, -3.0, 1e4, -16777216.0, 1e20, -3e38); }

    @Provide
    Arbitrary<Double> scales() { return Arbitraries.of(1.0, 1.4e-45, 1e-40, 1e-6, 0.02, 1e3, 4e37); }

    @Provide
    Arbitrary<Double> ends() {
        return Arbitraries.of(Double.NEGATIVE_INFINITY, -30.0, -1.0, 0.0, 0.2, 0.52, 0.53, 1.0, 3.0, 10.0, 40.0, 1e3, 1e7, 1e20);
    }

    @Provide
    Arbitrary<Double> widths() { return Arbitraries.of(Double.POSITIVE_INFINITY, 1e-3, 0.03, 0.5, 1.5, 20.0, 1e9); }

    /// 16 % of the normal law.
    @Example
    void oneSidedLawsPassTheCheck() {
        for (var law : List.of(new Distribution.TruncatedNormal(0, 1, 1, Double.POSITIVE_INFINITY),
            new Distribution.TruncatedNormal(3, 0.02, Double.NEGATIVE_INFINITY, 2.98),
            new Distribution.TruncatedNormal(0, 1, 0, Double.POSITIVE_INFINITY),
            new Distribution.TruncatedNormal(0, 1, 10, Double.POSITIVE_INFINITY), new Distribution.TruncatedNormal(0, 1, 6, 1e9),
            new Distribution.TruncatedNormal(0, 1, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)))
            InitializerCheck.of(Initializers.truncatedNormal(law.location(), law.scale(), law.low(), law.high()),
                Fan.linear(128, 64), 7).orThrow();
    }

    /// Against Mills' ratio, the density over the probability beyond: 1.5251352761609810 at 1.
    @Example
    void aTailsMomentsAreThoseOfMillsRatio() {
        var law = new Distribution.TruncatedNormal(0, 1, 1, Double.POSITIVE_INFINITY);
        double mills = 1.525135276160981;
        double variance = 1 + mills - mills * mills;
        assertEquals(mills, law.mean(), 1e-12);
        assertEquals(variance, law.variance(), 1e-12);
        assertTrue(law.kurtosis() > 3 && law.kurtosis() < 9, "between the normal law's and the exponential one's");
        for (double far : new double[] {1e4, 1e8, 1e20, 1e70}) {
            var tail = new Distribution.TruncatedNormal(0, 1e-40, far * 1e-40, Double.POSITIVE_INFINITY);
            assertEquals(1, tail.variance() * far * far * 1e80, 1e-7, "of an exponential law");
            assertEquals(9, tail.kurtosis(), 1e-6);
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
