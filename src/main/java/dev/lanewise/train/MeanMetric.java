package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;

/// What [Metric#mean] makes.
///
/// @param sum from the outputs for a batch and its targets to the sum over the batch's examples
record MeanMetric<T>(ToDoubleBiFunction<Tensor, T> sum) implements Metric<T> {

    MeanMetric { Objects.requireNonNull(sum); }

    @Override
    public double of(Layer model, DataLoader<T> data) { return means(model, data, List.of(batchSum()))[0]; }

    /// Of a loss that is the mean over each batch.
    static <T> double loss(Layer model, BiFunction<Tensor, T, Tensor> loss, DataLoader<T> data) {
        return means(model, data, List.of(batchLoss(loss)))[0];
    }

    /// Loss and metric from the same outputs.
    Evaluation evaluation(Layer model, BiFunction<Tensor, T, Tensor> loss, DataLoader<T> data) {
        double[] means = means(model, data, List.of(batchLoss(loss), batchSum()));
        return new Evaluation(means[0], means[1]);
    }

    private ToDoubleBiFunction<Tensor, Batch<T>> batchSum() { return (outputs, batch) -> sum.applyAsDouble(outputs, batch.targets()); }

    private static <T> ToDoubleBiFunction<Tensor, Batch<T>> batchLoss(BiFunction<Tensor, T, Tensor> loss) {
        return (outputs, batch) -> (double) loss.apply(outputs, batch.targets()).item() * batch.size();
    }

    /// In one pass over the data, in evaluation.
    private static <T> double[] means(Layer model, DataLoader<T> data, List<ToDoubleBiFunction<Tensor, Batch<T>>> sums) {
        try (var _ = Module.evaluating(); var _ = Autograd.noGrad()) {
            var means = new double[sums.size()];
            var examples = new long[1];
            data.forEach(0, batch -> {
                var outputs = model.call(batch.inputs());
                for (int i = 0; i < means.length; i++) means[i] += sums.get(i).applyAsDouble(outputs, batch);
                examples[0] += batch.size();
            });
            for (int i = 0; i < means.length; i++) means[i] /= examples[0];
            return means;
        }
    }
}
