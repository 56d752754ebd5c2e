package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.group.Group;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Members;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/// All kinds of things that are trained: however many processes share the shards, all bits are those of one.
class ShardKindsTest {

    private static final int FEATURES = 5;
    private static final int CLASSES = 3;

    private enum Kind {
        PLAIN(plain()),
        TIED(() -> {
            var layer = new Linear(8, 8);
            return new Sequential(new Linear(FEATURES, 8), layer, new ReLU(), layer, new Linear(8, CLASSES));
        }),
        FROZEN(() -> {
            var model = new Sequential(new Linear(FEATURES, 8), new ReLU(), new LayerNorm(8), new Linear(8, CLASSES));
            model.parameters().getFirst().requiresGrad(false);
            return model;
        }),
        NORMALIZED(() -> new Sequential(new Linear(FEATURES, 8), new BatchNorm1d(8, BatchNorm1d.options().momentum(null)),
            new Dropout(0.4), new Linear(8, CLASSES))),
        EMBEDDED(() -> new Sequential(new Linear(FEATURES, CLASSES), new Embedding(40, CLASSES))) {
            @Override
            Tensor outputs(Sequential model, Batch<int[]> batch) {
                var parts = model.namedModules();
                var rows = Arrays.stream(batch.targets()).map(label -> 13 * Math.abs(label) % 40).toArray();
                return ((Linear) parts.get("0")).call(batch.inputs()).add(((Embedding) parts.get("1")).call(rows, rows.length));
            }
        },
        REGRESSED(() -> new Sequential(new Linear(FEATURES, 8), new ReLU(), new Linear(8, 1))) {
            @Override
            Loss loss(Tensor output, Batch<int[]> batch) { return Loss.mseLoss(output, batch.inputs().slice(1, 0, 1)); }
        },
        /// Most labels don't count, in some steps none.
        IGNORED(plain()) {
            @Override
            int label(int row) { return row % 7 == 3 && row > 12 ? row % CLASSES : -100; }
        },
        POISONED(plain()) {
            @Override
            float input(int row, int column, float usual) { return row == 20 && column == 1 ? Float.NaN : usual; }
        },
        HUGE(plain()) {
            @Override
            float input(int row, int column, float usual) { return row % 5 == 0 ? usual * 1e38f : usual * Float.MIN_NORMAL; }
        },
        CLIPPED(plain()) {
            @Override
            void tell(Trainer<Batch<int[]>> trainer) { trainer.clipNorm(0.1, Double.POSITIVE_INFINITY).clipValue(0.05); }
        },
        SEVERAL_OPTIMIZERS(plain()) {
            @Override
            Optimizer optimizer(Sequential model) { return new SGD(model.parameters().subList(0, 1), 0.1); }

            @Override
            void tell(Trainer<Batch<int[]>> trainer) {
                var all = trainer.model.parameters();
                trainer.optimizer(new Adam(all.subList(1, 2), 0.01)).optimizer(new Adam(all.subList(2, all.size()), 0.02));
            }
        },
        AVERAGED(plain()) {
            @Override
            void tell(Trainer<Batch<int[]>> trainer) {
                trainer.average(new WeightAverage(trainer.model, WeightAverage.exponential(0.5)));
            }
        };

        private final Supplier<Sequential> net;

        Kind(Supplier<Sequential> net) { this.net = net; }

        private static Supplier<Sequential> plain() {
            return () -> new Sequential(new Linear(FEATURES, 8), new ReLU(), new Dropout(0.2), new Linear(8, CLASSES));
        }

        Tensor outputs(Sequential model, Batch<int[]> batch) { return model.call(batch.inputs()); }

        Loss loss(Tensor output, Batch<int[]> batch) { return Loss.crossEntropy(output, batch.targets()); }

        int label(int row) { return row * 7 % CLASSES; }

        float input(int row, int column, float usual) { return usual; }

        Optimizer optimizer(Sequential model) { return new Adam(model.parameters(), 0.01); }

        void tell(Trainer<Batch<int[]>> trainer) {}

        /// A batch norm needs two rows a shard.
        boolean goesWith(int rows, int batch, int shards) {
            int last = rows % batch == 0 ? batch : rows % batch;
            return this != NORMALIZED || Math.min(batch, last) / shards >= 2;
        }
    }

    /// All that comes of a run.
    private static List<List<Float>> trained(Kind kind, int rows, int batch, int shards, int accumulate, Group group) {
        var model = kind.net.get();
        model.initialize(42);
        var trainer = new Trainer<Batch<int[]>>(model, some -> kind.outputs(model, some), kind::loss, kind.optimizer(model))
            .shards(shards, group).accumulate(accumulate);
        kind.tell(trainer);
        var history = trainer.fit(data(kind, rows, batch), 1);
        var all = new ArrayList<List<Float>>();
        all.add(floats(history.stepLosses()));
        model.stateDict().values().forEach(values -> all.add(floats(values.toArray())));
        if (trainer.average != null) trainer.average.weights().values().forEach(values -> all.add(floats(values.toArray())));
        return all;
    }

    private static DataLoader<Batch<int[]>> data(Kind kind, int rows, int batch) {
        var values = Tensor.randn(new Threefry(rows), rows, FEATURES).toArray();
        for (int i = 0; i < values.length; i++) values[i] = kind.input(i / FEATURES, i % FEATURES, values[i]);
        return new DataLoader<>(Dataset.of(rows, row -> row, some -> {
            var x = new float[some.size() * FEATURES];
            for (int i = 0; i < some.size(); i++) System.arraycopy(values, some.get(i) * FEATURES, x, i * FEATURES, FEATURES);
            return new Batch<>(Tensor.wrap(x, some.size(), FEATURES), some.stream().mapToInt(kind::label).toArray());
        }), batch).shuffle(new Threefry(8));
    }

    private static List<Float> floats(float[] values) {
        return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void whoSharesTheShardsPlaysNoPart(@ForAll Kind kind, @ForAll @IntRange(min = 1, max = 60) int rows,
        @ForAll @IntRange(min = 1, max = 24) int batch,
            @ForAll @IntRange(max = 5) int levels, @ForAll @IntRange(min = 1, max = 3) int accumulate,
                @ForAll @IntRange(min = 2, max = 4) int processes)
            throws Exception {
        int shards = kind.goesWith(rows, batch, 1 << levels) ? 1 << levels : 1;
        if (!kind.goesWith(rows, batch, shards)) return;
        var alone = trained(kind, rows, batch, shards, accumulate, Group.alone());
        for (var each : Members.all(processes,
            group -> trained(kind, rows, batch, shards, accumulate, group))) assertEquals(alone, each);
    }

    /// Far more shards than rows, most of them empty, and processes that have no row.
    @Example
    void aThousandShardsOfFewRows() throws Exception {
        for (var kind : List.of(Kind.PLAIN, Kind.IGNORED, Kind.POISONED)) {
            var alone = trained(kind, 21, 9, 1024, 1, Group.alone());
            for (var each : Members.all(5, group -> trained(kind, 21, 9, 1024, 1, group))) assertEquals(alone, each);
        }
    }

    /// Within processes of many threads, too; and on virtual threads, fewer of which run at once than there are members.
    @Example
    void threadsPlayNoPart() throws Exception {
        int threads = Compute.threads();
        var alone = trained(Kind.NORMALIZED, 60, 20, 4, 1, Group.alone());
        try {
            for (int count : new int[] {1, 2, 3}) {
                Compute.setThreads(count);
                assertEquals(alone, trained(Kind.NORMALIZED, 60, 20, 4, 1, Group.alone()));
                for (boolean virtual : new boolean[] {false, true}) for (var each : Members.outcomes(4,
                    group -> trained(Kind.NORMALIZED, 60, 20, 4, 1, group), virtual ? Executors.newVirtualThreadPerTaskExecutor()
                    : Executors.newCachedThreadPool())) assertEquals(alone, each.get());
            }
        } finally {
            Compute.setThreads(threads);
        }
    }

    /// One of them is interrupted: all end after the same step, and the group is of use.
    @Example
    void whoIsInterruptedEndsAllAfterAStep() throws Exception {
        for (boolean virtual : new boolean[] {false, true}) for (var each : Members.outcomes(3, group -> {
            var model = Kind.PLAIN.net.get();
            model.initialize(42);
            var history = Trainer.classifier(model, new SGD(model.parameters(), 0.1)).shards(4, group).callback(new Callback() {
                @Override
                public void onStep(Run run, Step step) {
                    if (group.rank() == 1 && run.step() == 2) Thread.currentThread().interrupt();
                }
            }).fit(data(Kind.PLAIN, 50, 10), 3);
            assertEquals(group.rank() == 1, Thread.interrupted());
            var nothing = ByteBuffer.allocate(0);
            assertEquals(3, group.exchange(List.of(nothing, nothing, nothing)).size());
            return history.stepLosses().length;
        }, virtual ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newCachedThreadPool())) assertEquals(2, each.get());
    }

    /// What is poisoned is seen in the loss of its step, and in no step before.
    @Example
    void aNumberThatIsNoneIsSeenInItsStep() throws Exception {
        var losses = trained(Kind.POISONED, 50, 10, 4, 1, Group.alone()).getFirst();
        int first = losses.indexOf(Float.NaN);
        assertTrue(first >= 0 && losses.subList(0, first).stream().noneMatch(loss -> loss.isNaN()), losses.toString());
        assertNotEquals(losses, trained(Kind.PLAIN, 50, 10, 4, 1, Group.alone()).getFirst());
    }
}
