package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// What a model keeps: parameters and buffers, copied out, loaded and frozen.
class StateTest {

    private final Tensor x = Tensor.randn(new Threefry(1), 6, 3);

    private static Sequential net() { return new Sequential(new Linear(3, 4), new BatchNorm1d(4), new ReLU(), new Linear(4, 2)); }

    @Test
    void holdsParametersAndBuffersInPyTorchsOrder() {
        var net = net().initialize(1);
        assertEquals(List.of("0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "3.weight", "3.bias"),
            List.copyOf(net.stateDict().keySet()));
        assertEquals(List.of("1.running_mean", "1.running_var"), List.copyOf(net.namedBuffers().keySet()));
        assertEquals(List.of("", "0", "1", "2", "3"), List.copyOf(net.namedModules().keySet()));
        Rejected.state(() -> net().stateDict(), "\"weight\"", "initialize(seed)");
    }

    @Test
    void aLoadedModelAnswersAsTheOneThatWasSaved() {
        var saved = net().initialize(1);
        saved.call(x);
        var state = saved.stateDict();
        var expected = saved.eval().call(x).toArray();
        var loaded = net();
        loaded.loadStateDict(state);
        assertArrayEquals(expected, loaded.eval().call(x).toArray(), "without initialize");
        saved.initialize(2);
        assertArrayEquals(expected, loaded.call(x).toArray(), "the state is a copy");
        saved.loadStateDict(loaded.stateDict());
        assertArrayEquals(expected, saved.call(x).toArray(), "over other values");
    }

    @Test
    void whatDoesNotFitIsNamedAndNothingIsLoaded() {
        var net = net().initialize(1);
        var before = Nets.bits(net);
        var state = new LinkedHashMap<>(net().initialize(2).stateDict());
        state.remove("0.bias");
        state.remove("1.running_var");
        state.put("4.weight", Tensor.ones(1));
        state.put("3.weight", Tensor.ones(4, 2));
        state.put("3.bias", Tensor.ones(3));
        Rejected.argument(() -> net.loadStateDict(state), "loadStateDict", "nothing was loaded",
            "missing: 0.bias, 1.running_var", "unexpected: 4.weight", "3.weight has shape [4, 2], the model's is [2, 4]",
            "3.bias has shape [3], the model's is [2]", "strict = false");
        assertArrayEquals(before, Nets.bits(net));
        Rejected.argument(() -> net.loadStateDict(state, false), "3.weight has shape [4, 2]");
        assertArrayEquals(before, Nets.bits(net));
        state.remove("3.weight");
        state.remove("3.bias");
        net.loadStateDict(state, false);
        assertArrayEquals(state.get("0.weight").toArray(), net.parameters().getFirst().tensor().toArray());
    }

    /// Whatever is wrong, and wherever: no value, gradient or buffer changes.
    @Property(tries = 100)
    void aStateThatIsRefusedChangesNothing(@ForAll long seed, @ForAll boolean strict, @ForAll boolean initialized) {
        var random = new SplittableRandom(seed);
        var net = net();
        if (initialized) net.initialize(1).call(x).sum().backward();
        var before = initialized ? text(net) : "";
        var state = new LinkedHashMap<>(net().initialize(seed).stateDict());
        var paths = List.copyOf(state.keySet());
        var path = paths.get(random.nextInt(paths.size()));
        switch (random.nextInt(strict ? 4 : 2)) {
            case 0 -> state.put(path, state.get(path).unsqueeze(0));
            case 1 -> state.put(path, null);
            case 2 -> state.remove(path);
            default -> state.put(path + "_", Tensor.ones(1));
        }
        Rejected.argument(() -> net.loadStateDict(state, strict), "loadStateDict: nothing was loaded", path,
            "load the state of a model of the same layers");
        if (initialized) assertEquals(before, text(net));
        else assertTrue(net.parameters().stream().noneMatch(Parameter::isInitialized));
    }

    /// Values, gradients and buffers, every number in full.
    private static String text(Layer net) {
        var text = new StringBuilder();
        net.stateDict().forEach((path, tensor) -> text.append(path).append(Arrays.toString(tensor.toArray())));
        net.parameters().forEach(parameter -> text.append(Arrays.toString(parameter.grad().toArray())));
        return text.toString();
    }

    @Test
    void loadingDropsGradientsAndIsNoticedByBackward() {
        var net = net().initialize(1);
        var state = net.stateDict();
        net.call(x).square().sum().backward();
        var loss = net.call(x).square().sum();
        net.loadStateDict(state);
        assertTrue(net.parameters().stream().allMatch(parameter -> parameter.grad() == null));
        Rejected.state(loss::backward, "changed in place");
    }

    @Test
    void initializationResetsBuffers() {
        var norm = new BatchNorm1d(3);
        norm.initialize(1).call(x);
        assertFalse(norm.runningMean().tensor().get(0) == 0);
        norm.initialize(1);
        assertArrayEquals(new float[3], norm.runningMean().tensor().toArray());
        assertArrayEquals(new float[] {1, 1, 1}, norm.runningVar().tensor().toArray());
        Rejected.argument(() -> norm.runningMean().load(Tensor.ones(4)), "buffer", "\"running_mean\"", "[4]", "[3]");
        Rejected.argument(() -> norm.weight().load(Tensor.ones(1, 3)), "parameter", "\"weight\"", "[1, 3]", "[3]");
    }

    @Test
    void frozenParametersGetNoGradient() {
        var net = net();
        var first = net.parameters().getFirst().requiresGrad(false);
        net.initialize(1);
        net.call(x).square().sum().backward();
        assertNull(first.grad());
        assertFalse(first.requiresGrad() || first.tensor().requiresGrad());
        assertNotNull(net.parameters().get(1).grad());

        net.requiresGrad(false);
        assertTrue(net.parameters().stream().allMatch(parameter -> parameter.grad() == null), "those there were are dropped");
        assertFalse(net.call(x).requiresGrad());
        net.requiresGrad(true);
        net.call(x).square().sum().backward();
        assertNotNull(first.grad());
    }

    /// A gradient that was on its way when the parameter was frozen.
    @Test
    void freezingBetweenForwardAndBackwardCounts() {
        var net = net().initialize(1);
        var loss = net.call(x).square().sum();
        net.requiresGrad(false);
        loss.backward();
        assertTrue(net.parameters().stream().allMatch(parameter -> parameter.grad() == null));
    }

    @Test
    void everyModuleIsVisited() {
        var seen = new ArrayList<String>();
        net().apply(module -> seen.add(module.getClass().getSimpleName()));
        assertEquals(List.of("Sequential", "Linear", "BatchNorm1d", "ReLU", "Linear"), seen);
    }

    @Test
    void aBuffersNameIsTakenToo() {
        var module = Nets.declaring("w");
        module.register(new Buffer("b", Shape.of(1), 0));
        assertThrows(IllegalArgumentException.class, () -> module.register(new Buffer("w", Shape.of(1), 0)));
        Rejected.argument(() -> module.register("b", new ReLU()), "\"b\"", "taken");
    }
}
