package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Module;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/// Trains a model: zero the gradients, forward, loss, backward, step, batch after batch.
///
/// @param <T> the type of the targets: `int[]` for classes, a tensor for regression
public final class Trainer<T> {

    private final Module model;
    private final BiFunction<Tensor, T, Tensor> loss;
    private final Optimizer optimizer;
    private final List<Callback> callbacks;

    /// @param loss from the model's output and the targets to a single number
    public Trainer(Module model, BiFunction<Tensor, T, Tensor> loss, Optimizer optimizer, Callback... callbacks) {
        this.model = Objects.requireNonNull(model);
        this.loss = Objects.requireNonNull(loss);
        this.optimizer = Objects.requireNonNull(optimizer);
        this.callbacks = List.of(callbacks);
    }

    /// Trains for `epochs` passes over the data, and leaves the model in training mode.
    public History fit(DataLoader<T> data, int epochs) {
        if (epochs < 1) throw new IllegalArgumentException("fit: " + epochs + " epochs; at least one is needed");
        long start = System.nanoTime();
        callbacks.forEach(callback -> callback.onStart(new Callback.Plan(epochs, data.batches())));
        model.train();
        var stepLosses = new float[data.batches()];
        var epochLosses = new double[epochs];
        int steps = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            double sum = 0;
            long examples = 0;
            int number = 0;
            for (var batch : data.epoch(epoch)) {
                var step = step(epoch, number++, batch);
                if (steps == stepLosses.length) stepLosses = Arrays.copyOf(stepLosses, Math.addExact(steps, steps));
                stepLosses[steps++] = step.loss();
                sum += (double) step.loss() * step.size();
                examples += step.size();
            }
            double mean = epochLosses[epoch] = sum / examples;
            int ended = epoch;
            callbacks.forEach(callback -> callback.onEpochEnd(ended, mean));
        }
        var history = new History(Arrays.copyOf(stepLosses, steps), epochLosses, (System.nanoTime() - start) * 1e-9);
        callbacks.forEach(callback -> callback.onEnd(history));
        return history;
    }

    private Callback.Step step(int epoch, int number, Batch<T> batch) {
        optimizer.zeroGrad();
        var value = loss.apply(model.call(batch.inputs()), batch.targets());
        value.backward();
        var step = new Callback.Step(epoch, number, batch.size(), value.item());
        callbacks.forEach(callback -> callback.afterBackward(step));
        optimizer.step();
        callbacks.forEach(callback -> callback.onStep(step));
        return step;
    }
}
