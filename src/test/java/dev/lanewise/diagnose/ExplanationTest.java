package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.Sin;
import dev.lanewise.nn.Softmax;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ExplanationTest {

    static final List<Nonlinearity> ACTIVATIONS = Nonlinearity.ALL;
    /// And one whose fixed points are left from above.
    static final List<Nonlinearity> MENDED = Stream.concat(ACTIVATIONS.stream(), Stream.of(Nonlinearity.of("softshrink",
        x -> Math.abs(x) <= 0.5 ? 0 : x - Math.copySign(0.5, x), x -> Math.abs(x) <= 0.5 ? 0 : 1, -0.5, 0.5))).toList();
    /// Those with a remedy at some depth; and one that has the name of another, but not its gain.
    static final List<Nonlinearity> REMEDIED = Stream.concat(Stream.of(Nonlinearity.leakyRelu(0.4), Nonlinearity.elu(2)),
        ACTIVATIONS.stream().filter(each -> !List.of("sigmoid", "softplus", "logsigmoid").contains(each.name()))).toList();
    private static final Scheme HE = Scheme.named("kaiming-normal");
    private static final Scheme LECUN = Scheme.named("normal-rule");

    private static Sequential deep(int width, int depth, Supplier<Layer> activation, Scheme scheme) {
        var modules = new ArrayList<Layer>();
        for (int i = 0; i < depth; i++) modules.addAll(List.of(linear(width, width, scheme), activation.get()));
        return new Sequential(modules.toArray(Layer[]::new));
    }

    private static Tensor batch(int... shape) { return Tensor.randn(new Threefry(11), shape); }

    /// Rectifiers halve squares, dropout doubles them here; a weight's variance is 2 over the fan in.
    @Test
    void whatIsPredictedIsTheClosedForm() {
        var model = new Sequential(new Sequential(linear(8, 24, HE), new ReLU(), new Dropout(0.5)),
            linear(24, 6, HE));
        var layers = Explanation.predict(model, 3, 0).layers();
        assertEquals(List.of("0.0", "1"), layers.stream().map(LayerExplanation::path).toList());
        assertEquals(6, layers.get(0).square().predicted(), 1e-11);
        assertEquals(12, layers.get(1).square().predicted(), 1e-11);
        assertEquals(1, layers.get(1).gradient().predicted());
        // a quarter of the weights' variance times the fan out, 2 / 24 * 6 / 2, and 2 by dropout
        assertEquals(0.5, layers.get(0).gradient().predicted(), 1e-12);
        assertEquals(0.5, layers.get(0).chi(), 1e-12);
        assertEquals(0, layers.get(0).correlation().predicted(), 1e-12);
        // the arc-cosine kernel's 1/π, and half of it by dropout
        assertEquals(0.5 / Math.PI, layers.get(1).correlation().predicted(), 1e-8);
        assertEquals(2, layers.get(0).weights().predicted(), 1e-12);
        assertEquals(6, Explanation.predict(model.eval(), 3, 0).layers().get(1).square().predicted(), 1e-11);
    }

    @Test
    void aConvolutionsFansAreItsOwn() {
        var model = new Sequential(new Conv2d(4, 8, ConvOptions.kernel(3).groups(2).initializers(LECUN.weight(), LECUN.bias())),
            new Tanh(), new Flatten(), linear(32, 5, LECUN));
        var layers = Explanation.predict(model).layers();
        assertEquals(18, layers.getFirst().fanIn());
        assertEquals(1, layers.getFirst().square().predicted(), 1e-12);
        assertEquals(Nonlinearity.TANH.square(1), layers.get(1).square().predicted(), 1e-12);
        assertEquals(Nonlinearity.TANH.squaredSlope(1) * 5 / 32, layers.getFirst().gradient().predicted(), 1e-12);
    }

    /// Hanin and Nica's variance for rectifiers; the geometric sum of κ / n where the map contracts.
    @Test
    void theBandIsTheStatedOne() {
        int n = 128;
        var relu = Explanation.predict(deep(n, 30, ReLU::new, HE)).layers();
        for (int layer = 0; layer < 30; layer++)
            assertEquals(4 * Math.sqrt(5.0 * layer / n + 2.0 / n),
                Math.log(relu.get(layer).high() / relu.get(layer).square().predicted()), 1e-9);
        double variance = 5.0 * 29 / n + 2.0 / n;
        assertEquals(-variance / 2 - 4 * Math.sqrt(variance),
            Math.log(relu.getLast().low() / relu.getLast().square().predicted()), 1e-9);

        var scheme = new Scheme("tanh", "", Initializers.kaimingNormal(Gain.TANH), Initializers.zeros());
        var tanh = Explanation.predict(deep(n, 60, Tanh::new, scheme)).layers().getLast();
        var field = new MeanField(Nonlinearity.TANH, 25 / 9.0, 0);
        double q = field.fixedPoint();
        assertEquals(q, tanh.square().predicted(), 1e-9);
        double kappa = Nonlinearity.TANH.fluctuation(q);
        double expected = kappa / (n * (1 - field.slope(q) * field.slope(q))) + 2.0 / n;
        assertEquals(4 * Math.sqrt(expected), Math.log(tanh.high() / tanh.square().predicted()), 1e-9);
    }

    /// Beside what a few loops say of the same network.
    @Test
    void whatIsMeasuredIsWhatThereIs() {
        var first = new Linear(5, 7);
        var second = new Linear(7, 3);
        var model = new Sequential(first, new ReLU(), second).initialize(3);
        var x = batch(4, 5);
        var layers = Explanation.of(model, x).layers();
        var z = first.forward(x);
        var y = second.forward(z.relu());
        assertEquals(z.square().mean().item(), layers.get(0).square().measured(), 1e-6);
        assertEquals(y.square().mean().item(), layers.get(1).square().measured(), 1e-6);
        assertEquals(y.square().mean().item() / x.square().mean().item(), layers.get(1).signal(), 1e-6);
        // of 12 pairs of different rows, over the mean square
        var products = z.matmul(z.t());
        double pairs = products.sum().item() - z.square().sum().item();
        assertEquals(pairs / 12 / (z.square().sum().item() / 4), layers.get(0).correlation().measured(), 1e-5);
        int off = 0;
        for (int unit = 0; unit < 7; unit++) if (Math.max(Math.max(z.get(0, unit), z.get(1, unit)),
            Math.max(z.get(2, unit), z.get(3, unit))) <= 0) off++;
        assertEquals(off / 7.0, layers.get(0).dead().measured(), 1e-12);
        var gradient = Tensor.randn(new Threefry(1).stream("output gradient"), 4, 3);
        var below = gradient.matmul(second.weight().tensor()).mul(z.gt(Tensor.scalar(0)));
        assertEquals(below.square().mean().item() / gradient.square().mean().item(), layers.get(0).gradient().measured(), 1e-6);
        assertEquals(first.weight().tensor().square().mean().item() * 5, layers.get(0).weights().measured(), 1e-6);
    }

    @Test
    void saturationIsCounted() {
        var model = new Sequential(new Linear(3, 4), new Tanh(), new Linear(4, 4), new Sigmoid()).initialize(1);
        var x = batch(50, 3).mul(30f);
        var layers = Explanation.of(model, x).layers();
        var tanh = ((Linear) model.children().get("0")).forward(x).tanh();
        assertEquals(tanh.abs().gt(Tensor.scalar(0.97f)).mean().item(), layers.get(0).saturated().measured(), 1e-6);
        assertTrue(layers.get(0).saturated().measured() > 0.3, "" + layers.get(0));
        assertEquals(Units.tanhSaturated(0.97, layers.get(0).square().predicted()), layers.get(0).saturated().predicted(), 1e-12);
        assertEquals(Units.sigmoidSaturated(0.03, layers.get(1).square().predicted()), layers.get(1).saturated().predicted(),
            1e-12);
    }

    @Test
    void theModelIsLeftAsItWas() {
        var dropout = new Dropout(0.4);
        var first = new Linear(6, 6);
        var model = new Sequential(first, new BatchNorm1d(6), new ReLU(), dropout, new Linear(6, 2)).initialize(5);
        var x = batch(8, 6);
        model.call(x).sum().backward();
        var gradient = first.weight().grad();
        var state = model.stateDict();
        var steps = model.stepDict();
        Explanation.of(model, x);
        Explanation.averaged(model, x, 1, 2, 3);
        assertSame(gradient, first.weight().grad());
        assertEquals(steps, model.stepDict());
        assertTrue(first.isTraining() && dropout.isTraining());
        var now = model.stateDict();
        state.forEach((path, value) -> assertArrayEquals(value.toArray(), now.get(path).toArray(), path));
        assertHooksAreGone(dropout);
    }

    /// A hook would see a view of its own where a module passes its input on.
    private static void assertHooksAreGone(Dropout dropout) {
        dropout.eval();
        var x = Tensor.ones(2, 2).requiresGrad(true);
        assertSame(x, dropout.call(x));
        dropout.train();
    }

    @Test
    void soItIsWhenSomethingThrows() {
        var dropout = new Dropout(0.4);
        var model = new Sequential(dropout, new Linear(6, 2)).initialize(5);
        var weight = ((Linear) model.children().get("1")).weight().tensor().toArray();
        assertThrows(IllegalArgumentException.class, () -> Explanation.of(model, batch(8, 5)));
        assertThrows(IllegalArgumentException.class, () -> Explanation.averaged(model, batch(8, 5), 7));
        assertEquals(0, dropout.step());
        assertArrayEquals(weight, ((Linear) model.children().get("1")).weight().tensor().toArray());
        assertHooksAreGone(dropout);
        assertThrows(IllegalArgumentException.class, () -> Explanation.averaged(model, batch(8, 6)));
    }

    @Test
    void behindAnUnknownModuleTheoryGoesOnFromWhatIsMeasured() {
        var norm = new Layer() {
            @Override
            public Tensor forward(Tensor x) {
                var centred = x.sub(x.mean(false, 0));
                return centred.div(centred.square().mean(false, 0).add(1e-5f).sqrt());
            }
        };
        var model = new Sequential(linear(40, 40, HE), norm, new ReLU(), linear(40, 9, HE)).initialize(5);
        var layers = Explanation.of(model, batch(30, 40)).layers();
        assertEquals(List.of("0", "1", "3"), layers.stream().map(LayerExplanation::path).toList());
        assertTrue(Double.isNaN(layers.get(1).square().predicted()) && layers.get(1).gap().contains("doesn't cover"), ""
            + layers.get(1));
        assertEquals(1, layers.get(1).square().measured(), 1e-3);
        assertEquals(layers.get(1).square().measured(), layers.get(2).square().predicted(), 1e-9);
        assertEquals(Verdict.UNKNOWN, Explanation.predict(new Sequential(norm)).verdict());
        assertTrue(Double.isNaN(Explanation.predict(model).layers().get(2).square().predicted()));
    }

    @ParameterizedTest
    @CsvSource({"ones, weights", "uniform, weights"})
    void weightsThatHaveAMeanAreNotPredicted(String name, String what) {
        var layer = Explanation.of(deep(20, 2, ReLU::new, Scheme.named(name)).initialize(1), batch(9, 20)).layers().getFirst();
        assertTrue(Double.isNaN(layer.square().predicted()) && layer.gap().contains("its " + what + " have mean"), layer.gap());
    }

    @Test
    void averagesAreOverTheSeeds() {
        var model = deep(30, 3, ReLU::new, HE).initialize(99);
        var x = batch(5, 30);
        double one = measured(model, x, 1);
        double two = measured(model, x, 2);
        var averaged = Explanation.averaged(model.initialize(99), x, 1, 2).layers().getLast();
        assertEquals(Math.sqrt(one * two), averaged.square().measured(), 1e-9);
        var single = Explanation.averaged(model, x, 1).layers().getLast();
        assertEquals(Math.log(single.high() / single.square().predicted()) / Math.sqrt(2),
            Math.log(averaged.high() / averaged.square().predicted()), 1e-9);
    }

    private static double measured(Sequential model, Tensor x, long seed) {
        return Explanation.of(model.initialize(seed), x).layers().getLast().square().measured();
    }

    // ---- verdicts

    @ParameterizedTest
    @CsvSource({"zeros, VANISHING, the signal is 0", "ones, EXPLODING, gradient", "uniform-centered, EXPLODING, of the",
        "kaiming-normal, HEALTHY, times",
        "xavier-uniform, VANISHING, gradient", "torch-default, VANISHING, gradient"})
    void aDeepRectifierNetworksVerdict(String scheme, Verdict verdict, String words) {
        var explanation = Explanation.of(deep(64, 20, ReLU::new, Scheme.named(scheme)).initialize(3), batch(16, 64));
        assertEquals(verdict, explanation.verdict());
        assertTrue(explanation.words().startsWith(verdict.word() + ": ") && explanation.words().contains(words),
            explanation.words());
        assertEquals(verdict != Verdict.HEALTHY,
            explanation.words().endsWith("take kaiming-normal (in code kaimingNormal(); variance 2 / in)"), explanation.words());
    }

    @Test
    void rectifiersThatAreOffAreDying() {
        var off = new Scheme("off", "", Initializers.kaimingNormal(), Initializers.constant(-3));
        var explanation = Explanation.of(new Sequential(linear(50, 50, off), new ReLU(), new Linear(50, 3))
            .initialize(2), batch(10, 50));
        assertEquals(Verdict.DYING, explanation.layers().getFirst().verdict());
        assertTrue(explanation.layers().getFirst().reason().contains("% of its units are off"), explanation.words());
        assertTrue(explanation.layers().getFirst().gap().contains("biases have mean -3"), explanation.layers().getFirst().gap());
    }

    @Test
    void tanhsThatAreFullAreSaturated() {
        var wide = new Scheme("wide", "", Initializers.normalRule(), Initializers.normal(0, Math.sqrt(99)));
        var explanation = Explanation.predict(new Sequential(linear(50, 50, wide), new Tanh()));
        assertEquals(Verdict.SATURATED, explanation.verdict());
        // q = 1 + 99, and .834 there
        assertTrue(explanation.words().contains("83 % of its activations are saturated"), explanation.words());
    }

    @Test
    void aDeepSigmoidIsBeyondHelp() {
        var explanation = Explanation.predict(deep(10, 30, Sigmoid::new, LECUN));
        assertEquals(Verdict.VANISHING, explanation.verdict());
        assertTrue(explanation.remedy().isEmpty());
        assertTrue(explanation.words().contains("take another activation"), explanation.words());
    }

    /// What is recommended for 100 layers keeps signal and gradient there.
    @ParameterizedTest
    @FieldSource("MENDED")
    void aRemedyMends(Nonlinearity activation) {
        for (int depth : new int[] {3, 20, 100}) Remedy.of(activation, depth).ifPresent(remedy -> {
            double first = remedy.field().first(1);
            double gradient = remedy.field().gradientFactor(first, depth);
            double q = remedy.field().trajectory(first, depth)[depth - 1];
            assertEquals(Verdict.HEALTHY, Verdict.of(q, gradient, 0, 0), () -> depth + ": q " + q + ", gradient " + gradient
                + ", " + remedy);
        });
        if (!activation.name().contains("sigmoid") && !activation.name().equals("softplus"))
            assertFalse(Remedy.of(activation, 3).isEmpty(), activation.name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"relu | 100 | kaiming-normal (in code kaimingNormal(); variance 2 / in)",
        "selu | 30 | normal-rule (in code normalRule(); variance 1 / in)",
        "linear | 100 | normal-rule (in code normalRule(); variance 1 / in)",
        "tanh | 10 | kaiming-normal:forward(tanh) (in code kaimingNormal(Gain.forward(Nonlinearity.named(\"tanh\")));"
            + " variance 2.536 / in)",
        "tanh | 100 | normal-rule:1.68798:0.0380412 (in code varianceScaling(1.68798, FAN_IN, NORMAL), biases"
            + " normal(0, √0.0380412); on the edge of chaos)"})
    void remediesInWords(String name, int depth, String words) {
        assertEquals(words, Remedy.of(Nonlinearity.named(name), depth).orElseThrow().words());
    }

    /// The name that is recommended is one that a command line takes, and means the variances that were meant.
    @ParameterizedTest
    @FieldSource("REMEDIED")
    void remediesHaveNames(Nonlinearity activation) {
        int found = 0;
        for (int depth : new int[] {3, 20, 100}) {
            var remedy = Remedy.of(activation, depth);
            if (remedy.isEmpty()) continue;
            found++;
            var scheme = Scheme.named(remedy.get().init());
            var fan = Fan.linear(40, 7);
            double weights = remedy.get().field().weightVariance();
            assertEquals(weights, 40 * scheme.weight().distribution(fan, Shape.of(7, 40)).variance(), 1e-5 * weights,
                scheme.name());
            double biases = remedy.get().field().biasVariance();
            assertEquals(biases, scheme.bias().distribution(fan, Shape.of(7)).variance(), 1e-5 * biases, scheme.name());
            assertTrue(remedy.get().words().startsWith(scheme.name() + " (in code "), remedy.get().words());
        }
        assertTrue(found > 0, activation.name());
    }

    @Test
    void whereLayersLeadIsMeanFields() {
        var scheme = Scheme.named("normal-rule:1.5:0.1");
        var layers = Explanation.predict(deep(30, 2, Tanh::new, scheme)).layers();
        var field = new MeanField(Nonlinearity.TANH, 1.5, 0.1);
        for (var layer : layers) {
            assertEquals(field.fixedPoint(), layer.fixedPoint(), 1e-9);
            assertEquals(field.depthScale(), layer.depthScale(), 1e-6);
        }
        var edge = Explanation.predict(new Sequential(deep(30, 2, ReLU::new, HE), new Linear(30, 3))).layers();
        assertEquals(1, edge.getFirst().fixedPoint(), 1e-9);
        assertEquals(Double.POSITIVE_INFINITY, edge.getFirst().depthScale());
        assertTrue(Double.isNaN(edge.getLast().fixedPoint()) && Double.isNaN(edge.getLast().depthScale()),
            "no activation behind");
    }

    /// A kernel of 3 x 3 at stride 2 meets 9/4 of each channel's inputs, and 4 channels of a group.
    @Test
    void aTransposedConvolutionsFansAreItsOwn() {
        var upwards = ConvOptions.kernel(3).stride(2).groups(2).initializers(HE.weight(), HE.bias());
        var model = new Sequential(new ConvTranspose2d(8, 12, upwards), new ReLU(),
            new Conv2d(12, 5, ConvOptions.kernel(1).initializers(HE.weight(), HE.bias())));
        var layers = Explanation.predict(model, 3, 0).layers();
        assertEquals(List.of(12, 5), layers.stream().map(LayerExplanation::width).toList());
        assertEquals(9, layers.getFirst().fanIn(), 1e-12);
        assertEquals(List.of("", ""), layers.stream().map(LayerExplanation::gap).toList());
        for (var layer : layers) assertEquals(6, layer.square().predicted(), 1e-11);
        assertEquals(5 / 12.0, layers.getFirst().gradient().predicted(), 1e-12);
    }

    /// E sin²(ωz) = (1 - e^(-2ω²q)) / 2, and of its slope ω² (1 + e^(-2ω²q)) / 2.
    @Test
    void sirensAreTheClosedForm() {
        var siren = Scheme.named("siren:30");
        var model = new Sequential(linear(64, 128, Scheme.named("siren-first")), new Sin(30),
            linear(128, 100, siren), new Sin(30), linear(100, 3, siren));
        var layers = Explanation.predict(model).layers();
        double q = 1 / (3.0 * 64) + 1 / (3.0 * 64);
        double[] slopes = new double[2];
        for (int i = 0; i < 3; i++) {
            assertEquals(q, layers.get(i).square().predicted(), 1e-9 * q, "layer " + i);
            double gone = Math.exp(-2 * 900 * q);
            if (i < 2) slopes[i] = 900 * (1 + gone) / 2;
            q = 2 / 900.0 * (1 - gone) / 2 + 1 / (3.0 * (i == 0 ? 128 : 100));
        }
        assertEquals(slopes[1] * 2 / 900 * 3 / 100, layers.get(1).gradient().predicted(), 1e-9);
        assertEquals(layers.get(1).gradient().predicted() * slopes[0] * 2 / 900 * 100 / 128,
            layers.get(0).gradient().predicted(), 1e-9);
    }

    @Test
    void inputsThatAreNothingAreRefused() {
        var model = new Sequential(new Linear(5, 4), new ReLU(), new Linear(4, 3)).initialize(1);
        for (var batch : new Tensor[] {Tensor.zeros(6, 5), Tensor.zeros(0, 5), Tensor.full(Float.NaN, 2, 5)}) {
            var message = assertThrows(IllegalArgumentException.class, () -> Explanation.of(model, batch)).getMessage();
            assertTrue(message.contains("mean square is") && message.contains("not all 0"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> Explanation.predict(model, 0, 0));
    }

    @Test
    void whatIsNotKnownIsSaidAsItIs() {
        assertEquals("unknown: the model has no layer with weights",
            Explanation.of(new Sequential(new ReLU()), batch(4, 5)).words());
        assertEquals("unknown: the model has no layer with weights", Explanation.of(new Sequential(), batch(4, 5)).words());
        var words = Explanation.predict(new Sequential(new Linear(5, 4), new Softmax(1))).words();
        assertTrue(words.startsWith("healthy: ") && words.endsWith("gradients are not known"), words);
    }

    @Test
    void whatIsAllTheSameIsNoRange() {
        var words = Explanation.of(new Sequential(linear(50, 50, Scheme.named("xavier-normal"))).initialize(1),
            batch(64, 50)).words();
        assertTrue(words.matches("healthy: second moments are \\S+ times the input's, gradients' 1.0 times the output's"), words);
    }

    @Test
    void givenWeightsAreNotPredicted() {
        var given = new Scheme("given", "", Initializers.copyOf(Tensor.full(3, 20, 50), Initializers.kaimingNormal()),
            Initializers.zeros());
        var layer = Explanation.of(new Sequential(linear(50, 50, given)).initialize(1), batch(4, 50)).layers().getFirst();
        assertTrue(Double.isNaN(layer.square().predicted()) && layer.gap().contains("given values"), layer.gap());
    }

    @Test
    void anActivationThatIsNothingHasNoRemedy() {
        assertTrue(Remedy.of(Nonlinearity.of("nothing", _ -> 0, _ -> 0), 3).isEmpty());
    }

    /// A wide layer before a single output: each unit has its small part of a gradient that keeps its length.
    @Test
    void aGradientThatSpreadsDoesNotVanish() {
        var explanation = Explanation.predict(new Sequential(linear(784, 40_000, HE), new ReLU(), linear(40_000, 1, HE)));
        assertEquals(Verdict.HEALTHY, explanation.verdict(), explanation::words);
        assertEquals(1 / 40_000.0, explanation.layers().getFirst().gradient().predicted(), 1e-9);
        assertEquals(1, explanation.layers().getFirst().flow(), 1e-9);
    }

    @Test
    void whatIsThereAlreadyIsNotRecommended() {
        var words = Explanation.of(new Sequential(linear(100, 64, HE), new ReLU(), linear(64, 1000, HE), new Softmax(1))
            .initialize(1), batch(8, 100)).words();
        assertTrue(words.contains("isn't the weights' fault") && !words.contains("; take"), words);
    }

    private static Linear linear(int in, int out, Scheme start) { return new Linear(in, out, start.weight(), start.bias()); }
}
