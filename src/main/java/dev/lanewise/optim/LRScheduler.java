package dev.lanewise.optim;

import java.util.Map;

/// Changes an optimizer's learning rate as training goes on: [#step()] after each epoch, or after each batch where that is
/// what the schedule counts.
///
/// As PyTorch's, a schedule derives each rate from the one before, so that two schedules of one optimizer multiply: a
/// [LinearLR] that warms up, and an [ExponentialLR] that decays. They act one after another, each on what the one before left;
/// a rate that is set in between is what they go on from. A schedule that needs the rate of the beginning, as [CosineAnnealingLR]
/// does, takes the one that the optimizer had when its first schedule was made, whatever that has made of it since.
public abstract class LRScheduler {

    private final Optimizer optimizer;
    private long epoch;

    /// To be called after the arguments' check: what is refused leaves the optimizer as it was.
    LRScheduler(Optimizer optimizer) {
        this.optimizer = Checks.given("schedule", "optimizer", optimizer);
        optimizer.initialRate();
    }

    /// Goes on by one.
    public final void step() {
        optimizer.learningRate(next(epoch + 1, optimizer.learningRate()));
        epoch++;
    }

    /// How many steps the schedule made.
    public final long epoch() { return epoch; }

    /// What the optimizer's next step is made with.
    public final double learningRate() { return optimizer.learningRate(); }

    /// All that the next rates depend on, but the options.
    public final ScheduleState stateDict() { return new ScheduleState(kind(), epoch, learningRate(), values()); }

    /// Goes on where the schedule stood that gave this state, one of the same kind and options; and so does the optimizer's
    /// learning rate, whether its own state was loaded before, is loaded later or not at all.
    ///
    /// @throws IllegalArgumentException if the state is of another kind of schedule; then nothing is changed
    public final void loadStateDict(ScheduleState state) {
        state.check(kind(), values().keySet());
        load(state);
        epoch = state.epoch();
        optimizer.learningRate(state.learningRate());
    }

    private String kind() { return getClass().getSimpleName(); }

    /// What the rate depends on besides the one before, the epoch and the options.
    Map<String, Double> values() { return Map.of(); }

    /// Takes over what [#values()] gave.
    void load(ScheduleState state) {}

    /// The rate after a step of the schedule.
    ///
    /// @param epoch counts from 1
    /// @param rate  the rate before
    abstract double next(long epoch, double rate);
}
