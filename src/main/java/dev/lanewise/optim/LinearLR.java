package dev.lanewise.optim;

/// The rate times a factor that goes evenly from one number to another, and stays there: a linear warm-up.
public final class LinearLR extends LRScheduler {

    private final double start;
    private final double end;
    private final long epochs;

    /// From a third to the whole rate.
    public LinearLR(Optimizer optimizer, long epochs) { this(optimizer, 1.0 / 3, 1, epochs); }

    /// Scales the rate by the first factor at once.
    ///
    /// @param startFactor of (0, 1]
    /// @param endFactor   of [0, 1]
    /// @param epochs      from the first factor to the last, PyTorch's `total_iters`; at least 1
    public LinearLR(Optimizer optimizer, double startFactor, double endFactor, long epochs) {
        this.start = Checks.share("LinearLR", "start factor", Checks.positive("LinearLR", "start factor", startFactor));
        this.end = Checks.share("LinearLR", "end factor", endFactor);
        this.epochs = Checks.atLeast(1, "LinearLR", "epochs", epochs);
        super(optimizer);
    }

    @Override
    protected double start(double rate, double base) { return rate * start; }

    @Override
    protected double rate(long epoch, double rate, double base) {
        if (epoch > epochs) return rate;
        double factor = 1 + (end - start) / (epochs * start + (epoch - 1) * (end - start));
        return Math.max(0, rate * factor); // rounding may leave the last factor of a way to 0 below it
    }
}
