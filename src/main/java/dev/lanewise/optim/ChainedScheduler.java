package dev.lanewise.optim;

import java.util.List;

/// Several schedules at once, as one: each acts on the rate that the one before it left, in the order in which they are given.
///
/// ```java
/// var schedule = new ChainedScheduler(List.of(new LinearLR(optimizer, 0.1, 1, 5), new ExponentialLR(optimizer, 0.95)));
/// ```
///
/// The schedules are this one's from then on, and aren't to be stepped by themselves. Make them in the order in which they act:
/// each changes the rate as it is made.
public final class ChainedScheduler extends Schedules {

    /// Schedules that all act on each step, one upon the other.
    ///
    /// @param schedules at least one, all of one optimizer, none of which was stepped
    public ChainedScheduler(List<LRScheduler> schedules) { super("ChainedScheduler", schedules); }

    @Override
    void advance(double measure) {
        for (var schedule : schedules) schedule.advance(measure);
        epoch(epoch() + 1);
    }

    /// As one of the schedules of a sequence: the first from where the rate began, the others on what it leaves.
    @Override
    void restart() {
        schedules.getFirst().restart();
        for (var schedule : schedules.subList(1, schedules.size())) schedule.again();
        epoch(0);
    }

    @Override
    void again() {
        for (var schedule : schedules) schedule.again();
        epoch(0);
    }
}
