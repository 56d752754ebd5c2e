package dev.lanewise.optim;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/// The rate times a factor of your own in each epoch.
public final class MultiplicativeLR extends LRScheduler {

    private final List<LongToDoubleFunction> factors;

    /// The same factor for all groups.
    ///
    /// @param factor of the epoch, from 1 on: 0 or more
    public MultiplicativeLR(Optimizer optimizer, LongToDoubleFunction factor) { this(optimizer, Arrays.asList(factor)); }

    /// A factor for each group.
    ///
    /// @param factors one for each group, in their order
    public MultiplicativeLR(Optimizer optimizer, List<LongToDoubleFunction> factors) {
        this.factors = Checks.forGroups("MultiplicativeLR", "factor", factors, optimizer);
        super(optimizer);
    }

    @Override
    protected double rate(long epoch, double rate, double base) { return rate(0, epoch, rate, base); }

    @Override
    double rate(int group, long epoch, double rate, double base) {
        return rate * Checks.ofGroup(factors, group).applyAsDouble(epoch);
    }
}
