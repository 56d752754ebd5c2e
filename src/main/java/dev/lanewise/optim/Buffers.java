package dev.lanewise.optim;

import java.util.List;

/// What an optimizer remembers of each parameter: tensors of the parameter's shape, one for each name.
///
/// @param names   as PyTorch's states have them, in the order of the formula's slots
/// @param initial what all elements are before the first step
record Buffers(List<String> names, float initial) {

    Buffers {
        names = List.copyOf(names);
    }

    static Buffers zeros(String... names) { return new Buffers(List.of(names), 0); }

    /// Adam's means of gradients and of squares, and the largest of these.
    static Buffers moments(boolean amsgrad) {
        return amsgrad ? zeros("exp_avg", "exp_avg_sq", "max_exp_avg_sq") : zeros("exp_avg", "exp_avg_sq");
    }
}
