package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;

/// Some rows of a [Dataset], ready for a step of training. Both halves were made for this batch and belong to its user.
///
/// @param inputs one row per example: `[size, features]`
/// @param targets what to predict, in the order of the rows: an `int[]` of class labels, or a [Tensor] `[size, outputs]`
/// @param <T> the type of the targets
public record Batch<T>(Tensor inputs, T targets) implements Targeted<T> {

    /// The number of examples.
    public int size() {
        return inputs.shape().size(0);
    }
}
