package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.BatchSampler;
import dev.lanewise.data.Collate;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Sampler;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.StepLR;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Steps of several batches or parts, of any batch, and what ends a run.
class StepsTest {

    /// A record of one's own: what of it counts is said label by label.
    private record Pair(Tensor left, Tensor right, int[] labels, Tensor weights) {

        Pair slice(int from, int to) {
            return new Pair(left.slice(0, from, to), right.slice(0, from, to), Arrays.copyOfRange(labels, from, to),
                weights.slice(0, from, to));
        }
    }

    private record Pairs(Pair all) implements Dataset<Pair> {

        static Pairs draw(long seed, int size) {
            var source = new Threefry(seed);
            var random = new SplittableRandom(seed);
            return new Pairs(new Pair(Tensor.randn(source.stream("left"), size, 3), Tensor.randn(source.stream("right"), size, 2),
                random.ints(size, 0, 4).map(label -> label == 3 ? -100 : label).toArray(),
                Tensor.rand(source.stream("weights"), size)));
        }

        @Override
        public int size() { return all.labels.length; }

        @Override
        public Pair batch(int... rows) {
            return new Pair(all.left.indexSelect(0, rows), all.right.indexSelect(0, rows),
                Arrays.stream(rows).map(row -> all.labels[row]).toArray(), all.weights.indexSelect(0, rows));
        }
    }

    /// Two inputs, one output.
    private static final class TwoInputs extends Module {
        private final Linear left = register("left", new Linear(3, 4));
        private final Linear right = register("right", new Linear(2, 4));
        private final Linear out = register("out", new Linear(4, 3));

        Tensor call(Pair pair) { return out.call(left.call(pair.left).add(right.call(pair.right)).tanh()); }
    }

    private static final ClassOptions WEIGHTED = ClassOptions.DEFAULT.weight(Tensor.of(1, 0.25f, 3)).labelSmoothing(0.1);

    private static Loss loss(Tensor scores, Pair pair) { return Loss.crossEntropy(scores, pair.labels, WEIGHTED); }

    private static TwoInputs model(long seed) {
        var model = new TwoInputs();
        model.initialize(seed);
        return model;
    }

    private static Trainer<Pair> trainer(TwoInputs model) {
        return new Trainer<>(model, model::call, StepsTest::loss, new SGD(model.parameters(), 0.1));
    }

    private static float[] weights(Module model) {
        var all = new ArrayList<Tensor>();
        model.stateDict().values().forEach(tensor -> all.add(tensor.reshape(Math.toIntExact(tensor.numel()))));
        return Tensor.cat(0, all.toArray(Tensor[]::new)).toArray();
    }

    /// As many rows a step, however they come: whole, in several batches, or cut anyhow.
    @Property(tries = 30)
    void stepsDoNotDependOnParts(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int batches) {
        int size = 30;
        var data = Pairs.draw(seed, size);
        var whole = model(seed);
        var expected = trainer(whole).fit(new DataLoader<>(data, 2 * batches), 2);
        var accumulated = model(seed);
        var history = trainer(accumulated).accumulate(batches).fit(new DataLoader<>(data, 2), 2);
        assertAlike(expected, whole, history, accumulated);
        var random = new SplittableRandom(seed);
        var cut = model(seed);
        assertAlike(expected, whole, trainer(cut).cut(pair -> {
            var parts = new ArrayList<Pair>();
            for (int from = 0; from < pair.labels.length;) {
                int to = Math.min(pair.labels.length, from + 1 + random.nextInt(4));
                parts.add(pair.slice(from, to));
                from = to;
            }
            return parts;
        }).fit(new DataLoader<>(data, 2 * batches), 2), cut);
        // one part has the very bits
        var uncut = model(seed);
        assertArrayEquals(expected.stepLosses(), trainer(uncut).cut(List::of).fit(new DataLoader<>(data, 2 * batches), 2)
            .stepLosses());
        assertArrayEquals(weights(whole), weights(uncut));
    }

    private static void assertAlike(History expected, Module a, History found, Module b) {
        assertArrayEquals(expected.stepLosses(), found.stepLosses(), 1e-5f);
        assertArrayEquals(expected.epochLosses(), found.epochLosses(), 1e-5);
        assertArrayEquals(weights(a), weights(b), 1e-5f);
    }

    /// The mean over a data set, whatever the batches are: loss and metric.
    @Property(tries = 30)
    void evaluationsDoNotDependOnBatches(@ForAll long seed) {
        var data = Pairs.draw(seed, 29);
        var metric = Metric.<Pair>weighted((scores, pair) -> {
            var chosen = scores.argmax();
            double right = 0;
            double all = 0;
            for (int i = 0; i < chosen.length; i++) {
                all += pair.weights.get(i);
                if (chosen[i] == pair.labels[i]) right += pair.weights.get(i);
            }
            return new Metric.Sum(right, all);
        });
        var trainer = trainer(model(seed)).validate(new DataLoader<>(data, 4), metric, Mode.MAX);
        var whole = trainer.evaluate(new DataLoader<>(data, 29));
        for (int batch : new int[] {1, 3, 28}) {
            var parts = trainer.evaluate(new DataLoader<>(data, batch));
            assertEquals(whole.loss(), parts.loss(), 1e-6 * (1 + whole.loss()));
            assertEquals(whole.metric(), parts.metric(), 1e-9);
        }
        assertArrayEquals(trainer.predict(new DataLoader<>(data, 29)).toArray(),
            trainer.predict(new DataLoader<>(data, 3)).toArray());
    }

    /// Nothing moves, not even what momentum or decay would: but schedules go on, and what doesn't count changes no mean.
    @Example
    void aStepInWhichNothingCountsChangesNothing() {
        var data = Pairs.draw(1, 8);
        Arrays.fill(data.all.labels, 0, 4, -100);
        Arrays.fill(data.all.labels, 4, 8, 1);
        var model = model(1);
        var before = weights(model);
        var optimizer = new Adam(model.parameters(), 0.1, Adam.options().weightDecay(0.5));
        var schedule = new StepLR(optimizer, 1, 0.5);
        var seen = new ArrayList<String>();
        var history = new Trainer<>(model, model::call, StepsTest::loss, optimizer, new Callback() {
            @Override
            public void afterBackward(Run run, Step step) { seen.add("backward " + step.index()); }

            @Override
            public void onStep(Run run, Step step) {
                seen.add("step " + step.index() + " " + (step.weight() > 0));
                if (step.index() == 0) assertArrayEquals(before, weights(model));
            }
        }).scheduleSteps(schedule).fit(new DataLoader<>(data, 4), 1);
        assertEquals(List.of("step 0 false", "backward 1", "step 1 true"), seen);
        assertTrue(Float.isNaN(history.stepLosses()[0]));
        assertEquals(history.stepLosses()[1], (float) history.epochLosses()[0], 1e-6);
        assertEquals(1, optimizer.steps());
        assertEquals(2, schedule.epoch());
    }

    /// The norm of what was clipped is seen, and what is left is as long as it may be.
    @Example
    void clippingIsSeen() {
        var data = Pairs.draw(3, 12);
        var norms = new ArrayList<Double>();
        var model = model(3);
        trainer(model).clipNorm(0.01).callback(new Callback() {
            @Override
            public void afterBackward(Run run, Step step) {
                norms.add(step.gradientNorm());
                double square = 0;
                for (var parameter : run.model().parameters()) square += parameter.grad().square().sum().item();
                assertEquals(0.01, Math.sqrt(square), 1e-5);
            }
        }).fit(new DataLoader<>(data, 4), 1);
        assertTrue(norms.size() == 3 && norms.stream().allMatch(norm -> norm > 0.01));
        var bounded = model(3);
        trainer(bounded).clipValue(0.001).callback(new Callback() {
            @Override
            public void afterBackward(Run run, Step step) {
                assertTrue(Double.isNaN(step.gradientNorm()));
                for (var parameter : run.model().parameters()) assertTrue(parameter.grad().abs().amax().item() <= 0.001f);
            }
        }).fit(new DataLoader<>(data, 4), 1);
    }

    /// What users type.
    @Example
    void typesAreInferred() {
        var layer = new Sequential(new Linear(3, 4), new Tanh(), new Dropout(0.1), new Linear(4, 3)).initialize(1);
        var adam = new Adam(layer.parameters(), 0.1);
        Trainer<Batch<int[]>> classifier = Trainer.classifier(layer, adam);
        assertFalse(Trainer.classifier(layer, Loss::crossEntropy, adam) == classifier);
        Trainer.classifier(layer, (y, t) -> Loss.crossEntropy(y, t, WEIGHTED), adam).accumulate(2);
        Trainer.regressor(layer, adam).clipNorm(1);
        Trainer.regressor(layer, Loss::huberLoss, adam, new Callback() {}).clipNorm(1);
        Trainer.regressor(layer, (y, t) -> Loss.of(y.sub(t).abs()), adam).clipNorm(1);
        var model = model(1);
        Trainer<Pair> named = new Trainer<>(model, model::call, StepsTest::loss, adam);
        new Trainer<>(model, (Pair pair) -> model.call(pair), (scores, pair) -> loss(scores, pair), adam).accumulate(1);
        new Trainer<>(model, (Pair pair) -> loss(model.call(pair), pair), adam).accumulate(1);
        assertFalse(named == new Trainer<>(model, StepsTest::objective, adam));
        new Trainer<Pair>(model, pair -> loss(model.call(pair), pair), adam).accumulate(1);
    }

    private static Loss objective(Pair pair) { return loss(model(1).call(pair), pair); }

    /// An objective calls the model itself; a metric must, too.
    @Example
    void anObjectiveIsEnough() {
        var data = new DataLoader<>(Pairs.draw(4, 12), 5);
        var one = model(4);
        var two = model(4);
        var trainer = new Trainer<>(two, (Pair pair) -> loss(two.call(pair), pair), new SGD(two.parameters(), 0.1));
        assertArrayEquals(trainer(one).fit(data, 2).stepLosses(), trainer.fit(data, 2).stepLosses());
        assertEquals(trainer(one).evaluate(data), trainer.evaluate(data));
        Rejected.state(() -> trainer.predict(data), "was given an objective", "two functions");
        assertEquals(12.0, trainer.validate(data, (_, loader) -> loader.dataset().size(), Mode.MAX).evaluate(data).metric());
    }

    // ---- what ends a run

    @Example
    void whoStopsGetsTheHistory() throws InterruptedException {
        var data = new DataLoader<>(Pairs.draw(5, 12), 4);
        var before = trainer(model(5)).callback(new Callback() {
            @Override
            public void onStart(Run run) { run.stop(); }
        }).fit(data, 3);
        assertEquals(0, before.stepLosses().length);
        var heard = new ArrayList<History>();
        var after = trainer(model(5)).callback(new Callback() {
            @Override
            public void onStep(Run run, Step step) {
                assertEquals(run.step(), run.history().stepLosses().length);
                assertEquals(step.loss(), run.loss());
                if (run.epoch() == 1 && step.index() == 0) run.stop();
            }

            @Override
            public void onEnd(Run run, History history) {
                heard.add(history);
                run.stop();
            }
        }).fit(data, 3);
        assertEquals(List.of(4, 1), List.of(after.stepLosses().length, after.epochLosses().length));
        assertEquals(List.of(after), heard);
        assertFalse(Thread.currentThread().isInterrupted());
        var stopped = new CountDownLatch(1);
        var other = trainer(model(5)).accumulate(2).callback(new Callback() {
            @Override
            public void onStart(Run run) {
                Thread.startVirtualThread(() -> {
                    run.stop();
                    stopped.countDown();
                });
            }

            @Override
            public void onStep(Run run, Step step) {
                try {
                    stopped.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        assertTrue(other.fit(data, 3).stepLosses().length <= 1);
        // each run is its own: the next one isn't stopped
        assertEquals(1, trainer(model(5)).fit(data, 1).epochLosses().length);
    }

    @Example
    void whatCallbacksThrowComesOutAndTheTrainerGoesOn() {
        var data = new DataLoader<>(Pairs.draw(6, 12), 4);
        var fails = new boolean[] {true};
        var model = model(6);
        var trainer = trainer(model);
        trainer.callback(new Callback() {
            @Override
            public void afterBackward(Run run, Step step) { if (fails[0]) throw new UnsupportedOperationException("no"); }
        });
        assertThrows(UnsupportedOperationException.class, () -> trainer.fit(data, 1));
        fails[0] = false;
        assertArrayEquals(trainer(model(6)).fit(data, 2).stepLosses(), trainer.fit(data, 2).stepLosses(), "no step was made");
        var again = model(6);
        var nested = trainer(again);
        nested.callback(new Callback() {
            @Override
            public void onStep(Run run, Step step) { nested.fit(data, 1); }
        });
        Rejected.state(() -> nested.fit(data, 1), "is in a run already");
    }

    @Example
    void whatCannotBeIsRefused() {
        var model = model(7);
        var trainer = trainer(model);
        var data = new DataLoader<>(Pairs.draw(7, 12), 4);
        for (int n : new int[] {0, -1, Integer.MIN_VALUE}) {
            Rejected.argument(() -> trainer.accumulate(n), n + " batches a step");
            Rejected.argument(() -> trainer.log(new Rows(), n), "every " + n + " steps");
        }
        for (double bound : new double[] {-1, Double.NaN}) {
            Rejected.argument(() -> trainer.clipNorm(bound), "largest norm " + bound);
            Rejected.argument(() -> trainer.clipValue(bound), "bound " + bound);
        }
        Rejected.argument(() -> trainer(model).optimizer(new SGD(model.parameters(), 1)).fit(data, 1), "two of them have");
        Rejected.argument(() -> trainer(model).validateAverage().fit(data, 1), "validateAverage has no average");
        Rejected.argument(() -> trainer(model).cut(_ -> List.of()).fit(data, 1), "cut into no parts");
        // all batches of an epoch, and no more
        assertEquals(2, trainer(model).accumulate(Integer.MAX_VALUE).fit(data, 2).stepLosses().length);
    }

    private static final class Rows implements MetricSink {
        @Override
        public void open(long position) {}

        @Override
        public void write(Row row) {}

        @Override
        public long flush() { return 0; }

        @Override
        public void close() {}
    }

    /// What a function of the user's gives is looked at where it is given.
    @Example
    void nullsThatFunctionsGiveAreNamed() {
        var model = new Sequential(new Linear(2, 2)).initialize(1);
        var optimizer = new SGD(model.parameters(), 0.1);
        var rows = List.of(new float[] {1, 2}, new float[] {3, 4});
        var whole = Dataset.of(rows, some -> Collate.rows(some, row -> row));
        var loader = new DataLoader<>(whole, 2);
        Rejected.nothing(() -> new Trainer<>(model, (Tensor x) -> (Loss) null, optimizer).fit(loader, 1),
            "the loss function gave null");
        Rejected.nothing(() -> new Trainer<>(model, (Tensor x) -> (Tensor) null, (y, x) -> Loss.of(y), optimizer).fit(loader, 1),
            "the function of outputs gave null");
        Rejected.nothing(() -> new DataLoader<>(Dataset.of(rows, _ -> (Tensor) null), 2).forEach(0, _ -> {}),
            "made null of its rows");
        for (var none : new int[][][] {null, {null}}) Rejected.nothing(() -> new DataLoader<>(whole, new BatchSampler() {
            @Override
            public int[][] batches(int epoch) { return none; }

            @Override
            public int size() { return 1; }
        }).epoch(0), "chose null for epoch 0");
        Rejected.nothing(() -> new DataLoader<>(whole, 2).sampler(new Sampler() {
            @Override
            public int[] rows(int epoch) { return null; }

            @Override
            public int size() { return 2; }
        }).epoch(0), "chose null for epoch 0");
    }
}
