package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Rows;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.LinearLR;
import dev.lanewise.optim.ReduceLROnPlateau;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.StepLR;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A run that ends anywhere and goes on, with all that a run can have.
class ResumeTest {

    private static final int EPOCHS = 2;
    /// Five batches, two a step.
    private static final int STEPS_IN_EPOCH = 3;

    @TempDir
    Path folder;

    /// Changes gradients by what it has seen.
    private static final class Noisy implements StatefulCallback {
        private long seen;
        private Tensor mean = Tensor.zeros(2);

        @Override
        public String name() { return "noisy"; }

        @Override
        public void afterBackward(Run run, Step step) {
            seen++;
            mean = mean.mul(0.5f).add(step.loss());
            for (var parameter : run.model().parameters())
                parameter.tensor().grad(parameter.grad().detach().add((mean.get(0) + step.index()) * 0.01f / seen));
        }

        @Override
        public State state() { return new State(Map.of("seen", Long.toString(seen)), Map.of("mean", mean)); }

        @Override
        public void load(State state) {
            long seen = state.count("seen");
            if (!state.tensor("mean").shape().equals(mean.shape())) throw new IllegalArgumentException("mean has another shape");
            mean = state.tensor("mean");
            this.seen = seen;
        }
    }

    private record Training(Sequential model, Trainer<Batch<int[]>> trainer) {

        String text() {
            var text = new StringBuilder(model.stepDict().toString());
            model.stateDict().forEach((path, tensor) -> {
                text.append(path);
                for (float value : tensor.toArray()) text.append(' ').append(Float.floatToRawIntBits(value));
            });
            for (var optimizer : trainer.optimizers) text.append(optimizer.steps()).append(' ').append(optimizer.learningRate());
            return text.toString();
        }
    }

    private Training training(String name, Callback... callbacks) {
        var model = new Sequential(new Linear(2, 5), new BatchNorm1d(5), new Dropout(0.4), new Linear(5, 2)).initialize(7);
        var adam = new Adam(model.parameters().subList(0, 4), 0.05);
        var sgd = new SGD(model.parameters().subList(4, 6), 0.1, SGD.options().momentum(0.9));
        var trainer = Trainer.classifier(model, adam).optimizer(sgd).accumulate(2).cut(ResumeTest::halves).clipNorm(1)
            .clipValue(0.3).schedule(new StepLR(adam, 1, 0.7)).scheduleSteps(new LinearLR(sgd, 0.5, 1, 5))
            .schedule(new ReduceLROnPlateau(sgd, ReduceLROnPlateau.options().mode(Mode.MAX).patience(0)))
            .validate(data(), Metrics.accuracy(), Mode.MAX).keepBest(folder.resolve(name + "-best"))
            .log(MetricSink.csv(folder.resolve(name + ".csv"))).log(MetricSink.jsonLines(folder.resolve(name + ".jsonl")), 2)
            .average(new WeightAverage(model, WeightAverage.exponential(0.7))).validateAverage()
            .checkpoint(folder.resolve(name), 7).callback(new Noisy());
        for (var callback : callbacks) trainer.callback(callback);
        return new Training(model, trainer);
    }

    private static List<Batch<int[]>> halves(Batch<int[]> batch) {
        int half = batch.size() / 2;
        if (half < 2) return List.of(batch);
        return List.of(slice(batch, 0, half), slice(batch, half, batch.size()));
    }

    private static Batch<int[]> slice(Batch<int[]> batch, int from, int to) {
        return new Batch<>(batch.inputs().slice(0, from, to), IntStream.range(from, to).map(i -> batch.targets()[i]).toArray());
    }

    private static DataLoader<Batch<int[]>> data() { return data(24, 5); }

    private static DataLoader<Batch<int[]>> data(int count, int batch) {
        var points = Tensor.randn(new Threefry(1).stream("points"), count, 2).toArray();
        var labels = new int[count];
        for (int i = 0; i < labels.length; i++) points[2 * i] += labels[i] = i % 2;
        return new DataLoader<>(Rows.classification(points, 2, labels, List.of("a", "b")), batch)
            .shuffle(new Threefry(1).stream("shuffle"));
    }

    private enum End { KILLED_AFTER_STEP, KILLED_BEFORE_STEP, KILLED_AFTER_EPOCH, INTERRUPTED, STOPPED }

    /// Ends the run at its n-th step, or in the epoch of that.
    private record Ending(End end, int at) implements Callback {

        @Override
        public void afterBackward(Run run, Step step) { if (run.step() + 1 == at && end == End.KILLED_BEFORE_STEP) kill(); }

        @Override
        public void onStep(Run run, Step step) {
            if (run.step() != at) return;
            switch (end) {
                case KILLED_AFTER_STEP -> kill();
                case INTERRUPTED -> Thread.currentThread().interrupt();
                case STOPPED -> run.stop();
                default -> { }
            }
        }

        @Override
        public void onEpochEnd(Run run, Epoch epoch) { if (run.step() >= at && end == End.KILLED_AFTER_EPOCH) kill(); }

        private static void kill() { throw new IllegalStateException("killed"); }
    }

    /// At every step, in every way, with checkpoints as often as not: all files, the weights, the history.
    @ParameterizedTest
    @EnumSource
    void whatGoesOnEndsAsIfItHadNeverEnded(End end) throws IOException {
        var whole = training("whole");
        var history = whole.trainer.fit(data(), EPOCHS);
        assertEquals(EPOCHS * STEPS_IN_EPOCH, history.stepLosses().length);
        for (int at = 1; at <= EPOCHS * STEPS_IN_EPOCH; at++) {
            int every = List.of(1, 2, 100).get((at + end.ordinal()) % 3);
            var name = at + "." + every;
            var first = training(name, new Ending(end, at));
            first.trainer.checkpointEvery(every);
            if (end.name().startsWith("KILLED")) assertThrows(IllegalStateException.class,
                () -> first.trainer.fit(data(), EPOCHS));
            else assertArrayEquals(history.firstLosses(at), first.trainer.fit(data(), EPOCHS).stepLosses());
            assertEquals(end == End.INTERRUPTED, Thread.interrupted());
            var rest = training(name);
            // what is written in between changes nothing
            var resumed = rest.trainer.checkpointEvery(3).resume(data(), EPOCHS);
            assertEquals(whole.text(), rest.text(), name);
            assertArrayEquals(history.stepLosses(), resumed.stepLosses());
            assertArrayEquals(history.epochLosses(), resumed.epochLosses());
            assertEquals(history.validation(), resumed.validation());
            assertEquals(history.bestEpoch(), resumed.bestEpoch());
            for (var file : List.of("", "-best", ".csv",
                ".jsonl")) assertArrayEquals(Files.readAllBytes(folder.resolve("whole" + file)),
                    Files.readAllBytes(folder.resolve(name + file)), name + file);
        }
    }

    /// A step at a time, from start to end in as many programs.
    @Test
    void oneStepAProgram() throws IOException {
        var whole = training("whole");
        whole.trainer.fit(data(), EPOCHS);
        Training last = null;
        for (int at = 1; at <= EPOCHS * STEPS_IN_EPOCH; at++) {
            last = training("steps", new Ending(End.STOPPED, at));
            assertEquals(at, last.trainer.resume(data(), EPOCHS).stepLosses().length);
        }
        assertEquals(whole.text(), last.text());
        assertArrayEquals(Files.readAllBytes(folder.resolve("whole.csv")), Files.readAllBytes(folder.resolve("steps.csv")));
    }

    @Test
    void timeMakesCheckpoints() {
        var run = training("timed", new Ending(End.KILLED_AFTER_STEP, 2));
        run.trainer.checkpointEvery(Duration.ofNanos(1));
        assertThrows(IllegalStateException.class, () -> run.trainer.fit(data(), EPOCHS));
        assertEquals("1", Safetensors.read(folder.resolve("timed")).metadata().get("step"));
        Rejected.argument(() -> run.trainer.checkpointEvery(Duration.ZERO), "PT0S", "positive");
        Rejected.argument(() -> run.trainer.checkpointEvery(0), "0 steps");
        run.trainer.checkpointEvery(Duration.ofDays(Integer.MAX_VALUE));
        var model = new Linear(2, 2);
        Rejected.argument(() -> Trainer.classifier(model, new SGD(model.parameters(), 1)).checkpointEvery(1).fit(data(), 1),
            "checkpointEvery has no file", "checkpoint(file, seed)");
    }

    @Test
    void otherSettingsAreRefusedNamingBoth() {
        training("x", new Ending(End.STOPPED, 4)).trainer.fit(data(), EPOCHS);
        var before = training("y").text();
        var other = training("x");
        Rejected.argument(() -> other.trainer.accumulate(3).resume(data(), EPOCHS), "\"note.accumulate\" is \"2\"",
            "accumulate is 3");
        other.trainer.accumulate(2);
        Rejected.argument(() -> other.trainer.resume(data(25, 5), EPOCHS), "\"note.examples\" is \"24\"", "examples is 25");
        Rejected.argument(() -> other.trainer.resume(data(24, 6), EPOCHS), "\"note.batch_size\" is \"5\"", "batch_size is 6");
        other.trainer.validate(data(), Metrics.accuracy(), Mode.MIN);
        Rejected.argument(() -> other.trainer.resume(data(), EPOCHS), "Mode.MIN is better");
        Rejected.argument(() -> training("x", new Noisy()).trainer.resume(data(), EPOCHS), "a part \"callback-noisy\" already");
        var more = new StatefulCallback() {
            @Override
            public String name() { return "more"; }

            @Override
            public State state() { return State.of(Map.of()); }

            @Override
            public void load(State state) { throw new AssertionError(); }
        };
        Rejected.argument(() -> training("x", more).trainer.resume(data(), EPOCHS),
            "it keeps the parts [average, callback-noisy, history]", "[average, callback-more, callback-noisy, history]");
        assertEquals(before, other.text());
    }

    /// Whatever is wrong with one text, or a byte of the file, is an error in words that changes nothing, or does no harm.
    @Test
    void damageChangesNothing() throws IOException {
        training("good", new Ending(End.STOPPED, 4)).trainer.fit(data(), EPOCHS);
        var good = Safetensors.read(folder.resolve("good"));
        var random = new SplittableRandom(1);
        var names = new ArrayList<>(good.metadata().keySet());
        var texts = new String[] {"", "x", "NaN", "-1", "-0", "1e400", "9".repeat(30), "2147483648", "\u001b[2J", " 1", "1 ",
            "0x1p3", "1 1 1"};
        for (int i = 0; i < 100; i++) {
            var damaged = new TreeMap<>(good.metadata());
            var tensors = new TreeMap<>(good.tensors());
            var name = names.get(random.nextInt(names.size()));
            if (i % 5 == 0) damaged.remove(name);
            else if (i % 5 == 1) {
                var tensor = List.copyOf(tensors.keySet()).get(random.nextInt(tensors.size()));
                if (random.nextBoolean()) tensors.remove(tensor);
                else tensors.put(tensor, Tensor.zeros(random.nextInt(3), 2));
            } else damaged.put(name, texts[random.nextInt(texts.length)]);
            Safetensors.write(folder.resolve("bad"), tensors, damaged);
            resumes(good.metadata());
        }
        var bytes = Files.readAllBytes(folder.resolve("good"));
        for (int i = 0; i < 40; i++) {
            var flipped = bytes.clone();
            // the header's, most often
            flipped[random.nextInt(random.nextInt(4) == 0 ? bytes.length : 3000)] ^= (byte) (1 << random.nextInt(8));
            Files.write(folder.resolve("bad"), flipped);
            resumes(good.metadata());
        }
    }

    private void resumes(Map<String, String> good) throws IOException {
        for (var log : List.of(".csv", ".jsonl")) Files.copy(folder.resolve("good" + log), folder.resolve("bad" + log),
            StandardCopyOption.REPLACE_EXISTING);
        var run = training("bad");
        var before = run.text();
        var bad = Files.readAllBytes(folder.resolve("bad"));
        try {
            assertEquals(EPOCHS * STEPS_IN_EPOCH, run.trainer.resume(data(), EPOCHS).stepLosses().length,
                "as long as it says it is");
        } catch (MalformedFileException | IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("bad"), e.getMessage());
            if (!e.getMessage().startsWith("csv") && !e.getMessage().startsWith("jsonLines")) assertEquals(before, run.text(),
                e.getMessage());
            assertArrayEquals(bad, Files.readAllBytes(folder.resolve("bad")));
        }
    }
}
