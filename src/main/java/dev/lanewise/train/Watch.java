package dev.lanewise.train;

import dev.lanewise.nn.Module;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Hands copies of weights and gradients to a consumer, after the steps and at the ends of the epochs that are chosen.
final class Watch implements Callback {

    private final Module model;
    private final Predicate<Step> steps;
    private final IntPredicate epochs;
    private final Consumer<Snapshot> consumer;
    private Step last;

    Watch(Module model, Predicate<Step> steps, IntPredicate epochs, Consumer<Snapshot> consumer) {
        this.model = model;
        this.steps = steps;
        this.epochs = epochs;
        this.consumer = consumer;
    }

    @Override
    public void onStep(Step step) {
        last = step;
        if (steps.test(step)) consumer.accept(Snapshot.of(step, model));
    }

    @Override
    public void onEpochEnd(Epoch epoch) {
        if (epochs.test(epoch.number())) consumer.accept(Snapshot.of(last, model));
    }
}
