package dev.lanewise.nn.recurrent;

import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// What [RNN] and [GRU] give for sequences of different lengths.
///
/// @param output the last layer's states after each step, packed as the input
/// @param h      the states after each sequence's last step, in the order before packing: `[layers * directions, batch, hidden]`
public record PackedOutput(PackedSequence output, Tensor h) implements Tensors<PackedOutput> {
    @Override
    public PackedOutput map(UnaryOperator<Tensor> change) { return new PackedOutput(output.map(change), change.apply(h)); }
}
