package dev.lanewise.optim;

import dev.lanewise.file.Quote;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Where a schedule stands, for checkpoints.
///
/// @param kind         the schedule's class: "StepLR"
/// @param epoch        how many steps the schedule made
/// @param learningRate of the optimizer's next step
/// @param values       what else the next rates depend on, by PyTorch's names: "num_bad_epochs"
public record ScheduleState(String kind, long epoch, double learningRate, Map<String, Double> values) {

    public ScheduleState {
        Checks.count("schedule state", "epoch", epoch);
        Checks.nonNegative("schedule state", "learning rate", learningRate);
        values = Collections.unmodifiableMap(new TreeMap<>(Map.copyOf(values)));
    }

    /// @throws IllegalArgumentException if another schedule's state is this
    void check(String kind, Set<String> names) {
        if (!kind.equals(this.kind)) throw new IllegalArgumentException(
            kind + ": the state is of " + Quote.name(this.kind) + "; load the state of a schedule of the same kind");
        if (!names.equals(values.keySet())) throw new IllegalArgumentException(kind + ": the state holds " + Quote.set(values.keySet())
            + ", but this schedule " + Quote.set(names) + "; load the state of a schedule of the same kind");
    }

    /// A number of times.
    long count(String name) {
        double value = values.get(name);
        if (!(value >= 0 && value <= Checks.MOST_STEPS && value == (long) value)) throw new IllegalArgumentException(
            kind + ": " + name + " " + value + " in the state; it must be a whole number from 0 to 2^53");
        return (long) value;
    }
}
