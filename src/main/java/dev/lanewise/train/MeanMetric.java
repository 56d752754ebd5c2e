package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;

/// What [Metric#mean] makes.
///
/// @param sum     from the outputs for a batch and the batch to the sum over its examples
/// @param outputs how a model is called with a batch
record MeanMetric<B>(ToDoubleBiFunction<Tensor, B> sum, Function<Layer, Function<B, Tensor>> outputs) implements Metric<B> {

    @Override
    public double of(Layer model, DataLoader<B> data) { return means(outputs.apply(model), data, List.of(batchSum()))[0]; }

    /// Of a loss that is the mean over each batch.
    static <B> double loss(Function<B, Tensor> outputs, BiFunction<Tensor, B, Tensor> loss, DataLoader<B> data) {
        return means(outputs, data, List.of(batchLoss(loss)))[0];
    }

    /// Loss and metric from the same outputs.
    Evaluation evaluation(Function<B, Tensor> outputs, BiFunction<Tensor, B, Tensor> loss, DataLoader<B> data) {
        double[] means = means(outputs, data, List.of(batchLoss(loss), batchSum()));
        return new Evaluation(means[0], means[1]);
    }

    /// The sum of a number over the examples of a batch.
    private interface Sum<B> {
        double of(Tensor outputs, B batch, int examples);
    }

    private Sum<B> batchSum() { return (outputs, batch, _) -> sum.applyAsDouble(outputs, batch); }

    private static <B> Sum<B> batchLoss(BiFunction<Tensor, B, Tensor> loss) {
        return (outputs, batch, examples) -> (double) loss.apply(outputs, batch).item() * examples;
    }

    /// In one pass over the data, in evaluation.
    private static <B> double[] means(Function<B, Tensor> model, DataLoader<B> data, List<Sum<B>> sums) {
        try (var _ = Module.evaluating(); var _ = Autograd.noGrad()) {
            var means = new double[sums.size()];
            var all = new long[1];
            data.forEachWhile(0, 0, (batch, examples) -> {
                var outputs = model.apply(batch);
                for (int i = 0; i < means.length; i++) means[i] += sums.get(i).of(outputs, batch, examples);
                all[0] += examples;
                return true;
            });
            for (int i = 0; i < means.length; i++) means[i] /= all[0];
            return means;
        }
    }
}
