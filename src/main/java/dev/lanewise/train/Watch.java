package dev.lanewise.train;

import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Hands copies of weights and gradients to a consumer, after the steps and at the ends of the epochs that are chosen.
final class Watch implements Callback {

    private final Predicate<Step> steps;
    private final IntPredicate epochs;
    private final Consumer<Snapshot> consumer;
    private Step last;

    Watch(Predicate<Step> steps, IntPredicate epochs, Consumer<Snapshot> consumer) {
        this.steps = steps;
        this.epochs = epochs;
        this.consumer = consumer;
    }

    @Override
    public void onStep(Run run, Step step) {
        last = step;
        if (steps.test(step)) consumer.accept(Snapshot.of(step, run.model()));
    }

    @Override
    public void onEpochEnd(Run run, Epoch epoch) {
        if (epochs.test(epoch.number())) consumer.accept(Snapshot.of(last, run.model()));
    }
}
