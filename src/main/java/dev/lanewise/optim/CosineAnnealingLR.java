package dev.lanewise.optim;

import java.util.Map;

/// From the rate at hand down to the least one along half a wave of the cosine, and up again beyond: Loshchilov and Hutter,
/// "SGDR: stochastic gradient descent with warm restarts", 2017, without the restarts.
public final class CosineAnnealingLR extends LRScheduler {

    private double base;
    private final long epochs;
    private final double minLr;

    /// Down to 0.
    public CosineAnnealingLR(Optimizer optimizer, long epochs) { this(optimizer, epochs, 0); }

    /// @param epochs from the first rate to the least, PyTorch's `T_max`; at least 1
    /// @param minLr  the least rate, PyTorch's `eta_min`; 0 or more
    public CosineAnnealingLR(Optimizer optimizer, long epochs, double minLr) {
        super(optimizer);
        this.base = optimizer.learningRate();
        this.epochs = Checks.atLeast(1, "CosineAnnealingLR", "epochs", epochs);
        this.minLr = Checks.nonNegative("CosineAnnealingLR", "least rate", minLr);
    }

    @Override
    Map<String, Double> values() { return Map.of("base_lr", base); }

    @Override
    void load(ScheduleState state) { base = Checks.nonNegative("CosineAnnealingLR", "base_lr", state.values().get("base_lr")); }

    @Override
    double next(long epoch, double rate) {
        // from the trough there is no quotient of heights to go up by
        if (epoch % (2 * epochs) == (epochs + 1) % (2 * epochs))
            return rate + (base - minLr) * (1 - StrictMath.cos(Math.PI / epochs)) / 2;
        // rounding may leave a rate near 0 on the wrong side of it
        return Math.max(0, height(epoch) / height(epoch - 1) * (rate - minLr) + minLr);
    }

    private double height(long epoch) { return 1 + StrictMath.cos(Math.PI * epoch / epochs); }
}
