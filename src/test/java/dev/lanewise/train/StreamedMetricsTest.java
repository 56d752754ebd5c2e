package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Targeted;
import dev.lanewise.data.TensorDataset;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.ConfusionMatrix.Average;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Metrics against their definitions and scikit-learn's examples; that batches play no part, and that the model runs once for
/// all.
class StreamedMetricsTest {

    private static final float INF = Float.POSITIVE_INFINITY;

    private static Map<String, Metric<Batch<int[]>>> ofClasses() {
        var all = new LinkedHashMap<String, Metric<Batch<int[]>>>();
        all.put("accuracy", Metrics.accuracy());
        all.put("top 2", Metrics.topK(2));
        all.put("log loss", Metrics.logLoss());
        for (var average : Average.values()) {
            all.put("precision " + average, Metrics.precision(average));
            all.put("recall " + average, Metrics.recall(average));
            all.put("f1 " + average, Metrics.f1(average));
        }
        return all;
    }

    private static final Map<String, Metric<Batch<int[]>>> RANKED = Map.of("auc", Metrics.rocAuc(), "ap",
        Metrics.averagePrecision());
    private static final Map<String, Metric<Batch<Tensor>>> OF_NUMBERS = Map.of("mae", Metrics.meanAbsoluteError(),
        "rmse", Metrics.rootMeanSquaredError(), "r2", Metrics.r2());

    /// Passes outputs through.
    private static <T> double value(Metric<Batch<T>> metric, DataLoader<Batch<T>> data) { return metric.of(Batch::inputs, data); }

    private static double value(Metric<Batch<int[]>> metric, Tensor logits, int... labels) {
        return metric.of(_ -> logits, labelled(logits, labels, 1000));
    }

    private static DataLoader<Batch<int[]>> labelled(Tensor logits, int[] labels, int batch) {
        var names = IntStream.range(0, 9).mapToObj(i -> "class " + i).toList();
        return new DataLoader<>(TensorDataset.of(logits, labels, names), batch);
    }

    private static DataLoader<Batch<Tensor>> numbered(Tensor outputs, Tensor targets, int batch) {
        return new DataLoader<>(TensorDataset.of(outputs, targets), batch);
    }

    private static <T> Metric.Tally<? super Batch<T>> tally(Metric<Batch<T>> metric) {
        return ((StreamedMetric<Batch<T>>) metric).start().get();
    }

    /// Of few values, so that many are tied.
    private static Tensor scores(SplittableRandom random, int... shape) {
        var data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        boolean coarse = random.nextBoolean();
        for (int i = 0; i < data.length; i++) data[i] = coarse ? random.nextInt(-2, 3) : (float) random.nextGaussian();
        return Tensor.of(data, shape);
    }

    @Property(tries = 60)
    void batchesPlayNoPart(@ForAll @IntRange(min = 1, max = 40) int rows, @ForAll @IntRange(min = 1, max = 41) int batch,
        @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var logits = scores(random, rows, 3);
        var labels = random.ints(rows, 0, 3).toArray();
        ofClasses().forEach((name, metric) -> assertEquals(value(metric, labelled(logits, labels, rows)),
            value(metric, labelled(logits, labels, batch)), 0.0, name));
        var two = scores(random, rows, 2);
        var binary = random.ints(rows, 0, 2).toArray();
        RANKED.forEach((name, metric) -> assertEquals(value(metric, labelled(two, binary, rows)),
            value(metric, labelled(two, binary, batch)), 0.0, name));
        var outputs = scores(random, rows, 2);
        var targets = scores(random, rows, 2);
        OF_NUMBERS.forEach((name, metric) -> assertEquals(value(metric, numbered(outputs, targets, rows)),
            value(metric, numbered(outputs, targets, batch)), 0.0, name));
    }

    /// By all pairs, and by going through all thresholds.
    @Property(tries = 100)
    void rankingsAreTheirDefinitions(@ForAll @IntRange(min = 2, max = 30) int rows, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var scores = scores(random, rows);
        var labels = random.ints(rows, 0, 2).toArray();
        double pairs = 0;
        double right = 0;
        double precisions = 0;
        int positives = 0;
        for (int i = 0; i < rows; i++) {
            if (labels[i] == 0) continue;
            positives++;
            int atLeast = 0;
            int hits = 0;
            for (int j = 0; j < rows; j++) {
                if (scores.get(j) >= scores.get(i)) {
                    atLeast++;
                    hits += labels[j];
                }
                if (labels[j] == 1) continue;
                pairs++;
                right += scores.get(i) > scores.get(j) ? 1 : scores.get(i) == scores.get(j) ? 0.5 : 0;
            }
            precisions += (double) hits / atLeast;
        }
        assertEquals(right / pairs, value(Metrics.rocAuc(), scores, labels), 1e-12);
        assertEquals(precisions / positives, value(Metrics.averagePrecision(), scores, labels), 1e-12);
    }

    @Property(tries = 60)
    void numbersAreTheirDefinitions(@ForAll @IntRange(min = 2, max = 30) int rows,
        @ForAll @IntRange(min = 1, max = 3) int columns, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        // far from 0, where a sum of squares would cancel
        var t = scores(random, rows, columns).add(1000f);
        var y = t.add(scores(random, rows, columns).mul(0.5f));
        double absolute = 0;
        double square = 0;
        double r2 = 0;
        for (int c = 0; c < columns; c++) {
            double mean = 0;
            double rest = 0;
            double spread = 0;
            for (int i = 0; i < rows; i++) mean += (double) t.get(i, c) / rows;
            for (int i = 0; i < rows; i++) {
                double d = (double) y.get(i, c) - t.get(i, c);
                absolute += Math.abs(d);
                rest += d * d;
                spread += (t.get(i, c) - mean) * (t.get(i, c) - mean);
            }
            square += rest;
            r2 += (spread < 1e-9 ? rest == 0 ? 1 : 0 : 1 - rest / spread) / columns;
        }
        var data = numbered(y, t, 7);
        assertEquals(absolute / rows / columns, value(Metrics.meanAbsoluteError(), data), 1e-12);
        assertEquals(Math.sqrt(square / rows / columns), value(Metrics.rootMeanSquaredError(), data), 1e-12);
        assertEquals(r2, value(Metrics.r2(), data), 1e-9 * Math.max(1, Math.abs(r2)));
    }

    /// The numbers of scikit-learn's documentation.
    @Example
    void examplesAreScikitLearns() {
        var scores = Tensor.of(0.1f, 0.4f, 0.35f, 0.8f);
        assertEquals(0.75, value(Metrics.rocAuc(), scores, 0, 0, 1, 1), 1e-12);
        assertEquals(0.8333333333333333, value(Metrics.averagePrecision(), scores, 0, 0, 1, 1), 1e-12);
        var twoLogits = Tensor.stack(1, Tensor.zeros(4), scores);
        assertEquals(0.75, value(Metrics.rocAuc(), twoLogits, 0, 0, 1, 1), 1e-12);
        var top = Tensor.of(new float[][] {{0.5f, 0.2f, 0.2f}, {0.3f, 0.4f, 0.2f}, {0.2f, 0.4f, 0.3f}, {0.7f, 0.2f, 0.1f}});
        assertEquals(0.75, value(Metrics.topK(2), top, 0, 1, 2, 2));
        assertEquals(0.5, value(Metrics.topK(1), top, 0, 1, 2, 2));
        assertEquals(1, value(Metrics.topK(3), top, 0, 1, 2, 2));
        var chosen = new int[] {0, 2, 1, 0, 0, 1};
        var logits = Tensor.of(Arrays.stream(chosen).mapToObj(c -> new float[] {c == 0 ? 1 : 0, c == 1 ? 1 : 0, c == 2 ? 1 : 0})
            .toArray(float[][]::new));
        var labels = new int[] {0, 1, 2, 0, 1, 2};
        var expected = new double[][] {{0.2222222222222222, 1 / 3.0, 0.26666666666666666}, {1 / 3.0, 1 / 3.0, 1 / 3.0},
            {0.2222222222222222, 1 / 3.0, 0.26666666666666666}};
        for (var average : Average.values()) {
            assertEquals(expected[average.ordinal()][0], value(Metrics.precision(average), logits, labels), 1e-12, average + "");
            assertEquals(expected[average.ordinal()][1], value(Metrics.recall(average), logits, labels), 1e-12, average + "");
            assertEquals(expected[average.ordinal()][2], value(Metrics.f1(average), logits, labels), 1e-12, average + "");
        }
        var numbers = numbered(Tensor.of(2.5f, 0, 2, 8), Tensor.of(3, -0.5f, 2, 7), 3);
        assertEquals(0.9486081370449679, value(Metrics.r2(), numbers), 1e-12);
        assertEquals(0.5, value(Metrics.meanAbsoluteError(), numbers), 1e-12);
        assertEquals(Math.sqrt(0.375), value(Metrics.rootMeanSquaredError(), numbers), 1e-12);
        var p = new float[][] {{0.1f, 0.9f}, {0.9f, 0.1f}, {0.8f, 0.2f}, {0.35f, 0.65f}};
        assertEquals(0.21616, value(Metrics.logLoss(), Tensor.of(p).log(), 1, 0, 0, 1), 5e-6);
    }

    @Example
    void aConfusionMatrixCounts() {
        var logits = Tensor.of(new float[][] {{2, 1, 0}, {0, 3, 1}, {5, 0, 0}, {0, 0, 1}, {1, 1, 0}});
        var data = labelled(logits, new int[] {0, 1, 1, 2, 2}, 2);
        var matrix = Metrics.confusionMatrix(new Same(), data);
        assertEquals(new ConfusionMatrix(new long[][] {{1, 0, 0}, {1, 1, 0}, {1, 0, 1}}), matrix);
        assertEquals(List.of(1 / 3.0, 1.0, 0.5, 0.6, 2 / 3.0),
            List.of(matrix.precision(0), matrix.recall(0), matrix.f1(0), matrix.accuracy(), matrix.f1(1)));
        assertEquals(List.of(2L, 3L, 1L), List.of(matrix.examples(1), matrix.chosen(0), matrix.count(2, 0)));
        assertEquals(0.6, matrix.f1(Average.MICRO));
        var counts = matrix.counts();
        counts[0][0] = 9;
        assertEquals(1, matrix.count(0, 0));
        // a class that nothing has and nothing was taken for has no part in the mean
        assertEquals(1, new ConfusionMatrix(new long[][] {{3, 0, 0}, {0, 2, 0}, {0, 0, 0}}).precision(Average.MACRO));
        assertEquals(0.5, value(Metrics.confusion("recall of 1", m -> m.recall(1)), data));
        Rejected.argument(() -> new ConfusionMatrix(new long[][] {{1, 2}}), "confusion matrix: 1 rows", "as many columns");
    }

    private static final class Same extends Layer {
        @Override
        public Tensor forward(Tensor x) { return x; }
    }

    @Example
    void whatCannotBeSaidIsNaN() {
        ofClasses().forEach((name, metric) -> assertTrue(Double.isNaN(tally(metric).value()), name));
        RANKED.forEach((name, metric) -> {
            var tally = tally(metric);
            tally.add(Tensor.zeros(0, 2), new Batch<>(Tensor.zeros(0, 2), new int[0]));
            assertTrue(Double.isNaN(tally.value()), name);
        });
        OF_NUMBERS.forEach((name, metric) -> {
            var tally = tally(metric);
            tally.add(Tensor.zeros(0, 1), new Batch<>(Tensor.zeros(0, 1), Tensor.zeros(0, 1)));
            assertTrue(Double.isNaN(tally.value()), name);
        });
        var ignored = Tensor.of(new float[][] {{1, 2}, {3, 1}});
        ofClasses().forEach((name, metric) -> {
            var tally = tally(metric);
            tally.add(ignored, new Batch<>(ignored, new int[] {-100, -100}));
            assertTrue(Double.isNaN(tally.value()), name);
            tally.add(ignored, new Batch<>(ignored, new int[] {-100, 0}));
            assertEquals(name.equals("log loss") ? Math.log1p(Math.exp(-2)) : 1, tally.value(), 1e-12,
                name + ": what is ignored doesn't count");
        });
        var scores = Tensor.of(1, 2, 2);
        assertTrue(Double.isNaN(value(Metrics.rocAuc(), scores, 1, 1, 1))
            && Double.isNaN(value(Metrics.rocAuc(), scores, 0, 0, 0)), "one class");
        assertEquals(1, value(Metrics.averagePrecision(), scores, 1, 1, 1));
        assertTrue(Double.isNaN(value(Metrics.averagePrecision(), scores, 0, 0, 0)), "no label 1");
        for (var at : List.of(new int[] {1, 0, 1}, new int[] {0, 1, 0})) RANKED.forEach((name, metric) ->
            assertTrue(Double.isNaN(value(metric, Tensor.of(Float.NaN, 1, 2), at)), name + " of NaN"));
        assertEquals(0.5, value(Metrics.rocAuc(), Tensor.of(0f, -0f), 0, 1), "the zeros are one");
        assertEquals(1, value(Metrics.rocAuc(), Tensor.of(-INF, INF, 3e38f), 0, 1, 1));
        OF_NUMBERS.forEach((name, metric) ->
            assertTrue(Double.isNaN(value(metric, numbered(Tensor.of(Float.NaN, 1), Tensor.of(1, 2), 1))), name));
        assertTrue(Double.isNaN(value(Metrics.r2(), numbered(Tensor.of(1), Tensor.of(1), 1))), "of one example");
        assertEquals(1, value(Metrics.r2(), numbered(Tensor.of(2, 2), Tensor.of(2, 2), 1)));
        assertEquals(0, value(Metrics.r2(), numbered(Tensor.of(2, 1), Tensor.of(2, 2), 1)));
    }

    @Example
    void logLossHasNoEnd() {
        assertEquals(2e30, value(Metrics.logLoss(), Tensor.of(new float[][] {{-1e30f, 1e30f}}), 0), 1e24);
        assertEquals(Math.exp(-100), value(Metrics.logLoss(), Tensor.of(100f), 1), 1e-50);
        assertEquals(List.of(0.0, (double) INF, 0.0, (double) INF),
            List.of(value(Metrics.logLoss(), Tensor.of(new float[][] {{INF, 0}}), 0),
                value(Metrics.logLoss(), Tensor.of(new float[][] {{INF, 0}}), 1), value(Metrics.logLoss(), Tensor.of(INF), 1),
            value(Metrics.logLoss(), Tensor.of(new float[][] {{-INF, 0}}), 0)));
        var picture = Tensor.of(new float[][] {{0, 0, 3, 3}}).reshape(1, 2, 2);
        assertEquals(Math.log1p(Math.exp(-3)), value(Metrics.logLoss(), Tensor.of(new float[][] {{0, 3}}), 1), 1e-12);
        var tally = new Labelled.Each("logLoss", Labelled::surprise);
        tally.visit(picture, new int[] {1, 1});
        assertEquals(Math.log1p(Math.exp(-3)), tally.value(), 1e-12, "classes are in dimension 1");
    }

    /// The model runs once for each batch, whatever is measured; the trainer takes the loss from it, too.
    @Example
    void allLookAtTheSameOutputs() {
        var logits = scores(new SplittableRandom(1), 10, 2);
        var data = labelled(logits, new SplittableRandom(2).ints(10, 0, 2).toArray(), 3);
        var calls = new ArrayList<Integer>();
        var model = new Linear(2, 2, Initializers.eye(), Initializers.zeros()).initialize(1);
        model.registerForwardHook((_, _) -> calls.add(1));
        var metrics = ofClasses();
        metrics.put("auc", Metrics.rocAuc());
        var trainer = Trainer.classifier(model, new SGD(model.parameters(), 0.1));
        var values = trainer.evaluate(data, metrics);
        assertEquals(4, calls.size());
        assertEquals(new ArrayList<>(metrics.keySet()), new ArrayList<>(values.keySet()));
        metrics.forEach((name, metric) -> assertEquals(value(metric, data), values.get(name), name));
        assertEquals(values, Metrics.all(model, data, metrics));
        assertEquals(8, calls.size());
        Metric<Batch<int[]>> whole = (outputs, loader) -> outputs.apply(loader.epoch(0).iterator().next()).size(0);
        assertEquals(Map.of("auc", values.get("auc"), "rows", 3.0),
            trainer.evaluate(data, Map.of("auc", Metrics.rocAuc(), "rows", whole)));
        calls.clear();
        var evaluated = trainer.validate(data, Metrics.rocAuc(), Mode.MAX).evaluate(data);
        assertEquals(4, calls.size());
        assertEquals(values.get("auc"), evaluated.metric());
        assertEquals(Metrics.loss(model, Loss::crossEntropy, data), evaluated.loss());
    }

    /// In one pass, whatever else is in it.
    @Example
    void anyBatchThatHasTargetsIsMeasured() {
        record Words(List<float[]> words, int[] targets) implements Targeted<int[]> {}
        var logits = scores(new SplittableRandom(3), 10, 4);
        int[] labels = new SplittableRandom(4).ints(10, 0, 4).toArray();
        var plain = labelled(logits, labels, 3);
        var data = new DataLoader<>(plain.dataset().map(batch -> new Words(List.of(batch.inputs().toArray()), batch.targets())),
            3);
        var counts = new ConfusionMatrix.Counts();
        var calls = new ArrayList<Integer>();
        var values = Metrics.all(batch -> {
            calls.add(1);
            return Tensor.of(batch.words().getFirst(), batch.targets().length, 4);
        }, data, Map.of("accuracy", Metrics.accuracy(), "counted", Metric.streamed(() -> counts), "log loss", Metrics.logLoss()));
        assertEquals(4, calls.size());
        assertEquals(Metrics.confusionMatrix(new Same(), plain), counts.matrix());
        assertEquals(values.get("accuracy"), values.get("counted"));
        assertEquals(Metrics.all(new Same(), plain, Map.of("log loss", Metrics.logLoss())).get("log loss"),
            values.get("log loss"));
    }

    @Example
    void refusesWhatDoesNotFit() {
        Function<Metric<Batch<int[]>>, Runnable> three = metric -> () -> value(metric, Tensor.zeros(2, 3), 0, 1);
        Rejected.argument(() -> three.apply(Metrics.rocAuc()).run(), "rocAuc: logits of 3 classes", "two");
        Rejected.argument(() -> Metrics.topK(0), "topK: k 0");
        Rejected.argument(() -> value(Metrics.logLoss(), Tensor.zeros(2, 3), 0, 3), "logLoss: label 3 of row 1", "0 to 2");
        Rejected.argument(() -> new Labelled.Each("logLoss", Labelled::surprise).visit(Tensor.zeros(2, 3), new int[3]),
            "[2, 3] for 3 labels");
        Rejected.argument(() -> value(Metrics.r2(), numbered(Tensor.zeros(2, 1), Tensor.zeros(2), 2)),
            "r2: outputs of shape [2, 1]", "[2]");
    }

    @Example
    void allBatchesHaveTheSameClasses() {
        var matrix = tally(Metrics.f1(Average.MACRO));
        matrix.add(Tensor.zeros(1, 2), new Batch<>(Tensor.zeros(1), new int[] {1}));
        Rejected.argument(() -> matrix.add(Tensor.zeros(1, 3), new Batch<>(Tensor.zeros(1), new int[] {2})),
            "f1: logits of 3 classes after those of 2");
    }
}
