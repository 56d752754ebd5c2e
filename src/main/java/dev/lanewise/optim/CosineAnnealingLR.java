package dev.lanewise.optim;

/// From the first rate down to the least one along half a wave of the cosine, and up again beyond: Loshchilov and
/// Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, without the restarts. Beside another schedule, a
/// warm-up, the wave scales what that makes of the rate.
public final class CosineAnnealingLR extends LRScheduler {

    private final long epochs;
    private final double minLr;

    /// Down to 0.
    public CosineAnnealingLR(Optimizer optimizer, long epochs) { this(optimizer, epochs, 0); }

    /// From the optimizer's rates down half a wave.
    ///
    /// @param epochs from the first rate to the least, PyTorch's `T_max`; at least 1
    /// @param minLr  the least rate, PyTorch's `eta_min`; 0 or more
    public CosineAnnealingLR(Optimizer optimizer, long epochs, double minLr) {
        this.epochs = Checks.atLeast(1, "CosineAnnealingLR", "epochs", epochs);
        this.minLr = Checks.nonNegative("CosineAnnealingLR", "least rate", minLr);
        super(optimizer);
    }

    @Override
    protected double rate(long epoch, double rate, double base) {
        // from the trough there is no quotient of heights to go up by
        long past = epoch - 1 - epochs;
        if (past >= 0 && past % epochs == 0 && past / epochs % 2 == 0)
            return rate + (base - minLr) * (1 - StrictMath.cos(Math.PI / epochs)) / 2;
        // another schedule, or rounding, may have left the rate below the least one, from where the wave leads below 0
        return Math.max(0, height(epoch) / height(epoch - 1) * (rate - minLr) + minLr);
    }

    private double height(long epoch) { return 1 + StrictMath.cos(Math.PI * epoch / epochs); }
}
