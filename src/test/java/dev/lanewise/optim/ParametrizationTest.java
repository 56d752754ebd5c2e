package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Multiplied;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.optim.Parametrization.Kind;
import dev.lanewise.optim.Parametrization.Row;
import dev.lanewise.optim.Parametrization.Steps;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Tables 8 of "Tensor programs V" and 2 of u-μP, with numbers that are powers of two.
class ParametrizationTest {

    private static Sequential chain(int width, Initializer hidden) {
        return new Sequential(new Linear(16, width, Initializers.lecunNormal(), Initializers.constant(0.5)), new ReLU(),
            new Linear(width, width, hidden, Initializers.zeros()), new ReLU(),
            new Linear(width, 4, Initializers.lecunNormal(), Initializers.torchDefault()));
    }

    private static Sequential chain(int width) { return chain(width, Initializers.lecunNormal()); }

    private static Map<String, Row> rows(Parametrization parametrization, Module model, Steps steps) {
        return parametrization.table(model, steps).stream().collect(Collectors.toMap(Row::path, Function.identity()));
    }

    /// From width 64 to 1024, 16 times as wide.
    @Test
    void maximalUpdatesAreTheTables() {
        var muP = Parametrization.muP(chain(64));
        double bias = 1 / Math.sqrt(3 * 64);
        for (var steps : Steps.values()) {
            var rows = rows(muP, chain(1024), steps);
            boolean adam = steps == Steps.ADAM;
            assertRow(new Row("0.weight", Kind.INPUT, 0.25, 1, adam ? 1 : 16), rows);
            assertRow(new Row("0.bias", Kind.INPUT, 0.5, 1, adam ? 1 : 16), rows);
            assertRow(new Row("2.weight", Kind.HIDDEN, 1.0 / 32, 1, adam ? 1.0 / 16 : 1), rows);
            assertRow(new Row("2.bias", Kind.INPUT, 0, 1, adam ? 1 : 16), rows);
            assertRow(new Row("4.weight", Kind.OUTPUT, 1.0 / 8, 1.0 / 16, adam ? 1 : 16), rows);
            assertRow(new Row("4.bias", Kind.FIXED, bias, 1, 1), rows);
        }
    }

    @Test
    void unitScalesAreTheTables() {
        var rows = rows(Parametrization.unitScaled(chain(64)), chain(1024), Steps.ADAM);
        assertRow(new Row("0.weight", Kind.INPUT, 1, 0.25, 0.25), rows);
        assertRow(new Row("0.bias", Kind.INPUT, 0.5, 1, 1), rows);
        var embedding = rows(Parametrization.unitScaled(new Sequential(new Embedding(10, 64))),
            new Sequential(new Embedding(10, 1024)), Steps.ADAM);
        assertRow(new Row("0.weight", Kind.INPUT, 1, 1, 1.0 / 32), embedding);
        assertRow(new Row("2.weight", Kind.HIDDEN, 1, 1.0 / 32, 1.0 / 32), rows);
        assertRow(new Row("4.weight", Kind.OUTPUT, 1, 1.0 / 1024, 1), rows);
        Rejected.argument(() -> Parametrization.unitScaled(chain(64)).table(chain(128), Steps.SGD), "u-muP", "take ADAM");
    }

    private static void assertRow(Row expected, Map<String, Row> rows) {
        var row = rows.get(expected.path());
        assertEquals(expected.kind(), row.kind(), expected.path());
        assertArrayEquals(new double[] {expected.deviation(), expected.multiplier(), expected.rate()},
            new double[] {row.deviation(), row.multiplier(), row.rate()}, 1e-12, expected.path());
    }

    /// An initializer may know the width by itself, or by the other side: what counts is what it makes of the base.
    @Test
    void hiddenWeightsShrinkAsTheBasesDo() {
        for (var start : List.of(Initializers.orthogonal(), Initializers.kaimingNormal(), Initializers.xavierUniform(),
            Initializers.normal(0, 0.125))) {
            var model = chain(256, start);
            Parametrization.muP(chain(64, start)).apply(model, Steps.ADAM, 1);
            var weight = model.namedParameters().get("2.weight");
            var narrow = chain(64, start).namedParameters().get("2.weight");
            double base = start.distribution(narrow.fan(), narrow.shape()).variance();
            model.initialize(5);
            var values = weight.tensor().toArray();
            double square = 0;
            for (float value : values) square += value * value;
            assertEquals(base / 4, weight.initializer().distribution(weight.fan(), weight.shape()).variance(), base * 1e-12);
            // 65,536 values: 4 percent are more than 7 deviations
            assertEquals(base / 4, square / values.length, base / 100);
        }
    }

    @Test
    void aSecondCallChangesNothing() {
        var x = Tensor.randn(new Threefry(1), 3, 16);
        for (var parametrization : List.of(Parametrization.muP(chain(32)), Parametrization.unitScaled(chain(32)),
            Parametrization.ntk(), Parametrization.standard())) {
            var model = chain(128);
            var once = parametrization.apply(model, Steps.ADAM, 0.5);
            model.initialize(1);
            var before = model.call(x).toArray();
            var twice = parametrization.apply(model, Steps.ADAM, 0.5);
            model.initialize(1);
            assertArrayEquals(before, model.call(x).toArray(), 1e-5f);
            assertEquals(once.groups().stream().map(ParameterGroup::name).toList(),
                twice.groups().stream().map(ParameterGroup::name).toList());
        }
    }

    /// To the bit at its own width; the neural tangent kernel's starts as it would without.
    @Test
    void theBaseStaysAsItIs() {
        var x = Tensor.randn(new Threefry(1), 3, 16);
        var plain = chain(64);
        plain.initialize(9);
        var model = chain(64);
        var groups = Parametrization.muP(chain(64)).apply(model, Steps.SGD, 0.25);
        model.initialize(9);
        assertArrayEquals(plain.call(x).toArray(), model.call(x).toArray());
        assertEquals(List.of(0.25), groups.groups().stream().map(group -> group.learningRate().orElseThrow()).toList());
        var kernel = chain(64);
        Parametrization.ntk().apply(kernel, Steps.SGD, 0.25);
        kernel.initialize(9);
        assertArrayEquals(plain.call(x).toArray(), kernel.call(x).toArray(), 1e-5f);
        assertRow(new Row("2.weight", Kind.FIXED, 1, 0.125, 1), rows(Parametrization.ntk(), kernel, Steps.SGD));
    }

    private static final class Tied extends Layer {
        private final Embedding embedding;
        private final Linear readout;

        Tied(int width) {
            embedding = register("embedding", new Embedding(10, width));
            readout = register("readout", new Linear(embedding.weight(), null));
        }

        @Override
        public Tensor forward(Tensor x) { return readout.call(embedding.call(x)); }
    }

    /// One weight, of which the readout alone is a multiple.
    @Test
    void tiedWeightsAreMultipliedWhereTheyReadOut() {
        var model = new Tied(256);
        var groups = Parametrization.muP(new Tied(64)).apply(model, Steps.ADAM, 1);
        assertEquals(1, model.embedding.multiplier());
        assertEquals(0.25, model.readout.multiplier());
        assertEquals(1, groups.groups().size());
        assertEquals(1, groups.groups().getFirst().learningRate().orElseThrow());
        var parameter = model.embedding.weight();
        assertEquals(1, parameter.initializer().distribution(parameter.fan(), parameter.shape()).variance(), 1e-12);
    }

    private static Sequential blocks(int width, int heads, int layers) {
        var options = TransformerOptions.feedForward(2 * width).dropout(0).batchFirst(true);
        return new Sequential(new Residual(new Linear(width, width)), new Sequential(java.util.stream.IntStream.range(0, layers)
            .mapToObj(_ -> new TransformerEncoderLayer(width, heads, options)).toArray(Layer[]::new)));
    }

    @Test
    void attentionAndBranchesFollowWidthAndDepth() {
        var model = blocks(128, 2, 4);
        // 9 branches
        var groups = Parametrization.muP(blocks(32, 2, 4)).branches(1).apply(model, Steps.ADAM, 1);
        var layer = (TransformerEncoderLayer) ((Sequential) model.layers().get(1)).layers().getFirst();
        assertEquals(4.0 / 64, ((MultiheadAttention) layer.children().get("self_attn")).scale());
        assertEquals(1.0 / 3, layer.sums().getLast().branch(), 1e-15);
        assertEquals(1.0 / 3, ((Residual) model.layers().getFirst()).sums().getFirst().branch(), 1e-15);
        // norms behind the sums are in no branch
        var rates = groups.groups().stream()
            .collect(Collectors.toMap(group -> group.learningRate().orElseThrow(), group -> group.parameters().size()));
        assertEquals(Map.of(1.0, 16, 1.0 / 3, 1 + 4 * 4, 1.0 / 12, 1 + 4 * 4), rates);
        var more = blocks(64, 4, 4);
        Parametrization.muP(blocks(32, 2, 4)).apply(more, Steps.ADAM, 1);
        assertTrue(Double.isNaN(((MultiheadAttention) ((TransformerEncoderLayer) ((Sequential) more.layers().get(1)).layers()
            .getFirst()).children().get("self_attn")).scale()), "heads that didn't grow stay");
        Parametrization.standard().apply(model, Steps.ADAM, 1);
        assertEquals(1.0 / 8, ((MultiheadAttention) layer.children().get("self_attn")).scale(),
            "what was said before is replaced");
        Rejected.argument(() -> Parametrization.standard().branches(1).table(chain(8), Steps.ADAM), "no residual branches");
        Rejected.argument(() -> Parametrization.standard().branches(0), "0 branches");
    }

    /// By what a branch and what skips it are multiplied.
    @Test
    void sumsAreMultiplied() {
        var residual = new Residual(new Linear(2, 2, Initializers.eye(), null));
        residual.initialize(1);
        residual.sums().getFirst().skip(3).branch(0.5);
        assertArrayEquals(new float[] {3.5f, 7}, residual.call(Tensor.of(1, 2)).toArray());
        Rejected.argument(() -> residual.sums().getFirst().skip(0), "skip", "0.0");
    }

    @Test
    void decayTakesTheSameShareInAllGroups() {
        var groups = Parametrization.muP(chain(64)).weightDecay(0.1).apply(chain(1024), Steps.ADAM, 0.5);
        assertEquals(2, groups.groups().size());
        for (var group : groups.groups())
            assertEquals(0.05, group.learningRate().orElseThrow() * group.weightDecay().orElseThrow(), 1e-15);
    }

    /// Weights of a layer of one's own.
    private static final class Own extends Layer {
        private final Linear inner;

        Own(int width) { inner = register("inner", new Linear(width, 3)); }

        @Override
        public Tensor forward(Tensor x) { return inner.call(x); }
    }

    private static final class Bare extends Layer {
        private final dev.lanewise.nn.Parameter weight;

        Bare(int width) {
            weight = register(new dev.lanewise.nn.Parameter("weight", dev.lanewise.tensor.Shape.of(3, width),
                dev.lanewise.nn.init.Fan.linear(width, 3), Initializers.lecunNormal()));
        }

        @Override
        public Tensor forward(Tensor x) { return x.matmul(weight.tensor().t()); }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertTrue(((Multiplied) new Own(4).inner).multiplier() == 1);
        Rejected.argument(() -> Parametrization.muP(new Bare(4)).table(new Bare(8), Steps.ADAM), "weight", "Bare", "Multiplied");
        Rejected.argument(() -> Parametrization.muP(chain(4)).table(new Own(8), Steps.ADAM), "base has no parameter",
            "inner.weight");
        Rejected.argument(() -> Parametrization.standard().apply(chain(4), Steps.ADAM, Double.NaN), "learning rate NaN");
        Rejected.argument(() -> new Linear(2, 2).multiplier(Double.NaN), "linear: multiplier", "NaN");
    }
}
