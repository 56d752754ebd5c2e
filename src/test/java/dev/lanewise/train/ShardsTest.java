package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.group.Group;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Buffer;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.OneCycleLR;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Members;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps over logical shards: who looks at them plays no part in the bits.
class ShardsTest {

    private static final int EPOCHS = 2;
    private static final int ROWS = 53;
    private static final int FEATURES = 6;
    private static final int CLASSES = 3;

    @TempDir
    Path folder;

    private static Dataset<Batch<int[]>> data() {
        var x = Tensor.randn(new Threefry(5), ROWS, FEATURES);
        var labels = IntStream.range(0, ROWS).map(i -> i * 7 % CLASSES).toArray();
        return rows(x, labels);
    }

    private static Dataset<Batch<int[]>> rows(Tensor x, int[] labels) {
        return Dataset.of(x.size(0), row -> row,
            some -> new Batch<>(Tensor.cat(0, some.stream().map(row -> x.slice(0, row, row + 1)).toArray(Tensor[]::new)),
                some.stream().mapToInt(row -> labels[row]).toArray()));
    }

    private static DataLoader<Batch<int[]>> loader(int batch) { return new DataLoader<>(data(), batch).shuffle(new Threefry(8)); }

    private static Sequential everything() {
        return new Sequential(new Linear(FEATURES, 16), new BatchNorm1d(16, BatchNorm1d.options().momentum(null)), new ReLU(),
            new Dropout(0.3), new Linear(16, 16), new BatchNorm1d(16), new Dropout(0.1), new Linear(16, CLASSES));
    }

    private static Sequential plain() { return new Sequential(new Linear(FEATURES, 16), new ReLU(), new Linear(16, CLASSES)); }

    /// All that a model is after a run, and what the run said.
    private record Outcome(TreeMap<String, List<Float>> state, TreeMap<String, Long> steps, List<Float> losses) {

        static Outcome of(Layer model, History history) {
            var state = new TreeMap<String, List<Float>>();
            model.stateDict().forEach((path, values) -> state.put(path, floats(values.toArray())));
            return new Outcome(state, new TreeMap<>(model.stepDict()), floats(history.stepLosses()));
        }

        private static List<Float> floats(float[] values) {
            var list = new ArrayList<Float>();
            for (float value : values) list.add(value);
            return list;
        }
    }

    private static Outcome run(Supplier<Sequential> net, DataLoader<Batch<int[]>> data, int shards, Group group,
            Consumer<Trainer<Batch<int[]>>> told) {
        var model = net.get();
        model.initialize(42);
        var adam = new Adam(model.parameters(), 0.01);
        var trainer = Trainer.classifier(model, adam).shards(shards, group).clipNorm(0.5)
            .scheduleSteps(new OneCycleLR(adam, 0.02, 40));
        told.accept(trainer);
        return Outcome.of(model, trainer.fit(data, EPOCHS));
    }

    // 53 rows: the last batch of 8 has 5, the last of 13 has 1, so that shards are empty, and all of some ranks'
    @ParameterizedTest
    @CsvSource({"1,2,16", "8,2,16", "8,3,16", "4,7,8", "16,5,8", "2,3,16"})
    void theWeightsDoNotDependOnHowManyThereAre(int shards, int size, int batch) throws Exception {
        // a batch norm needs two rows a shard
        Supplier<Sequential> net = batch / shards >= 2 && ROWS % batch / shards >= 2 ? ShardsTest::everything
            : () -> new Sequential(
            new Linear(FEATURES, 16), new ReLU(), new Dropout(0.3), new Linear(16, CLASSES));
        var alone = run(net, loader(batch), shards, Group.alone(), _ -> {});
        for (var each : Members.all(size,
            group -> run(net, loader(batch).prefetch(group.rank()), shards, group, _ -> {}))) assertEquals(alone, each);
        assertNotEquals(alone.state, run(net, loader(batch), shards == 1 ? 2 : 1, Group.alone(), _ -> {}).state,
            "the number of shards counts");
    }

    @Test
    void accumulatedCutAndAveragedStepsAreTheSame() throws Exception {
        Consumer<Trainer<Batch<int[]>>> told = trainer -> trainer.accumulate(3)
            .cut(batch -> batch.size() == 1 ? List.of(batch)
                : List.of(rows(batch, 0, batch.size() / 2), rows(batch, batch.size() / 2, batch.size())))
            .average(new WeightAverage(trainer.model, WeightAverage.exponential(0.9))).validate(loader(16)).validateAverage();
        Supplier<Sequential> net = () -> new Sequential(new Linear(FEATURES, 16), new Dropout(0.3), new Linear(16, CLASSES));
        var alone = run(net, loader(8), 4, Group.alone(), told);
        for (var each : Members.all(3, group -> run(net, loader(8), 4, group, told))) assertEquals(alone, each);
    }

    private static Batch<int[]> rows(Batch<int[]> batch, int from, int to) {
        return new Batch<>(batch.inputs().slice(0, from, to), Arrays.copyOfRange(batch.targets(), from, to));
    }

    @Test
    void whatStepsComeToIsWhatWholeBatchesComeTo() {
        var whole = plain();
        whole.initialize(42);
        Trainer.classifier(whole, new SGD(whole.parameters(), 0.1)).fit(loader(16), EPOCHS);
        var sharded = plain();
        sharded.initialize(42);
        Trainer.classifier(sharded, new SGD(sharded.parameters(), 0.1)).shards(8).fit(loader(16), EPOCHS);
        var one = new ArrayList<>(whole.stateDict().values());
        var other = new ArrayList<>(sharded.stateDict().values());
        for (int i = 0; i < one.size(); i++) assertArrayEquals(one.get(i).toArray(), other.get(i).toArray(), 1e-5f);
    }

    /// Labels that don't count leave most of the weight in a few shards.
    @Test
    void partsAreDividedOnce() {
        var ignored = new int[ROWS];
        for (int i = 0; i < ROWS; i++) ignored[i] = i % 16 < 13 ? -100 : i % CLASSES;
        var data = new DataLoader<>(rows(Tensor.randn(new Threefry(5), ROWS, FEATURES), ignored), 16);
        var losses = new ArrayList<List<Float>>();
        for (int shards : new int[] {0, 8}) {
            var model = plain();
            model.initialize(42);
            var trainer = Trainer.classifier(model, (logits, labels) -> Loss.crossEntropy(logits, labels),
                new SGD(model.parameters(), 0.1));
            var history = (shards == 0 ? trainer : trainer.shards(shards)).fit(data, EPOCHS);
            losses.add(Outcome.floats(history.stepLosses()));
        }
        for (int i = 0; i < losses.getFirst().size(); i++) assertEquals(losses.getFirst().get(i), losses.getLast().get(i), 1e-5f);
    }

    @Test
    void aStepInWhichNothingCountsChangesNothing() throws Exception {
        var labels = new int[ROWS];
        Arrays.fill(labels, -100);
        for (float[] each : Members.<float[]>all(2, group -> {
            var model = plain();
            model.initialize(42);
            var before = model.stateDict();
            var history = Trainer.classifier(model, new Adam(model.parameters(), 0.1)).shards(4, group)
                .fit(new DataLoader<>(rows(Tensor.randn(new Threefry(5), ROWS, FEATURES), labels), 16), 1);
            before.forEach((path, values) -> assertArrayEquals(values.toArray(), model.stateDict().get(path).toArray(), path));
            return history.stepLosses();
        })) for (float loss : each) assertTrue(Float.isNaN(loss));
    }

    @Test
    void buffersAreTheMeanOfTheShardsThatChangedThem() {
        var layer = new Layer() {
            private final Buffer seen = register(new Buffer("seen", Shape.of(), 0));
            private final Linear linear = register("linear", new Linear(FEATURES, CLASSES));

            @Override
            public Tensor forward(Tensor x) {
                if (x.get(0, 0) > 1) seen.load(Tensor.scalar(x.get(0, 0)));
                return linear.call(x);
            }
        };
        layer.initialize(42);
        var x = Tensor.zeros(8, FEATURES);
        var values = x.toArray();
        values[2 * FEATURES] = 3;
        values[6 * FEATURES] = 5;
        Trainer.classifier(layer, new SGD(layer.parameters(), 0.1)).shards(4)
            .fit(new DataLoader<>(rows(Tensor.wrap(values, 8, FEATURES), new int[8]), 8), 1);
        assertEquals(4, layer.seen.tensor().item());
    }

    @Test
    void aRunThatIsStoppedGoesOnWithTheSameBits() throws Exception {
        var alone = run(ShardsTest::everything, loader(16), 2, Group.alone(), _ -> {});
        var file = folder.resolve("run.safetensors");
        int longest = EPOCHS * (ROWS / 16 + 1);
        for (int stop : new int[] {1, 3, longest}) {
            Files.deleteIfExists(file);
            // only one process wants to stop
            Members.all(2, group -> run(ShardsTest::everything, loader(16), 2, group,
                trainer -> trainer.checkpoint(file, 42).callback(new Callback() {
                @Override
                public void onStep(Run run, Step step) { if (group.rank() == 1 && run.step() == stop) run.stop(); }
            })));
            var resumed = Members.all(3, group -> resumed(group, file));
            for (var each : resumed) assertEquals(alone.state, each.state, "stopped after step " + stop);
        }
    }

    /// Somebody in all processes, or in one of them, before the first step, after one, or after an epoch.
    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void whoIsAloneEndsWhereManyDo(int only) throws Exception {
        int steps = ROWS / 16 + 1;
        for (int stop : new int[] {0, 1, 2, steps, steps + 1, 2 * steps}) for (boolean late : new boolean[] {false, true}) {
            IntFunction<Consumer<Trainer<Batch<int[]>>>> told = rank -> trainer -> {
                trainer.receipt(folder.resolve(trainer.group.size() + ".txt"));
                if (only < 0 || only == rank) trainer.callback(stopping(stop, late));
            };
            // the other one has begun the next step by then, and counted
            var alone = run(ShardsTest::everything, loader(16), 2, Group.alone(), told.apply(Math.max(only, 0)));
            assertEquals(late && stop % steps != 0 ? EPOCHS * steps : stop, alone.losses.size());
            for (var each : Members.all(2,
                group -> run(ShardsTest::everything, loader(16), 2, group, told.apply(group.rank())))) assertEquals(alone, each);
            assertEquals(Files.readString(folder.resolve("1.txt")), Files.readString(folder.resolve("2.txt")));
        }
    }

    /// @param late by the epoch's end, not by the step's
    private static Callback stopping(int after, boolean late) {
        return new Callback() {
            @Override
            public void onStart(Run run) { if (after == 0) run.stop(); }

            @Override
            public void onStep(Run run, Step step) { if (!late && run.step() == after) run.stop(); }

            @Override
            public void onEpochEnd(Run run, Epoch epoch) { if (late && run.step() == after) run.stop(); }
        };
    }

    @Test
    void parametersOutsideOfTheModelAreLearnedAndCompared() throws Exception {
        var alone = outside(Group.alone(), 7);
        for (var each : Members.all(3, group -> outside(group, 7))) assertEquals(alone, each);
        for (var outcome : Members.outcomes(2, group -> outside(group, group.rank())))
            assertTold(outcome, "weights of parameter 0 outside of the model is ");
    }

    private static List<Float> outside(Group group, int seed) {
        var model = plain();
        model.initialize(42);
        var head = new Linear(FEATURES, CLASSES);
        head.initialize(seed);
        new Trainer<Batch<int[]>>(model,
            batch -> Loss.crossEntropy(model.call(batch.inputs()).add(head.call(batch.inputs())), batch.targets()),
            new Adam(model.parameters(), 0.01)).optimizer(new Adam(head.parameters(), 0.02)).shards(4, group).fit(loader(16), 1);
        return Outcome.floats(head.weight().tensor().toArray());
    }

    /// The file is the same whoever wrote it, also of a run that others went on with; and all verify it.
    @Test
    void aReceiptIsTheSameOfHoweverManyProcesses() throws Exception {
        var file = folder.resolve("alone.txt");
        // shards of the last batch are empty, and of the last of five processes all
        run(ShardsTest::plain, loader(8), 4, Group.alone(), trainer -> trainer.receipt(file, ReceiptOptions.DEFAULT.every(3)));
        var expected = Files.readString(file);
        for (int size : new int[] {2, 3, 5}) {
            var others = folder.resolve("group-" + size + ".txt");
            Members.all(size, group -> run(ShardsTest::plain, loader(8), 4, group,
                trainer -> trainer.receipt(others, ReceiptOptions.DEFAULT.every(3))));
            assertEquals(expected, Files.readString(others));
            for (var each : Members.all(size, group -> verified(group, others, 8))) assertTrue(each.isSame(), each.toString());
        }
        for (var each : Members.all(2, group -> verified(group, file, 7))) assertEquals(Verification.Kind.SETTING,
            each.difference().orElseThrow().kind());
    }

    private static Verification verified(Group group, Path file, int batch) {
        var model = plain();
        model.initialize(42);
        var adam = new Adam(model.parameters(), 0.01);
        return Trainer.classifier(model, adam).shards(4, group).clipNorm(0.5).scheduleSteps(new OneCycleLR(adam, 0.02, 40))
            .verify(file, loader(batch));
    }

    @Test
    void aReceiptGoesOnWithTheRunInAnotherNumber() throws Exception {
        var expected = receipt("alone", Integer.MAX_VALUE, Group.alone(), false);
        Members.all(3, group -> receipt("stopped", 5, group, false));
        for (var each : Members.all(2, group -> receipt("stopped", Integer.MAX_VALUE, group, true))) assertEquals(expected, each);
    }

    private String receipt(String name, int stop, Group group, boolean resumes) throws Exception {
        var model = plain();
        model.initialize(42);
        var file = folder.resolve(name + ".txt");
        var trainer = Trainer.classifier(model, new Adam(model.parameters(), 0.01)).shards(4, group)
            .checkpoint(folder.resolve(name + ".safetensors"), 42).receipt(file).callback(stopping(stop, false));
        if (resumes) trainer.resume(loader(8), EPOCHS);
        else trainer.fit(loader(8), EPOCHS);
        // until rank 0 has closed it
        if (group.size() > 1) group.exchange(Collections.nCopies(group.size(), ByteBuffer.allocate(0)));
        return Files.readString(file);
    }

    @Test
    void aReceiptInDetailIsOfOneProcess() throws Exception {
        var file = folder.resolve("receipt.txt");
        var detail = ReceiptOptions.DEFAULT.detail(1, 2);
        run(ShardsTest::plain, loader(16), 2, Group.alone(), trainer -> trainer.receipt(file, detail));
        for (boolean verifies : new boolean[] {false, true}) for (var outcome : Members.outcomes(2, group -> {
            var model = plain();
            model.initialize(42);
            var trainer = Trainer.classifier(model, new SGD(model.parameters(), 0.1)).shards(2, group);
            return verifies ? trainer.verify(file, loader(16)) : trainer.receipt(folder.resolve("other.txt"), detail)
                .fit(loader(16), 1);
        })) assertTold(outcome, "a receipt in detail is of one process");
    }

    /// Who asked for it before the checkpoint was written asks again: the run ends where it would have.
    @Test
    void aStopThatACallbackKeepsOutlivesTheProcess() throws Exception {
        var file = folder.resolve("run.safetensors");
        int stop = 3;
        var alone = run(ShardsTest::plain, loader(16), 2, Group.alone(), trainer -> trainer.callback(new Ending(stop)));
        assertEquals(stop, alone.losses.size());
        for (var outcome : Members.outcomes(2,
            group -> run(ShardsTest::plain, loader(16), 2, group, trainer -> trainer.checkpoint(file, 42).checkpointEvery(1)
            .callback(new Ending(stop)).callback(new Callback() {
                @Override
                public void onCheckpoint(Run run, Path written) {
                    if (run.step() == stop) throw new IllegalStateException("killed");
                }
            })))) assertThrows(ExecutionException.class, outcome::get);
        for (var each : Members.all(3, group -> {
            var model = plain();
            model.initialize(42);
            var adam = new Adam(model.parameters(), 0.01);
            var trainer = Trainer.classifier(model, adam).shards(2, group).clipNorm(0.5)
                .scheduleSteps(new OneCycleLR(adam, 0.02, 40)).checkpoint(file, 42).callback(new Ending(stop));
            return Outcome.of(model, trainer.resume(loader(16), EPOCHS));
        })) assertEquals(alone.state, each.state);
    }

    /// Ends the run after a step, and remembers that it did.
    private static final class Ending implements StatefulCallback {

        private final int after;
        private boolean ended;

        Ending(int after) { this.after = after; }

        @Override
        public String name() { return "ending"; }

        @Override
        public void onStart(Run run) { if (ended) run.stop(); }

        @Override
        public void onStep(Run run, Step step) {
            if (run.step() != after) return;
            ended = true;
            run.stop();
        }

        @Override
        public State state() { return new State(Map.of("ended", "" + ended), Map.of()); }

        @Override
        public void load(State state) { ended = Boolean.parseBoolean(state.texts().get("ended")); }
    }

    private static Outcome resumed(Group group, Path file) {
        var model = everything();
        model.initialize(42);
        var adam = new Adam(model.parameters(), 0.01);
        var trainer = Trainer.classifier(model, adam).shards(2, group).clipNorm(0.5).scheduleSteps(new OneCycleLR(adam, 0.02, 40))
            .checkpoint(file, 42);
        return Outcome.of(model, trainer.resume(loader(16), EPOCHS));
    }

    @Test
    void aRunOfOtherShardsIsNotGoneOnWith() {
        var file = folder.resolve("run.safetensors");
        run(ShardsTest::plain, loader(16), 2, Group.alone(), trainer -> trainer.checkpoint(file, 42));
        for (int shards : new int[] {0, 4}) {
            var model = plain();
            model.initialize(42);
            var adam = new Adam(model.parameters(), 0.01);
            var trainer = Trainer.classifier(model, adam).clipNorm(0.5).scheduleSteps(new OneCycleLR(adam, 0.02, 40))
                .checkpoint(file, 42);
            if (shards > 0) trainer.shards(shards);
            var error = assertThrows(IllegalArgumentException.class, () -> trainer.resume(loader(16), EPOCHS));
            assertTrue(error.getMessage().contains("shards"), error.getMessage());
        }
    }

    @Test
    void processesThatRunOtherProgramsAreTold() throws Exception {
        for (var outcome : Members.outcomes(3,
            group -> run(() -> group.rank() == 1 ? everything() : plain(), loader(16), 4, group, _ -> {})))
            assertTold(outcome, "rank 1 of the group doesn't run what rank 0 runs: model is ");
        for (var outcome : Members.outcomes(2,
            group -> run(ShardsTest::plain, loader(group.rank() == 1 ? 8 : 16), 4, group, _ -> {})))
            assertTold(outcome, "batch_size is 8, but that of rank 0 is 16");
        for (var outcome : Members.outcomes(2, group -> {
            var model = plain();
            model.initialize(group.rank());
            return Trainer.classifier(model, new SGD(model.parameters(), 0.1)).shards(4, group).fit(loader(16), 1);
        })) assertTold(outcome, "weights of 0.weight is ");
    }

    private static void assertTold(Future<?> outcome, String message) {
        var error = assertThrows(ExecutionException.class, outcome::get).getCause();
        assertTrue(error instanceof IllegalArgumentException && error.getMessage().contains(message), error.toString());
    }

    @Test
    void anErrorInOneEndsAll() throws Exception {
        IntFunction<DataLoader<Batch<int[]>>> poisoned = rank -> new DataLoader<>(data().map(batch -> {
            if (rank == 1) throw new IllegalStateException("a row is poisoned");
            return batch;
        }), 16);
        var outcomes = Members.outcomes(2, group -> run(ShardsTest::plain, poisoned.apply(group.rank()), 4, group, _ -> {}));
        assertTrue(assertThrows(ExecutionException.class, outcomes.get(1)::get).getMessage().contains("a row is poisoned"));
        assertTrue(assertThrows(ExecutionException.class, outcomes.get(0)::get).getMessage().contains("rank 1 is gone"));
    }

    @Test
    void whatCantBeShardedIsRefused() {
        var model = everything();
        model.initialize(new TorchRandom(42));
        var trainer = Trainer.classifier(model, new SGD(model.parameters(), 0.1));
        for (int shards : new int[] {0, -1, 3, 12, 1 << 17, Integer.MIN_VALUE}) assertThrows(IllegalArgumentException.class,
            () -> trainer.shards(shards));
        var error = assertThrows(IllegalStateException.class, () -> trainer.shards(2).fit(loader(16), 1));
        assertTrue(error.getMessage().contains("TorchRandom is drawn in order"), error.getMessage());
        var other = plain();
        other.initialize(42);
        assertThrows(IllegalArgumentException.class, () -> Trainer.sideBySide(List.of(trainer, Trainer.classifier(other,
            new SGD(other.parameters(), 0.1))), loader(16), 1));
    }

    @Test
    void everyShardDropsByNumbersOfItsOwn() {
        var masks = new ArrayList<List<Float>>();
        var dropout = new Dropout(0.5);
        var model = new Sequential(dropout, new Linear(FEATURES, CLASSES));
        model.initialize(42);
        dropout.registerForwardHook((_, call) -> masks.add(Outcome.floats(call.output().toArray())));
        Trainer.classifier(model, new SGD(model.parameters(), 0.1)).shards(4)
            .fit(new DataLoader<>(rows(Tensor.ones(ROWS, FEATURES), new int[ROWS]), 8), 1);
        assertEquals(4 * 6 + 4, masks.size());
        assertEquals(masks.size(), masks.stream().distinct().count());
        var expected = new float[2 * FEATURES];
        // second step, fourth shard
        new Threefry(42).stream("0").stream(1).stream(6).bernoulli(0.5, expected, 0, expected.length);
        for (int i = 0; i < expected.length; i++) expected[i] *= 2;
        assertEquals(Outcome.floats(expected), masks.get(7));
    }

    @Test
    void aCheckpointIsHeardOfWhereItIsWritten() throws Exception {
        var file = folder.resolve("run.safetensors");
        for (var heard : Members.all(2, group -> {
            var steps = new ArrayList<Long>();
            run(ShardsTest::plain, loader(16), 2, group, trainer -> trainer.checkpoint(file, 42).checkpointEvery(3)
                .callback(new Callback() {
                @Override
                public void onCheckpoint(Run run, Path written) {
                    assertTrue(Files.exists(written));
                    steps.add(run.step());
                }
            }));
            return group.rank() == 0 ? steps : steps.isEmpty() ? List.of(3L, 4L, 6L, 8L) : List.<Long>of();
        })) assertEquals(List.of(3L, 4L, 6L, 8L), heard);
    }
}
