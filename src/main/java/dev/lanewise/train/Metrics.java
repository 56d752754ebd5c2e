package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.tensor.Tensor;
import java.util.Locale;
import java.util.function.BiFunction;

/// How good a model is.
public final class Metrics {

    private Metrics() {}

    /// The share of labels at which the largest logit is, of [0, 1].
    ///
    /// @param logits [batch, classes, …], as cross-entropy takes them
    /// @param labels of [batch, …], row by row
    public static double accuracy(Tensor logits, int[] labels) { return correct(logits, labels) / (double) labels.length; }

    /// The share of labels at which the largest logit is, for [Trainer#validate(DataLoader, Metric, Mode)]. As in cross-entropy,
    /// those that are -100 don't count.
    public static Metric<Batch<int[]>> accuracy() { return Metric.weighted(Metrics::counted); }

    /// The share of a whole data set that the model gets right, in evaluation. Nothing in the model changes: other
    /// threads may predict and measure with it meanwhile.
    public static double accuracy(Layer model, DataLoader<Batch<int[]>> data) {
        return accuracy().of(batch -> model.call(batch.inputs()), data);
    }

    /// The mean loss over all that counts in a data set, in evaluation. Nothing in the model changes: other
    /// threads may predict and measure with it meanwhile.
    ///
    /// @param loss from the model's output and a batch's targets
    public static <T> double loss(Layer model, BiFunction<Tensor, T, Loss> loss, DataLoader<Batch<T>> data) {
        return MeanMetric.loss(batch -> model.call(batch.inputs()), (outputs, batch) -> loss.apply(outputs, batch.targets()), data);
    }

    /// A loss for people to read: with four decimals, or in powers of ten from 10,000 on.
    public static String text(double loss) {
        return String.format(Locale.ROOT, Math.abs(loss) < 1e4 ? "%.4f" : "%.3e", loss);
    }

    private static Metric.Sum counted(Tensor logits, Batch<int[]> batch) {
        int ignored = 0;
        for (int label : batch.targets()) if (label == ClassOptions.DEFAULT.ignoreIndex()) ignored++;
        return new Metric.Sum(correct(logits, batch.targets()), batch.targets().length - ignored);
    }

    private static int correct(Tensor logits, int[] labels) {
        int[] chosen = logits.shape().rank() > 2 ? logits.argmax(1) : logits.argmax();
        if (chosen.length != labels.length) throw new IllegalArgumentException(
            "accuracy: logits of shape " + logits.shape() + " for " + labels.length + " labels; a row for each is needed");
        if (labels.length == 0) throw new IllegalArgumentException(
            "accuracy: logits of shape " + logits.shape() + " have no rows, so there is no share of them; give at least one");
        int right = 0;
        for (int i = 0; i < labels.length; i++) if (chosen[i] == labels[i]) right++;
        return right;
    }
}
