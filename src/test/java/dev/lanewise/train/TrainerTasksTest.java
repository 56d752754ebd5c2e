package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Rows;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ExponentialLR;
import dev.lanewise.optim.LinearLR;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.ReduceLROnPlateau;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.StepLR;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/// What a trainer does besides training.
class TrainerTasksTest {

    private Path folder;

    @BeforeTry
    void makeFolder() throws IOException { folder = Files.createTempDirectory("trainer"); }

    @AfterTry
    void removeFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }

    /// Points of two classes that overlap.
    private static DataLoader<Batch<int[]>> data(long seed, int count) {
        var noise = Tensor.randn(new Threefry(seed).stream("points"), count, 2).toArray();
        var labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 2;
            noise[2 * i] += labels[i];
        }
        return new DataLoader<>(Rows.classification(noise, 2, labels, List.of("a", "b")), 7)
            .shuffle(new Threefry(seed).stream("shuffle"));
    }

    private static Sequential network(long seed) {
        return new Sequential(new Linear(2, 5), new BatchNorm1d(5), new ReLU(), new Dropout(0.4), new Linear(5, 2))
            .initialize(seed);
    }

    private static Trainer<Batch<int[]>> trainer(Sequential model, double rate) {
        return Trainer.classifier(model, new Adam(model.parameters(), rate));
    }

    /// All bits of a model's state, and its steps.
    private static String text(Layer model) {
        var text = new StringBuilder(model.stepDict().toString());
        model.stateDict().forEach((path, tensor) -> {
            text.append(path);
            for (float value : tensor.toArray()) text.append(' ').append(Float.floatToRawIntBits(value));
        });
        return text.toString();
    }

    /// With all that a trainer can have, validation, schedules of all kinds, early stopping: the second half of a run in
    /// objects of their own is the second half of the whole run.
    @Property(tries = 25)
    void aResumedRunIsTheUninterruptedOne(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int first) throws IOException {
        int epochs = 6;
        var whole = network(seed);
        var history = tasks(whole, seed, "whole").fit(data(seed, 20), epochs);
        var begun = network(seed);
        tasks(begun, seed, "halves").resume(data(seed, 20), Math.min(first, epochs)); // no checkpoint yet: from the start
        var resumed = network(seed);
        resumed.initialize(seed);
        var rest = tasks(resumed, seed, "halves").resume(data(seed, 20), epochs);
        assertEquals(text(whole), text(resumed));
        assertEquals(history.bestEpoch(), rest.bestEpoch());
        assertArrayEquals(history.stepLosses(), rest.stepLosses());
        assertArrayEquals(history.epochLosses(), rest.epochLosses());
        assertEquals(history.validation(), rest.validation());
        for (var kind : List.of("-run", "-best")) assertArrayEquals(Files.readAllBytes(folder.resolve("whole" + kind)),
            Files.readAllBytes(folder.resolve("halves" + kind)), kind);
    }

    private Trainer<Batch<int[]>> tasks(Sequential model, long seed, String name) {
        var optimizer = new Adam(model.parameters(), 0.05);
        return Trainer.classifier(model, optimizer)
            .validate(data(seed + 1, 20), Metrics.<Batch<int[]>>accuracy()::of, Mode.MAX).keepBest(folder.resolve(name + "-best"))
            .earlyStopping(3).schedule(new StepLR(optimizer, 2, 0.5)).scheduleSteps(new LinearLR(optimizer, 0.5, 1, 10))
            .schedule(new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().mode(Mode.MAX).patience(0)))
            .checkpoint(folder.resolve(name + "-run"), seed);
    }

    /// Nor does anything else that only looks.
    @Property(tries = 25)
    void validatingChangesNothing(@ForAll long seed) {
        var plain = network(seed);
        var losses = trainer(plain, 0.05).fit(data(seed, 20), 3).stepLosses();
        var validated = network(seed);
        var trainer = trainer(validated, 0.05);
        trainer.validate(data(seed + 1, 20), (outputs, loader) -> {
            validated.train(); // dropout and all, as a course does it; only running means would follow
            validated.namedModules().values().forEach(module -> { if (module instanceof BatchNorm1d) module.eval(); });
            double loss = Metrics.accuracy(outputs.apply(loader.epoch(0).iterator().next()), new int[7]);
            validated.train();
            return loss;
        }, Mode.MIN).watchSteps(_ -> true, _ -> { }).watchEpochs(_ -> true, _ -> { }).callback(new Callback() {
            @Override
            public void onEpochEnd(Run run, Epoch epoch) {
                trainer.evaluate(data(seed + 2, 15));
                trainer.predict(data(seed + 2, 15));
            }
        });
        var history = trainer.fit(data(seed, 20), 3);
        assertArrayEquals(losses, history.stepLosses());
        assertEquals(text(plain), text(validated));
        assertEquals(3, history.validation().size());
    }

    /// The file holds the weights of the epoch that was best, with what they scored, and they score it again.
    @Property(tries = 25)
    void theBestIsTheBest(@ForAll long seed, @ForAll boolean byLoss) {
        var model = network(seed);
        var validation = data(seed + 1, 20);
        var best = folder.resolve("best");
        var states = new ArrayList<String>();
        var trainer = trainer(model, 0.3).keepBest(best); // a rate at which it gets worse at times
        if (byLoss) trainer.validate(validation);
        else trainer.validate(validation, Metrics.<Batch<int[]>>accuracy()::of, Mode.MAX);
        var marked = new ArrayList<Integer>();
        trainer.callback(new Callback() {
            @Override
            public void onEpochEnd(Run run, Epoch epoch) {
                states.add(text(model).replaceFirst(".*?}", ""));
                if (epoch.best()) marked.add(epoch.number());
            }
        });
        var history = trainer.fit(data(seed, 20), 8);
        int expected = 0;
        for (int i = 1; i < 8; i++) {
            var a = history.validation().get(i);
            var b = history.validation().get(expected);
            if (byLoss ? a.loss() < b.loss() : a.metric() > b.metric()) expected = i;
        }
        assertEquals(expected, history.bestEpoch());
        assertEquals(expected, marked.getLast());
        trainer.loadBest();
        assertEquals(states.get(expected), text(model).replaceFirst(".*?}", ""));
        assertEquals(history.best(), trainer.evaluate(validation));
        assertEquals(Map.of("epoch", "" + expected, "loss", "" + history.best().loss(), "metric", "" + history.best().metric()),
            Safetensors.read(best).metadata());
    }

    /// Different rates, one that stops early, one that validates.
    @Property(tries = 20)
    void sideBySideIsOneAfterTheOther(@ForAll long seed) {
        var alone = three(seed);
        var expected = alone.values().stream().map(trainer -> trainer.fit(data(seed, 20), 6)).toList();
        var together = three(seed);
        var histories = Trainer.sideBySide(List.copyOf(together.values()), data(seed, 20), 6);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(expected.get(i).stepLosses(), histories.get(i).stepLosses());
            assertArrayEquals(expected.get(i).epochLosses(), histories.get(i).epochLosses());
            assertEquals(expected.get(i).validation(), histories.get(i).validation());
        }
        assertEquals(alone.keySet().stream().map(TrainerTasksTest::text).toList(),
            together.keySet().stream().map(TrainerTasksTest::text).toList());
    }

    private static Map<Sequential, Trainer<Batch<int[]>>> three(long seed) {
        var all = new LinkedHashMap<Sequential, Trainer<Batch<int[]>>>();
        var slow = network(seed);
        all.put(slow, trainer(slow, 0.001));
        var stopping = network(seed);
        all.put(stopping, trainer(stopping, 1).validate(data(seed + 1, 20)).earlyStopping(1));
        var other = network(seed + 1);
        all.put(other, trainer(other, 0.1).validate(data(seed + 1, 20), Metrics.<Batch<int[]>>accuracy()::of, Mode.MAX));
        return all;
    }

    @Example
    void allMeetTheSameBatches() {
        var seen = List.of(new ArrayList<Tensor>(), new ArrayList<Tensor>());
        var trainers = new ArrayList<Trainer<Batch<int[]>>>();
        for (var inputs : seen) {
            var model = network(1);
            model.registerForwardHook((_, call) -> inputs.add(call.input()));
            trainers.add(trainer(model, 0.1));
        }
        Trainer.sideBySide(trainers, data(5, 20), 2);
        assertEquals(6, seen.get(0).size());
        for (int i = 0; i < 6; i++) assertArrayEquals(seen.get(0).get(i).toArray(), seen.get(1).get(i).toArray());
        assertNotEquals(Arrays.toString(seen.get(0).get(0).toArray()), Arrays.toString(seen.get(0).get(3).toArray()));
        Rejected.argument(() -> Trainer.sideBySide(List.of(trainers.get(0), trainers.get(0)), data(5, 20), 2),
            "two models share parameter \"weight\"", "make a model for each trainer");
    }

    /// A measure that is given: stops after as many epochs as it must, and no earlier.
    @Example
    void stopsWhenThereWasNothingBetterForThatLong() {
        assertEquals(5, epochs(2, 3, 2, 1, 1, 2, 0));       // a tie is no better
        assertEquals(7, epochs(3, 3, 2, 1, 1, 2, 0, 5));    // the better one came in time
        assertEquals(2, epochs(2, Double.NaN, Double.NaN, 0));
        assertEquals(4, epochs(1, 4, 3, 2, 2, 1));
    }

    private static int epochs(int patience, double... values) {
        var model = network(1);
        var left = new ArrayList<Double>();
        for (double value : values) left.add(value);
        var history = trainer(model, 0.1).validate(data(1, 20), (_, _) -> left.removeFirst(), Mode.MIN).earlyStopping(patience)
            .fit(data(1, 20), values.length);
        return history.epochLosses().length;
    }

    /// A callback that breaks off in the middle: the best so far can be loaded by another program, and the run goes on.
    @Example
    void anInterruptedRunLeavesItsFilesWhole() {
        var model = network(3);
        var interrupted = tasks(model, 3, "run").callback(new Callback() {
            @Override
            public void onStep(Run run, Step step) {
                if (step.epoch() == 2 && step.index() == 1) throw new IllegalStateException("interrupted");
            }
        });
        assertThrows(IllegalStateException.class, () -> interrupted.fit(data(3, 20), 6));
        var other = network(4);
        assertEquals(Double.parseDouble(Safetensors.read(folder.resolve("run-best")).metadata().get("metric")),
            tasks(other, 3, "run").loadBest().evaluate(data(4, 20)).metric());
        var resumed = network(3);
        var history = tasks(resumed, 3, "run").resume(data(3, 20), 6);
        var whole = network(3);
        assertArrayEquals(tasks(whole, 3, "whole").fit(data(3, 20), 6).epochLosses(), history.epochLosses());
        assertEquals(text(whole), text(resumed));
    }

    /// 20 examples in batches of 7: three steps an epoch.
    @Example
    void schedulesAreSteppedWhenTheyShould() {
        var model = network(1);
        var optimizer = new SGD(model.parameters(), 1);
        var epochs = new ExponentialLR(optimizer, 0.5);
        var steps = new ExponentialLR(optimizer, 0.25);
        var plateau = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().patience(0).factor(0.125));
        Trainer.classifier(model, optimizer).schedule(epochs).scheduleSteps(steps).schedule(plateau)
            .validate(data(1, 20), (_, _) -> 1, Mode.MIN).fit(data(1, 20), 2);
        assertEquals(List.of(2L, 6L, 2L), List.of(epochs.epoch(), steps.epoch(), plateau.epoch()));
        // the second validation is no better than the first
        assertEquals(Math.pow(0.5, 2) * Math.pow(0.25, 6) * 0.125, optimizer.learningRate());
    }

    @Example
    void watchersGetCopiesOfWhatTheStepLeft() {
        var model = new Sequential(new Linear(2, 2)).initialize(1);
        var before = model.stateDict();
        var steps = new ArrayList<Snapshot>();
        var epochs = new ArrayList<Snapshot>();
        Trainer.classifier(model, new SGD(model.parameters(), 0.5))
            .watchSteps(step -> step.epoch() == 0, steps::add).watchEpochs(epoch -> epoch % 2 == 1, epochs::add)
            .fit(data(1, 20), 4);
        assertEquals(3, steps.size());
        assertEquals(List.of(1, 3), epochs.stream().map(snapshot -> snapshot.step().epoch()).toList());
        assertEquals(2, epochs.getFirst().step().index());
        var after = before.get("0.weight").sub(steps.getFirst().gradients().get("0.weight").mul(0.5f));
        assertArrayEquals(after.toArray(), steps.getFirst().weights().get("0.weight").toArray(), 1e-6f);
        assertFalse(Arrays.equals(steps.get(0).weights().get("0.bias").toArray(),
            steps.get(1).weights().get("0.bias").toArray()));
        assertArrayEquals(model.stateDict().get("0.bias").toArray(), epochs.getLast().weights().get("0.bias").toArray());
        model.requiresGrad(false).parameters().getFirst().requiresGrad(true);
        Trainer.classifier(model, new SGD(model.parameters(), 0.5))
            .watchSteps(_ -> true, steps::add).fit(data(1, 7), 1);
        assertEquals(List.of("0.weight"), List.copyOf(steps.getLast().gradients().keySet()), "a frozen one has no gradient");
        assertEquals(2, steps.getLast().weights().size());
    }

    @Example
    void linesComeEveryFewEpochsAndAtTheEnd() {
        var bytes = new ByteArrayOutputStream();
        var values = new ArrayList<>(List.of(0.5, 0.25, 0.75, 0.8, 0.6));
        trainer(network(1), 0.01).validate(data(1, 20), (_, _) -> values.removeFirst(), Mode.MAX)
            .printEvery(2, new PrintStream(bytes, true, StandardCharsets.UTF_8)).fit(data(1, 20), 5);
        var lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(3, lines.size(), lines::toString);
        assertTrue(lines.get(0).matches("epoch 2/5  loss 0\\.\\d{4}  validation 0\\.\\d{4}  metric 0\\.2500"), lines.get(0));
        assertTrue(lines.get(1).startsWith("epoch 4/5 ") && lines.get(1).endsWith("metric 0.8000  best so far"), lines.get(1));
        assertTrue(lines.get(2).startsWith("epoch 5/5 "), lines.get(2));
    }

    /// By batches as in one, and the loss as the mean over examples.
    @Example
    void predictionsAndEvaluationsAreThoseOfTheWhole() {
        var loader = new DataLoader<>(data(9, 20).dataset(), 6);
        var model = network(9);
        var trainer = trainer(model, 0.1);
        var all = loader.dataset().batch(IntStream.range(0, 20).toArray());
        var outputs = trainer.predict(loader);
        assertArrayEquals(trainer.predict(all).toArray(), outputs.toArray());
        assertFalse(outputs.requiresGrad());
        assertTrue(model.isTraining());
        var evaluation = trainer.evaluate(loader);
        assertEquals(Losses.crossEntropy(outputs, all.targets()).item(), evaluation.loss(), 1e-6);
        assertTrue(Double.isNaN(evaluation.metric()));
        assertEquals(Metrics.accuracy(outputs, all.targets()),
            trainer.validate(loader, Metrics.<Batch<int[]>>accuracy()::of, Mode.MAX).evaluate(loader).metric());
        assertEquals(trainer.evaluate(loader), trainer.validate(loader, Metrics.accuracy(), Mode.MAX).evaluate(loader));
    }

    /// 20 rows in batches of 6: four batches, and as many again where the metric asks the model itself.
    @Example
    void aMetricOfTheOutputsSharesTheLossesPass() {
        var loader = new DataLoader<>(data(9, 20).dataset(), 6);
        var model = network(9);
        var calls = new int[1];
        model.registerForwardHook((_, _) -> calls[0]++);
        var trainer = trainer(model, 0.1);
        trainer.validate(loader, Metrics.accuracy(), Mode.MAX).evaluate(loader);
        assertEquals(4, calls[0]);
        trainer.validate(loader, Metrics.<Batch<int[]>>accuracy()::of, Mode.MAX).evaluate(loader);
        assertEquals(12, calls[0]);
    }

    @Example
    void whatCannotBeIsRefused() {
        var loader = data(1, 20);
        Rejected.argument(() -> trainer(network(1), 0.1).keepBest(folder.resolve("b")).fit(loader, 1),
            "keepBest", "say validate(…), too");
        Rejected.argument(() -> trainer(network(1), 0.1).earlyStopping(2).fit(loader, 1), "earlyStopping has nothing");
        Rejected.argument(() -> trainer(network(1), 0.1).earlyStopping(0), "patience 0");
        Rejected.argument(() -> trainer(network(1), 0.1).printEvery(0), "every 0 epochs");
        Rejected.argument(() -> trainer(network(1), 0.1).resume(loader, 1), "checkpoint(file, seed)");
        Rejected.state(() -> trainer(network(1), 0.1).loadBest(), "keepBest(file) first");
        var hopeless = trainer(network(1), 0.1).validate(loader, (_, _) -> Double.NaN, Mode.MIN).keepBest(folder.resolve("b"));
        var history = hopeless.fit(loader, 2);
        assertEquals(-1, history.bestEpoch());
        Rejected.state(hopeless::loadBest, "NaN");
        Rejected.state(history::best, "validate");
        trainer(network(1), 0.1).checkpoint(folder.resolve("c"), 1).fit(loader, 1);
        Rejected.argument(() -> trainer(network(2), 0.1).checkpoint(folder.resolve("c"), 2).resume(loader, 2),
            "it is of seed 1", "2");
    }
}
