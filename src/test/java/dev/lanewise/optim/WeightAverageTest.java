package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.OnThreads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// Averages against their formula in double, and that nothing but them changes.
class WeightAverageTest {

    private static Sequential model(long seed) {
        var model = new Sequential(new Linear(3, 5), new BatchNorm1d(5), new ReLU(), new Linear(5, 2));
        model.initialize(seed);
        return model;
    }

    /// A step of training, whose gradients go on from one to the next.
    private static void train(Sequential model, Optimizer optimizer, long seed, int step) {
        optimizer.zeroGrad();
        model.call(Tensor.randn(new Threefry(seed).stream(step), 7, 3)).square().sum().backward();
        optimizer.step();
    }

    private static Map<String, List<Float>> numbers(Map<String, Tensor> state) {
        var numbers = new LinkedHashMap<String, List<Float>>();
        state.forEach((path, tensor) -> {
            var list = new ArrayList<Float>();
            for (float each : tensor.toArray()) list.add(each);
            numbers.put(path, list);
        });
        return numbers;
    }

    @Property(tries = 100)
    void followsItsFormula(@ForAll @DoubleRange(max = 0.99) double decay, @ForAll boolean equal, @ForAll boolean warmUp,
                           @ForAll boolean averageBuffers, @ForAll long seed) {
        var model = model(seed);
        var optimizer = new SGD(model.parameters(), 0.01);
        var options = (equal ? WeightAverage.equal() : WeightAverage.exponential(decay)).warmUp(warmUp && !equal)
            .averageBuffers(averageBuffers);
        var average = new WeightAverage(model, options);
        var expected = new HashMap<String, double[]>();
        for (int n = 0; n < 12; n++) {
            train(model, optimizer, seed, n);
            average.update();
            double kept = equal ? n / (n + 1.0) : warmUp ? Math.min(decay, (1.0 + n) / (10 + n)) : decay;
            if (n == 0) kept = 0;
            for (var entry : model.stateDict().entrySet()) {
                var x = entry.getValue().toArray();
                boolean copied = entry.getKey().contains("running") && !averageBuffers;
                var y = expected.computeIfAbsent(entry.getKey(), _ -> new double[x.length]);
                for (int i = 0; i < x.length; i++) y[i] = copied ? x[i] : kept * y[i] + (1 - kept) * x[i];
            }
        }
        assertEquals(12, average.updates());
        assertEquals(model.stateDict().keySet(), average.weights().keySet());
        average.weights().forEach((path, tensor) -> {
            var y = tensor.toArray();
            for (int i = 0; i < y.length; i++) assertEquals(expected.get(path)[i], y[i],
                1e-5 * Math.max(1, Math.abs(y[i])), path);
        });
    }

    /// Training with an average beside it, shown in between on some data, is training without one, to the bit.
    @Property(tries = 40)
    void trainingDoesNotKnowOfIt(@ForAll long seed, @ForAll @IntRange(max = 5) int shown) {
        var plain = model(seed);
        var watched = model(seed);
        var plainOptimizer = new Adam(plain.parameters(), 0.01);
        var watchedOptimizer = new Adam(watched.parameters(), 0.01);
        var average = new WeightAverage(watched, WeightAverage.exponential(0.9));
        var x = Tensor.randn(new Threefry(seed).stream("shown"), 4, 3);
        for (int n = 0; n < 6; n++) {
            train(plain, plainOptimizer, seed, n);
            train(watched, watchedOptimizer, seed, n);
            average.update();
            if (n != shown) continue;
            var weight = watched.parameters().getFirst();
            var gradient = weight.grad();
            try (var _ = average.applied()) {
                assertEquals(numbers(average.weights()), numbers(watched.stateDict()));
                // whatever is done here is forgotten
                watched.call(x).sum().backward();
                watched.initialize(3);
            }
            assertSame(gradient, weight.grad());
        }
        assertEquals(numbers(plain.stateDict()), numbers(watched.stateDict()));
    }

    @Example
    void otherThreadsSeeNothingOfIt() throws InterruptedException {
        var model = model(1);
        var average = new WeightAverage(model, WeightAverage.exponential(0.5));
        average.update();
        var first = numbers(model.stateDict());
        model.initialize(2);
        var own = numbers(model.stateDict());
        try (var _ = average.applied()) {
            assertEquals(first, numbers(model.stateDict()));
            var seen = new ArrayList<Map<String, List<Float>>>();
            Thread.ofPlatform().start(() -> seen.add(numbers(model.stateDict()))).join();
            assertEquals(List.of(own), seen);
        }
        assertEquals(own, numbers(model.stateDict()));
    }

    @Property(tries = 40)
    void aResumedAverageGoesOnToTheBit(@ForAll boolean equal, @ForAll boolean warmUp, @ForAll @IntRange(max = 6) int stop,
        @ForAll long seed) {
        var options = (equal ? WeightAverage.equal() : WeightAverage.exponential(0.8)).warmUp(warmUp).averageBuffers(true);
        var model = model(seed);
        var optimizer = new SGD(model.parameters(), 0.01);
        var average = new WeightAverage(model, options);
        for (int n = 0; n < stop; n++) {
            train(model, optimizer, seed, n);
            average.update();
        }
        var state = average.stateDict();
        var resumed = new WeightAverage(model, options);
        resumed.loadStateDict(state);
        for (int n = stop; n < 8; n++) {
            train(model, optimizer, seed, n);
            average.update();
            resumed.update();
        }
        assertEquals(average.updates(), resumed.updates());
        assertEquals(numbers(average.weights()), numbers(resumed.weights()));
        assertEquals(stop, state.updates());
        assertEquals(stop == 0, state.weights().isEmpty());
    }

    @Example
    void aStateOfAnotherModelChangesNothing() {
        var model = model(1);
        var average = new WeightAverage(model, WeightAverage.equal());
        average.update();
        var before = numbers(average.weights());
        var other = new WeightAverage(new Sequential(new Linear(3, 5)).initialize(1), WeightAverage.equal());
        other.update();
        Rejected.argument(() -> average.loadStateDict(other.stateDict()), "WeightAverage: the state is of [0.weight",
            "of the same layers");
        var misshapen = new LinkedHashMap<>(average.weights());
        misshapen.put("3.bias", Tensor.ones(9));
        Rejected.argument(() -> average.loadStateDict(new WeightAverage.State(4, misshapen)),
            "the state's \"3.bias\" has shape [9]", "[2]");
        Rejected.argument(() -> new WeightAverage.State(-1, Map.of()), "WeightAverage: updates -1");
        Rejected.argument(() -> new WeightAverage.State(1, null), "WeightAverage: no weights");
        assertEquals(before, numbers(average.weights()));
        assertEquals(1, average.updates());
    }

    @Example
    void refusesWhatCannotBe() {
        var average = new WeightAverage(new Sequential(new Linear(2, 2)), WeightAverage.equal());
        Rejected.state(average::update, "used before it has values", "initialize");
        assertEquals(0, average.updates());
        Rejected.state(average::applied, "there was no update", "call update()");
        Rejected.state(average::weights, "there was no update");
        Rejected.argument(() -> WeightAverage.exponential(1), "WeightAverage: decay 1.0", "[0, 1)");
        Rejected.argument(() -> WeightAverage.exponential(Double.NaN), "WeightAverage: decay NaN");
        Rejected.argument(() -> new WeightAverage(null, WeightAverage.equal()), "no model");
        assertEquals(0, new WeightAverage(new ReLU(), WeightAverage.equal()).stateDict().weights().size());
    }

    /// A weight that is 0 from some step on, or subnormal itself, costs nothing; one that doesn't move stays what it is.
    @Example
    void nothingStaysSubnormal() {
        var model = new Sequential(new Linear(1, 4)).initialize(1);
        var weight = model.parameters().getFirst();
        float tiny = 3 * Float.MIN_VALUE;
        weight.load(Tensor.of(new float[] {1, 0.1f, tiny, Float.MAX_VALUE}, 4, 1));
        var average = new WeightAverage(model, WeightAverage.exponential(0.5));
        average.update();
        weight.load(Tensor.of(new float[] {0, 0.1f, tiny, Float.MAX_VALUE}, 4, 1));
        for (int n = 0; n < 300; n++) {
            average.update();
            float first = average.weights().get("0.weight").get(0, 0);
            assertTrue(first == 0 || first >= Float.MIN_NORMAL, () -> "kept " + first);
        }
        assertArrayEquals(new float[] {0, 0.1f, tiny, Float.MAX_VALUE}, average.weights().get("0.weight").toArray());
    }

    /// An average that is updated within a scope, as in a trainer's step, outlives it.
    @Property(tries = 5)
    void theSameBitsOnOneThreadAndTwoWithinScopes(@ForAll long seed) { OnThreads.assertSameBits(() -> large(seed)); }

    private static float[] large(long seed) {
        var model = (Module) new Sequential(new Linear(300, 301)).initialize(seed);
        var average = new WeightAverage(model, WeightAverage.exponential(0.9));
        var scope = new Scope();
        for (int n = 0; n < 4; n++) try (var _ = scope.open(); var _ = Autograd.noGrad()) {
            model.initialize(seed + n);
            average.update();
        }
        return average.weights().get("0.weight").toArray();
    }
}
