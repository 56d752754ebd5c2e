package dev.lanewise.optim;

/// The rate times gamma after each of some numbers of epochs; one that is named twice counts twice.
public final class MultiStepLR extends LRScheduler {

    private final double gamma;
    private final long[] milestones;

    /// The optimizer's rates, times gamma at each milestone.
    ///
    /// @param gamma      0 or more
    /// @param milestones each at least 1, in any order
    public MultiStepLR(Optimizer optimizer, double gamma, long... milestones) {
        this.gamma = Checks.nonNegative("MultiStepLR", "gamma", gamma);
        var copy = milestones.clone();
        for (long milestone : copy) Checks.atLeast(1, "MultiStepLR", "milestone", milestone);
        this.milestones = copy;
        super(optimizer);
    }

    @Override
    protected double rate(long epoch, double rate, double base) {
        double factor = 1;
        for (long milestone : milestones) if (milestone == epoch) factor *= gamma;
        return rate * factor;
    }
}
