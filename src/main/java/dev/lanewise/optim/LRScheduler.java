package dev.lanewise.optim;

/// Changes an optimizer's learning rate as training goes on: [#step()] after each epoch, or after each batch where that is
/// what the schedule counts.
///
/// As PyTorch's, a schedule derives each rate from the one before, so that two schedules of one optimizer multiply: a
/// [LinearLR] that warms up, and an [ExponentialLR] that decays.
public abstract class LRScheduler {

    private final Optimizer optimizer;
    private long epoch;

    LRScheduler(Optimizer optimizer) { this.optimizer = optimizer; }

    /// Goes on by one.
    public final void step() { optimizer.learningRate(next(++epoch, optimizer.learningRate())); }

    /// How many steps the schedule made.
    public final long epoch() { return epoch; }

    /// What the optimizer's next step is made with.
    public final double learningRate() { return optimizer.learningRate(); }

    /// The rate after a step of the schedule.
    ///
    /// @param epoch counts from 1
    /// @param rate  the rate before
    abstract double next(long epoch, double rate);
}
