package dev.lanewise.nn.recurrent;

import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// What an [LSTM] gives for sequences of different lengths.
///
/// @param output the last layer's states after each step, packed as the input
/// @param h      the states after each sequence's last step, in the order before packing: `[layers * directions, batch, hidden]`
/// @param c      the cell states, as h
public record PackedLSTMOutput(PackedSequence output, Tensor h, Tensor c) implements Tensors<PackedLSTMOutput> {
    @Override
    public PackedLSTMOutput map(UnaryOperator<Tensor> change) {
        return new PackedLSTMOutput(output.map(change), change.apply(h), change.apply(c));
    }
}
