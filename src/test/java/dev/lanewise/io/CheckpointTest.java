package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.OptimizerKind;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.io.Checkpoint.Progress;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ExponentialLR;
import dev.lanewise.optim.LRScheduler;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.ReduceLROnPlateau;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.StepLR;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

class CheckpointTest {

    private Path file;

    @BeforeTry
    void makeFile() throws IOException { file = Files.createTempFile("checkpoint", ".safetensors"); }

    @AfterTry
    void removeFile() throws IOException { Files.delete(file); }

    /// A program that trains: a model with all that a model keeps, two schedules that multiply, and one of the other kind.
    private static final class Program {
        final long seed;
        final Sequential model;
        final Optimizer optimizer;
        final LRScheduler decay;
        final LRScheduler drop;
        final ReduceLROnPlateau plateau;
        int epoch;

        Program(OptimizerKind kind, long seed, int hidden) {
            this.seed = seed;
            model = new Sequential(new Linear(3, hidden), new BatchNorm1d(hidden), new ReLU(), new Dropout(0.3),
                new Linear(hidden, 1)).initialize(seed);
            model.parameters().getLast().requiresGrad(false); // the optimizer remembers nothing of it
            optimizer = kind.make(model.parameters());
            decay = new ExponentialLR(optimizer, 0.9);
            drop = new StepLR(optimizer, 2, 0.5);
            plateau = new ReduceLROnPlateau(optimizer, ReduceLROnPlateau.options().patience(0).factor(0.7));
        }

        void train(int epochs) {
            for (int until = epoch + epochs; epoch < until; epoch++) {
                var x = Tensor.randn(new Threefry(seed).stream(epoch), 5, 3);
                optimizer.zeroGrad();
                var loss = model.call(x).square().mean();
                loss.backward();
                optimizer.step();
                decay.step();
                drop.step();
                plateau.step(loss.item());
            }
        }

        Checkpoint checkpoint() {
            return Checkpoint.of(model).optimizer(optimizer).schedule(decay).schedule(drop).schedule(plateau).seed(seed);
        }

        /// All that the future depends on, with every number in full.
        String text() {
            var text = new StringBuilder();
            model.stateDict().forEach((path, tensor) -> text.append(path).append(hex(tensor)));
            text.append(model.stepDict());
            var state = optimizer.stateDict();
            text.append(state.steps()).append(' ').append(state.groups());
            state.parameters().forEach((number, slot) -> new TreeMap<>(slot.buffers()).forEach((name, buffer) ->
                text.append(number).append(name).append(slot.steps()).append(hex(buffer))));
            for (var each : List.of(decay.stateDict(), drop.stateDict(), plateau.stateDict()))
                text.append(each.kind()).append(each.epoch()).append(' ').append(each.learningRates()).append(each.baseRates())
                    .append(new TreeMap<>(each.values()));
            return text.toString();
        }

        private static String hex(Tensor tensor) { return Arrays.toString(Bits.of(tensor)); }
    }

    @Property(tries = 60)
    void aResumedRunIsTheUninterruptedOneToTheBit(@ForAll OptimizerKind kind, @ForAll long seed,
        @ForAll @IntRange(max = 4) int before,
                                                  @ForAll @IntRange(min = 1, max = 4) int after) {
        var uninterrupted = new Program(kind, seed, 6);
        uninterrupted.train(before + after);
        var first = new Program(kind, seed, 6);
        first.train(before);
        first.checkpoint().save(file, new Progress(first.epoch, first.optimizer.steps(), Map.of("best", "0.5")));
        var saved = first.text();
        first.train(after); // must not reach into the file

        var resumed = new Program(kind, seed, 6);
        resumed.train(2); // whatever it did before is forgotten
        var progress = resumed.checkpoint().load(file);
        assertEquals(new Progress(before, before, Map.of("best", "0.5")), progress);
        assertEquals(saved, resumed.text());
        resumed.epoch = progress.epoch();
        resumed.train(after);
        assertEquals(uninterrupted.text(), resumed.text());
    }

    private enum Other { LAYERS, KIND, SEED, SCHEDULES, SCHEDULE_KIND, DROPOUT }

    /// Whatever does not fit: the message says what, and nothing is half-loaded.
    @Property(tries = 60)
    void aCheckpointOfAnotherRunChangesNothing(@ForAll Other other, @ForAll OptimizerKind kind,
        @ForAll @IntRange(max = 1000) int seed) {
        var own = new Program(kind, seed, 6);
        own.train(3);
        var before = own.text();
        var stranger = new Program(other == Other.KIND
            ? OptimizerKind.values()[(kind.ordinal() + 5) % OptimizerKind.values().length] : kind,
            other == Other.SEED ? seed + 1 : seed, other == Other.LAYERS ? 7 : 6);
        stranger.train(2);
        var run = stranger.checkpoint();
        if (other == Other.SCHEDULES)
            run = Checkpoint.of(stranger.model).optimizer(stranger.optimizer).schedule(stranger.decay).seed(seed);
        if (other == Other.SCHEDULE_KIND) run = Checkpoint.of(stranger.model).optimizer(stranger.optimizer)
            .schedule(stranger.decay).schedule(stranger.drop).schedule(stranger.drop).seed(seed);
        if (other == Other.DROPOUT) {
            var without = new LinkedHashMap<String, Layer>();
            own.model.children().forEach((name, child) ->
                without.put(name, child instanceof Dropout ? new ReLU() : (Layer) child));
            var model = new Sequential(without);
            run = Checkpoint.of(model).optimizer(stranger.optimizer).schedule(stranger.decay).schedule(stranger.drop)
                .schedule(stranger.plateau).seed(seed);
        }
        run.save(file, new Progress(2, 2));
        Rejected.argument(() -> own.checkpoint().load(file), "Checkpoint.load: " + file + ": ", "nothing was loaded",
            switch (other) {
            case LAYERS -> "[7";
            case KIND -> "but this run's optimizer is " + own.optimizer.kind();
            case SEED -> "it is of seed " + (seed + 1) + ", but this run's seed is " + seed;
            case SCHEDULES -> "it keeps 1 schedules, but this run has 3";
            case SCHEDULE_KIND -> "ReduceLROnPlateau: the state is of StepLR";
            case DROPOUT -> "loadStepDict";
        });
        assertEquals(before, own.text());
    }

    @Example
    void namesInTheFileAreThoseThatAreDocumented() {
        var run = new Program(OptimizerKind.ADAM, 42, 2);
        run.train(3);
        run.checkpoint().save(file, new Progress(3, 3, Map.of("mine", "yes")));
        var kept = Safetensors.read(file);
        assertEquals(List.of("model.0.weight", "model.0.bias", "model.1.weight", "model.1.bias", "model.1.running_mean",
            "model.1.running_var", "model.4.weight", "model.4.bias", "optimizer.0.exp_avg", "optimizer.0.exp_avg_sq"),
            List.copyOf(kept.tensors().keySet()).subList(0, 10));
        assertFalse(kept.tensors().containsKey("optimizer.5.exp_avg"), "it is frozen");
        var texts = kept.metadata();
        assertEquals("3 3 42 3 Adam 3 3 yes ReduceLROnPlateau",
            String.join(" ", texts.get("epoch"), texts.get("step"), texts.get("seed"),
            texts.get("model.steps.3"), texts.get("optimizer"), texts.get("optimizer.steps"), texts.get("optimizer.steps.3"),
            texts.get("note.mine"), texts.get("schedule.2.kind")));
    }

    @Example
    void aModelAloneIsHadFromAnyCheckpointOfIt() {
        var run = new Program(OptimizerKind.ADAMW, 7, 4);
        run.train(2);
        run.checkpoint().save(file, new Progress(2, 2));
        var fresh = new Sequential(new Linear(3, 4), new BatchNorm1d(4), new ReLU(), new Dropout(0.3), new Linear(4, 1));
        assertEquals(new Progress(2, 2), Checkpoint.of(fresh).load(file));
        Bits.assertSame(run.model.stateDict(), fresh.stateDict());
        assertEquals(run.model.stepDict(), fresh.stepDict());
        // a rate that is no float32, and no schedule that would set it anew
        var optimizer = new SGD(fresh.parameters(), 0.123456789);
        Checkpoint.of(fresh).optimizer(optimizer).save(file, new Progress(0, 0));
        optimizer.learningRate(1);
        Checkpoint.of(fresh).optimizer(optimizer).load(file);
        assertEquals(0.123456789, optimizer.learningRate());
        Checkpoint.of(fresh).save(file, new Progress(0, 0));
        Rejected.argument(() -> run.checkpoint().load(file), "it keeps no optimizer");
        Rejected.argument(() -> Checkpoint.of(fresh).seed(1).load(file), "a run without a seed");
    }

    @Example
    void damageIsNamed() {
        var run = new Program(OptimizerKind.ADAM, 1, 2);
        run.train(1);
        run.checkpoint().save(file, new Progress(1, 1));
        var good = Safetensors.read(file);
        damaged(run, good, "epoch", null, "\"epoch\" is missing");
        damaged(run, good, "epoch", "one", "\"epoch\" is \"one\"");
        damaged(run, good, "epoch", "-1", "epoch -1");
        damaged(run, good, "model.steps.3", "x", "\"model.steps.3\" is \"x\"");
        damaged(run, good, "optimizer.steps.0", null, "\"optimizer.0.exp_avg\", but not the steps");
        damaged(run, good, "optimizer.steps.x", "1", "\"x\" is no parameter's number");
        damaged(run, good, "optimizer.group.0.learning_rate", "-1", "learning rate");
        damaged(run, good, "optimizer.group.0.initial_rate", "-1", "learning rate");
        damaged(run, good, "lanewise.checkpoint", "1", "of format 1");
        damaged(run, good, "lanewise.checkpoint", null, "it is no checkpoint", "Safetensors.read");
        write(good, "schedule.1.value.x", "1");
        // as one of other options would
        Rejected.argument(() -> run.checkpoint().load(file), "it is of another run", "the state holds");
        var tensors = new LinkedHashMap<>(good.tensors());
        tensors.put("other", Tensor.scalar(1));
        Safetensors.write(file, tensors, good.metadata());
        Rejected.malformed(() -> run.checkpoint().load(file), "tensor \"other\"");
        Rejected.argument(() -> new Progress(-1, 0), "epoch -1");
    }

    private void damaged(Program run, Safetensors good, String name, String text, String... parts) {
        write(good, name, text);
        var before = run.text();
        Rejected.malformed(() -> run.checkpoint().load(file), parts);
        assertEquals(before, run.text());
    }

    private void write(Safetensors good, String name, String text) {
        var texts = new TreeMap<>(good.metadata());
        if (text == null) texts.remove(name);
        else texts.put(name, text);
        Safetensors.write(file, good.tensors(), texts);
    }

    /// Text that a field may come to hold.
    private static final List<String> ODD = List.of("", " ", "-1", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "9007199254740993", "NaN", "Infinity", "-Infinity", "1e999", "-1e-9", "0x1p3", "٣", "1.5", "null",
        "\u001b[31m", "\ud83d\ude42", "7".repeat(100_000));

    /// Every field of the metadata in turn, with some of the odd texts, as each file is forced to the disk; and tensors of other
    /// shapes: either it is taken or nothing changes, and file and field are named in a message that is fit to be shown.
    @Property(tries = 14)
    void aFieldThatIsChangedIsTakenOrRefusedByName(@ForAll OptimizerKind kind, @ForAll long seed) {
        var run = new Program(kind, seed, 3);
        run.train(2);
        run.checkpoint().save(file, new Progress(2, 2, Map.of("mine", "1")));
        var good = Safetensors.read(file);
        var own = new Program(kind, seed, 3);
        own.train(1);
        var random = new Random(seed);
        for (var name : good.metadata().keySet()) for (int i = 0; i < 2; i++) {
            var odd = ODD.get(random.nextInt(ODD.size()));
            var texts = new TreeMap<>(good.metadata());
            texts.put(name, odd);
            takenOrRefused(own, good.tensors(), texts, name.startsWith("schedule.") ? name.substring(0, 10) : name);
        }
        for (var name : good.tensors().keySet()) {
            var tensors = new LinkedHashMap<>(good.tensors());
            tensors.put(name, Tensor.zeros(2, 9));
            takenOrRefused(own, tensors, good.metadata(), name.substring(name.lastIndexOf('.') + 1));
            tensors.remove(name);
            takenOrRefused(own, tensors, good.metadata(), "");
        }
    }

    private void takenOrRefused(Program own, Map<String, Tensor> tensors, Map<String, String> texts, String field) {
        Safetensors.write(file, tensors, texts);
        var before = own.text();
        try {
            own.checkpoint().load(file);
        } catch (IllegalArgumentException | MalformedFileException e) {
            assertEquals(before, own.text(), e.getMessage());
            assertNamed(e);
            assertTrue(e.getMessage().contains(file.toString()) && e.getMessage().contains(field)
                && e.getMessage().length() < 1000 && !e.getMessage().contains("\033"), () -> field + ": " + e.getMessage());
        }
    }

    /// What is damaged, or what might be another run's.
    private void assertNamed(RuntimeException e) {
        if (e instanceof MalformedFileException malformed) assertEquals(file, malformed.file().orElseThrow());
        else assertTrue(e.getMessage().contains("nothing was loaded"), e.getMessage());
    }

    @Property(tries = 300)
    void damagedBytesChangeEverythingOrNothing(@ForAll long seed) throws IOException {
        var run = new Program(OptimizerKind.ADAM, 3, 2);
        run.train(1);
        run.checkpoint().save(file, new Progress(1, 1));
        var bytes = Files.readAllBytes(file);
        var random = new Random(seed);
        for (int i = random.nextInt(4); i >= 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        Files.write(file, random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
        var before = run.text();
        try {
            run.checkpoint().load(file);
        } catch (IllegalArgumentException | MalformedFileException e) {
            assertEquals(before, run.text(), e.getMessage());
            assertNamed(e);
            assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        }
    }

    @Example
    void whatTheCallerRefusesChangesNothing() {
        var run = new Program(OptimizerKind.ADAM, 1, 2);
        run.checkpoint().save(file, new Progress(1, 1, Map.of("a", "x")));
        run.train(1);
        var before = run.text();
        Rejected.argument(() -> run.checkpoint().load(file, progress -> {
            throw new IllegalArgumentException("a is " + progress.notes().get("a"));
        }), "Checkpoint.load: " + file + ": ", "nothing was loaded", "a is x");
        Rejected.malformed(() -> run.checkpoint().load(file, _ -> {
            throw new MalformedFileException("mine", null, "a is odd");
        }), "Checkpoint.load: " + file + ": a is odd");
        assertEquals(before, run.text());
    }
}
