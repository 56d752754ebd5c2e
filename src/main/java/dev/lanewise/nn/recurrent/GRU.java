package dev.lanewise.nn.recurrent;

import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.tensor.Tensor;

/// Gated recurrent units over sequences, with PyTorch's names and order of gates (reset, update, candidate): n = tanh(W x + b +
/// σ(r) (U h + d)), h' = (1 - σ(z)) n + σ(z) h. The reset gate stands behind the product, as cuDNN has it, and not before, as in
/// the source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
///
/// Parameters are `weight_ih_l0` `[3 * hidden, in]`, `weight_hh_l0` `[3 * hidden, hidden]`, `bias_ih_l0` and `bias_hh_l0`, those
/// of the other direction with `_reverse` behind. The result for a sequence doesn't depend on those beside it, to the bit.
public final class GRU extends Recurrent {

    /// Of one layer, time first, starting as PyTorch's does.
    ///
    /// @param in     the size of the input's last dimension
    /// @param hidden the number of units
    public GRU(int in, int hidden) { this(in, hidden, RecurrentOptions.layers(1)); }

    /// As the options have it.
    public GRU(int in, int hidden, RecurrentOptions options) { super(Cell.GRU, in, hidden, options); }

    /// As [#call(Tensor, Tensor)], from zeros.
    public RecurrentOutput call(Tensor x) { return call(x, null); }

    /// Runs over all steps, from given states.
    ///
    /// @param x `[time, batch, in]`, or with the batch first, if the options say so, or without: `[time, in]`
    /// @param h the first states, `[layers * directions, batch, hidden]`, or `[layers * directions, hidden]`; null for zeros
    /// @throws IllegalArgumentException if shapes don't fit, or there are no steps
    public RecurrentOutput call(Tensor x, Tensor h) {
        var run = run(x, h, null);
        return observed(new RecurrentOutput(run.rows(), run.h()), x, h);
    }

    /// As [#call(PackedSequence, Tensor)], from zeros.
    public PackedOutput call(PackedSequence x) { return call(x, null); }

    /// Of sequences of different lengths.
    ///
    /// @param h the first states, `[layers * directions, batch, hidden]`, in the order of the sequences before they were packed;
    ///     null for zeros
    public PackedOutput call(PackedSequence x, Tensor h) {
        var run = run(x, h, null);
        return observed(new PackedOutput(x.map(_ -> run.rows()), run.h()), x, h);
    }
}
