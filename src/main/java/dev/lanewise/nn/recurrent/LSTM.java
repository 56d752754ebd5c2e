package dev.lanewise.nn.recurrent;

import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.tensor.Tensor;

/// Long short-term memory over sequences, with PyTorch's names and order of gates (input, forget, candidate, output):
/// c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c'), each gate being W x + b + U h + d. Source: Hochreiter and Schmidhuber, "Long
/// short-term memory", 1997; the forget gate: Gers, Schmidhuber and Cummins, 2000.
///
/// ```java
/// var lstm = new LSTM(28, 64, RecurrentOptions.layers(2).batchFirst(true));
/// var run = lstm.call(x);     // [batch, time, 28]: run.output() is [batch, time, 64], run.h() and run.c() [2, batch, 64]
/// ```
///
/// Parameters are `weight_ih_l0` `[4 * hidden, in]`, `weight_hh_l0` `[4 * hidden, hidden]`, `bias_ih_l0` and `bias_hh_l0`, those
/// of the other direction with `_reverse` behind. The result for a sequence doesn't depend on those beside it, to the bit.
public final class LSTM extends Recurrent {

    /// Of one layer, time first, starting as PyTorch's does.
    ///
    /// @param in     the size of the input's last dimension
    /// @param hidden the number of units
    public LSTM(int in, int hidden) { this(in, hidden, RecurrentOptions.layers(1)); }

    /// As the options have it.
    public LSTM(int in, int hidden, RecurrentOptions options) { super(Cell.LSTM, in, hidden, options); }

    /// As [#call(Tensor, Tensor, Tensor)], from zeros.
    public LSTMOutput call(Tensor x) { return call(x, null, null); }

    /// Runs over all steps, from given states.
    ///
    /// @param x `[time, batch, in]`, or with the batch first, if the options say so, or without: `[time, in]`
    /// @param h the first states, `[layers * directions, batch, hidden]`, or `[layers * directions, hidden]`; null for zeros
    /// @param c the first cell states; null for zeros
    /// @throws IllegalArgumentException if shapes don't fit, or there are no steps
    public LSTMOutput call(Tensor x, Tensor h, Tensor c) {
        var run = run(x, h, c);
        return observed(new LSTMOutput(run.rows(), run.h(), run.c()), x, h, c);
    }

    /// As [#call(PackedSequence, Tensor, Tensor)], from zeros.
    public PackedLSTMOutput call(PackedSequence x) { return call(x, null, null); }

    /// Of sequences of different lengths.
    ///
    /// @param h the first states, `[layers * directions, batch, hidden]`, in the order of the sequences before they were packed;
    ///     null for zeros
    /// @param c the first cell states; null for zeros
    public PackedLSTMOutput call(PackedSequence x, Tensor h, Tensor c) {
        var run = run(x, h, c);
        return observed(new PackedLSTMOutput(x.map(_ -> run.rows()), run.h(), run.c()), x, h, c);
    }
}
