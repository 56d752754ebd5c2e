package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Initializers;
import dev.lanewise.optim.GradientClipping;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A parameter that two modules share: an embedding's, and that of the layer behind, which looks for the nearest.
class SharedParametersTest {

    private static final int[] WORDS = {0, 3, 1};

    private static final class Tied extends Module {
        private final Embedding embedding = register("embedding", new Embedding(4, 2));
        private final Linear head = register("head", new Linear(embedding.weight(), Initializers.zeros()));

        Tensor call(int... words) { return observed(head.call(embedding.call(words)), words); }
    }

    private final Tied model = new Tied();

    SharedParametersTest() { model.initialize(5); }

    @Test
    void isCountedAndInitializedOnce() {
        assertEquals(List.of("embedding.weight", "head.bias"), List.copyOf(model.namedParameters().keySet()));
        assertEquals(4 * 2 + 4, model.parameterCount());
        var alone = new Embedding(4, 2);
        var tree = new ModuleDict<Module>().put("embedding", alone);
        tree.initialize(5);
        assertArrayEquals(alone.weight().tensor().toArray(), model.embedding.weight().tensor().toArray(),
            "from the stream of its first path");
        assertSame(model.embedding.weight(), model.head.weight());
    }

    @Test
    void hasOneGradientWhichAnOptimizerTakesOnce() {
        var weight = model.embedding.weight();
        var e = weight.tensor().detach().requiresGrad(true);
        var h = weight.tensor().detach().requiresGrad(true);
        e.indexSelect(0, WORDS).matmul(h.t()).square().sum().backward();
        var sum = h.grad().add(e.grad());
        var before = weight.tensor().clone();
        var sgd = new SGD(model.parameters(), 0.5);
        model.call(WORDS).square().sum().backward();
        assertArrayEquals(sum.toArray(), weight.grad().toArray(), 1e-5f);
        var gradient = weight.grad().clone();
        sgd.step();
        assertArrayEquals(before.sub(gradient.mul(0.5f)).toArray(), weight.tensor().toArray(), 1e-6f);
    }

    @Test
    void countsOnceInANormAndIsClippedOnce() {
        model.call(WORDS).square().sum().backward();
        var twice = Stream.of(model.embedding, model.head).flatMap(part -> part.parameters().stream()).toList();
        assertEquals(model.parameters().size() + 1, twice.size());
        for (double p : new double[] {1, 2, 3, Double.POSITIVE_INFINITY})
            assertEquals(GradientClipping.norm(model.parameters(), p), GradientClipping.norm(twice, p));
        double norm = GradientClipping.clipByNorm(twice, 0.5);
        assertTrue(norm > 1, () -> "norm " + norm);
        assertEquals(0.5, GradientClipping.norm(model.parameters()), 1e-5);
    }

    /// As PyTorch has it; what it is tied to may be missing in a file, where only one of several was written.
    @Test
    void theStateHasAllNamesAndEachIsEnough() {
        var state = model.stateDict();
        assertEquals(List.of("embedding.weight", "head.weight", "head.bias"), List.copyOf(state.keySet()));
        for (var left : List.of("embedding.weight", "head.weight")) {
            var some = new LinkedHashMap<>(state);
            some.remove(left);
            var loaded = new Tied();
            loaded.loadStateDict(some);
            assertArrayEquals(model.call(WORDS).toArray(), loaded.call(WORDS).toArray(), left);
        }
        var none = new LinkedHashMap<>(state);
        none.remove("embedding.weight");
        none.remove("head.weight");
        Rejected.argument(() -> new Tied().loadStateDict(none), "missing: embedding.weight, head.weight");
        var both = new Tied();
        both.loadStateDict(state);
        assertArrayEquals(model.call(WORDS).toArray(), both.call(WORDS).toArray());
    }

    @Test
    void valuesThatDifferAreRefused() {
        var state = new LinkedHashMap<>(model.stateDict());
        state.put("head.weight", Tensor.ones(4, 2));
        var before = model.embedding.weight().tensor().toArray();
        for (boolean strict : new boolean[] {true, false}) Rejected.argument(() -> model.loadStateDict(state, strict),
            "nothing was loaded", "head.weight and embedding.weight are one in the model");
        assertArrayEquals(before, model.embedding.weight().tensor().toArray());
    }

    /// A module in two places is one, too.
    @Test
    void sharedModulesStandUnderEachPath() {
        var layer = new Linear(2, 2);
        var twice = new Sequential(layer, layer);
        twice.initialize(1);
        assertEquals(List.of("0.weight", "0.bias", "1.weight", "1.bias"), List.copyOf(twice.stateDict().keySet()));
        assertEquals(List.of("0.weight", "0.bias"), List.copyOf(twice.namedParameters().keySet()));
        assertSame(twice.stateDict().size(), 4);
    }

    @Test
    void aWeightThatIsNoMatrixIsRefused() {
        var norm = new LayerNorm(3);
        Rejected.argument(() -> new Linear(norm.weight(), null), "linear", "[3]", "[out, in]");
    }
}
