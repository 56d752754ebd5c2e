package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.networks.NamedNetwork;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Blocks of deep networks, predicted beside what a batch shows over several seeds. Second moments, gradients and correlations
/// keep the band of four standard deviations, so that one number in 16,000 is outside by chance.
class DeepTheoryTest {

    private static Tensor batch(int... shape) { return Tensor.randn(new Threefry(11), shape); }

    private static long[] seeds(int count) { return LongStream.range(0, count).toArray(); }

    private static Explanation transformer(int layers, int width, boolean pre, boolean causal, int inputs, int tokens,
        int seeds) {
        var options = TransformerOptions.feedForward(2 * width).dropout(0).batchFirst(true).normFirst(pre);
        var encoder = new TransformerEncoder(layers, () -> new TransformerEncoderLayer(width, 4, options));
        encoder.initialize(1);
        var x = batch(inputs, tokens, width).requiresGrad(true);
        return Explanation.averaged(encoder, () -> causal ? encoder.call(x, Attention.options().causal()) : encoder.call(x),
            seeds(seeds));
    }

    private static void assertPredicted(Explanation explanation, double gradients) {
        for (var layer : explanation.layers()) {
            assertTrue(layer.gap().isEmpty() && layer.square().predicted() > 0 && layer.asPredicted(), layer.toString());
            assertTrue(layer.isGradientAsPredicted() && layer.isCorrelationAsPredicted(), layer.toString());
            assertEquals(1, layer.gradient().measured() / layer.gradient().predicted(), gradients, layer.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "true, true"})
    void transformersAreWhatTheySay(boolean pre, boolean causal) {
        var explanation = transformer(2, 64, pre, causal, 4, 8, 4);
        // behind the sum of a post-norm layer there is a norm
        assertEquals(pre ? 8 : 6, explanation.layers().size());
        assertPredicted(explanation, 0.1);
        for (var layer : explanation.layers())
            assertEquals(layer.correlation().predicted(), layer.correlation().measured(), 0.12, layer.toString());
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource({"12, true", "12, false", "48, true", "48, false"})
    void deepTransformersAreWhatTheySay(int layers, boolean pre) {
        var explanation = transformer(layers, 256, pre, false, 4, 16, 40);
        for (var layer : explanation.layers()) assertTrue(layer.high() < 1.1 * layer.square().predicted()
            && layer.low() > 0.9 * layer.square().predicted() && layer.correlationBand().high() - layer.correlationBand()
            .low() < 0.2, layer.toString());
        // by 96 norms one behind the other gradients stray by a fifth and more from network to network
        if (pre || layers == 12) for (var layer : explanation.layers()) assertTrue(layer.gradientBand()
            .high() < 1.1 * layer.gradient().predicted()
            && layer.gradientBand().low() > 0.9 * layer.gradient().predicted(), layer.toString());
        assertPredicted(explanation, 0.1);
    }

    private static Explanation gates(NamedNetwork network, int width, int layers, int seeds) {
        var size = new NamedNetwork.Size(width, layers);
        return Explanation.averaged(network.of(size).initialize(1), network.inputs(size, 6, new Threefry(11)), seeds(seeds));
    }

    @ParameterizedTest
    @EnumSource(names = {"GLU", "SWIGLU", "GEGLU"})
    void gatedNetworksAreWhatTheySay(NamedNetwork network) { assertPredicted(gates(network, 96, 2, 6), 0.3); }

    /// Of gates alone the signal grows with its own size, and chance with it: the deeper, the less is known.
    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource({"GLU, 4", "SWIGLU, 12", "GEGLU, 12"})
    void deepGatedNetworksAreWhatTheySay(NamedNetwork network, int layers) {
        assertPredicted(gates(network, 256, layers, 40), 0.1);
    }

    /// x + W relu(x), or that over √2.
    private static final class Block extends Layer {
        private final Layer act;
        private final Linear linear;
        private final boolean scaled;

        Block(int width, Layer act, boolean weights, boolean scaled) {
            this.act = register("act", act);
            this.linear = weights ? register("linear", new Linear(width, width, Initializers.kaimingNormal(), null)) : null;
            this.scaled = scaled;
        }

        @Override
        public Tensor forward(Tensor x) {
            var branch = act.call(x);
            var sum = x.add(linear == null ? branch : linear.call(branch));
            return scaled ? sum.mul((float) Math.sqrt(0.5)) : sum;
        }
    }

    /// A rectifier that says that its output has nothing of its input.
    private static final class Forgetful extends Layer implements Propagating {
        @Override
        public Tensor forward(Tensor x) { return x.relu(); }

        @Override
        public Passage propagate(Signal in) {
            return Passage.of(new Signal(in.square() / 2, Double.NaN, Math.sqrt(in.square() / 2 / Math.PI), 6), 0.5);
        }
    }

    private static Explanation blocks(int count, int width, Layer act, boolean weights, boolean scaled, int seeds) {
        var parts = new ArrayList<Layer>();
        parts.add(new Linear(width, width, Initializers.kaimingNormal(), null));
        for (int i = 0; i < count; i++) {
            parts.add(new Block(width, act, weights, scaled));
            if (!weights) parts.add(new Linear(width, width, Initializers.normalRule(), null));
        }
        return Explanation.averaged(new Sequential(parts.toArray(Layer[]::new)).initialize(1), batch(4, width), seeds(seeds));
    }

    private static LayerExplanation last(Explanation explanation) { return explanation.layers().getLast(); }

    /// Each block doubles the square; over √2 none does. A theory without the factor would be outside by far.
    @Test
    void residualSumsGrowAsTheirScaleSays() {
        var plain = blocks(5, 128, new ReLU(), true, false, 8);
        var scaled = blocks(5, 128, new ReLU(), true, true, 8);
        assertPredicted(plain, 0.3);
        assertPredicted(scaled, 0.3);
        assertEquals(32, last(plain).square().predicted() / plain.layers().getFirst().square().predicted(), 1e-6);
        assertEquals(1, last(scaled).square().predicted() / scaled.layers().getFirst().square().predicted(), 1e-6);
        assertTrue(last(plain).low() > 2 * last(scaled).high());
        assertTrue(last(scaled).square().measured() < last(plain).low() && last(plain).square().measured() > last(scaled).high());
    }

    /// The covariance of skip and branch is what tells 2.5 from 1.5: without it what is measured is outside.
    @Test
    void withoutTheCovarianceWhatIsMeasuredIsOutside() {
        assertTrue(blocks(1, 256, new ReLU(), false, false, 20).layers().stream().allMatch(LayerExplanation::asPredicted));
        assertTrue(!last(blocks(1, 256, new Forgetful(), false, false, 20)).asPredicted());
    }

    /// Blocks whose last layer starts at 0 pass on what they get.
    @Test
    void fixupsBlocksAreTheIdentityAtFirst() {
        var parts = new ArrayList<Layer>();
        parts.add(new Linear(64, 64, Initializers.kaimingNormal(), null));
        for (int i = 0; i < 3; i++) parts.add(new Residual(new Sequential(new ReLU(),
            new Linear(64, 64, Initializers.kaimingNormal(), null), new ReLU(), new Linear(64, 64, Initializers.zeros(), null))));
        var explanation = Explanation.of(new Sequential(parts.toArray(Layer[]::new)).initialize(1), batch(8, 64));
        assertEquals(explanation.layers().getFirst().square().predicted(), last(explanation).square().predicted(), 1e-9);
        assertEquals(1, explanation.layers().getFirst().gradient().predicted(), 1e-9);
        assertEquals(1, explanation.layers().getFirst().gradient().measured(), 1e-6);
        assertEquals(Verdict.HEALTHY, explanation.verdict(), explanation.words());
        assertEquals(List.of("1.body.1", "1.body.3", "2.body.1", "2.body.3", "3.body.1", "3.body.3"),
            explanation.layers().stream().filter(LayerExplanation::waiting).map(LayerExplanation::path).toList());
        assertTrue(explanation.layers().get(2).reason().contains("still at the start, as meant"),
            explanation.layers().get(2).reason());
        assertEquals(Verdict.HEALTHY, Health.measured(explanation).verdict());
        assertEquals(1, Math.pow(10, Health.predicted(explanation).decades()), 3);
    }

    /// Of sixteen numbers a norm takes an eighth of a gradient, and more than that comes by sizes that stray.
    @Test
    void whatANormTakesOffAGradient() {
        var model = new Sequential(new Linear(400, 16, Initializers.lecunNormal(), null), new LayerNorm(16)).initialize(1);
        var gradient = Explanation.averaged(model, batch(64, 400), seeds(12)).layers().getFirst().gradient();
        assertEquals(1, gradient.measured() / gradient.predicted(), 0.06, gradient.toString());
    }

    /// Zeros that learn are meant; two layers of them one behind the other never do.
    @Test
    void whatStartsAtZeroIsNoFault() {
        var he = Initializers.kaimingNormal();
        for (var model : List.of(new Sequential(linear(he), new Residual(linear(he), new Identity(), Initializers.zeros()),
            linear(he)), new Sequential(linear(he), new ReLU(), linear(Initializers.zeros())),
            new Sequential(linear(he), new Residual(new Sequential(linear(he),
                new BatchNorm1d(32, 1e-5, 0.1, Initializers.zeros(), null))), linear(he)))) {
            model.initialize(1);
            var explanation = Explanation.of(model, batch(16, 32));
            assertEquals(Verdict.HEALTHY, explanation.verdict(), explanation.words());
            assertTrue(explanation.layers().stream().anyMatch(LayerExplanation::waiting), explanation.layers().toString());
        }
        assertEquals(Verdict.HEALTHY, Explanation.predict(new Sequential(linear(he),
            new Residual(linear(he), new Identity(), Initializers.zeros()), linear(he))).verdict());
        // a norm of one unit gives its bias, which starts at 0, and never lets a gradient through
        var single = Explanation.of(new Sequential(new Linear(32, 1, he, null), new LayerNorm(1), new Linear(1, 32, he, null))
            .initialize(1), batch(16, 32));
        assertTrue(single.verdict() == Verdict.VANISHING && single.layers().stream().noneMatch(LayerExplanation::waiting),
            single.words());
        for (var model : List.of(new Sequential(linear(he), linear(Initializers.zeros()), linear(Initializers.zeros())),
            new Sequential(linear(Initializers.zeros()), new ReLU(), linear(Initializers.zeros())))) {
            var explanation = Explanation.of(model.initialize(1), batch(16, 32));
            assertEquals(Verdict.VANISHING, explanation.verdict(), explanation.words());
        }
    }

    private static Linear linear(Initializer start) { return new Linear(32, 32, start, null); }

    /// Batch norm in the branch: each block adds one, so that the square grows with depth and not by powers.
    @Test
    void residualNetworksWithBatchNormGrowByOneABlock() {
        var parts = new ArrayList<Layer>();
        parts.add(new Conv2d(3, 64, ConvOptions.kernel(1).initializers(Initializers.kaimingNormal(), null)));
        parts.add(new BatchNorm2d(64));
        for (int i = 0; i < 3; i++) parts.add(new Residual(new Sequential(new ReLU(),
            new Conv2d(64, 64, ConvOptions.kernel(3).padding(1).initializers(Initializers.kaimingNormal(), null)),
            new BatchNorm2d(64))));
        var explanation = Explanation.averaged(new Sequential(parts.toArray(Layer[]::new)).initialize(1),
            batch(4, 3, 6, 6), seeds(4));
        for (int i = 1; i <= 3; i++) {
            var path = "" + (i + 1);
            var block = explanation.layers().stream().filter(layer -> layer.path().equals(path)).findFirst().orElseThrow();
            assertEquals(1 + i, block.square().predicted(), 0.01);
            assertTrue(block.asPredicted(), block.toString());
            assertEquals(1, block.gradient().measured() / block.gradient().predicted(), 0.15, block.toString());
        }
    }
}
