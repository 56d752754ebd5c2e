package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Targeted;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.ConfusionMatrix.Average;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How good a model is.
///
/// Metrics are streamed over batches: sums are doubles, added up example by example, so that how the data are cut into batches
/// plays no part, and several metrics look at the same outputs: see [#all] and [Trainer#evaluate(DataLoader, Map)]. They take any
/// batch that has [Targeted] targets. Labels of -100 don't count. A metric of nothing, or of one class where it wants two, is
/// NaN, and so is one of outputs that are NaN, unless it only asks which is largest.
public final class Metrics {

    private Metrics() {}

    /// The share of labels at which the largest logit is, of [0, 1].
    ///
    /// @param logits [batch, classes, …], as cross-entropy takes them; or of two classes one logit an example, [batch, 1, …] or a
    ///     vector
    /// @param labels of [batch, …], row by row
    public static double accuracy(Tensor logits, int[] labels) { return correct(logits, labels) / (double) labels.length; }

    /// The share of labels at which the largest logit is, for [Trainer#validate(DataLoader, Metric, Mode)]. As in cross-entropy,
    /// those that are -100 don't count.
    public static <B extends Targeted<int[]>> Metric<B> accuracy() { return Metric.weighted(Metrics::counted); }

    /// The share of a whole data set that the model gets right, in evaluation. Nothing in the model changes: other
    /// threads may predict and measure with it meanwhile.
    public static double accuracy(Layer model, DataLoader<Batch<int[]>> data) {
        return Metrics.<Batch<int[]>>accuracy().of(batch -> model.call(batch.inputs()), data);
    }

    /// The mean loss over all that counts in a data set, in evaluation. Nothing in the model changes: other
    /// threads may predict and measure with it meanwhile.
    ///
    /// @param loss from the model's output and a batch's targets
    public static <T> double loss(Layer model, BiFunction<Tensor, T, Loss> loss, DataLoader<Batch<T>> data) {
        return StreamedMetric.values(batch -> model.call(batch.inputs()), data,
            List.of(StreamedMetric.<Batch<T>>loss((outputs, batch) -> loss.apply(outputs, batch.targets()))))[0];
    }

    /// Several metrics on some data, in evaluation; the model runs once for all of them.
    ///
    /// @return the value of each under its name, in the map's order
    public static <T> SequencedMap<String, Double> all(Layer model, DataLoader<Batch<T>> data, Map<String,
        ? extends Metric<Batch<T>>> metrics) {
        return StreamedMetric.all(batch -> model.call(batch.inputs()), data, metrics);
    }

    /// As the other, of whatever gives outputs for a batch: a model that is called otherwise, or the batch itself, where they are
    /// its inputs.
    ///
    /// @param outputs for a batch, as a [Metric] takes them
    public static <B> SequencedMap<String, Double> all(Function<B, Tensor> outputs, DataLoader<B> data, Map<String,
        ? extends Metric<B>> metrics) {
        return StreamedMetric.all(outputs, data, metrics);
    }

    // ---- of classes: logits of [batch, classes, …], or of two classes one logit an example

    /// The share of labels that are among the classes of the k largest logits; of equal ones the first.
    ///
    /// @param k 1 or more
    public static <B extends Targeted<int[]>> Metric<B> topK(int k) {
        if (k < 1) throw new IllegalArgumentException("topK: k " + k + "; it must be 1 or more");
        return Metric.streamed(() -> new Labelled.Each("topK",
            (logits, offset, classes, label) -> classes == 1 ? k > 1 || logits[offset] > 0 == (label == 1) ? 1 : 0
                : Labelled.rank(logits, offset, classes, label) < k ? 1 : 0));
    }

    /// The mean of -log of the label's probability, in double: cross-entropy without a float's end.
    public static <B extends Targeted<int[]>> Metric<B> logLoss() {
        return Metric.streamed(() -> new Labelled.Each("logLoss", Labelled::surprise));
    }

    /// See [ConfusionMatrix#precision(ConfusionMatrix.Average)].
    public static <B extends Targeted<int[]>> Metric<B> precision(Average average) {
        return confusion("precision", matrix -> matrix.precision(average));
    }

    /// See [ConfusionMatrix#recall(ConfusionMatrix.Average)].
    public static <B extends Targeted<int[]>> Metric<B> recall(Average average) {
        return confusion("recall", matrix -> matrix.recall(average));
    }

    /// See [ConfusionMatrix#f1(ConfusionMatrix.Average)].
    public static <B extends Targeted<int[]>> Metric<B> f1(Average average) {
        return confusion("f1", matrix -> matrix.f1(average));
    }

    /// Any number that follows from the confusion matrix: `confusion("recall of 3", matrix -> matrix.recall(3))`.
    ///
    /// @param name for messages
    public static <B extends Targeted<int[]>> Metric<B> confusion(String name, ToDoubleFunction<ConfusionMatrix> value) {
        Objects.requireNonNull(value, "confusion: no value");
        return Metric.streamed(() -> new ConfusionMatrix.Counts(name, value));
    }

    /// Of a model's logits for a whole data set, in evaluation.
    public static ConfusionMatrix confusionMatrix(Layer model, DataLoader<Batch<int[]>> data) {
        var counts = new ConfusionMatrix.Counts();
        StreamedMetric.values(batch -> model.call(batch.inputs()), data, List.of(counts));
        return counts.matrix();
    }

    /// The area under the receiver operating characteristic of two classes, labels 1 against labels 0: the share of pairs that
    /// are in the right order, equal scores counted half.
    public static <B extends Targeted<int[]>> Metric<B> rocAuc() {
        return Metric.streamed(() -> new Labelled.Ranking("rocAuc", Ranked::rocAuc));
    }

    /// The mean over all labels 1 of the precision among the examples that score at least as high, equal scores at once, as
    /// scikit-learn has it; NaN without a label 1.
    public static <B extends Targeted<int[]>> Metric<B> averagePrecision() {
        return Metric.streamed(() -> new Labelled.Ranking("averagePrecision", Ranked::averagePrecision));
    }

    // ---- of numbers: outputs of the targets' shape, the batch first

    /// The mean magnitude of the difference, MAE.
    public static <B extends Targeted<Tensor>> Metric<B> meanAbsoluteError() {
        return Metric.streamed(() -> new Fitted("meanAbsoluteError", Fitted::meanAbsolute));
    }

    /// The root of the mean squared difference, RMSE.
    public static <B extends Targeted<Tensor>> Metric<B> rootMeanSquaredError() {
        return Metric.streamed(() -> new Fitted("rootMeanSquaredError", Fitted::rootMeanSquare));
    }

    /// The coefficient of determination, R²: 1 less the squared differences over those of the targets from their mean; of several
    /// numbers an example, the mean of theirs. Targets that are all alike have 1 if they were met, else 0; fewer than two
    /// examples have NaN.
    public static <B extends Targeted<Tensor>> Metric<B> r2() { return Metric.streamed(() -> new Fitted("r2", Fitted::r2)); }

    /// A loss for people to read: with four decimals, or in powers of ten from 10,000 on.
    public static String text(double loss) {
        return String.format(Locale.ROOT, Math.abs(loss) < 1e4 ? "%.4f" : "%.3e", loss);
    }

    private static Metric.Sum counted(Tensor logits, Targeted<int[]> batch) {
        int ignored = 0;
        for (int label : batch.targets()) if (label == ClassOptions.DEFAULT.ignoreIndex()) ignored++;
        return new Metric.Sum(correct(logits, batch.targets()), batch.targets().length - ignored);
    }

    private static int correct(Tensor logits, int[] labels) {
        int[] chosen = chosen(logits);
        if (chosen.length != labels.length) throw new IllegalArgumentException(
            "accuracy: logits of shape " + logits.shape() + " for " + labels.length + " labels; a row for each is needed");
        if (labels.length == 0) throw new IllegalArgumentException(
            "accuracy: logits of shape " + logits.shape() + " have no rows, so there is no share of them; give at least one");
        int right = 0;
        for (int i = 0; i < labels.length; i++) if (chosen[i] == labels[i]) right++;
        return right;
    }

    /// Of one logit, the second of two classes where it is positive.
    private static int[] chosen(Tensor logits) {
        int rank = logits.shape().rank();
        if (rank == 1 || rank > 1 && logits.size(1) == 1) {
            var x = logits.toArray();
            return IntStream.range(0, x.length).map(i -> x[i] > 0 ? 1 : 0).toArray();
        }
        return rank > 2 ? logits.argmax(1) : logits.argmax();
    }
}
