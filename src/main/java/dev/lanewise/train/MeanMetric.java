package dev.lanewise.train;

import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// What [Metric#weighted] makes.
///
/// @param sum from the outputs for a batch and the batch to what it adds
record MeanMetric<B>(BiFunction<Tensor, B, Sum> sum) implements Metric<B> {

    @Override
    public double of(Function<B, Tensor> outputs, DataLoader<B> data) { return means(outputs, data, List.of(sum))[0]; }

    static <B> double loss(Function<B, Tensor> outputs, BiFunction<Tensor, B, Loss> loss, DataLoader<B> data) {
        return means(outputs, data, List.of(sums(loss)))[0];
    }

    /// Loss and metric from the same outputs.
    Evaluation evaluation(Function<B, Tensor> outputs, BiFunction<Tensor, B, Loss> loss, DataLoader<B> data) {
        double[] means = means(outputs, data, List.of(sums(loss), sum));
        return new Evaluation(means[0], means[1]);
    }

    private static <B> BiFunction<Tensor, B, Sum> sums(BiFunction<Tensor, B, Loss> loss) {
        return (outputs, batch) -> {
            var part = loss.apply(outputs, batch);
            return new Sum(part.weight() == 0 ? 0 : part.sum().item(), part.weight());
        };
    }

    /// In one pass over the data, in evaluation. The sum of sums over the sum of weights, NaN if nothing counts.
    private static <B> double[] means(Function<B, Tensor> model, DataLoader<B> data, List<BiFunction<Tensor, B, Sum>> parts) {
        return Module.predict(() -> {
            var means = new double[parts.size()];
            var weights = new double[parts.size()];
            data.forEach(0, batch -> {
                var outputs = model.apply(batch);
                for (int i = 0; i < means.length; i++) {
                    var part = parts.get(i).apply(outputs, batch);
                    means[i] += part.sum();
                    weights[i] += part.weight();
                }
            });
            for (int i = 0; i < means.length; i++) means[i] /= weights[i];
            return means;
        });
    }
}
