package dev.lanewise.optim;

/// The rate times gamma every `stepSize` epochs.
public final class StepLR extends LRScheduler {

    private final long stepSize;
    private final double gamma;

    /// With gamma 0.1.
    public StepLR(Optimizer optimizer, long stepSize) { this(optimizer, stepSize, 0.1); }

    /// A schedule of the optimizer's rates, of all groups alike.
    ///
    /// @param stepSize at least 1
    /// @param gamma    0 or more
    public StepLR(Optimizer optimizer, long stepSize, double gamma) {
        this.stepSize = Checks.atLeast(1, "StepLR", "step size", stepSize);
        this.gamma = Checks.nonNegative("StepLR", "gamma", gamma);
        super(optimizer);
    }

    @Override
    protected double rate(long epoch, double rate, double base) { return epoch % stepSize == 0 ? rate * gamma : rate; }
}
