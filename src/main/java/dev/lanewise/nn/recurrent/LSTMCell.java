package dev.lanewise.nn.recurrent;

import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Tensor;
import java.util.function.UnaryOperator;

/// Long short-term memory, one step, as the layer's to the bit: see [LSTM]. Parameters are `weight_ih`, `weight_hh`, `bias_ih`
/// and `bias_hh`.
public final class LSTMCell extends Gated {

    private final Parameters parameters = declare("", in);

    /// Starting as PyTorch's does.
    ///
    /// @param in     the size of the input's last dimension
    /// @param hidden the number of units
    public LSTMCell(int in, int hidden) { this(in, hidden, RecurrentOptions.layers(1)); }

    /// A cell as the options have it.
    ///
    /// @param options of which a cell takes the biases and the initializers
    /// @throws IllegalArgumentException if they ask for what a cell hasn't
    public LSTMCell(int in, int hidden, RecurrentOptions options) {
        super(Cell.LSTM, in, hidden, options);
        checkOneStep();
    }

    /// What a step leaves.
    ///
    /// @param h the states, `[batch, hidden]` or `[hidden]`
    /// @param c the cell states, as h
    public record State(Tensor h, Tensor c) implements Tensors<State> {
        @Override
        public State map(UnaryOperator<Tensor> change) { return new State(change.apply(h), change.apply(c)); }
    }

    /// The next states from zeros.
    public State call(Tensor x) { return call(x, null, null); }

    /// The next states.
    public State call(Tensor x, State before) { return call(x, before.h, before.c); }

    /// The next states.
    ///
    /// @param x `[batch, in]` or `[in]`
    /// @param h the states before, as those after; null for zeros
    /// @param c the cell states before; null for zeros
    public State call(Tensor x, Tensor h, Tensor c) {
        var next = step(parameters, x, h, c);
        return observed(new State(next.getFirst(), next.getLast()), x, h, c);
    }
}
