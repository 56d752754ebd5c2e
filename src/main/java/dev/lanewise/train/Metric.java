package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Layer;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;
import java.util.function.ToDoubleBiFunction;

/// A number that says how good a model is on some data: [Metrics#accuracy()], or one of your own.
///
/// A [Trainer] hands it the model in evaluation. What it says otherwise, by `train()`, holds until it returns, and so does
/// all that it changes in the model: see [dev.lanewise.nn.Module#rehearsing()].
///
/// @param <B> what a batch of the data is
@FunctionalInterface
public interface Metric<B> {
    double of(Layer model, DataLoader<B> data);

    /// A mean over examples, from the model's outputs in evaluation alone. [Trainer] takes it from the outputs that it has for the
    /// loss; for any other metric the model runs once more.
    ///
    /// @param sum from the outputs for a batch and its targets to the sum over the batch's examples; both lie in a
    ///            [dev.lanewise.tensor.Scope], and a tensor that is to be kept must be cloned
    static <T> Metric<Batch<T>> mean(ToDoubleBiFunction<Tensor, T> sum) {
        Objects.requireNonNull(sum);
        return new MeanMetric<>((outputs, batch) -> sum.applyAsDouble(outputs, batch.targets()), Trainer::outputs);
    }
}
