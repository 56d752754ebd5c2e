package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Chain;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.PReLU;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Networks of any shape and call are explained by their parts.
class ExplainedCallsTest {

    private static Linear linear(int in, int out) {
        return new Linear(in, out, Initializers.lecunNormal(), Initializers.normal(0, 0.3));
    }

    private static Tensor batch(int... shape) { return Tensor.randn(new Threefry(11), shape); }

    private static List<String> paths(Explanation explanation) {
        return explanation.layers().stream().map(LayerExplanation::path).toList();
    }

    /// The gradient that is predicted of wide layers.
    private static double wide(LayerExplanation row) { return row.gradient().predicted() / row.finite(); }

    private static LayerExplanation row(Explanation explanation, String path) {
        return explanation.layers().stream().filter(layer -> layer.path().equals(path)).findFirst().orElseThrow();
    }

    /// Calls one after the other, as a user's own container does; said to be so, or not.
    private static class Own extends Layer {
        final Linear first = register("first", linear(30, 50));
        final Layer act = register("act", new Tanh());
        final Layer drop = register("drop", new Dropout(0.2));
        final Linear last = register("last", linear(50, 20));

        @Override
        public Tensor forward(Tensor x) { return last.call(drop.call(act.call(first.call(x)))); }
    }

    private static final class Said extends Own implements Chain {
        @Override
        public List<Layer> layers() { return List.of(first, act, drop, last); }
    }

    @Test
    void theRowsOfAContainerAreItsParts() {
        var own = new Own();
        var sequence = new Sequential(own.first, own.act, own.drop, own.last).initialize(3);
        var x = batch(40, 30);
        var expected = Explanation.of(sequence, x).layers();
        assertEquals(2, expected.size());
        for (var model : List.of(own, new Sequential(own))) {
            var actual = Explanation.of(model, x);
            assertEquals(model == own ? List.of("first", "last") : List.of("0.first", "0.last"), paths(actual));
            for (int i = 0; i < 2; i++) assertEquals(unnamed(expected.get(i)), unnamed(actual.layers().get(i)));
        }
        var said = new Sequential(new Said());
        assertEquals(List.of("0.first", "0.last"), paths(Explanation.predict(said)));
        var alike = new Sequential(linear(30, 50), new Tanh(), new Dropout(0.2), linear(50, 20));
        assertEquals(Explanation.predict(alike).layers().stream().map(ExplainedCallsTest::unnamed).toList(),
            Explanation.predict(said).layers().stream().map(ExplainedCallsTest::unnamed).toList());
        assertEquals("theory doesn't cover this module", Explanation.predict(own).layers().getFirst().gap());
    }

    private static String unnamed(LayerExplanation layer) { return layer.toString().replaceFirst("path=[^,]*", ""); }

    /// x + f(x).
    private static final class Residual extends Layer {
        private final Layer branch;

        Residual(Layer branch) { this.branch = register("branch", branch); }

        @Override
        public Tensor forward(Tensor x) { return x.add(branch.call(x)); }
    }

    /// What goes round the branch, and what comes out of it behind weights of its own, have nothing in common; on the way back,
    /// likewise.
    @Test
    void aResidualBlockIsTheSum() {
        var inner = linear(40, 40);
        var model = new Sequential(linear(30, 40), new Residual(new Sequential(new ReLU(), inner)), linear(40, 9)).initialize(3);
        var x = batch(60, 30);
        var explanation = Explanation.of(model, x);
        assertEquals(List.of("0", "1.branch.1", "1", "2"), paths(explanation));
        var first = ((Layer) model.children().get("0")).call(x);
        var branch = inner.call(first.relu());
        var sum = first.add(branch);
        var block = row(explanation, "1");
        assertEquals(sum.square().mean().item(), block.square().measured(), 1e-5);
        double entering = row(explanation, "0").square().predicted();
        assertEquals(entering * 1.5 + 0.09, block.square().predicted(), 1e-9);
        assertEquals(entering * 1.5 + 0.18, row(explanation, "2").square().predicted(), 1e-9);
        for (var layer : explanation.layers()) assertTrue(layer.asPredicted() && layer.gap().isEmpty(), layer.toString());
        // the sum passes its gradient on to both; at the first layer half as much as by the sum arrives by the branch
        assertEquals(9 / 40.0, wide(block), 1e-9);
        assertEquals(block.gradient(), row(explanation, "1.branch.1").gradient());
        assertEquals(1.5 * wide(block), wide(row(explanation, "0")), 1e-9);
        assertEquals(1, row(explanation, "0").gradient().measured() / row(explanation, "0").gradient().predicted(), 0.3);
        assertTrue(Double.isNaN(row(explanation, "0").chi()) && Double.isNaN(row(explanation, "0").dead().measured()));
        assertEquals(Verdict.HEALTHY, explanation.verdict(), explanation::words);
        var averaged = Explanation.averaged(model, x, 1, 2, 3);
        assertEquals(paths(explanation), paths(averaged));
        assertEquals(1, row(averaged, "1").square().measured() / row(Explanation.of(model.initialize(1), x), "1").square()
            .measured(), 0.3);
    }

    /// z + relu(z) is 2 z or z: what both have in common is half of z, so that the square is 2.5 times z's, not 1.5.
    @Test
    void anActivationIsNotIndependentOfItsInput() {
        var model = new Sequential(linear(300, 400), new Residual(new ReLU()), new Tanh(), linear(400, 300)).initialize(3);
        var explanation = Explanation.of(model, batch(60, 300));
        double q = row(explanation, "0").square().predicted();
        assertEquals(2.5 * q, row(explanation, "1").square().predicted(), 1e-9);
        assertTrue(row(explanation, "1").asPredicted(), explanation.layers().toString());
        assertEquals(2.5 * wide(row(explanation, "1")), wide(row(explanation, "0")), 1e-9);
        assertEquals(1, row(explanation, "0").gradient().measured() / row(explanation, "0").gradient().predicted(), 0.1);
        // two inputs: 2 p of the lines, and what the arc-cosine kernel has
        double p = 0.09;
        var alone = row(Explanation.predict(new Sequential(linear(300, 400), new dev.lanewise.nn.Residual(new ReLU()))), "1");
        assertEquals((2 * p + Nonlinearity.RELU.product(1.09, p / 1.09)) / (2.5 * 1.09), alone.correlation().predicted(), 1e-9);
    }

    /// Without a batch our own block is seen through.
    @Test
    void residualBlocksArePredictedWithoutABatch() {
        var model = new Sequential(linear(30, 40),
            new dev.lanewise.nn.Residual(new Sequential(new Tanh(), linear(40, 40)), linear(40, 40)), linear(40, 9));
        var predicted = Explanation.predict(model, 1, 0);
        assertEquals(List.of("0", "1.body.1", "1.shortcut", "1", "2"), paths(predicted));
        double q = 1.09;
        assertEquals(Nonlinearity.TANH.square(q) + 0.09 + q + 0.09, row(predicted, "1").square().predicted(), 1e-9);
        assertEquals(9 / 40.0 * (Nonlinearity.TANH.squaredSlope(q) + 1), row(predicted, "0").gradient().predicted(), 1e-9);
        var measured = Explanation.of(model.initialize(1), batch(60, 30));
        assertEquals(paths(predicted), paths(measured));
        assertEquals(row(predicted, "1").gradient().predicted(), wide(row(measured, "1")), 1e-9);
    }

    /// x + sigmoid(gate(x)) branch(other), two results.
    private static final class Gated extends Module {
        private final Linear gate = register("gate", linear(20, 20));
        private final Linear branch = register("branch", linear(10, 20));
        private final Linear unused = register("unused", linear(20, 5));

        List<Tensor> call(Tensor x, Tensor other) {
            unused.call(x);
            var y = branch.call(other);
            return observed(List.of(x.add(gate.call(x).sigmoid().mul(y)), y), x, other);
        }
    }

    @Test
    void aModuleOfAnyCallIsExplained() {
        var model = new Gated();
        model.initialize(2);
        var x = batch(60, 20);
        var other = batch(60, 10).mul(3f).requiresGrad(true);
        for (boolean scoped : new boolean[] {false, true}) {
            var scope = new Scope();
            try (var _ = scoped ? scope.open() : null) {
                var explanation = Explanation.of(model, () -> model.call(x, other));
                assertEquals(List.of("unused", "branch", "gate", ""), paths(explanation));
                assertEquals(60, explanation.inputs());
                double entering = (x.square().sum().item() + other.square().sum().item()) / (60 * 30.0);
                assertEquals(9 + 0.09, row(explanation, "branch").square().predicted(), 0.9);
                assertTrue(row(explanation, "branch").asPredicted() && row(explanation, "gate").asPredicted());
                assertEquals(row(explanation, "gate").square().measured() / entering, row(explanation, "gate").signal(), 1e-4);
                assertEquals(0, row(explanation, "unused").gradient().measured(), "what nobody looks at");
                // its own, and what comes by the product
                assertTrue(row(explanation, "branch").gradient().measured() > 1, explanation.layers().toString());
            }
        }
        assertNull(other.grad());
        assertTrue(model.parameters().stream().allMatch(parameter -> parameter.grad() == null));
        assertEquals(List.of("unused", "branch", "gate", ""),
            paths(Explanation.averaged(model, () -> model.call(x, other), 1, 2)));
        int[] calls = {0};
        Rejected.argument(() -> Explanation.averaged(model, () -> calls[0]++ == 0 ? model.gate.call(x)
            : model.call(x, other), 1, 2),
            "average over runs of the same modules");
        assertFalse(x.requiresGrad());
    }

    /// An activation is one, whether it is a layer or not; what theory doesn't know is measured.
    @Test
    void functionsBetweenLayersAreKnown() {
        var model = new Layer() {
            private final Linear first = register("first", linear(30, 60));
            private final Linear last = register("last", linear(60, 20));

            @Override
            public Tensor forward(Tensor x) { return last.call(first.call(x).relu().mul(2f)); }
        };
        model.initialize(4);
        var x = batch(50, 30);
        var explanation = Explanation.of(model, x);
        assertEquals(List.of("first", "last"), paths(explanation));
        double q = row(explanation, "first").square().predicted();
        assertEquals(2 * q + 0.09, row(explanation, "last").square().predicted(), 1e-9);
        assertEquals(2 * 20 / 60.0, wide(row(explanation, "first")), 1e-9);
        assertTrue(!Double.isNaN(row(explanation, "first").dead().measured()));
        var unknown = new Layer() {
            private final Linear first = register("first", linear(30, 60));
            private final Linear last = register("last", linear(60, 20));

            @Override
            public Tensor forward(Tensor x) { return last.call(first.call(x).cumsum(1)); }
        };
        unknown.initialize(4);
        var measured = Explanation.of(unknown, x);
        double entering = unknown.first.call(x).cumsum(1).square().mean().item();
        assertEquals(entering + 0.09, row(measured, "last").square().predicted(), 1e-4);
        assertEquals(row(measured, "first").gradient().measured(), row(measured, "first").gradient().predicted());
    }

    /// Layers side by side, and what is made of them.
    private static final class Joint extends Layer {
        private final List<Linear> parts = new ArrayList<>();
        private final Function<List<Tensor>, Tensor> function;
        private final Linear last;

        Joint(int last, Function<List<Tensor>, Tensor> function, int... widths) {
            for (int width : widths) parts.add(register("part" + parts.size(), linear(30, width)));
            this.function = function;
            this.last = register("last", linear(last, 20));
        }

        @Override
        public Tensor forward(Tensor x) { return last.call(made(x)); }

        Tensor made(Tensor x) { return function.apply(parts.stream().map(part -> part.call(x)).toList()); }
    }

    /// Parts of a layer's outputs that have other units have nothing in common, as two layers have not; each has its share of the
    /// gradient.
    @Test
    void halvesOfALayerAreAsTwoLayers() {
        var x = batch(20, 30);
        List<BinaryOperator<Tensor>> functions = List.of(Tensor::add, Tensor::sub, (a, b) -> a.mul(b.sigmoid()),
            (a, b) -> a.mul(b).add(a.relu()));
        for (var f : functions) {
            var two = Explanation.of(new Joint(40, parts -> f.apply(parts.get(0), parts.get(1)), 40, 40).initialize(1), x);
            List<UnaryOperator<Tensor>> halves = List.of(y -> f.apply(y.slice(1, 0, 40), y.slice(1, 40, 80)),
                y -> f.apply(y.slice(-1, 1, 80, 2), y.slice(1, 0, 80, 2)), y ->
                f.apply(y.slice(1, 0, 80).slice(1, 0, 40), y.slice(1, 40, 80)));
            for (var half : halves) {
                var one = Explanation.of(new Joint(40, parts -> half.apply(parts.getFirst()), 80).initialize(1), x);
                for (Function<LayerExplanation, Double> figure : List.<Function<LayerExplanation, Double>>of(row -> row.square()
                    .predicted(),
                    row -> row.correlation().predicted())) assertEquals(figure.apply(row(two, "last")),
                        figure.apply(row(one, "last")), 1e-9);
                assertEquals((wide(row(two, "part0")) + wide(row(two, "part1"))) / 2, wide(row(one, "part0")), 1e-9);
            }
        }
        var twice = Explanation.of(new Joint(40, parts -> parts.getFirst().add(parts.getFirst().tanh()), 40).initialize(1), x);
        var same = Explanation.of(new Joint(40, parts -> parts.getFirst().slice(1, 5, 45)
            .add(parts.getFirst().tanh().slice(1, 5, 45)), 80).initialize(1), x);
        assertEquals(row(twice, "last").square().predicted(), row(same, "last").square().predicted(), 1e-9);
        assertEquals(wide(row(twice, "part0")) / 2, wide(row(same, "part0")), 1e-9);
    }

    /// A product of what has something in common has no moments that follow from those of its factors, nor has a sum of parts
    /// that overlap.
    @Test
    void whatIsMadeOfTheSameNumbersTwiceIsMeasured() {
        var x = batch(60, 30);
        for (var f : List.<UnaryOperator<Tensor>>of(y -> y.mul(y), y -> y.mul(y.tanh()), y -> y.abs().mul(y),
            y -> y.mul(y.add(1f).mul(2f)), y -> y.slice(1, 0, 39).add(y.slice(1, 1, 40)), y -> y.add(y.flip(1)),
            y -> y.tanh().sub(y.roll(3, 1)), y -> y.relu().add(y.neg().relu()), y -> y.tanh().add(y.sigmoid()),
            y -> y.sub(y.sin()).sub(y.cos()))) {
            var model = new Joint(f.apply(batch(1, 40)).size(1), parts -> f.apply(parts.getFirst()), 40);
            model.initialize(1);
            var last = row(Explanation.of(model, x), "last");
            assertEquals(model.made(x).square().mean().item() + 0.09, last.square().predicted(),
                1e-4 * last.square().predicted());
        }
    }

    @Test
    void whatTheSameWeightsMakeTwiceIsMeasured() {
        var x = batch(60, 30);
        var shared = linear(30, 40);
        var other = linear(30, 40);
        var last = linear(40, 20);
        List<UnaryOperator<Tensor>> functions = List.of(y -> shared.call(y).add(shared.call(y)),
            y -> shared.call(y).sub(shared.call(y.add(1f)).tanh()), y -> shared.call(y).mul(shared.call(y.neg())),
            y -> shared.call(y).add(other.call(y)).add(shared.call(y).relu()));
        for (var f : functions) {
            var model = new Layer() {
                {
                    register("shared", shared);
                    register("other", other);
                    register("last", last);
                }

                @Override
                public Tensor forward(Tensor x) { return last.call(f.apply(x)); }
            };
            model.initialize(1);
            var row = row(Explanation.of(model, x), "last");
            assertEquals(f.apply(x).square().mean().item() + 0.09, row.square().predicted(), 1e-4 * row.square().predicted());
        }
    }

    /// What goes to many places gets the gradients of all of them.
    @Test
    void gradientsOfCopiesAddUp() {
        var x = batch(60, 30);
        for (var gate : List.<UnaryOperator<Tensor>>of(y -> y, y -> y.expand(60, 40), y -> y.repeat(1, 40))) {
            var model = new Joint(40, parts -> parts.get(0).mul(gate.apply(parts.get(1))), 40, 1);
            var explanation = Explanation.of(model.initialize(1), x);
            double q = row(explanation, "part0").square().predicted();
            assertEquals(q * q + 0.09, row(explanation, "last").square().predicted(), 1e-9);
            assertEquals(20 / 40.0 * q, wide(row(explanation, "part0")), 1e-9);
            assertEquals(20 * q, wide(row(explanation, "part1")), 1e-9);
            assertEquals(1, row(explanation, "part1").gradient().measured() / (20 * q), 0.5);
        }
    }

    /// All is said relative to the vectors, not to the indices.
    @Test
    void indicesAreNoSignal() {
        var model = new Sequential(new Embedding(500, 16, Initializers.normal(0, 0.1)), new Flatten(), linear(64, 30))
            .initialize(5);
        var random = new Threefry(3);
        var indices = new float[40 * 4];
        random.uniform(0, 500, indices, 0, indices.length);
        for (int i = 0; i < indices.length; i++) indices[i] = (float) Math.floor(indices[i]);
        var explanation = Explanation.of(model, Tensor.wrap(indices, 40, 4));
        assertEquals(List.of("2"), paths(explanation));
        var last = explanation.layers().getFirst();
        assertEquals(0.01 + 0.09, last.square().predicted(), 1e-9);
        assertTrue(last.asPredicted(), last.toString());
        assertEquals(10, last.signal(), 2);
        assertEquals(Verdict.HEALTHY, explanation.verdict());
    }

    @Test
    void slopesThatAreLearntAreKnown() {
        for (double slope : new double[] {0.25, -0.5}) {
            var learnt = new Sequential(linear(100, 200), new PReLU(1, slope), linear(200, 100));
            var fixed = new Sequential(linear(100, 200), new LeakyReLU(slope), linear(200, 100));
            assertEquals(Explanation.predict(fixed).layers(), Explanation.predict(learnt).layers());
            assertTrue(Explanation.of(learnt.initialize(1), batch(30, 100)).layers().getLast().asPredicted());
        }
        var spread = new Sequential(linear(100, 400), new PReLU(400, Initializers.normal(0.3, 0.4)), linear(400, 100));
        var last = Explanation.predict(spread).layers().getLast();
        assertEquals((1 + 0.25) / 2 * 1.09 + 0.09, last.square().predicted(), 1e-9);
        assertTrue(Explanation.of(spread.initialize(1), batch(30, 100)).layers().getLast().asPredicted());
    }

    /// Each call of a layer that stands twice is a row of its own, under its place.
    @Test
    void aLayerThatStandsTwiceHasTwoRows() {
        var shared = linear(30, 30);
        var model = new Sequential(shared, new Tanh(), shared).initialize(6);
        var layers = Explanation.of(model, batch(20, 30)).layers();
        assertEquals(List.of("0", "2"), layers.stream().map(LayerExplanation::path).toList());
        assertArrayEquals(new double[] {1}, new double[] {layers.getLast().gradient().measured()}, 1e-6);
    }
}
