package dev.lanewise.nn.attention;

import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// How a transformer's layer is made, by steps: `TransformerOptions.feedForward(256).gelu().normFirst(true)`.
///
/// @param feedForward units of the hidden layer
/// @param dropout     of weights, of hidden units and of what is added, while training
/// @param activation  of the hidden layer, any function of its units
/// @param eps         of the norms
/// @param batchFirst  whether inputs and outputs are `[batch, tokens, width]` rather than `[tokens, batch, width]`
/// @param normFirst   whether what goes into a part is normed, rather than what comes out of the sum
/// @param bias        whether linear layers and norms add something
/// @param rotary      turns queries and keys of self-attention by their positions; null for none
public record TransformerOptions(int feedForward, double dropout, UnaryOperator<Tensor> activation, double eps,
    boolean batchFirst,
                                 boolean normFirst, boolean bias, RotaryPositions rotary) {

    /// Refuses no hidden unit, a probability beyond [0, 1), and an `eps` that is negative or infinite.
    public TransformerOptions {
        if (feedForward < 1) throw new IllegalArgumentException("transformer: " + feedForward
            + " hidden units; there must be at least one");
        if (!(dropout >= 0 && dropout < 1)) throw new IllegalArgumentException("transformer: dropout " + dropout
            + "; it must be of [0, 1)");
        if (!(eps >= 0 && eps < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException("transformer: eps " + eps
            + "; it must be 0 or more, and finite");
        Objects.requireNonNull(activation, "transformer: no activation");
    }

    /// As PyTorch's: dropout 0.1, ReLU, tokens first, norms last, with biases.
    public static TransformerOptions feedForward(int units) {
        return new TransformerOptions(units, 0.1, Tensor::relu, 1e-5, false, false, true, null);
    }

    /// Sets numbers to 0 at random while training: of attention's weights, of hidden units, and of what each branch adds.
    ///
    /// @param p the probability of 0, of [0, 1)
    public TransformerOptions dropout(double p) {
        return new TransformerOptions(feedForward, p, activation, eps, batchFirst, normFirst, bias, rotary);
    }

    /// A function of the hidden units, as `Tensor::tanh`.
    public TransformerOptions activation(UnaryOperator<Tensor> activation) {
        return new TransformerOptions(feedForward, dropout, activation, eps, batchFirst, normFirst, bias, rotary);
    }

    /// With GELU for an activation.
    public TransformerOptions gelu() { return activation(Activation::gelu); }

    /// Sets what the norms add to variances.
    ///
    /// @param eps added to the variances of norms
    public TransformerOptions eps(double eps) {
        return new TransformerOptions(feedForward, dropout, activation, eps, batchFirst, normFirst, bias, rotary);
    }

    /// Whether inputs and results are `[batch, tokens, width]`, and not `[tokens, batch, width]`.
    public TransformerOptions batchFirst(boolean first) {
        return new TransformerOptions(feedForward, dropout, activation, eps, first, normFirst, bias, rotary);
    }

    /// Whether a norm stands before each branch, and not behind each sum.
    public TransformerOptions normFirst(boolean first) {
        return new TransformerOptions(feedForward, dropout, activation, eps, batchFirst, first, bias, rotary);
    }

    /// Whether projections, linear layers and norms add a bias.
    public TransformerOptions bias(boolean has) {
        return new TransformerOptions(feedForward, dropout, activation, eps, batchFirst, normFirst, has, rotary);
    }

    /// Turns queries and keys by their positions.
    ///
    /// @param rotary of the width of a head
    public TransformerOptions rotary(RotaryPositions rotary) {
        return new TransformerOptions(feedForward, dropout, activation, eps, batchFirst, normFirst, bias, rotary);
    }

    MultiheadOptions attention() {
        return MultiheadAttention.options().bias(bias).batchFirst(batchFirst).dropout(dropout);
    }
}
