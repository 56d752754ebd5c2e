package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Rows;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.StepLR;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs that end before their time, and checkpoints that can't be gone on from.
class InterruptionTest {

    private static final int STEPS_IN_EPOCH = 3;
    private static final int EPOCHS = 3;

    @TempDir
    Path folder;

    private record Training(Sequential model, Trainer<Batch<int[]>> trainer) {

        String text() {
            var text = new StringBuilder(model.stepDict().toString()).append(trainer.optimizers.getFirst().steps());
            model.stateDict().forEach((path, tensor) -> {
                text.append(path);
                for (float value : tensor.toArray()) text.append(' ').append(Float.floatToRawIntBits(value));
            });
            return text.append(trainer.optimizers.getFirst().learningRate()).toString();
        }
    }

    private Training training(String name, Callback... callbacks) {
        var model = new Sequential(new Linear(2, 5), new BatchNorm1d(5), new Dropout(0.4), new Linear(5, 2)).initialize(7);
        var optimizer = new Adam(model.parameters(), 0.05);
        return new Training(model, Trainer.classifier(model, optimizer, callbacks)
            .schedule(new StepLR(optimizer, 1, 0.7)).validate(data(), Metrics.accuracy(), Mode.MAX)
            .keepBest(folder.resolve(name + "-best")).checkpoint(folder.resolve(name), 7));
    }

    private static DataLoader<Batch<int[]>> data() {
        var points = Tensor.randn(new Threefry(1).stream("points"), 20, 2).toArray();
        var labels = new int[20];
        for (int i = 0; i < labels.length; i++) points[2 * i] += labels[i] = i % 2;
        return new DataLoader<>(Rows.classification(points, 2, labels, List.of("a", "b")), 7)
            .shuffle(new Threefry(1).stream("shuffle"));
    }

    private static final class InterruptAt implements Callback {
        final int at;
        int steps;
        int ends;

        InterruptAt(int at) { this.at = at; }

        @Override
        public void onStep(Run run, Step step) { if (++steps == at) Thread.currentThread().interrupt(); }

        @Override
        public void onEnd(Run run, History history) { ends++; }
    }

    @Test
    void anInterruptEndsTheRunAfterTheStepAndItGoesOnFromThere() throws IOException {
        var whole = training("whole");
        var history = whole.trainer.fit(data(), EPOCHS);
        for (int at = 1; at <= EPOCHS * STEPS_IN_EPOCH; at++) {
            var interrupt = new InterruptAt(at);
            var name = "at" + at;
            var interrupted = training(name, interrupt);
            var part = interrupted.trainer.fit(data(), EPOCHS);
            assertTrue(Thread.interrupted(), "the interrupt survives");
            assertEquals(List.of(at, 1), List.of(interrupt.steps, interrupt.ends));
            assertArrayEquals(history.firstLosses(at), part.stepLosses());
            int epochs = at / STEPS_IN_EPOCH;
            assertEquals(List.of(epochs, epochs), List.of(part.epochLosses().length, part.validation().size()));
            var resumed = training(name);
            var rest = resumed.trainer.resume(data(), EPOCHS);
            assertArrayEquals(history.stepLosses(), rest.stepLosses());
            assertArrayEquals(history.epochLosses(), rest.epochLosses());
            assertEquals(history.validation(), rest.validation());
            assertEquals(whole.text(), resumed.text());
            for (var file : List.of("", "-best"))
                assertArrayEquals(Files.readAllBytes(folder.resolve("whole" + file)),
                    Files.readAllBytes(folder.resolve(name + file)));
        }
    }

    @Test
    void anInterruptedThreadMakesOneStepAndAllModelsBesideStop() {
        var one = training("one");
        var two = training("two");
        Thread.currentThread().interrupt();
        var histories = Trainer.sideBySide(List.of(one.trainer, two.trainer), data(), EPOCHS);
        assertTrue(Thread.interrupted());
        for (var history : histories) assertEquals(1, history.stepLosses().length);
    }

    @Test
    void whatCannotBeLookedAtIsNotTakenForMissing() throws IOException {
        var broken = training("x", new Callback() {
            @Override
            public void onStart(Run run) { throw new AssertionError("it trains"); }
        }).trainer;
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        for (var path : List.of("loop", "loop/checkpoint")) {
            var e = assertThrows(UncheckedIOException.class, () -> broken.checkpoint(folder.resolve(path), 7).resume(data(), 2));
            assertTrue(e.getMessage().contains(folder.resolve(path).toString()), e.getMessage());
        }
    }

    /// An order of the JVM's own would make each run's file another.
    @Test
    void whatIsKeptBesideTheBestIsInOrder() {
        training("x").trainer.fit(data(), 1);
        var best = Safetensors.read(folder.resolve("x-best")).metadata().keySet();
        assertEquals(List.of("epoch", "loss", "metric"), List.copyOf(best));
        var kept = List.copyOf(Safetensors.read(folder.resolve("x")).metadata().keySet());
        assertEquals(kept.stream().sorted().toList(), kept);
    }

    @Test
    void notesThatAreDamagedChangeNothing() {
        training("good").trainer.fit(data(), 2);
        var good = Safetensors.read(folder.resolve("good"));
        for (var name : List.of("part.history.best", "part.history.best.epoch", "part.history.best.waited",
            "part.history.epoch_losses", "part.history.epoch.weight", "part.history.epoch.sum", "part.history.validation_losses",
            "part.history", "note.batch", "note.batches", "note.accumulate", "step"))
            for (var text : new String[] {null, "", "x", "NaN", "-2", "99", "9".repeat(5000), "1e", "\033[2J"}) {
                if (name.endsWith("best") && List.of("-2", "99").contains("" + text)) continue;
                if (name.endsWith("weight") && "99".equals(text) || name.endsWith("sum")
                    && List.of("NaN", "-2", "99").contains("" + text))
                    continue;
                if (name.equals("part.history") && text != null) continue;
                var texts = new TreeMap<>(good.metadata());
                if (text == null) texts.remove(name);
                else texts.put(name, text);
                Safetensors.write(folder.resolve("bad"), good.tensors(), texts);
                var run = training("bad");
                var before = run.text();
                // a setting that can be read is another run's
                if (name.matches("note.batches|note.accumulate") && text != null)
                    Rejected.argument(() -> run.trainer.resume(data(), 3), folder.resolve("bad").toString(), name);
                else Rejected.malformed(() -> run.trainer.resume(data(), 3), folder.resolve("bad").toString(),
                    name.replace("part.history.", ""));
                assertEquals(before, run.text());
            }
    }
}
