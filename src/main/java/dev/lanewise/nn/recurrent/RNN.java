package dev.lanewise.nn.recurrent;

import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Tensor;

/// Elman's recurrent network over sequences: h' = tanh(W x + b + U h + d), or with the larger of it and 0.
///
/// Parameters are `weight_ih_l0` `[hidden, in]`, `weight_hh_l0` `[hidden, hidden]`, `bias_ih_l0` and `bias_hh_l0`, those of the
/// other direction with `_reverse` behind. The result for a sequence doesn't depend on those beside it, to the bit.
public final class RNN extends Recurrent {

    private static final double IDENTITY_INPUT = 0.001;

    /// The function of each unit.
    public enum Activation {
        /// The hyperbolic tangent.
        TANH(Cell.TANH),
        /// max(x, 0).
        RELU(Cell.RELU);

        private final Cell cell;

        Activation(Cell cell) { this.cell = cell; }

        static Cell cell(String layer, Activation activation) {
            if (activation == null) throw new IllegalArgumentException(layer + ": no activation; give TANH or RELU");
            return activation.cell;
        }
    }

    /// Of one layer, time first, with the hyperbolic tangent, starting as PyTorch's does.
    ///
    /// @param in     the size of the input's last dimension
    /// @param hidden the number of units
    public RNN(int in, int hidden) { this(in, hidden, RecurrentOptions.layers(1)); }

    /// With hyperbolic tangents, and else as the options have it.
    public RNN(int in, int hidden, RecurrentOptions options) { this(in, hidden, Activation.TANH, options); }

    /// As the options have it.
    public RNN(int in, int hidden, Activation activation, RecurrentOptions options) {
        super(Activation.cell("RNN", activation), in, hidden, options);
    }

    /// As [#irnn(int, int, RecurrentOptions)], of one layer, time first.
    public static RNN irnn(int in, int hidden) { return irnn(in, hidden, RecurrentOptions.layers(1)); }

    /// A network that starts by remembering all: units are rectified, recurrent weights the identity, biases 0 and input weights
    /// normal with deviation 0.001. Without inputs, states that aren't negative stay, and so do their gradients, over any number
    /// of steps. Source: Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015.
    ///
    /// @param options but for the initializers, which are these
    public static RNN irnn(int in, int hidden, RecurrentOptions options) {
        if (options == null) throw new IllegalArgumentException("IRNN: no options; give RecurrentOptions.layers(1)");
        return new RNN(in, hidden, Activation.RELU,
            options.initializers(Initializers.normal(0, IDENTITY_INPUT), Initializers.eye(), Initializers.zeros()));
    }

    /// The function of each unit.
    public Activation activation() { return cell == Cell.RELU ? Activation.RELU : Activation.TANH; }

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
