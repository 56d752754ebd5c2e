package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Seen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// A module trains if its own flag says so and the calling thread isn't evaluating; what a thread rehearses, no other one sees.
class EvaluatingTest {

    private static final int WIDTH = 6;

    /// A tree of layers that take [rows, 6], some of which stand in two places.
    private static Sequential tree(SplittableRandom random, int depth, List<Layer> made) {
        var modules = new Layer[1 + random.nextInt(4)];
        for (int i = 0; i < modules.length; i++) {
            modules[i] = switch (random.nextInt(depth > 0 ? 7 : 5)) {
                case 0 -> new Linear(WIDTH, WIDTH);
                case 1 -> new BatchNorm1d(WIDTH);
                case 2 -> new Dropout(0.4);
                case 3 -> new ReLU();
                case 4 -> made.isEmpty() ? new Dropout(0.2) : made.get(random.nextInt(made.size()));
                default -> tree(random, depth - 1, made);
            };
            made.add(modules[i]);
        }
        return new Sequential(modules);
    }

    private static Sequential tree(SplittableRandom random) {
        var made = new ArrayList<Layer>();
        var tree = tree(random, 2, made).initialize(random.nextLong());
        for (var module : tree.namedModules().values()) if (random.nextInt(3) == 0) module.eval();
        return tree;
    }

    /// With what only this package sees.
    private static String seen(Layer model) {
        var text = new StringBuilder(Seen.of(model));
        model.namedModules().forEach((path, module) -> text.append(path).append(module.hasHooks()));
        return text.toString();
    }

    private static <T> T elsewhere(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, command -> new Thread(command).start()).join();
    }

    private static Tensor rows(long seed) { return Tensor.randn(new Threefry(seed).stream("rows"), 5, WIDTH); }

    @Property(tries = 60)
    void aModuleTrainsIfItsFlagSaysSoAndTheThreadIsNotEvaluating(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var model = tree(random);
        var flags = Seen.flags(model);
        var nobody = new LinkedHashMap<>(flags);
        nobody.replaceAll((_, _) -> false);
        var open = new ArrayList<Autograd.Mode>();
        boolean[] evaluating = new boolean[9];
        for (int i = 0; i < 8; i++) {
            evaluating[i + 1] = random.nextBoolean();
            open.add(evaluating[i + 1] ? Module.evaluating() : Module.training());
            assertEquals(evaluating[i + 1] ? nobody : flags, Seen.flags(model));
            assertEquals(flags, elsewhere(() -> Seen.flags(model)));
        }
        var any = List.copyOf(model.namedModules().values()).get(random.nextInt(flags.size()));
        any.eval();
        flags.keySet().retainAll(model.namedModules().keySet());
        any.namedModules().values().forEach(below -> model.namedModules().forEach((path, module) -> {
            if (module == below) flags.put(path, false);
        }));
        for (int i = 7; i >= 0; i--) {
            open.get(i).close();
            assertEquals(evaluating[i] ? nobody : flags, Seen.flags(model), "the user's word is lasting");
        }
    }

    /// The bits of a model that is set to evaluation.
    @Property(tries = 60)
    void evaluatingIsAsIfAllWereInEvaluation(@ForAll long seed) {
        var model = tree(new SplittableRandom(seed));
        var x = rows(seed);
        for (int i = 0; i < 2; i++) model.call(x); // running statistics that are not the first ones
        var before = seen(model);
        float[] outputs;
        try (var _ = Module.evaluating(); var _ = Autograd.noGrad()) {
            outputs = model.call(x).toArray();
        }
        assertEquals(before, seen(model));
        assertArrayEquals(model.eval().call(x).toArray(), outputs);
    }

    /// Whatever is done to a model in a rehearsal: another thread sees nothing of it, this one all, and afterwards nothing is
    /// left.
    @Property(tries = 100)
    void aRehearsalLeavesNothing(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int acts) {
        var random = new SplittableRandom(seed);
        var model = tree(random);
        var modules = List.copyOf(model.namedModules().values());
        var x = rows(seed);
        model.call(x).square().sum();
        var before = seen(model);
        try (var _ = model.rehearsing()) {
            for (int i = 0; i < acts; i++) {
                var module = modules.get(random.nextInt(modules.size()));
                switch (random.nextInt(9)) {
                    case 0 -> module.eval();
                    case 1 -> module.train();
                    case 2 -> model.call(x);
                    case 3 -> model.initialize(random.nextLong());
                    case 4 -> module.registerForwardHook((_, _) -> {});
                    case 5 -> module.registerBackwardHook((_, _, _) -> {});
                    case 6 -> module.loadStepDict(module.stepDict().entrySet().stream().collect(LinkedHashMap::new,
                        (steps, each) -> steps.put(each.getKey(), each.getValue() + 3), Map::putAll));
                    case 7 -> model.requiresGrad(random.nextBoolean());
                    default -> {
                        var y = model.call(x);
                        if (y.requiresGrad()) y.square().sum().backward();
                    }
                }
                assertEquals(before, elsewhere(() -> seen(model)));
            }
        }
        assertEquals(before, seen(model));
    }

    @Example
    void aRehearsalRunsAsInTraining() {
        var model = new Sequential(new Linear(WIDTH, WIDTH), new BatchNorm1d(WIDTH), new Dropout(0.5)).initialize(7);
        var twin = new Sequential(new Linear(WIDTH, WIDTH), new BatchNorm1d(WIDTH), new Dropout(0.5)).initialize(7);
        var expected = new float[2][];
        for (int i = 0; i < 2; i++) expected[i] = twin.call(rows(i)).toArray();
        for (int run = 0; run < 2; run++) try (var _ = model.rehearsing()) {
            for (int i = 0; i < 2; i++) assertArrayEquals(expected[i], model.call(rows(i)).toArray());
            assertEquals(Map.of("2", 2L), model.stepDict());
            assertNotEquals(0f, ((BatchNorm1d) model.children().get("1")).runningMean().tensor().get(0));
            var seen = new ArrayList<Tensor>();
            model.children().get("0").registerForwardHook((_, call) -> seen.add(call.output()));
            // one within another sees what that one sees, and leaves it
            try (var _ = model.rehearsing()) {
                assertEquals(Map.of("2", 2L), model.stepDict());
                model.eval().call(rows(1));
                assertEquals(1, seen.size());
                assertFalse(model.isTraining());
            }
            assertTrue(model.isTraining());
        }
        assertEquals(Map.of("2", 0L), model.stepDict());
        assertEquals(0f, ((BatchNorm1d) model.children().get("1")).runningMean().tensor().get(0));
    }

    /// Another model than the one that is rehearsed with is changed as ever.
    @Example
    void othersAreNotRehearsedWith() {
        var model = new Sequential(new Dropout(0.5)).initialize(1);
        var other = new Sequential(new Dropout(0.5), new BatchNorm1d(WIDTH), new Linear(WIDTH, 1));
        try (var _ = model.rehearsing()) {
            other.initialize(2);
            other.call(rows(1)).sum().backward();
            other.eval();
        }
        assertEquals(Map.of("0", 1L), other.stepDict());
        assertFalse(other.isTraining());
        assertTrue(other.parameters().getLast().grad() != null);
    }

    /// A parameter's own leaf: gradients arrive there, and those of before are read until then.
    @Example
    void gradientsOfARehearsalAreItsOwn() {
        var model = new Sequential(new Linear(2, 1)).initialize(3);
        var x = Tensor.ones(4, 2);
        model.call(x).sum().backward();
        var weight = ((Linear) model.children().get("0")).weight();
        var before = weight.grad();
        try (var _ = model.rehearsing()) {
            assertSame(before, weight.grad());
            var y = model.call(x.mul(10f)).sum();
            assertArrayEquals(new float[] {40, 40}, Autograd.grad(y, List.of(weight.tensor())).getFirst().toArray());
            model.zeroGrad();
            assertNull(weight.grad());
            model.call(x).sum().backward();
            assertArrayEquals(new float[] {4, 4}, weight.grad().toArray());
        }
        assertSame(before, weight.grad());
        assertArrayEquals(new float[] {4, 4}, before.toArray());
    }

    /// Without a word about evaluation, it would be that the model must be initialized, which ruins loaded weights.
    @Example
    void dropoutThatWasNotInitializedNamesEvaluation() {
        var saved = new Sequential(new Linear(2, 2), new Dropout(0.5)).initialize(1);
        var served = new Sequential(new Linear(2, 2), new Dropout(0.5));
        served.loadStateDict(saved.stateDict());
        Rejected.state(() -> served.call(Tensor.ones(1, 2)), "dropout: the model is in training", "Module.evaluating()", "eval()",
            "to train it, call initialize(seed)");
        try (var _ = Module.evaluating()) {
            assertArrayEquals(saved.eval().call(Tensor.ones(1, 2)).toArray(), served.call(Tensor.ones(1, 2)).toArray());
        }
        Rejected.argument(() -> new BatchNorm1d(3).call(Tensor.ones(1, 3)), "dropLast(true)", "Module.evaluating()");
    }
}
