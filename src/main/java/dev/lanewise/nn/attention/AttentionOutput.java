package dev.lanewise.nn.attention;

import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// What attention gives, and how it weighed.
///
/// @param output  as without the weights, to the bit
/// @param weights `[batch, queries, keys]`, the mean over the heads, or `[batch, heads, queries, keys]`; without the batch, where
///     there is none
public record AttentionOutput(Tensor output, Tensor weights) implements Tensors<AttentionOutput> {

    @Override
    public AttentionOutput map(UnaryOperator<Tensor> change) {
        return new AttentionOutput(change.apply(output), change.apply(weights));
    }
}
