package dev.lanewise.testing;

import dev.lanewise.nn.Module;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is to be seen of a model from outside, to tell whether anything changed.
public final class Seen {

    private Seen() {}

    /// Which of its modules are in training.
    public static Map<String, Boolean> flags(Module model) {
        var flags = new LinkedHashMap<String, Boolean>();
        model.namedModules().forEach((path, module) -> flags.put(path, module.isTraining()));
        return flags;
    }

    /// Flags, steps, state to the bit and gradients.
    public static String of(Module model) {
        var text = new StringBuilder().append(flags(model)).append(model.stepDict());
        model.stateDict().forEach((path, tensor) -> {
            text.append('\n').append(path);
            for (float value : tensor.toArray()) text.append(' ').append(Float.floatToRawIntBits(value));
        });
        model.namedParameters().forEach((path, parameter) -> text.append('\n').append(path).append(parameter.requiresGrad())
            .append(parameter.grad() == null ? "" : parameter.grad().sum().item()));
        return text.toString();
    }
}
