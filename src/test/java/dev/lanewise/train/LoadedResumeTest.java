package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Mixup;
import dev.lanewise.data.Rows;
import dev.lanewise.data.Sampler;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever makes the batches, a run goes on in the middle of an epoch as if it had never stopped: mixed examples, made ahead on
/// another thread, several a step, in an order of any sampler's.
class LoadedResumeTest {

    private static final int EPOCHS = 2;
    private static final int ROWS = 22;

    @TempDir
    Path folder;

    private enum Order {
        SHUFFLED, WEIGHTED, WITHOUT_REPLACEMENT, BALANCED, STRATIFIED, SUBSET, DROP_LAST;

        private DataLoader<Batch<Tensor>> of(DataLoader<Batch<Tensor>> loader, RandomSource source) {
            var labels = IntStream.range(0, ROWS).map(i -> i % 5 == 0 ? 1 : 0).toArray();
            var weights = IntStream.range(0, ROWS).mapToDouble(i -> 1 + i % 3).toArray();
            return switch (this) {
                case SHUFFLED -> loader.shuffle(source);
                case WEIGHTED -> loader.sampler(Sampler.weighted(weights, 20, source));
                case WITHOUT_REPLACEMENT -> loader.sampler(Sampler.weightedWithoutReplacement(weights, 17, source));
                case BALANCED -> loader.sampler(Sampler.balanced(labels, source));
                case STRATIFIED -> loader.sampler(Sampler.stratified(labels, source));
                case SUBSET -> loader.sampler(Sampler.shuffled(12, source)
                    .of(IntStream.range(0, 12).map(i -> 2 * i % ROWS).toArray()));
                case DROP_LAST -> loader.shuffle(source).dropLast(true);
            };
        }
    }

    private static DataLoader<Batch<Tensor>> data(Order order, int prefetch) {
        var points = Tensor.randn(new Threefry(1).stream("points"), ROWS, 2).toArray();
        Dataset<Batch<int[]>> rows = Rows.classification(points, 2, IntStream.range(0, ROWS).map(i -> i % 2).toArray(),
            List.of("a", "b"));
        return order.of(new DataLoader<>(Mixup.of(rows, 0.4, new Threefry(2).stream("mixup")), 4), new Threefry(3))
            .prefetch(prefetch);
    }

    private Trainer<Batch<Tensor>> trainer(String name) {
        var model = new Sequential(new Linear(2, 5), new Dropout(0.4), new Linear(5, 2)).initialize(7);
        return new Trainer<Batch<Tensor>>(model, batch -> model.call(batch.inputs()),
            (y, batch) -> Loss.crossEntropy(y, batch.targets()), new Adam(model.parameters().subList(0, 2), 0.05))
                .optimizer(new SGD(model.parameters().subList(2, 4), 0.1)).accumulate(2)
            .average(new WeightAverage(model, WeightAverage.exponential(0.7))).checkpoint(folder.resolve(name), 7)
            .receipt(folder.resolve(name + ".receipt"));
    }

    @ParameterizedTest
    @EnumSource
    void aRunGoesOnInTheMiddleOfAnEpoch(Order order) throws IOException {
        var whole = trainer("whole").fit(data(order, 0), EPOCHS);
        for (int at = 1; at <= whole.stepLosses().length; at++) {
            int last = at;
            trainer("parts").callback(new Callback() {
                @Override
                public void onStep(Run run, Step step) { if (run.step() == last) run.stop(); }
            }).resume(data(order, at % 3), EPOCHS);
        }
        assertArrayEquals(whole.stepLosses(), trainer("parts").resume(data(order, 1), EPOCHS).stepLosses());
        for (var file : List.of("", ".receipt"))
            assertArrayEquals(Files.readAllBytes(folder.resolve("whole" + file)),
                Files.readAllBytes(folder.resolve("parts" + file)));
        assertEquals("all " + whole.stepLosses().length + " steps are the same, to the bit.",
            trainer("parts").verify(folder.resolve("whole.receipt"), data(order, 2)).text());
    }
}
