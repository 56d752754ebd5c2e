package dev.lanewise.nn.recurrent;

import dev.lanewise.tensor.Tensor;

/// Elman's recurrent network, one step, as the layer's to the bit: see [RNN]. Parameters are `weight_ih`, `weight_hh`, `bias_ih`
/// and `bias_hh`.
public final class RNNCell extends Gated {

    private final Parameters parameters = declare("", in);

    /// Starting as PyTorch's does.
    ///
    /// @param in     the size of the input's last dimension
    /// @param hidden the number of units
    public RNNCell(int in, int hidden) { this(in, hidden, RNN.Activation.TANH, RecurrentOptions.layers(1)); }

    /// A cell as the options have it.
    ///
    /// @param options of which a cell takes the biases and the initializers
    /// @throws IllegalArgumentException if they ask for what a cell hasn't
    public RNNCell(int in, int hidden, RNN.Activation activation, RecurrentOptions options) {
        super(RNN.Activation.cell("RNNCell", activation), in, hidden, options);
        checkOneStep();
    }

    /// The next states from zeros.
    public Tensor call(Tensor x) { return call(x, null); }

    /// The next states, `[batch, hidden]` or `[hidden]`.
    ///
    /// @param x `[batch, in]` or `[in]`
    /// @param h the states before, as those after; null for zeros
    public Tensor call(Tensor x, Tensor h) { return observed(step(parameters, x, h, null).getFirst(), x, h); }
}
