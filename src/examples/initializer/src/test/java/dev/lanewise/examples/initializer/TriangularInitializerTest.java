package dev.lanewise.examples.initializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.Finding;
import dev.lanewise.check.InitializerCheck;
import dev.lanewise.check.StreamCheck;
import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Seeds are random: a right initializer fails less than once in 10^9 runs of this, whatever its sizes, and each report says how
/// rarely.
class TriangularInitializerTest {

    private static final Initializer MINE = new TriangularInitializer(Gain.RELU);

    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void drawsWhatItClaims(@ForAll @IntRange(min = 1, max = 1000) int in, @ForAll @IntRange(min = 1, max = 100) int out,
        @ForAll long seed) {
        InitializerCheck.of(MINE, Fan.linear(in, out), Shape.of(out, in), seed).orThrow();
    }

    /// Variances are Kaiming's, so a deep network starts as healthy.
    @Test
    void aDeepNetworkStartsHealthy() {
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < 30; i++) layers.addAll(List.of(new Linear(64, 64, MINE, Initializers.zeros()), new ReLU()));
        var model = new Sequential(layers.toArray(Layer[]::new)).initialize(42);
        assertEquals(Verdict.HEALTHY, Explanation.of(model, Tensor.randn(new Threefry(1), 32, 64)).verdict());
        assertTrue(StreamCheck.of(model, 42).passed());
    }

    /// They claim the same law, and draw from another.
    enum Mistake implements Initializer {

        DEVIATION_FOR_WIDTH {
            @Override Distribution drawn(Fan fan) { return new Triangular(Math.sqrt(2 / fan.in())); }
        },
        OUT_FOR_IN {
            @Override Distribution drawn(Fan fan) { return new Triangular(Math.sqrt(12 / fan.out())); }
        },
        ANOTHER_LAW {
            @Override Distribution drawn(Fan fan) { return new Distribution.Normal(0, Math.sqrt(2 / fan.in())); }
        };

        abstract Distribution drawn(Fan fan);

        @Override
        public Distribution distribution(Fan fan, Shape shape) { return MINE.distribution(fan, shape); }

        @Override
        public void fill(Tensor tensor, Fan fan, RandomSource source) {
            InPlace.fill(tensor, (data, offset, length) -> drawn(fan).sample(data, offset, length, source));
        }
    }

    /// Each of them, by the check that is made for it.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void mistakesAreFound(@ForAll Mistake mistake, @ForAll @IntRange(min = 128, max = 300) int in, @ForAll long seed) {
        var report = InitializerCheck.of(mistake, Fan.linear(in, 2 * in), Shape.of(2 * in, in), seed);
        assertFalse(report.passed(), mistake + " at " + in);
        var names = report.failed().stream().map(Finding::check).toList();
        assertTrue(names.contains(mistake == Mistake.ANOTHER_LAW ? "support" : "variance"), mistake + ": " + names);
    }
}
