package dev.lanewise.optim;

/// From the first rate down to the least one along half a wave of the cosine, and then from the first again: Loshchilov and
/// Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.
///
/// The rate follows from the epoch alone: what other schedules made of it before is gone.
public final class CosineAnnealingWarmRestarts extends LRScheduler {

    private final long first;
    private final long multiplier;
    private final double minLr;

    /// Waves of one length, down to 0.
    public CosineAnnealingWarmRestarts(Optimizer optimizer, long epochs) { this(optimizer, epochs, 1, 0); }

    /// Half waves from the optimizer's rates, one after the other.
    ///
    /// @param epochs     of the first wave, PyTorch's `T_0`; at least 1
    /// @param multiplier how many times as long as the one before each wave is, PyTorch's `T_mult`; at least 1
    /// @param minLr      the least rate, PyTorch's `eta_min`; 0 or more
    public CosineAnnealingWarmRestarts(Optimizer optimizer, long epochs, long multiplier, double minLr) {
        this.first = Checks.atLeast(1, "CosineAnnealingWarmRestarts", "epochs", epochs);
        this.multiplier = Checks.atLeast(1, "CosineAnnealingWarmRestarts", "multiplier", multiplier);
        this.minLr = Checks.nonNegative("CosineAnnealingWarmRestarts", "least rate", minLr);
        super(optimizer);
    }

    @Override
    protected double start(double rate, double base) { return rate(0, rate, base); }

    @Override
    protected double rate(long epoch, double rate, double base) {
        long length = first;
        long within = epoch;
        if (multiplier == 1) within %= first;
        else while (within >= length) {
            within -= length;
            // a wave that would be longer than any training is as good as endless
            length = length > Long.MAX_VALUE / multiplier ? Long.MAX_VALUE : length * multiplier;
        }
        return minLr + (base - minLr) * (1 + StrictMath.cos(Math.PI * within / length)) / 2;
    }
}
