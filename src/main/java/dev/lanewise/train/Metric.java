package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;

/// A number that says how good a model is on some data: [Metrics#accuracy()], or one of your own.
///
/// A [Trainer] calls it in evaluation. What it says to the model otherwise, by `train()`, holds until it returns, and so does
/// all that it changes in the model: see [dev.lanewise.nn.Module#rehearsing()].
///
/// @param <B> what a batch of the data is
@FunctionalInterface
public interface Metric<B> {

    /// Measures a model on all of the data.
    ///
    /// @param outputs the model's outputs for a batch, as the trainer calls it
    double of(Function<B, Tensor> outputs, DataLoader<B> data);

    /// What some examples give to a mean.
    ///
    /// @param sum    of what is measured
    /// @param weight of what it is measured on: examples, labels that count
    record Sum(double sum, double weight) {}

    /// A mean over examples, from the model's outputs in evaluation alone. [Trainer] takes it from the outputs that it has for
    /// the loss; for any other metric the model runs once more.
    ///
    /// @param sum from the outputs for a batch and its targets to the sum over the batch's examples; both lie in a
    ///            [dev.lanewise.tensor.Scope], and a tensor that is to be kept must be cloned
    static <T> Metric<Batch<T>> mean(ToDoubleBiFunction<Tensor, T> sum) {
        Objects.requireNonNull(sum, "metric: no sum");
        return weighted((outputs, batch) -> new Sum(sum.applyAsDouble(outputs, batch.targets()), batch.size()));
    }

    /// As [#mean], of any batch, over what counts in it: the sum of all sums over the sum of all weights, whatever the batches
    /// are.
    ///
    /// @param part from the outputs for a batch and the batch to what it adds
    static <B> Metric<B> weighted(BiFunction<Tensor, B, Sum> part) {
        Objects.requireNonNull(part, "metric: no part");
        return streamed(() -> new StreamedMetric.Mean<>(part));
    }

    /// What a metric knows of the batches that it has seen.
    ///
    /// @param <B> what a batch is
    interface Tally<B> {

        /// Takes in a batch. Outputs and batch lie in a [dev.lanewise.tensor.Scope]: a tensor that is to be kept must be cloned.
        void add(Tensor outputs, B batch);

        /// Of all batches so far; NaN if nothing in them counts.
        double value();
    }

    /// A metric that takes in batch by batch, as those of [Metrics] do: any number of them look at the same outputs, so that the
    /// model runs once.
    ///
    /// @param start gives an empty tally for each pass over some data
    static <B> Metric<B> streamed(Supplier<? extends Tally<? super B>> start) {
        return new StreamedMetric<>(Objects.requireNonNull(start, "metric: no start"));
    }
}
