package dev.lanewise.nn.recurrent;

import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// What an [LSTM] gives.
///
/// @param output the last layer's states after each step: `[time, batch, directions * hidden]`, or as the input lies
/// @param h      the last states: `[layers * directions, batch, hidden]`, without the batch for an input without one
/// @param c      the last cell states, as h
public record LSTMOutput(Tensor output, Tensor h, Tensor c) implements Tensors<LSTMOutput> {
    @Override
    public LSTMOutput map(UnaryOperator<Tensor> change) {
        return new LSTMOutput(change.apply(output), change.apply(h), change.apply(c));
    }
}
