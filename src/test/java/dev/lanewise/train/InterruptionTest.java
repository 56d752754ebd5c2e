package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
            var text = new StringBuilder(model.stepDict().toString()).append(trainer.optimizer.steps());
            model.stateDict().forEach((path, tensor) -> {
                text.append(path);
                for (float value : tensor.toArray()) text.append(' ').append(Float.floatToRawIntBits(value));
            });
            return text.append(trainer.optimizer.learningRate()).toString();
        }
    }

    private Training training(String name, Callback... callbacks) {
        var model = new Sequential(new Linear(2, 5), new BatchNorm1d(5), new Dropout(0.4), new Linear(5, 2)).initialize(7);
        var optimizer = new Adam(model.parameters(), 0.05);
        return new Training(model, Trainer.<int[]>supervised(model, Losses::crossEntropy, optimizer, callbacks)
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
        public void onStep(Step step) { if (++steps == at) Thread.currentThread().interrupt(); }

        @Override
        public void onEnd(History history) { ends++; }
    }

    @Test
    void anInterruptEndsTheRunAfterTheStepAndItGoesOnFromTheLastEpoch() throws IOException {
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
            assertEquals(epochs > 0, Files.exists(folder.resolve(name)));
            var resumed = training(name);
            assertEquals(epochs, resumed.trainer.resume(data(), EPOCHS).firstEpoch());
            assertEquals(whole.text(), resumed.text());
            for (var file : List.of("", "-best"))
                assertArrayEquals(Files.readAllBytes(folder.resolve("whole" + file)), Files.readAllBytes(folder.resolve(name + file)));
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
        assertFalse(Files.exists(folder.resolve("one")));
    }

    @Test
    void whatCannotBeLookedAtIsNotTakenForMissing() throws IOException {
        var broken = training("x", new Callback() {
            @Override
            public void onStart(Plan plan) { throw new AssertionError("it trains"); }
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
        for (var name : List.of("best", "best.epoch", "best.waited"))
            for (var text : new String[] {null, "", "x", "NaN", "-2", "99", "9".repeat(5000), "1e", "\033[2J"}) {
                if (name.equals("best") && (text == null || text.equals("-2") || text.equals("99"))) continue;
                var texts = new TreeMap<>(good.metadata());
                if (text == null) texts.remove("note." + name);
                else texts.put("note." + name, text);
                Safetensors.write(folder.resolve("bad"), good.tensors(), texts);
                var run = training("bad");
                var before = run.text();
                Rejected.malformed(() -> run.trainer.resume(data(), 3), folder.resolve("bad").toString(), "note." + name);
                assertEquals(before, run.text());
            }
    }
}
