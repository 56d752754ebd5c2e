package dev.lanewise.optim;

import dev.lanewise.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Where an optimizer stands, for checkpoints. Nothing in it changes when the optimizer goes on.
///
/// @param steps      how many steps were made
/// @param groups     the groups of parameters, in order
/// @param parameters what is remembered of each parameter, by its number, counted through all groups; one that never had a
///                   gradient is missing
public record OptimizerState(long steps, List<Group> groups, Map<Integer, Slot> parameters) {

    /// Keeps copies, and refuses what no optimizer can have.
    public OptimizerState {
        Checks.count("optimizer state", "steps", steps);
        groups = List.copyOf(Checks.given("optimizer state", "groups", groups));
        parameters = copy("parameters", parameters);
    }

    /// Where a group stands.
    ///
    /// @param name         the group's own, or its number
    /// @param parameters   how many there are
    /// @param learningRate of the next step
    /// @param initialRate  what schedules that are made from here on start from, PyTorch's `initial_lr`; NaN if none was made yet
    public record Group(String name, int parameters, double learningRate, double initialRate) {

        /// Refuses no name, a negative count, and rates that no group can have.
        public Group {
            Checks.given("optimizer state", "name of a group", name);
            Checks.atLeast(0, "optimizer state", "parameters of a group", parameters);
            Checks.nonNegative("optimizer state", "learning rate", learningRate);
            if (!Double.isNaN(initialRate)) Checks.nonNegative("optimizer state", "initial rate", initialRate);
        }
    }

    /// What is remembered of one parameter.
    ///
    /// @param steps   how many steps this parameter made
    /// @param buffers tensors of the parameter's shape, by PyTorch's names: "exp_avg", "exp_avg_sq"
    public record Slot(long steps, Map<String, Tensor> buffers) {

        /// Keeps a copy of the buffers; refuses a negative count.
        public Slot {
            Checks.count("optimizer state", "steps", steps);
            buffers = copy("buffers", buffers);
        }
    }

    private static <K, V> Map<K, V> copy(String name, Map<K, V> map) {
        Checks.given("optimizer state", name, map).forEach((key, value) -> {
            Checks.given("optimizer state", "name among the " + name, key);
            Checks.given("optimizer state", "value of " + key + " among the " + name, value);
        });
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
