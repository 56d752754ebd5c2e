package dev.lanewise.optim;

import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One schedule after another: a warm-up, and then a cosine.
///
/// ```java
/// var schedule = new SequentialLR(List.of(new LinearLR(optimizer, 0.1, 1, 5), new CosineAnnealingLR(optimizer, 95)), 5);
/// ```
///
/// Each begins, when its turn comes, from the rate that it started from when it was made, whatever those before it have reached. The
/// schedules are this one's from then on, and aren't to be stepped by themselves.
public final class SequentialLR extends LRScheduler {

    private final List<LRScheduler> schedules;
    private final long[] milestones;

    /// @param schedules  at least one, all of one optimizer, none of which was stepped
    /// @param milestones before which steps the next one takes its turn: rising, at least 1, one fewer than there are schedules
    public SequentialLR(List<LRScheduler> schedules, long... milestones) {
        this.schedules = Checks.all("SequentialLR", "schedule", schedules);
        this.milestones = milestones.clone();
        check(schedules, milestones);
        super(schedules.getFirst().optimizer());
        this.schedules.getFirst().restart();
    }

    private static void check(List<LRScheduler> schedules, long[] milestones) {
        if (schedules.size() != milestones.length + 1L) throw new IllegalArgumentException("SequentialLR: " + schedules.size()
            + " schedules and " + milestones.length + " milestones; there must be one between each two schedules");
        for (int i = 0; i < milestones.length; i++) Checks.atLeast(i == 0 ? 1 : milestones[i - 1] + 1, "SequentialLR",
            "milestone", milestones[i]);
        for (var schedule : schedules) {
            if (schedule.optimizer() != schedules.getFirst().optimizer()) throw new IllegalArgumentException(
                "SequentialLR: " + schedule.kind() + " is of another optimizer than the first schedule; make all for one");
            if (schedule.epoch() != 0) throw new IllegalArgumentException("SequentialLR: " + schedule.kind() + " has made "
                + schedule.epoch() + " steps; give schedules that have made none");
        }
    }

    @Override
    public Optional<Mode> mode() { return schedules.stream().flatMap(schedule -> schedule.mode().stream()).findFirst(); }

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

    /// Not asked: the schedules set the rates.
    @Override
    protected double rate(long epoch, double rate, double base) { return rate; }

    /// Of schedule 1 its `1.epoch`, its `1.base_lr.0` for the first group, and its own values under `1.`.
    @Override
    protected Map<String, Double> values() {
        var all = new TreeMap<String, Double>();
        for (int i = 0; i < schedules.size(); i++) {
            var prefix = i + ".";
            var state = schedules.get(i).stateDict();
            all.put(prefix + "epoch", (double) state.epoch());
            for (int j = 0; j < state.baseRates().size(); j++) all.put(prefix + "base_lr." + j, state.baseRates().get(j));
            state.values().forEach((name, value) -> all.put(prefix + name, value));
        }
        return all;
    }

    @Override
    protected void load(Map<String, Double> values) {
        var before = schedules.stream().map(LRScheduler::stateDict).toList();
        try {
            for (int i = 0; i < schedules.size(); i++) load(i + ".", values, before.get(i), schedules.get(i));
        } catch (IllegalArgumentException e) {
            for (int i = 0; i < schedules.size(); i++) schedules.get(i).loadStateDict(before.get(i));
            throw new IllegalArgumentException("SequentialLR: " + e.getMessage(), e);
        }
    }

    private void load(String prefix, Map<String, Double> values, ScheduleState before, LRScheduler schedule) {
        var own = new TreeMap<String, Double>();
        before.values().keySet().forEach(name -> own.put(name, values.get(prefix + name)));
        var bases = new ArrayList<Double>();
        for (int j = 0; j < before.baseRates().size(); j++) bases.add(values.get(prefix + "base_lr." + j));
        schedule.loadStateDict(new ScheduleState(schedule.kind(), count(values, prefix + "epoch"), before.learningRates(), bases, own));
    }
}
