package dev.lanewise.optim;

/// A share of the rate for some epochs, then the whole.
public final class ConstantLR extends LRScheduler {

    private final double factor;
    private final long epochs;

    /// A third of the rate.
    public ConstantLR(Optimizer optimizer, long epochs) { this(optimizer, 1.0 / 3, epochs); }

    /// Scales the rate at once.
    ///
    /// @param factor of (0, 1]
    /// @param epochs how long, PyTorch's `total_iters`; at least 1
    public ConstantLR(Optimizer optimizer, double factor, long epochs) {
        this.factor = Checks.share("ConstantLR", "factor", Checks.positive("ConstantLR", "factor", factor));
        this.epochs = Checks.atLeast(1, "ConstantLR", "epochs", epochs);
        super(optimizer);
    }

    @Override
    protected double start(double rate, double base) { return rate * factor; }

    @Override
    protected double rate(long epoch, double rate, double base) { return epoch == epochs ? rate * (1 / factor) : rate; }
}
