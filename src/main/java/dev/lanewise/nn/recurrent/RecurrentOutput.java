package dev.lanewise.nn.recurrent;

import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// What [RNN] and [GRU] give.
///
/// @param output the last layer's states after each step: `[time, batch, directions * hidden]`, or as the input lies
/// @param h      the last states: `[layers * directions, batch, hidden]`, without the batch for an input without one
public record RecurrentOutput(Tensor output, Tensor h) implements Tensors<RecurrentOutput> {
    @Override
    public RecurrentOutput map(UnaryOperator<Tensor> change) {
        return new RecurrentOutput(change.apply(output), change.apply(h));
    }
}
