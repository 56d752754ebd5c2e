package dev.lanewise.optim;

import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A schedule that is made of others, whose states are part of its own.
abstract sealed class Schedules extends LRScheduler permits SequentialLR, ChainedScheduler {

    final List<LRScheduler> schedules;

    /// @param schedules at least one, all of one optimizer, none of which was stepped
    Schedules(String kind, List<LRScheduler> schedules) {
        this.schedules = Checks.all(kind, "schedule", schedules);
        if (schedules.isEmpty()) throw new IllegalArgumentException(kind + ": no schedules; give one at least");
        for (var schedule : schedules) {
            if (schedule.optimizer() != schedules.getFirst().optimizer()) throw new IllegalArgumentException(
                kind + ": " + schedule.kind() + " is of another optimizer than the first schedule; make all for one");
            if (schedule.epoch() != 0) throw new IllegalArgumentException(kind + ": " + schedule.kind() + " has made "
                + schedule.epoch() + " steps; give schedules that have made none");
        }
        super(schedules.getFirst().optimizer());
    }

    @Override
    public final Optional<Mode> mode() { return schedules.stream().flatMap(schedule -> schedule.mode().stream()).findFirst(); }

    /// Not asked: the schedules set the rates.
    @Override
    protected final double rate(long epoch, double rate, double base) { return rate; }

    /// Of schedule 1 its `1.epoch`, its `1.base_lr.0` for the first group, and its own values under `1.`.
    @Override
    protected final Map<String, Double> values() {
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
    protected final void load(Map<String, Double> values) {
        var before = schedules.stream().map(LRScheduler::stateDict).toList();
        try {
            for (int i = 0; i < schedules.size(); i++) load(i + ".", values, before.get(i), schedules.get(i));
        } catch (IllegalArgumentException e) {
            for (int i = 0; i < schedules.size(); i++) schedules.get(i).loadStateDict(before.get(i));
            throw new IllegalArgumentException(kind() + ": " + e.getMessage(), e);
        }
    }

    private void load(String prefix, Map<String, Double> values, ScheduleState before, LRScheduler schedule) {
        var own = new TreeMap<String, Double>();
        before.values().keySet().forEach(name -> own.put(name, values.get(prefix + name)));
        var bases = new ArrayList<Double>();
        for (int j = 0; j < before.baseRates().size(); j++) bases.add(values.get(prefix + "base_lr." + j));
        schedule.loadStateDict(new ScheduleState(schedule.kind(), count(values, prefix + "epoch"), before.learningRates(),
            bases, own));
    }
}
