package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.Finding;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.LSUV;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.Weighted;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Users' own layers are explained, scaled and checked as ours are: by what they say of themselves.
class OwnLayersTest {

    private static final Initializer WEIGHT = Initializers.lecunNormal();
    private static final Initializer BIAS = Initializers.normal(0, 0.3);

    /// x W + b, W being [in, out].
    private static final class Dense extends Layer implements Weighted {
        private final Parameter weight;
        private final Parameter bias;

        Dense(int in, int out) {
            weight = register(new Parameter("weight", Shape.of(in, out), Fan.linear(in, out), WEIGHT));
            bias = register(new Parameter("bias", Shape.of(out), Fan.linear(in, out), BIAS));
        }

        @Override
        public Tensor forward(Tensor x) { return x.matmul(weight.tensor()).add(bias.tensor()); }

        @Override
        public Parameter weight() { return weight; }

        @Override
        public Parameter bias() { return bias; }

        @Override
        public int unitDim() { return 1; }

        @Override
        public int weightUnitDim() { return 1; }
    }

    private static final class Squash extends Layer implements Pointwise {
        @Override
        public Tensor forward(Tensor x) { return x.tanh(); }

        @Override
        public Nonlinearity nonlinearity() {
            return Nonlinearity.of("squash", Math::tanh, x -> 1 - Math.tanh(x) * Math.tanh(x));
        }
    }

    /// By the root of the mean square, without a mean.
    private static final class RmsNorm extends Layer implements Propagating {
        @Override
        public Tensor forward(Tensor x) { return x.div(x.square().mean(true, -1).sqrt()); }

        @Override
        public Passage propagate(Signal in) {
            double factor = 1 / Math.sqrt(in.square());
            return Passage.of(in.scaled(factor), factor * factor).along(factor).straying(0);
        }
    }

    private static Sequential own() {
        return new Sequential(new Dense(300, 200), new Squash(), new RmsNorm(), new Dense(200, 400));
    }

    private static Sequential ours() {
        return new Sequential(new Linear(300, 200, WEIGHT, BIAS), new Tanh(), new RmsNorm(), new Linear(200, 400, WEIGHT, BIAS));
    }

    private static Tensor batch(int... shape) { return Tensor.randn(new Threefry(11), shape); }

    /// The same numbers, as the same numbers are in the weights.
    @Test
    void theyAreExplainedAsOurs() {
        var own = own().initialize(4);
        var ours = ours().initialize(4);
        for (var path : List.of("0", "3")) {
            ours.namedParameters().get(path + ".weight")
                .load(own.namedParameters().get(path + ".weight").tensor().transpose(0, 1));
            ours.namedParameters().get(path + ".bias").load(own.namedParameters().get(path + ".bias").tensor());
        }
        var x = batch(50, 300);
        var expected = Explanation.of(ours, x).layers();
        var actual = Explanation.of(own, x).layers();
        assertEquals(List.of("0", "3"), actual.stream().map(LayerExplanation::path).toList());
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(numbers(expected.get(i)), numbers(actual.get(i)), 1e-5, actual.get(i).toString());
            assertTrue(actual.get(i).asPredicted() && actual.get(i).gap().isEmpty(), actual.get(i).toString());
            assertEquals(1, actual.get(i).gradient().measured() / actual.get(i).gradient().predicted(), 0.25);
        }
        // the norm's outputs have the mean square 1
        assertEquals(1 + 0.09, actual.get(1).square().predicted(), 1e-9);
    }

    private static double[] numbers(LayerExplanation layer) {
        return new double[] {layer.width(), layer.fanIn(), layer.weights().predicted(), layer.weights().measured(),
            layer.square().predicted(), layer.square().measured(), layer.low(), layer.high(), layer.gradient().predicted(),
            layer.gradient().measured(), layer.correlation().predicted(), layer.correlation().measured()};
    }

    @Test
    void theyAreScaledAsOurs() {
        var model = own().initialize(4);
        var report = LSUV.ofDefaults().run(model, batch(100, 300), 4).orThrow();
        assertEquals(List.of("0", "3"), report.layers().stream().map(LSUV.Outcome::path).toList());
        assertArrayEquals(new float[200], model.namedParameters().get("0.bias").tensor().toArray());
    }

    @Test
    void theyAreCheckedAsOurs() {
        for (long seed = 0; seed < 10; seed++) {
            var report = PreactivationCheck.of(own().initialize(seed), batch(300)).orThrow();
            assertEquals(List.of("0", "3"), report.findings().stream().map(Finding::check).toList());
            assertEquals(600, report.values());
        }
        var model = own().initialize(1);
        var weight = model.namedParameters().get("3.weight");
        weight.load(weight.tensor().mul(1.5f));
        assertTrue(!PreactivationCheck.of(model, batch(300)).passed());
    }

    /// A unit's outputs at a convolution's middle, in groups, where a kernel's places are left out by a stride, and of large
    /// inputs.
    @Test
    void convolutionsAreChecked() {
        var down = ConvOptions.kernel(3).padding(1).groups(2).initializers(WEIGHT, BIAS);
        for (long seed = 0; seed < 4; seed++) {
            var model = new Sequential(new Conv2d(6, 200, down), new Tanh(), new ConvTranspose2d(200, 300, down.stride(2)))
                .initialize(seed);
            PreactivationCheck.of(model, batch(2, 6, 5, 5)).orThrow();
            var first = new Sequential(new Conv2d(6, 200, down)).initialize(seed);
            PreactivationCheck.of(first, batch(2, 6, 5, 5).mul(1e30f)).orThrow();
            var weight = model.namedParameters().get("2.weight");
            weight.load(weight.tensor().mul(3f));
            assertTrue(!PreactivationCheck.of(model, batch(2, 6, 5, 5)).passed());
        }
    }

    /// x + sigmoid(gate(x)) branch, and a layer that another input goes through.
    private static final class Gated extends Module {
        private final Linear gate = register("gate", new Linear(200, 200, WEIGHT, BIAS));
        private final Dense branch = register("branch", new Dense(100, 200));

        Tensor call(Tensor x, Tensor other) { return observed(x.add(gate.call(x).sigmoid().mul(branch.call(other))), x, other); }
    }

    @Test
    void modulesOfAnyCallAreScaledAndChecked() {
        var model = new Gated();
        model.initialize(2);
        var x = batch(60, 200);
        var other = batch(60, 100);
        assertEquals(List.of("branch", "gate"), PreactivationCheck.of(model, () -> model.call(x, other)).orThrow()
            .findings().stream().map(Finding::check).sorted().toList());
        assertEquals(List.of("gate", "branch"), LSUV.ofDefaults().run(model, () -> model.call(x, other), 2).orThrow()
            .layers().stream().map(LSUV.Outcome::path).toList());
        Rejected.argument(() -> PreactivationCheck.of(new Tanh(), () -> {}), "Weighted");
        Rejected.argument(() -> LSUV.ofDefaults().run(new Tanh(), () -> {}, 1), "Weighted");
    }

    /// What theory doesn't know: another layer, as it is.
    private static final class Within extends Layer {
        private final Layer inner;

        Within(Layer inner) { this.inner = register("inner", inner); }

        @Override
        public Tensor forward(Tensor x) { return inner.call(x); }
    }

    /// Its call within another one is not its own.
    @Test
    void aLayerThatRunsWithinAnotherToo() {
        var shared = new Linear(60, 60, WEIGHT, null);
        var copy = new Linear(60, 60, WEIGHT, null);
        var tied = new Sequential(shared, new Tanh(), new Within(shared), new Tanh(), new Linear(60, 40, WEIGHT, null))
            .initialize(8);
        var apart = new Sequential(shared, new Tanh(), new Within(copy), new Tanh(), (Layer) tied.children().get("4"));
        copy.loadStateDict(shared.stateDict());
        assertEquals(Explanation.of(apart, batch(30, 60)), Explanation.of(tied, batch(30, 60)));
    }

    /// Before it, the gradient is 0.
    @Test
    void aLayerThatPassesNoGradientOn() {
        var rounding = new Layer() {
            @Override
            public Tensor forward(Tensor x) { return x.detach(); }
        };
        var model = new Sequential(new Linear(60, 60, WEIGHT, null), rounding, new Linear(60, 40, WEIGHT, null)).initialize(8);
        var explanation = Explanation.of(model, batch(30, 60));
        var gradients = explanation.layers().stream().mapToDouble(layer -> layer.gradient().measured()).toArray();
        assertEquals(0, gradients[0]);
        assertEquals(40.0 / 60, gradients[1], 0.15);
        assertEquals(1, gradients[2]);
        assertTrue(explanation.words().startsWith("vanishing: at layer \"0\" the gradient is 0"), explanation.words());
        assertEquals(0, Explanation.of(new Sequential(new Linear(60, 60, WEIGHT, null), rounding).initialize(8), batch(30, 60))
            .layers().getFirst().gradient().measured());
    }

    /// Units that lie elsewhere than the layer says would be held to a law that isn't theirs.
    @Test
    void unitsAreWhereTheLayerSays() {
        for (int dim : new int[] {0, 2, -3}) {
            final class Misplaced extends Layer implements Weighted {
                private final Linear inner = new Linear(8, 5, WEIGHT, null);

                Misplaced() { register(inner.weight()); }

                @Override
                public Tensor forward(Tensor x) { return inner.call(x); }

                @Override
                public Parameter weight() { return inner.weight(); }

                @Override
                public Parameter bias() { return null; }

                @Override
                public int unitDim() { return dim; }
            }
            var model = new Sequential(new Misplaced()).initialize(1);
            Rejected.argument(() -> PreactivationCheck.of(model, batch(3, 8)),
                "preactivation check: layer \"0\" says that its 5 units lie"
                + " along dimension " + dim + " of its output, whose shape is [3, 5]", "unitDim()");
        }
    }

    /// Weights of which a quarter counts.
    private static final class Thinned extends Layer implements Weighted {
        private final Parameter weight = register(new Parameter("weight", Shape.of(40, 60), Fan.linear(60, 40), WEIGHT));

        @Override
        public Tensor forward(Tensor x) {
            return x.slice(-1, 0, 60, 4).matmul(weight.tensor().slice(1, 0, 60, 4).transpose(0, 1));
        }

        @Override
        public Parameter weight() { return weight; }

        @Override
        public Parameter bias() { return null; }

        @Override
        public Fan fan() { return Fan.linear(15, 10); }

        @Override
        public int unitDim() { return -1; }
    }

    /// The layer says it, whatever its parameter is started by.
    @Test
    void aFanOfItsOwn() {
        var layer = Explanation.of(new Sequential(new Thinned()).initialize(8), batch(30, 60)).layers().getFirst();
        assertEquals(15, layer.fanIn());
        assertEquals(0.25, layer.weights().predicted(), 1e-9);
        assertEquals(0.25, layer.weights().measured(), 0.03);
    }

    // ---- our own normalizations

    /// Behind them theory goes on by itself, and a batch shows what it says.
    @Test
    void normalizationsArePredicted() {
        var scales = Initializers.normal(0.5, 0.5);
        for (Supplier<Layer> norm : List.<Supplier<Layer>>of(() -> new LayerNorm(300), () -> new BatchNorm1d(300),
            () -> new LayerNorm(Shape.of(300), 1e-5, scales, BIAS), () -> new BatchNorm1d(300, 1e-5, 0.1, scales, BIAS),
            () -> new LayerNorm(Shape.of(300), 0.5, null, null), () -> new BatchNorm1d(300, 0.5, 0.1, null, null))) {
            var model = new Sequential(new Linear(100, 300, Initializers.normal(0, 0.2), BIAS), norm.get(), new Tanh(),
                new Linear(300, 200, WEIGHT, null)).initialize(3);
            var predicted = Explanation.predict(model, 1, 0).layers().getLast();
            var layers = Explanation.of(model, batch(300, 100)).layers();
            assertEquals(List.of("0", "3"), layers.stream().map(LayerExplanation::path).toList());
            for (var layer : layers) {
                assertTrue(layer.asPredicted(), norm.get() + ": " + layer);
                assertEquals(1, layer.gradient().measured() / layer.gradient().predicted(), 0.25, norm.get() + ": " + layer);
            }
            assertEquals(1, layers.getLast().square().measured() / predicted.square().predicted(), 0.25, "" + predicted);
        }
    }

    /// In evaluation a fresh batch norm does nothing; a layer norm behind a rectifier takes the mean off.
    @Test
    void normalizationsInClosedForm() {
        var batchNorm = new BatchNorm1d(8, 0, 0.1, false);
        batchNorm.eval();
        var in = new Signal(3, 2, 1, 3);
        assertEquals(in, batchNorm.propagate(in).out());
        assertEquals(1, batchNorm.propagate(in).way(0).gradient());
        batchNorm.train();
        assertEquals(new Signal(1, 0, 0, 3).square(), batchNorm.propagate(in).out().square());
        assertEquals(0, batchNorm.propagate(in).out().product());
        assertEquals(1, batchNorm.propagate(in).way(0).gradient());
        // of five inputs, the mean over all has a fifth of what is their own; two degrees of ten are gone
        var few = batchNorm.propagate(in.with(new Signal.Extent(8, 1, 5)));
        assertEquals(-0.25, few.out().product(), 1e-12);
        assertEquals(0.6 / 0.8, few.way(0).gradient(), 1e-12);
        var layerNorm = new LayerNorm(Shape.of(8), 0, Initializers.constant(2), Initializers.constant(1));
        var normed = layerNorm.propagate(in);
        assertEquals(4 + 1, normed.out().square(), 1e-12);
        assertEquals(4 * 0.5 + 1, normed.out().product(), 1e-12);
        assertEquals(1, normed.out().mean(), 1e-12);
        // the mean of eight units has an eighth of their own variance, 2
        assertEquals(4 / 1.75 * 6 / 8, normed.way(0).gradient(), 1e-12);
        assertEquals(2 / Math.sqrt(1.75), normed.way(0).linear(), 1e-12);
    }
}
