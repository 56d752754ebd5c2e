package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleTest {

    private final Sequential net = new Sequential(new Linear(3, 4), new ReLU(), new Dropout(0.5),
        new Sequential(Map.of("head", new Linear(4, 2, false))));

    @Test
    void parametersHavePathsInTheOrderOfDefinition() {
        assertEquals(List.of("0.weight", "0.bias", "3.head.weight"), List.copyOf(net.namedParameters().keySet()));
        assertEquals(List.copyOf(net.namedParameters().values()), net.parameters());
        assertEquals(List.of("0", "1", "2", "3"), List.copyOf(net.children().keySet()));
        assertEquals(12 + 4 + 8, net.parameterCount());
        assertEquals(List.of("weight", "bias"), List.copyOf(new Linear(1, 1).namedParameters().keySet()));
    }

    @Test
    void namesAreTakenOnce() {
        var module = new Layer() {
            @Override
            public Tensor forward(Tensor x) { return x; }
        };
        module.register("a", new ReLU());
        module.register(parameter("w"));
        Rejected.argument(() -> module.register("a", new ReLU()), "module", "\"a\"", "taken");
        Rejected.argument(() -> module.register(parameter("a")), "module", "\"a\"", "taken");
        Rejected.argument(() -> module.register("w", new ReLU()), "module", "\"w\"", "taken");
        Rejected.argument(() -> module.register(parameter("w")), "module", "\"w\"", "taken");
    }

    @Test
    void whatIsDeclaredIsThere() {
        Rejected.argument(() -> new Sequential(new ReLU(), null), "module: Sequential declares null for a child");
        Rejected.argument(() -> new Sequential(new ReLU()).register((Parameter) null), "null for a parameter");
        Rejected.argument(() -> new Sequential(new ReLU()).register((Buffer) null), "null for a buffer");
        Rejected.argument(() -> new Sequential(new ReLU()).register(null, new ReLU()), "null for a name");
    }

    @Test
    void aDotWouldMakePathsAmbiguous() {
        Rejected.argument(() -> new Sequential(Map.of("a.b", new ReLU())), "module", "\"a.b\"", "dot");
        Rejected.argument(() -> new Sequential(Map.of("", new ReLU())), "module", "empty");
        Rejected.argument(() -> Nets.declaring("w.g"), "\"w.g\"", "dot");
    }

    @Test
    void aParameterIsNotUsedBeforeItHasValues() {
        Rejected.state(() -> net.forward(Tensor.ones(1, 3)), "\"weight\"", "[4, 3]", "initialize(seed)");
        assertFalse(net.parameters().getFirst().isInitialized());
        assertNull(net.parameters().getFirst().grad());
        net.zeroGrad();
        Rejected.state(() -> new Dropout(0.5).forward(Tensor.ones(1, 3)), "dropout", "initialize(seed)",
            "before it loads a state");
        net.initialize(1);
        assertTrue(net.parameters().stream().allMatch(Parameter::isInitialized));
        assertEquals(Shape.of(1, 2), net.forward(Tensor.ones(1, 3)).shape());
    }

    @Test
    void parametersAreLeavesThatKeepTheirTensor() {
        net.initialize(1);
        var weight = net.parameters().getFirst();
        var tensor = weight.tensor();
        assertTrue(tensor.isLeaf() && tensor.requiresGrad());
        net.eval().forward(Tensor.ones(1, 3)).sum().backward();
        assertNotNull(weight.grad());
        net.initialize(2);
        assertSame(tensor, weight.tensor());
        assertNull(weight.grad(), "of the values before");
    }

    @Test
    void gradientsAreDroppedEverywhere() {
        net.initialize(1).eval().forward(Tensor.ones(1, 3)).sum().backward();
        assertTrue(net.parameters().stream().allMatch(parameter -> parameter.grad() != null));
        net.zeroGrad();
        assertTrue(net.parameters().stream().allMatch(parameter -> parameter.grad() == null));
    }

    @Test
    void changedParametersAreNoticedByBackward() {
        net.initialize(1);
        var loss = net.eval().forward(Tensor.ones(1, 3)).square().sum();
        net.initialize(2);
        Rejected.state(loss::backward, "changed in place");
    }

    @Test
    void trainingReachesEveryModule() {
        var inner = new Dropout(0.5);
        var outer = new Sequential(new Sequential(inner));
        assertTrue(outer.isTraining() && inner.isTraining());
        assertSame(outer, outer.eval());
        assertFalse(outer.isTraining() || outer.children().get("0").isTraining() || inner.isTraining());
        outer.train();
        assertTrue(outer.isTraining() && inner.isTraining());
    }

    @Test
    void aSequenceRunsItsModulesInOrder() {
        var modules = new LinkedHashMap<String, Layer>();
        modules.put("z", new ReLU());
        var scheme = new Scheme("test", "2 x - 1", Initializers.constant(2), Initializers.constant(-1));
        modules.put("a", new Linear(1, 1, scheme.weight(), scheme.bias()));
        modules.put("m", new ReLU());
        var sequence = new Sequential(modules).initialize(1);
        assertEquals(List.of("z", "a", "m"), List.copyOf(sequence.children().keySet()));
        assertEquals(5f, sequence.forward(Tensor.of(new float[] {3}, 1, 1)).item());
        assertEquals(0f, sequence.forward(Tensor.of(new float[] {-3}, 1, 1)).item());
        var x = Tensor.ones(2);
        assertSame(x, new Sequential().forward(x));
    }

    private static Parameter parameter(String name) {
        return new Parameter(name, Shape.of(1), Fan.linear(1, 1), Initializers.zeros());
    }

    @Test
    void aLayerInTwoPlacesIsOneLayer() {
        var shared = new Linear(3, 3);
        var model = new Sequential(shared, new ReLU(), shared).initialize(1);
        assertEquals(List.of("0.weight", "0.bias"), List.copyOf(model.namedParameters().keySet()));
        assertEquals(12, model.parameterCount());
        assertArrayEquals(new Sequential(new Linear(3, 3)).initialize(1).parameters().getFirst().tensor().toArray(),
            shared.weight().tensor().toArray());
    }

    @Test
    void afterEvaluatingEachModuleIsBackInItsMode() {
        var frozen = new Dropout(0.5);
        var model = new Sequential(frozen, new Linear(2, 2));
        frozen.eval();
        try (var _ = Module.evaluating()) {
            assertTrue(model.namedModules().values().stream().noneMatch(Module::isTraining));
        }
        assertTrue(model.isTraining());
        assertFalse(frozen.isTraining());
    }

    /// A decoder whose weight is the encoder's.
    private static final class Tied extends Layer {
        private final Linear encoder = register("encoder", new Linear(3, 3, false));
        private final Parameter decoder = register(encoder.weight());

        @Override
        public Tensor forward(Tensor x) { return encoder.call(x).matmul(decoder.tensor()); }
    }

    @Test
    void aParameterInTwoPlacesIsOneParameter() {
        var model = new Tied();
        model.initialize(1);
        assertEquals(List.of("weight"), List.copyOf(model.namedParameters().keySet()));
        assertEquals(9, model.parameterCount());
        // as PyTorch's state_dict has them
        assertEquals(List.of("weight", "encoder.weight"), List.copyOf(model.stateDict().keySet()));
        assertArrayEquals(new Linear(3, 3, false).initialize(1).parameters().getFirst().tensor().toArray(),
            model.decoder.tensor().toArray(), "filled once, as at its first path");
        model.loadStateDict(new Linear(3, 3, false).initialize(2).stateDict());
        assertSame(model.encoder.weight(), model.decoder);
    }

    /// From PyTorch's file, which has both names, and from one in which nothing comes twice.
    @Test
    void aTiedWeightIsLoadedStrictlyUnderBothItsNamesOrEither() {
        var values = new Linear(3, 3, false).initialize(2).stateDict().get("weight");
        for (var names : List.of(List.of("weight", "encoder.weight"), List.of("weight"), List.of("encoder.weight"))) {
            var model = new Tied();
            model.initialize(1);
            var state = new LinkedHashMap<String, Tensor>();
            for (var name : names) state.put(name, Tensor.wrap(values.toArray(), 3, 3));
            model.loadStateDict(state);
            assertArrayEquals(values.toArray(), model.decoder.tensor().toArray());
        }
        var model = new Tied();
        Rejected.argument(() -> model.loadStateDict(Map.of()), "missing: weight, encoder.weight");
        Rejected.argument(() -> model.loadStateDict(Map.of("weight", values, "encoder.weight", values.mul(2f))),
            "nothing was loaded", "encoder.weight and weight are one in the model, but have different values");
        Rejected.argument(() -> model.loadStateDict(Map.of("weight", values, "encoder.weight", Tensor.ones(2))), "has shape [2]");
        assertFalse(model.decoder.isInitialized());
    }

    /// A module that stands in two places has both paths, too.
    @Test
    void aSharedLayerIsInTheStateUnderEachOfItsPaths() {
        var shared = new Linear(3, 3, false);
        var model = new Sequential(shared, new ReLU(), shared).initialize(1);
        var state = model.stateDict();
        assertEquals(List.of("0.weight", "2.weight"), List.copyOf(state.keySet()));
        assertSame(state.get("0.weight"), state.get("2.weight"));
    }

    @Test
    void aModelPrintsAsATree() {
        assertEquals("""
            Sequential(
              0: Linear(3, 4)
              1: ReLU()
              2: Dropout(0.5)
              3: Sequential(
                head: Linear(4, 2, no bias)
              )
            )""", net.toString());
        assertEquals("Sequential()", new Sequential().toString());
        var weight = net.parameters().getFirst();
        assertEquals("parameter \"weight\" [4, 3], not initialized", weight.toString());
        net.initialize(1);
        assertEquals("parameter \"weight\" [4, 3]", weight.toString());
        assertEquals("parameter \"weight\" [4, 3], frozen", weight.requiresGrad(false).toString());
    }
}
