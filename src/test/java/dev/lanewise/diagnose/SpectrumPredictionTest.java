package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Hardtanh;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Softplus;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.init.NormalMean;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectrumPredictionTest {

    private static final Initializer HE = Initializers.kaimingNormal();

    private static Sequential chain(int[] widths, Supplier<Layer> activation, Initializer weight) {
        var modules = new ArrayList<Layer>();
        for (int i = 1; i < widths.length; i++) {
            if (i > 1) modules.add(activation.get());
            modules.add(new Linear(widths[i - 1], widths[i], weight, Initializers.zeros()));
        }
        return new Sequential(modules.toArray(Layer[]::new));
    }

    private static int[] times(int width, int layers) { return IntStream.rangeClosed(0, layers).map(_ -> width).toArray(); }

    private static Initializer orthogonal(double gain) { return Initializers.orthogonal(new Gain(gain, Gain.Status.EMPIRICAL)); }

    // ---- closed forms

    /// Of a product of L independent square matrices the spectrum ends at (L + 1)^(L + 1) / L^L (Fuss and Catalan).
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40})
    void independentLinearLayersAreTheClosedForm(int layers) {
        double end = Math.exp((layers + 1) * Math.log(layers + 1) - layers * Math.log(layers));
        var alike = SpectrumPrediction.of(new MeanField(Nonlinearity.LINEAR, 1, 0), false, 1, layers);
        assertEquals(end, alike.end() * alike.end(), 1e-9 * end);
        assertEquals(layers, alike.spread(), 1e-9);
        assertEquals(1, alike.meanSquare(), 1e-12);
        var chain = SpectrumPrediction.of(chain(times(64, layers), Flatten::new, Initializers.normalRule()), 3);
        assertEquals(alike.end(), chain.end(), 1e-9 * alike.end());
        assertEquals(layers, chain.spread(), 1e-9);
    }

    /// Marchenko and Pastur's law of a matrix of 40 x 90, whichever way it lies.
    @Test
    void aMatrixsSidesCount() {
        for (var widths : new int[][] {{40, 90}, {90, 40}}) {
            var found = SpectrumPrediction.of(chain(widths, ReLU::new, Initializers.normal(0, 0.1)), 1);
            assertEquals(0.1 * (Math.sqrt(40) + Math.sqrt(90)), found.end(), 1e-8);
            assertEquals(0.9, found.meanSquare(), 1e-12);
            assertEquals(40 / 90.0, found.spread(), 1e-9);
        }
    }

    /// A pair of orthogonal matrices, to more numbers and back to fewer: cosines of angles between subspaces, ½ of whose squares'
    /// mean is lost.
    @Test
    void orthogonalMatricesLoseWhatNarrowSidesLeaveOut() {
        var wide = SpectrumPrediction.of(chain(new int[] {50, 80}, ReLU::new, orthogonal(1.3)), 1);
        assertEquals(1.3, wide.end(), 1e-6);
        assertEquals(0, wide.spread(), 1e-9);
        var back = SpectrumPrediction.of(chain(new int[] {50, 100, 50}, Flatten::new, orthogonal(1)), 1);
        assertEquals(0.5, back.meanSquare(), 1e-12);
        assertEquals(1, back.end(), 1e-6);
        assertEquals(SpectrumPrediction.of(chain(new int[] {50, 100}, Flatten::new, orthogonal(1)), 1).meanSquare(), 1, 1e-12);
    }

    /// Slopes of 0 or 1: the least of (1 + z) / z (σ² (z + p) / (1 + z))^L, for half of them (L - 1) (L / (L - 1))^L.
    @ParameterizedTest
    @ValueSource(ints = {3, 10, 100})
    void slopesOfZeroOrOneAreTheClosedForm(int layers) {
        var relu = SpectrumPrediction.of(new MeanField(Nonlinearity.RELU, 2, 0), true, 1, layers);
        double end = (layers - 1) * Math.pow(layers / (layers - 1.0), layers);
        assertEquals(end, relu.end() * relu.end(), 1e-7 * end);
        assertEquals(layers, relu.spread(), 1e-9);
        assertEquals(0, relu.fromWeights());

        double q = 0.7;
        double p = Nonlinearity.hardtanh(-1, 1).squaredSlope(q);
        // where that falls for ever, the product of the largest slopes
        double z = layers * (1 - p) > 1 ? p / (layers * (1 - p) - 1) : 1e12;
        double least = (1 + z) / z * Math.pow((z + p) / p / (1 + z), layers);
        var hard = SpectrumPrediction.of(new MeanField(Nonlinearity.hardtanh(-1, 1), 1 / p, 0), true, q, layers);
        assertEquals(least, hard.end() * hard.end(), 1e-6 * least);
    }

    /// L (μ₂ / μ₁² - 1 - s₁).
    @Test
    void theSpreadIsPenningtons() {
        double q = 0.3;
        double first = Nonlinearity.TANH.squaredSlope(q);
        double second = NormalMean.of(x -> Math.pow(1 - Math.tanh(x) * Math.tanh(x), 4), 0, Math.sqrt(q));
        for (boolean orthogonal : new boolean[] {true, false}) {
            var found = SpectrumPrediction.of(new MeanField(Nonlinearity.TANH, 1.2, 0), orthogonal, q, 7);
            assertEquals(7 * (second / (first * first) - 1 + (orthogonal ? 0 : 1)), found.spread(), 1e-9);
            assertEquals(Math.pow(1.2 * first, 7), found.meanSquare(), 1e-9);
        }
    }

    /// Of slopes that are never quite at their limit, the spectrum still ends below all limits' product.
    @Test
    void slopesWithoutALargestOneHaveAnEnd() {
        for (var widths : new int[][] {{60, 60, 60}, times(60, 9)}) {
            var found = SpectrumPrediction.of(chain(widths, Softplus::new, orthogonal(1)), 1);
            assertTrue(found.end() < 1 && found.end() * found.end() >= found.meanSquare(), "" + found);
        }
    }

    // ---- isometry

    @Test
    void onlySomeStartsReachIsometry() {
        for (var smooth : List.of(Nonlinearity.TANH, Nonlinearity.ERF, Nonlinearity.LINEAR, Nonlinearity.hardtanh(-1, 1))) {
            var start = Isometry.of(smooth, 100).orElseThrow();
            var reached = SpectrumPrediction.of(start.field(), true, start.q(), 100);
            assertTrue(reached.isIsometric() && reached.words().endsWith(": dynamical isometry"), reached.words());
            assertEquals(start.spread(), reached.spread(), 1e-9);
            assertEquals(start.q(), start.field().next(start.q()), 1e-9);
            assertFalse(SpectrumPrediction.of(start.field(), false, start.q(), 100).isIsometric());
        }
        for (var bent : List.of(Nonlinearity.RELU, Nonlinearity.leakyRelu(0.1))) assertTrue(Isometry.of(bent, 5).isEmpty());
        var words = SpectrumPrediction.of(chain(times(30, 20), ReLU::new, HE), 1).words();
        assertTrue(words.endsWith("no dynamical isometry; no weights on the edge of chaos reach it with relu at 20 layers"),
            words);
        words = SpectrumPrediction.of(chain(times(30, 20), Tanh::new, Initializers.normalRule()), 1).words();
        assertTrue(words.contains("no dynamical isometry; orthogonal weights of gain 1.0") && words.endsWith("reach it"), words);
        assertThrows(IllegalArgumentException.class, () -> Isometry.of(Nonlinearity.TANH, 0));
    }

    @Test
    void whatTheoryDoesntCoverIsSaid() {
        var normed = new Sequential(new Linear(4, 4), new LayerNorm(4));
        assertEquals("not predicted: theory of spectra doesn't cover LayerNorm, layer \"1\"",
            SpectrumPrediction.of(normed, 1).words());
        var dropping = new Sequential(new Linear(4, 4), new Dropout(0.5));
        assertTrue(SpectrumPrediction.of(dropping, 1).words().contains("Dropout in training"));
        assertEquals("", SpectrumPrediction.of(dropping.eval(), 1).gap());
        assertTrue(SpectrumPrediction.of(chain(times(4, 2), ReLU::new, Initializers.ones()), 1).words().contains("have mean 1"));
        assertTrue(SpectrumPrediction.of(chain(times(4, 2), ReLU::new, Initializers.eye()), 1).words()
            .contains("neither independent nor"));
        assertTrue(SpectrumPrediction.of(new Sequential(), 1).words().contains("no linear layer"));
        assertTrue(SpectrumPrediction.of(new Sequential(new Tanh(), new Linear(3, 3)), 1).words().contains("before any weights"));
        assertEquals(0, SpectrumPrediction.of(chain(times(4, 2), ReLU::new, Initializers.zeros()), 1).largest());
        assertTrue(SpectrumPrediction.of(chain(times(9, 400), Flatten::new, Initializers.normal(0, 30)), 1).words()
            .contains("∞"));
        for (double square : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
            assertThrows(IllegalArgumentException.class, () -> SpectrumPrediction.of(normed, square));
    }

    // ---- held against networks

    /// What networks show on the average of seeds lies within 6 standard errors of what is predicted (for averages that are
    /// normal, a false alarm in 500 million), but for what finite width takes from the mean.
    private static void assertShown(int[] widths, Supplier<Layer> activation, Initializer weight, int seeds, double band) {
        var model = chain(widths, activation, weight);
        var predicted = SpectrumPrediction.of(model, 1);
        var shown = IntStream.range(0, seeds).mapToObj(seed -> {
            model.initialize(seed);
            var x = Tensor.randn(new Threefry(seed).stream("x"), 1, widths[0]);
            // the inputs' mean square is 1 to the last digit
            x = x.div((float) Math.sqrt(x.square().mean().item()));
            return Spectrum.ofJacobian(model, x);
        }).toList();
        assertNear("mean square", predicted.meanSquare(), shown.stream().mapToDouble(Spectrum::meanSquare).toArray(), band);
        assertNear("largest", predicted.largest(), shown.stream().mapToDouble(each -> each.largest().value()).toArray(), band);
        double squares = shown.stream().mapToDouble(each -> (each.spread() + 1) * Math.pow(each.meanSquare(), 2)).average()
            .orElseThrow();
        double mean = shown.stream().mapToDouble(Spectrum::meanSquare).average().orElseThrow();
        assertEquals(predicted.spread() + 1, squares / (mean * mean), 2.5 * band * (predicted.spread() + 1), "spread");
    }

    private static void assertNear(String what, double predicted, double[] shown, double band) {
        double mean = Arrays.stream(shown).average().orElseThrow();
        double variance = Arrays.stream(shown).map(each -> (each - mean) * (each - mean)).sum() / (shown.length - 1);
        assertEquals(predicted, mean, band * predicted + 6 * Math.sqrt(variance / shown.length), what);
    }

    @Test
    void networksShowWhatIsPredicted() {
        assertShown(times(100, 6), Tanh::new, orthogonal(1.1), 8, 0.05);
        assertShown(new int[] {80, 120, 60, 90}, ReLU::new, HE, 12, 0.08);
    }

    /// Depth over width is what networks stray by: a squared length's logarithm has variance 5 L / n and mean half of that lower
    /// (Hanin and Nica).
    @Test
    @Tag("exhaustive")
    void wideAndDeepNetworksShowWhatIsPredicted() {
        int width = 256;
        for (Supplier<Layer> activation : List.<Supplier<Layer>>of(Tanh::new, ReLU::new, Hardtanh::new, Softplus::new))
            for (var weight : List.of(orthogonal(1.2), HE, Initializers.xavierUniform()))
                for (int layers : new int[] {1, 2, 12}) {
                    // deep networks of activations with a mean have one singular value beyond the others
                    if (layers == 12 && activation.get() instanceof Softplus) continue;
                    assertShown(times(width, layers), activation, weight, 12, 0.02 + (layers == 12 ? 0.05 : 0));
                }
        assertShown(new int[] {300, 200, 400, 100, 256}, Tanh::new, orthogonal(1.2), 12, 0.02 + 2.5 * 4 / 100);
    }

    /// Had the slopes' part been forgotten, or the weights taken for orthogonal ones, it would be seen.
    @Test
    void anotherTheoryWouldBeSeen() {
        var right = SpectrumPrediction.of(chain(times(100, 6), Tanh::new, orthogonal(1.1)), 1);
        assertTrue(right.fromSlopes() > 3 * 2.5 * 0.05 * (right.spread() + 1), "" + right);
        var independent = SpectrumPrediction.of(chain(times(100, 6), Tanh::new,
            Initializers.kaimingNormal(new Gain(1.1, Gain.Status.EMPIRICAL))), 1);
        assertEquals(right.meanSquare(), independent.meanSquare(), 1e-9);
        assertTrue(independent.largest() > 1.5 * right.largest());
    }
}
