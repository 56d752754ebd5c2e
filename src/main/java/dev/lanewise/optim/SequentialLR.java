package dev.lanewise.optim;

import java.util.List;

/// One schedule after another: a warm-up, and then a cosine.
///
/// ```java
/// var schedule = new SequentialLR(List.of(new LinearLR(optimizer, 0.1, 1, 5), new CosineAnnealingLR(optimizer, 95)), 5);
/// ```
///
/// Each begins, when its turn comes, from the rate that it started from when it was made, whatever those before it have reached.
/// The schedules are this one's from then on, and aren't to be stepped by themselves.
public final class SequentialLR extends Schedules {

    private final long[] milestones;

    /// Schedules that take turns.
    ///
    /// @param schedules  at least one, all of one optimizer, none of which was stepped
    /// @param milestones before which steps the next one takes its turn: rising, at least 1, one fewer than there are schedules
    public SequentialLR(List<LRScheduler> schedules, long... milestones) {
        this.milestones = milestones.clone();
        check(Checks.given("SequentialLR", "schedules", schedules), milestones);
        super("SequentialLR", schedules);
        this.schedules.getFirst().restart();
    }

    private static void check(List<LRScheduler> schedules, long[] milestones) {
        if (schedules.size() != milestones.length + 1L) throw new IllegalArgumentException("SequentialLR: " + schedules.size()
            + " schedules and " + milestones.length + " milestones; there must be one between each two schedules");
        for (int i = 0; i < milestones.length; i++) Checks.atLeast(i == 0 ? 1 : milestones[i - 1] + 1, "SequentialLR",
            "milestone", milestones[i]);
    }

    @Override
    void advance(double measure) {
        long next = epoch() + 1;
        int turn = 0;
        while (turn < milestones.length && milestones[turn] <= next) turn++;
        if (turn > 0 && milestones[turn - 1] == next) schedules.get(turn).restart();
        else schedules.get(turn).advance(measure);
        epoch(next);
    }

    /// As one of the schedules of another: from the first of its own.
    @Override
    void restart() {
        schedules.getFirst().restart();
        epoch(0);
    }

    @Override
    void again() {
        schedules.getFirst().again();
        epoch(0);
    }
}
