package dev.lanewise.optim;

/// From the rate down to 0, as a power of the epochs that are left.
public final class PolynomialLR extends LRScheduler {

    private final long epochs;
    private final double power;

    /// Along a line.
    public PolynomialLR(Optimizer optimizer, long epochs) { this(optimizer, epochs, 1); }

    /// From the optimizer's rates down to 0.
    ///
    /// @param epochs until the rate is 0, PyTorch's `total_iters`; at least 1
    /// @param power  of the share of the epochs that are left; 0 or more
    public PolynomialLR(Optimizer optimizer, long epochs, double power) {
        this.epochs = Checks.atLeast(1, "PolynomialLR", "epochs", epochs);
        this.power = Checks.nonNegative("PolynomialLR", "power", power);
        super(optimizer);
    }

    @Override
    protected double rate(long epoch, double rate, double base) {
        if (epoch > epochs) return rate;
        double left = 1 - (double) epoch / epochs;
        double before = 1 - (double) (epoch - 1) / epochs;
        return rate * StrictMath.pow(left / before, power);
    }
}
