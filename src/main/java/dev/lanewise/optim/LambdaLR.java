package dev.lanewise.optim;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/// The first rate times a factor of your own: what the rate was before doesn't matter.
///
/// ```java
/// var schedule = new LambdaLR(optimizer, epoch -> 1 / Math.sqrt(1 + epoch));
/// ```
public final class LambdaLR extends LRScheduler {

    private final List<LongToDoubleFunction> factors;

    /// The same factor for all groups.
    ///
    /// @param factor of the epoch, from 0 on, which gives the rate that the schedule begins with; 0 or more
    public LambdaLR(Optimizer optimizer, LongToDoubleFunction factor) { this(optimizer, Arrays.asList(factor)); }

    /// A factor for each group.
    ///
    /// @param factors one for each group, in their order
    public LambdaLR(Optimizer optimizer, List<LongToDoubleFunction> factors) {
        this.factors = Checks.forGroups("LambdaLR", "factor", factors, optimizer);
        super(optimizer);
    }

    @Override
    double start(int group, double rate, double base) { return rate(group, 0, rate, base); }

    @Override
    protected double rate(long epoch, double rate, double base) { return rate(0, epoch, rate, base); }

    @Override
    double rate(int group, long epoch, double rate, double base) {
        return base * Checks.ofGroup(factors, group).applyAsDouble(epoch);
    }
}
