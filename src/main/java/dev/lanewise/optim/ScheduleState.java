package dev.lanewise.optim;

import dev.lanewise.file.Quote;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Where a schedule stands, for checkpoints.
///
/// @param kind          the schedule's class: "StepLR"
/// @param epoch         how many steps the schedule made
/// @param learningRates of the optimizer's next step, for each of its groups
/// @param baseRates     what the schedule starts from, for each group, PyTorch's `base_lrs`
/// @param values        what else the next rates depend on, by PyTorch's names: "num_bad_epochs"
public record ScheduleState(String kind, long epoch,
    List<Double> learningRates, List<Double> baseRates, Map<String, Double> values) {

    /// Refuses what no schedule can have; keeps copies.
    public ScheduleState {
        Checks.given("schedule state", "kind", kind);
        Checks.count("schedule state", "epoch", epoch);
        learningRates = rates("learning rate", learningRates);
        baseRates = rates("base rate", baseRates);
        if (learningRates.size() != baseRates.size()) throw new IllegalArgumentException("schedule state: " + learningRates.size()
            + " learning rates and " + baseRates.size() + " base rates; there must be one of each for each group");
        Checks.given("schedule state", "values", values).forEach((name, value) -> {
            Checks.given("schedule state", "name of a value", name);
            Checks.given("schedule state", "value of " + Quote.of(name), value);
        });
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    private static List<Double> rates(String name, List<Double> rates) {
        Checks.given("schedule state", name + "s", rates);
        for (var rate : rates) Checks.nonNegative("schedule state", name, Checks.given("schedule state", name, rate));
        return List.copyOf(rates);
    }

    /// @throws IllegalArgumentException if another schedule's state is this
    void check(String kind, Set<String> names, int groups) {
        if (!kind.equals(this.kind)) throw new IllegalArgumentException(
            kind + ": the state is of " + Quote.name(this.kind) + "; load the state of a schedule of the same kind");
        if (!names.equals(values.keySet())) throw new IllegalArgumentException(kind + ": the state holds "
            + Quote.set(values.keySet()) + ", but this schedule " + Quote.set(names)
            + "; load the state of a schedule of the same kind");
        if (learningRates.size() != groups) throw new IllegalArgumentException(kind + ": the state is of " + learningRates.size()
            + " groups, but this schedule's optimizer has " + groups
            + "; load the state of a schedule of an optimizer with the same groups");
    }
}
