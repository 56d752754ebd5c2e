package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// What the checks say, and to whom. That they find wrong initializers is the kill matrix's, in
/// [dev.lanewise.nn.init].
class InitializerCheckTest {

    private static final Fan FAN = Fan.linear(300, 100);

    @Test
    void theReportShowsEveryCheckAndItsBounds() {
        var report = InitializerCheck.of(Initializers.kaimingNormal(), FAN, 42).orThrow();
        assertEquals(List.of("finite", "support", "outliers", "ends", "mean", "variance", "tails", "distribution", "serial signs",
            "serial magnitudes", "own window", "repeatable", "other seed", "sign window"),
            report.findings().stream().map(Finding::check).toList());
        assertEquals(64 * 256, report.values());
        assertTrue(report.falseAlarm() > 0 && report.falseAlarm() < 1.5e-12, "" + report.falseAlarm());
        var lines = report.toString().lines().toList();
        assertEquals(3 + report.findings().size(), lines.size());
        assertEquals("initializer check passed", lines.getFirst());
        assertTrue(lines.get(1).startsWith("seed 42 against Normal[") && lines.get(1).endsWith(
            "16384 values; a right one fails with a probability below 9.2e-13"), lines.get(1));
        assertTrue(lines.get(8).matches("variance +\\S+ +0.91420 +1.0910 +ok +2.5e-14"), lines.get(8));
    }

    @Test
    void aMistakeIsThrownOnDemand() {
        // a deviation that was taken for the bound
        InitializerCheck.Filler wrong = (values, seed) ->
            new Distribution.Uniform(-0.1, 0.1).sample(values, 0, values.length, new Threefry(seed));
        var report = InitializerCheck.of(wrong, new Distribution.Uniform(-0.1 * Math.sqrt(3), 0.1 * Math.sqrt(3)), 16_384, 7);
        assertFalse(report.passed());
        assertEquals(List.of("ends", "variance", "distribution"), report.failed().stream().map(Finding::check)
            .filter(List.of("ends", "mean", "variance", "distribution", "other seed")::contains).toList());
        var error = assertThrows(AssertionError.class, report::orThrow);
        assertEquals(report.toString(), error.getMessage());
        assertTrue(error.getMessage().matches("(?s).*failed: ends, variance, .*FAILED.*"), error.getMessage());
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void aFunctionOfAnotherGeneratorPasses(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int n) {
        InitializerCheck.Filler gaussian = (values, key) -> {
            var random = new SplittableRandom(key);
            for (int i = 0; i < values.length; i++) values[i] = (float) (3 + 0.5 * random.nextGaussian());
        };
        // few values are far from any law, and still no ground for complaint
        InitializerCheck.of(gaussian, new Distribution.Normal(3, 0.5), n, seed).orThrow();
        InitializerCheck.of(gaussian, new Distribution.Normal(3, 0.5), 20_000, seed).orThrow();
    }

    /// Where floats are coarse, rounding moves values by a good part of a deviation, or all to one place.
    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void roundingIsNoMistake(@ForAll long seed) {
        for (var law : List.of(new Distribution.Uniform(1e6, 1e6 + 1), new Distribution.Normal(1000, 1e-4),
            new Distribution.Normal(1000, 1e-6), new Distribution.Uniform(0.5, 0.50001), new Distribution.Normal(0, 1e-37)))
            InitializerCheck.of((values, key) -> law.sample(values, 0, values.length, new Threefry(key)), law, 16_384,
                seed).orThrow();
    }

    @Test
    void whatIsNotWrittenIsSeen() {
        InitializerCheck.Filler half = (values, _) -> Arrays.fill(values, 0, values.length / 2, 1);
        var report = InitializerCheck.of(half, new Distribution.Constant(1), 100, 1);
        assertEquals(new Finding("finite", 50, 0, 0, 0), report.failed().getFirst());
        assertTrue(InitializerCheck.of((values, _) -> Arrays.fill(values, 1), new Distribution.Constant(1), 100, 1).passed());
    }

    @Test
    void nanFailsWhateverTheBounds() {
        assertFalse(new Finding("x", Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0).passed());
    }

    /// A law of the user's own: all that is known is where it is bounded, if it is, and its distribution function.
    private record Laplace(double scale) implements Distribution {
        public double mean() { return 0; }
        public double variance() { return 2 * scale * scale; }
        public double kurtosis() { return 6; }
        public double lower() { return Double.NEGATIVE_INFINITY; }
        public double upper() { return Double.POSITIVE_INFINITY; }
        public double cdf(double x) { return x < 0 ? Math.exp(x / scale) / 2 : 1 - Math.exp(-x / scale) / 2; }

        public void sample(float[] out, int offset, int length, RandomSource source) {
            source.uniform(out, offset, length);
            for (int i = offset; i < offset + length; i++) {
                double centred = out[i] - 0.5 + 0x1p-25;
                out[i] = (float) (-scale * Math.signum(centred) * Math.log1p(-2 * Math.abs(centred)));
            }
        }
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void aLawOfTheUsersOwnIsHeldToItsCdf(@ForAll long seed) {
        InitializerCheck.of((_, _) -> new Laplace(0.3), FAN, seed).orThrow();
        InitializerCheck.Filler wide = (values, key) -> new Laplace(0.45).sample(values, 0, values.length, new Threefry(key));
        var failed = InitializerCheck.of(wide, new Laplace(0.3), 16_384, seed).failed();
        assertTrue(failed.stream().anyMatch(finding -> finding.check().equals("distribution")), failed::toString);
    }

    @Test
    void aModelsStreamsAreReportedOn() {
        var model = new Sequential(new Linear(40, 70), new Linear(70, 40));
        var report = StreamCheck.of(model, 3).orThrow();
        assertEquals(List.of("repeatable", "parameter alone", "duplicates", "cross signs", "sign window"),
            report.findings().stream().map(Finding::check).toList());
        var zero = Initializers.zeros();
        var zeros = new Sequential(new Linear(4, 4, zero, zero), new Linear(4, 4, zero, zero));
        assertTrue(StreamCheck.of(zeros, 3).passed());
    }

    @Test
    void aPoolTakesLawsOfOneForm() {
        var pool = new MomentPool();
        Rejected.state(pool::report, "moment pool", "add values");
        var values = new float[1000];
        for (double bound : new double[] {0.1, 7, 1e-20}) {
            var law = new Distribution.Uniform(-bound, bound);
            law.sample(values, 0, values.length, new Threefry((long) bound));
            pool.add(law, values);
        }
        assertEquals(3000, pool.report().orThrow().values());
        Rejected.argument(() -> pool.add(new Distribution.Normal(0, 1), values), "moment pool", "Normal", "another form");
        Rejected.argument(() -> pool.add(new Distribution.Constant(1), values), "moment pool", "constant");
        assertEquals(3000, pool.report().values());
    }

    @Test
    void nothingToCheckIsAnError() {
        Rejected.argument(() -> InitializerCheck.of(Initializers.zeros(), FAN, Shape.of(0, 3), 1), "initializer check",
            "0 values");
        Rejected.argument(() -> InitializerCheck.of((_, _) -> {}, new Distribution.Constant(1), 0, 1), "at least one");
    }
}
