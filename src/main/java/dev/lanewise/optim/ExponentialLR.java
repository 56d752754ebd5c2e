package dev.lanewise.optim;

/// The rate times gamma every epoch.
public final class ExponentialLR extends LRScheduler {

    private final double gamma;

    /// The optimizer's rates, times gamma with every epoch.
    ///
    /// @param gamma 0 or more
    public ExponentialLR(Optimizer optimizer, double gamma) {
        this.gamma = Checks.nonNegative("ExponentialLR", "gamma", gamma);
        super(optimizer);
    }

    @Override
    protected double rate(long epoch, double rate, double base) { return rate * gamma; }
}
