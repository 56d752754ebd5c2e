package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.StreamCheck;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/// A parameter starts from (seed, path) alone, in random models: whatever else is in the model, in whatever order, on however
/// many threads.
class IndependenceTest {

    private static final int DEPTH = 4;
    private static final int THREADS = 6;

    /// Children added, left out and reordered on every level.
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void whatElseIsInTheModelIsIrrelevant(@ForAll long structure, @ForAll long seed) {
        var random = new SplittableRandom(structure);
        var tree = Trees.random(random, DEPTH);
        var before = values(tree.build().initialize(seed));
        var after = values(tree.changed(random).build().initialize(seed));
        after.forEach((path, bits) -> {
            // under a name that was taken again there may be another layer
            if (before.containsKey(path) && before.get(path).length == bits.length) assertArrayEquals(before.get(path),
                bits, path);
        });
    }

    /// From one source, which all threads ask for their streams.
    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void threadsInAnyOrderGiveTheSame(@ForAll long structure, @ForAll long seed) throws Exception {
        var tree = Trees.random(new SplittableRandom(structure), DEPTH);
        var source = new Threefry(seed);
        var model = tree.build();
        var tasks = new ArrayList<Callable<Void>>();
        model.namedParameters().forEach((path, parameter) -> tasks.add(() -> {
            parameter.initialize(source.stream(path));
            return null;
        }));
        Collections.shuffle(tasks, new Random(structure));
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (var future : threads.invokeAll(tasks)) future.get();
        }
        assertSame(values(tree.build().initialize(seed)), values(model));
    }

    /// Two models at once, on threads of their own.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void twoModelsAtOnceGiveTheSame(@ForAll long structure, @ForAll long seed) throws Exception {
        var tree = Trees.random(new SplittableRandom(structure), DEPTH);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var one = threads.submit(() -> values(tree.build().initialize(seed)));
            var other = threads.submit(() -> values(tree.build().initialize(seed + 1)));
            assertSame(values(tree.build().initialize(seed)), one.get());
            assertSame(values(tree.build().initialize(seed + 1)), other.get());
        }
    }

    /// The fork test: whatever the parameter had become, and wherever the others are.
    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void oneParameterAloneComesAgain(@ForAll long structure, @ForAll long seed) {
        var model = Trees.random(new SplittableRandom(structure), DEPTH).build().initialize(seed);
        var before = values(model);
        var paths = new ArrayList<>(before.keySet());
        if (paths.isEmpty()) return;
        var path = paths.get(new SplittableRandom(seed).nextInt(paths.size()));
        model.parameters().forEach(parameter -> parameter.load(Tensor.full(7, parameter.shape().toArray())));
        var parameter = model.namedParameters().get(path);
        parameter.initialize(new Threefry(seed).stream(path));
        assertArrayEquals(before.get(path), Nets.bits(parameter.tensor().toArray()), path);
        for (var other : model.parameters())
            if (other != parameter) assertArrayEquals(Tensor.full(7, other.shape().toArray()).toArray(),
                other.tensor().toArray());
    }

    /// Each two parameters of a model, and of the next seed's. What a try's report allows is some 1e-10.
    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void noTwoParametersShareAStream(@ForAll long structure, @ForAll long seed) {
        var report = StreamCheck.of(Trees.random(new SplittableRandom(structure), DEPTH).build(), seed).orThrow();
        assertTrue(report.falseAlarm() < 1e-9, report::toString);
    }

    private static void assertSame(Map<String, int[]> expected, Map<String, int[]> actual) {
        assertTrue(expected.keySet().equals(actual.keySet()));
        expected.forEach((path, bits) -> assertArrayEquals(bits, actual.get(path), path));
    }

    private static Map<String, int[]> values(Layer model) {
        var values = new LinkedHashMap<String, int[]>();
        model.namedParameters().forEach((path, parameter) -> values.put(path, Nets.bits(parameter.tensor().toArray())));
        return values;
    }
}
