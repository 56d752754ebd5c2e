package dev.lanewise.optim;

import dev.lanewise.tensor.Tensor;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// Where an optimizer stands, for checkpoints. Nothing in it changes when the optimizer goes on.
///
/// @param steps        how many steps were made
/// @param learningRate of the next step
/// @param initialRate  what schedules that are made from here on start from, PyTorch's `initial_lr`; NaN if none was made yet
/// @param parameters   what is remembered of each parameter, by its number; one that never had a gradient is missing
public record OptimizerState(long steps, double learningRate, double initialRate, Map<Integer, Slot> parameters) {

    public OptimizerState {
        Checks.count("optimizer state", "steps", steps);
        if (!Double.isNaN(initialRate)) Checks.nonNegative("optimizer state", "initial rate", initialRate);
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    /// Before any schedule.
    public OptimizerState(long steps, double learningRate, Map<Integer, Slot> parameters) {
        this(steps, learningRate, Double.NaN, parameters);
    }

    /// @param steps   how many steps this parameter made
    /// @param buffers tensors of the parameter's shape, by PyTorch's names: "exp_avg", "exp_avg_sq"
    public record Slot(long steps, Map<String, Tensor> buffers) {

        public Slot {
            Checks.count("optimizer state", "steps", steps);
            buffers = Collections.unmodifiableMap(new TreeMap<>(Map.copyOf(buffers)));
        }
    }
}
