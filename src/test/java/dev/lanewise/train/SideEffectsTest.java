package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Rows;
import dev.lanewise.diagnose.Explanation;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.ReduceLROnPlateau;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What predicting and measuring leave alone, also as other threads see it, and what training leaves as the user has set it.
class SideEffectsTest {

    private static final int PIXELS = 36;

    private static DataLoader<Batch<int[]>> data(long seed, int count, int batch) {
        var pixels = Tensor.randn(new Threefry(seed).stream("pixels"), count, PIXELS).toArray();
        var labels = IntStream.range(0, count).map(i -> pixels[i * PIXELS] > 0 ? 1 : 0).toArray();
        return new DataLoader<>(Rows.classification(pixels, PIXELS, labels, List.of("a", "b")), batch);
    }

    private static final class Pictures extends Layer {
        @Override
        public Tensor forward(Tensor x) { return x.reshape(x.size(0), 1, 6, 6); }
    }

    private static Sequential network(long seed) {
        return new Sequential(new Pictures(), new Conv2d(1, 3, 3), new BatchNorm2d(3), new ReLU(), new Dropout(0.3),
            new Flatten(), new Linear(48, 8), new BatchNorm1d(8), new ReLU(), new Dropout(0.5), new Linear(8, 2))
                .initialize(seed);
    }

    private static Trainer<Batch<int[]>> trainer(Sequential model) {
        return Trainer.classifier(model, new Adam(model.parameters(), 0.01));
    }

    /// As somebody writes it who comes from PyTorch, and thaws what is frozen; with a hook, a gradient and dropout at the end.
    private static Metric<Batch<int[]>> careless(Sequential model) { return (_, loader) -> carelessly(model, loader); }

    private static double carelessly(Sequential model, DataLoader<Batch<int[]>> loader) {
        double sum = 0;
        model.eval();
        for (var batch : loader.epoch(0)) sum += Losses.crossEntropy(model.call(batch.inputs()), batch.targets()).item();
        model.train();
        var seen = new ArrayList<Tensor>();
        model.registerForwardHook((_, call) -> seen.add(call.output()));
        for (var batch : loader.epoch(0)) {
            var loss = Losses.crossEntropy(model.call(batch.inputs()), batch.targets());
            loss.backward();
            sum += loss.item();
        }
        for (var parameter : model.parameters()) if (parameter.grad() != null) sum += parameter.grad().square().sum().item();
        model.zeroGrad();
        return sum + seen.size();
    }

    private static Object answer(int kind, Trainer<Batch<int[]>> trainer, Sequential model, DataLoader<Batch<int[]>> data) {
        return switch (kind) {
            case 0 -> List.of(Float.floatToIntBits(trainer.predict(data).sum().item()));
            case 1 -> Metrics.accuracy(model, data);
            case 2 -> trainer.evaluate(data);
            case 3 -> Explanation.of(model, data.epoch(0).iterator().next().inputs()).toString();
            default -> Metrics.loss(model, Loss::crossEntropy, data);
        };
    }

    /// Many threads predict, measure and explain with one model that has hooks and frozen parts, while another one is trained:
    /// each answer is that of a thread alone, and who looks at the model meanwhile sees it as it was.
    @Property(tries = 3)
    void answersAreThoseOfOneThread(@ForAll long seed) throws Exception {
        var model = network(seed);
        var trainer = trainer(model);
        trainer.fit(data(seed, 60, 20), 2);
        trainer.validate(data(seed, 20, 20), careless(model), Mode.MIN);
        model.children().get("2").eval();
        model.children().get("9").eval();
        var hooked = new ArrayList<Integer>();
        model.children().get("3").registerForwardHook((_, _) -> {
            synchronized (hooked) {
                hooked.add(1);
            }
        });
        var data = data(seed + 1, 50, 16);
        var before = Seen.of(model);
        var expected = IntStream.range(0, 5).mapToObj(kind -> answer(kind, trainer, model, data)).toList();
        assertEquals(before, Seen.of(model));
        var alone = network(seed + 5);
        var history = trainer(alone).fit(data(seed + 3, 60, 20), 3).stepLosses();
        var done = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(6)) {
            var watching = threads.submit(() -> {
                while (!done.get()) assertEquals(before, Seen.of(model));
            });
            var another = threads.submit(() -> {
                var other = network(seed + 5);
                assertArrayEquals(history, trainer(other).fit(data(seed + 3, 60, 20), 3).stepLosses());
                assertEquals(Seen.of(alone), Seen.of(other));
            });
            var asked = new ArrayList<Future<?>>();
            for (int thread = 0; thread < 4; thread++) {
                var random = new SplittableRandom(seed + thread);
                asked.add(threads.submit((Callable<Void>) () -> {
                    for (int i = 0; i < 8; i++) {
                        int kind = random.nextInt(5);
                        assertEquals(expected.get(kind), answer(kind, trainer, model, data), "kind " + kind);
                    }
                    return null;
                }));
            }
            for (var each : asked) each.get();
            another.get();
            done.set(true);
            watching.get();
        }
        assertEquals(before, Seen.of(model));
        assertFalse(hooked.isEmpty());
    }

    /// Training goes on as if the careless metric had not been.
    @Property(tries = 10)
    void ownMetricsChangeNothing(@ForAll long seed) {
        var plain = network(seed);
        plain.children().get("2").eval();
        var losses = trainer(plain).fit(data(seed, 40, 10), 3).stepLosses();
        var measured = network(seed);
        measured.children().get("2").eval();
        var history = trainer(measured).validate(data(seed + 1, 30, 10), careless(measured), Mode.MIN).fit(data(seed, 40, 10), 3);
        assertArrayEquals(losses, history.stepLosses());
        assertEquals(Seen.of(plain), Seen.of(measured));
    }

    /// A metric that says nothing gets the model in evaluation.
    @Example
    void metricsSeeTheModelInEvaluation() {
        var model = network(1);
        var data = data(1, 20, 10);
        var evaluated = trainer(model).validate(data, (outputs, loader) -> {
            assertFalse(Seen.flags(model).containsValue(true));
            double right = 0;
            for (var batch : loader.epoch(0)) right += Metrics.accuracy(outputs.apply(batch), batch.targets()) / 2;
            return right;
        }, Mode.MAX).evaluate(data);
        assertEquals(Metrics.accuracy(model, data), evaluated.metric(), 1e-12);
    }

    /// Whatever is set to evaluation: training leaves the flags, and what is frozen keeps its statistics and passes everything.
    @Property(tries = 20)
    void whatIsFrozenStaysFrozen(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var model = network(seed);
        model.children().values().forEach(module -> { if (random.nextBoolean()) module.eval(); });
        var flags = Seen.flags(model);
        var before = model.stateDict();
        var steps = model.stepDict();
        trainer(model).validate(data(seed, 10, 5)).fit(data(seed, 20, 10), 2);
        assertEquals(flags, Seen.flags(model));
        for (var norm : List.of("2", "7")) {
            var name = norm + ".running_mean";
            var now = model.stateDict().get(name).toArray();
            if (flags.get(norm)) assertNotEquals(before.get(name).get(0), now[0]);
            else assertArrayEquals(before.get(name).toArray(), now);
        }
        model.stepDict().forEach((path, step) -> assertEquals(flags.get(path) ? 4 : 0, step - steps.get(path), path));
    }

    @Example
    void aModelThatIsWhollyInEvaluationIsRefused() {
        var model = network(1);
        model.eval();
        Rejected.argument(() -> trainer(model).fit(data(1, 20, 10), 1), "fit: the whole model is in evaluation", "call train()");
        assertFalse(Seen.flags(model).containsValue(true));
        model.train();
        model.children().values().forEach(Module::eval);
        trainer(model).fit(data(1, 20, 10), 1);
        assertEquals(Map.of("4", 0L, "9", 0L), model.stepDict());
    }

    /// A probe that a metric trains, say, on a thread that is evaluating.
    @Example
    void fitGoesByTheFlagsWhateverTheThreadDoes() {
        var model = network(2);
        try (var _ = Module.evaluating()) {
            trainer(model).fit(data(2, 20, 10), 1);
            assertFalse(model.isTraining());
        }
        var same = network(2);
        trainer(same).fit(data(2, 20, 10), 1);
        assertEquals(Seen.of(same), Seen.of(model));
    }

    @Example
    void aRowLeftOverNamesTheRemedy() {
        var model = network(3);
        Rejected.argument(() -> trainer(model).fit(data(3, 21, 10), 1), "batchNorm1d", "[1, 8]", "dropLast(true)");
        trainer(network(3)).fit(data(3, 21, 10).dropLast(true), 1);
    }

    /// In whatever order they are said.
    @Example
    void aScheduleThatLooksTheOtherWayIsRefused() {
        for (var measured : Mode.values()) for (var scheduled : Mode.values()) for (boolean first : new boolean[] {true, false}) {
            var model = network(4);
            var optimizer = new Adam(model.parameters(), 0.01);
            var plateau = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().mode(scheduled).patience(0));
            var trainer = Trainer.classifier(model, optimizer);
            if (first) trainer.schedule(plateau);
            trainer.validate(data(4, 10, 5), Metrics.accuracy(), measured);
            if (!first) trainer.schedule(plateau);
            if (measured == scheduled) trainer.fit(data(4, 20, 10), 1);
            else Rejected.argument(() -> trainer.fit(data(4, 20, 10), 1), "validate(…)", "Mode." + measured + " is better",
                "ReduceLROnPlateau has Mode." + scheduled, "options().mode(Mode." + measured + ")");
        }
        var model = network(5);
        var optimizer = new Adam(model.parameters(), 0.01);
        var plateau = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().mode(Mode.MAX));
        var trainer = Trainer.classifier(model, optimizer).schedule(plateau);
        Rejected.argument(() -> trainer.fit(data(4, 20, 10), 1), "the training loss, Mode.MIN is better");
        assertTrue(model.isTraining());
    }
}
