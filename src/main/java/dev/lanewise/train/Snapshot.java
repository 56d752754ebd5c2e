package dev.lanewise.train;

import dev.lanewise.nn.Module;
import dev.lanewise.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Copies of a model's weights after a step, and of the gradients that the step was made with.
///
/// @param step      the step
/// @param weights   the parameters by path, frozen ones included
/// @param gradients by the same paths; parameters that have none are left out
public record Snapshot(Callback.Step step, Map<String, Tensor> weights, Map<String, Tensor> gradients) {

    static Snapshot of(Callback.Step step, Module model) {
        var weights = new LinkedHashMap<String, Tensor>();
        var gradients = new LinkedHashMap<String, Tensor>();
        model.namedParameters().forEach((path, parameter) -> {
            weights.put(path, copy(parameter.tensor()));
            if (parameter.grad() != null) gradients.put(path, copy(parameter.grad()));
        });
        return new Snapshot(step, Collections.unmodifiableMap(weights), Collections.unmodifiableMap(gradients));
    }

    private static Tensor copy(Tensor tensor) { return Tensor.wrap(tensor.toArray(), tensor.shape().toArray()); }
}
