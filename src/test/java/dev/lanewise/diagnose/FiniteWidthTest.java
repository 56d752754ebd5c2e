package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.networks.NamedNetwork;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What gradients of narrow layers differ by from those of wide ones.
class FiniteWidthTest {

    /// Of one number it is its logarithm's mean; more are nearer to the mean, which none exceeds.
    @Property(tries = 20)
    void aTypicalMeanIsBelowTheMean(@ForAll @DoubleRange(min = 1e-6, max = 60) @Scale(6) double variance,
        @ForAll @IntRange(min = 1, max = 200) int numbers) {
        double typical = FiniteWidth.typical(variance, numbers);
        double tolerance = 1e-3 * Math.max(Math.sqrt(variance), variance);
        assertEquals(-variance / 2, FiniteWidth.typical(variance, 1), tolerance);
        assertTrue(typical <= tolerance && typical >= -variance / 2 - tolerance, "" + typical);
        assertTrue(FiniteWidth.typical(variance, numbers + 1) >= typical - tolerance, "" + typical);
        if (variance < 0.01) assertEquals(-variance / (2 * numbers), typical, variance * variance + 1e-5 * Math.sqrt(variance));
    }

    /// Drawn: 40,000 means stray by their deviation over 200, and 4.5 of that is once in 150,000.
    @Example
    void aTypicalMeanIsThatOfDraws() {
        var random = new SplittableRandom(4);
        for (double variance : new double[] {0.5, 4, 9}) for (int numbers : new int[] {2, 6}) {
            double sum = 0;
            double squares = 0;
            int draws = 40_000;
            for (int draw = 0; draw < draws; draw++) {
                double mean = 0;
                for (int i = 0; i < numbers; i++) mean += Math.exp(Math.sqrt(variance) * random.nextGaussian()
                    - variance / 2) / numbers;
                sum += Math.log(mean);
                squares += Math.pow(Math.log(mean), 2);
            }
            double deviation = Math.sqrt((squares / draws - Math.pow(sum / draws, 2)) / draws);
            assertEquals(sum / draws, FiniteWidth.typical(variance, numbers), 4.5 * deviation, variance + " of " + numbers);
        }
    }

    private static Explanation explain(int width, int layers, Supplier<Layer> between, int inputs, int seeds) {
        var parts = new ArrayList<Layer>();
        for (int i = 0; i < layers; i++) {
            parts.add(new Linear(width, width, Initializers.kaimingNormal(), null));
            parts.add(between.get());
        }
        parts.add(new Linear(width, width, Initializers.kaimingNormal(), null));
        var model = new Sequential(parts.toArray(Layer[]::new)).initialize(1);
        return Explanation.averaged(model, Tensor.randn(new Threefry(5), inputs, width), LongStream.range(0, seeds).toArray());
    }

    /// Rectifiers' slopes know nothing of sizes: the mean is that of wide layers, and a typical network of one input lies below
    /// it by half of what the logarithm strays by, 2 / n at a matrix and 3 / n at slopes.
    @Example
    void rectifiedNetworksAreAsLargeInTheMean() {
        int width = 40;
        int layers = 10;
        var first = explain(width, layers, ReLU::new, 1, 400).layers().getFirst();
        assertEquals(-5.0 * layers / width / 2, Math.log(first.finite()), 1e-3);
        // logarithms stray by 1.25 between networks
        assertEquals(0, Math.log(first.gradient().measured() / first.gradient().predicted()), 4.5 * Math.sqrt(1.25 / 400));
        assertTrue(Math.log(first.gradient().measured() * first.finite() / first.gradient().predicted()) < -0.35,
            first.toString());
    }

    /// Without a batch, what is said holds of wide layers.
    @Example
    void withoutABatchNothingIsNarrow() {
        var model = new Sequential(new Linear(4, 8), new GLU(), new Linear(4, 4), new ReLU(), new Linear(4, 3));
        assertTrue(Explanation.predict(model).layers().stream().allMatch(layer -> layer.finite() == 1));
    }

    /// The laws of a unit, drawn.
    @Example
    void unitsAreWhatDrawsAre() {
        var random = new SplittableRandom(9);
        for (double q : new double[] {0.3, 4, 30}) for (boolean gate : new boolean[] {false, true}) {
            var f = gate ? Nonlinearity.SIGMOID : Nonlinearity.TANH;
            var stage = gate ? Stage.of("", new GLU(), List.of()) : new Stage.Activation(f);
            var law = UnitLaw.of(stage, new Signal(q, 0, 0, 3));
            int draws = 400_000;
            double size = 0, slope = 0, both = 0, steep = 0, ray = 0;
            for (int i = 0; i < draws; i++) {
                double x = Math.sqrt(q) * random.nextGaussian();
                double v = gate ? Math.sqrt(q) * random.nextGaussian() : 1;
                double out = v * f.value().applyAsDouble(x);
                double across = v * f.slope().applyAsDouble(x);
                double squared = across * across + (gate ? Math.pow(f.value().applyAsDouble(x), 2) : 0);
                size += out * out / draws;
                slope += squared / draws;
                both += out * out * squared / draws;
                steep += squared * squared / draws;
                ray += Math.pow(x * across + (gate ? out : 0), 2) / draws;
            }
            var name = law + " " + q;
            assertEquals(size, law.size().applyAsDouble(q), 0.03 * size, name);
            assertEquals(slope, law.slope().applyAsDouble(q), 0.03 * slope, name);
            assertEquals(both / (size * slope), 1 + law.covariance(), 0.05 * (1 + law.covariance()), name);
            assertEquals(steep / (slope * slope), 1 + law.spread(), 0.05 * (1 + law.spread()), name);
            assertEquals(ray / size, law.ray(), 0.03 * law.ray(), name);
        }
    }

    /// Of 12 gates one behind the other a gradient is 1.15 times that of wide ones at width 256. From network to network its
    /// logarithm strays by 0.8 there, so that it takes a thousand for a tenth. At width 128, where one input's strays by 2.7,
    /// terms of second order are an eighth.
    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource({"128, 2000, 0.2", "256, 1000, 0.1", "1024, 200, 0.1"})
    void manyGatesAreWhatTheySay(int width, int seeds, double tolerance) {
        var size = new NamedNetwork.Size(width, 12);
        var explanation = Explanation.averaged(NamedNetwork.GLU.of(size).initialize(1),
            NamedNetwork.GLU.inputs(size, 6, new Threefry(11)), LongStream.range(0, seeds).toArray());
        for (var layer : explanation.layers()) {
            assertTrue(layer.asPredicted() && layer.isGradientAsPredicted(), layer.toString());
            assertEquals(1, layer.gradient().measured() / layer.gradient().predicted(), tolerance, layer.toString());
        }
        var first = explanation.layers().getFirst();
        if (width == 256) assertTrue(first.gradient().measured() * first.finite() / first.gradient().predicted() > 1.1,
            first.toString());
    }
}
