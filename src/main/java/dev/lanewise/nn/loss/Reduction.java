package dev.lanewise.nn.loss;

import dev.lanewise.tensor.Tensor;

/// What becomes of the losses of single elements.
public enum Reduction {
    /// They stay as they are.
    NONE,
    /// Their sum, divided by what they count: 1 each, unless classes have weights.
    MEAN,
    /// Their sum.
    SUM,
    /// Their sum over the size of dimension 0, the batch: for [Losses#klDiv] the one that is the divergence.
    BATCH_MEAN;

    /// @throws IllegalArgumentException if a mean is asked for and there is nothing to take it of
    Tensor of(String operation, Tensor losses) {
        if ((this == MEAN || this == BATCH_MEAN) && losses.numel() == 0) throw new IllegalArgumentException(
            operation + ": the batch is empty, so it has no mean; skip it, or take the sum");
        return switch (this) {
            case NONE -> losses;
            case MEAN -> losses.mean();
            case SUM -> losses.sum();
            case BATCH_MEAN -> losses.sum().div(losses.shape().rank() == 0 ? 1 : losses.size(0));
        };
    }
}
