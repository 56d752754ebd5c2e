package dev.lanewise.nn.recurrent;

import dev.lanewise.nn.init.Chrono;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import java.util.OptionalDouble;

/// How a recurrent layer is made, by steps: `RecurrentOptions.layers(2).bidirectional(true).dropout(0.1)`.
///
/// An initializer is given the fan of one gate: of an input weight `in` and `hidden`, of a recurrent weight `hidden` twice, of a
/// bias that of its weight; and the number of gates that are stacked, so that an orthogonal recurrent weight is orthogonal gate
/// by gate.
///
/// @param layers          stacked ones, each of which takes the output of the one before
/// @param bidirectional   whether each layer goes over its input backward, too, with weights of its own
/// @param batchFirst      whether inputs and outputs are `[batch, time, …]` rather than `[time, batch, …]`; states are not
/// @param dropout         of the output of each layer but the last, while training; see [dev.lanewise.nn.Dropout]
/// @param inputWeight     how the weights of inputs start
/// @param recurrentWeight how the weights of states start
/// @param bias            how the biases start, of which there are two for each gate; null for none
/// @param forgetBias      where an LSTM's forget gate starts, instead: the sum of its biases
public record RecurrentOptions(int layers, boolean bidirectional, boolean batchFirst, double dropout, Initializer inputWeight,
                               Initializer recurrentWeight, Initializer bias, OptionalDouble forgetBias) {

    /// Refuses what no recurrent layer can be made with.
    public RecurrentOptions {
        if (inputWeight == null || recurrentWeight == null || forgetBias == null) throw new IllegalArgumentException(
            "recurrent: input weight " + inputWeight + ", recurrent weight " + recurrentWeight + ", forget bias " + forgetBias
                + "; none may be null: begin with RecurrentOptions.layers(…)");
        if (layers < 1) throw new IllegalArgumentException("recurrent: " + layers + " layers; there must be at least one");
        if (!(dropout >= 0 && dropout < 1)) throw new IllegalArgumentException(
            "recurrent: dropout with probability " + dropout + "; it must be of [0, 1)");
        if (dropout > 0 && layers == 1) throw new IllegalArgumentException("recurrent: dropout " + dropout
            + " is between layers, and there is one layer; have more, or put a Dropout behind it");
        if (forgetBias.isPresent() && bias == null) throw new IllegalArgumentException("recurrent: a forget bias of "
            + forgetBias.getAsDouble() + ", but there are no biases; have some, with bias(true)");
        if (forgetBias.isPresent() && bias instanceof Chrono) throw new IllegalArgumentException("recurrent: a forget bias of "
            + forgetBias.getAsDouble() + " and a chrono initialization, which says where forget gates start; leave one of"
            + " them out");
        if (forgetBias.isPresent() && !Double.isFinite(forgetBias.getAsDouble())) throw new IllegalArgumentException(
            "recurrent: a forget bias of " + forgetBias.getAsDouble() + "; it must be finite, as 1");
    }

    /// In one direction, time first, with biases, without dropout, starting as PyTorch's: uniform on ±1 / sqrt(hidden)
    /// throughout.
    public static RecurrentOptions layers(int layers) {
        return new RecurrentOptions(layers, false, false, 0, Initializers.torchDefault(), Initializers.torchDefault(),
            Initializers.torchDefault(), OptionalDouble.empty());
    }

    /// Whether a second one of each layer reads from the last step to the first, its states beside the other's.
    public RecurrentOptions bidirectional(boolean both) {
        return new RecurrentOptions(layers, both, batchFirst, dropout, inputWeight, recurrentWeight, bias, forgetBias);
    }

    /// Whether inputs and outputs are `[batch, time, …]`, and not `[time, batch, …]`.
    public RecurrentOptions batchFirst(boolean first) {
        return new RecurrentOptions(layers, bidirectional, first, dropout, inputWeight, recurrentWeight, bias, forgetBias);
    }

    /// Sets numbers between layers to 0 at random while training.
    ///
    /// @param p the probability of 0 between layers, of [0, 1)
    public RecurrentOptions dropout(double p) {
        return new RecurrentOptions(layers, bidirectional, batchFirst, p, inputWeight, recurrentWeight, bias, forgetBias);
    }

    /// Whether something is added to each gate; if there was nothing, it starts as PyTorch's.
    public RecurrentOptions bias(boolean has) {
        return initializers(inputWeight, recurrentWeight, !has ? null : bias == null ? Initializers.torchDefault() : bias);
    }

    /// As `initializers(Initializers.xavierUniform(), Initializers.orthogonal(), Initializers.zeros())`; without being told, as
    /// PyTorch's.
    ///
    /// @param bias null for none
    public RecurrentOptions initializers(Initializer inputWeight, Initializer recurrentWeight, Initializer bias) {
        return new RecurrentOptions(layers, bidirectional, batchFirst, dropout, inputWeight, recurrentWeight, bias, forgetBias);
    }

    /// Recurrent weights start as random orthogonal matrices, one of each gate; all else as before. Source: see
    /// [Initializers#orthogonal(dev.lanewise.nn.init.Gain)].
    public RecurrentOptions orthogonal() { return initializers(inputWeight, Initializers.orthogonal(), bias); }

    /// Gates of an LSTM or a GRU remember for up to `longest` steps: see [Chrono]. The input's biases start so, the state's at 0.
    ///
    /// @param longest the longest dependency in the data, 2 steps or more, such as the sequences' length
    public RecurrentOptions chrono(double longest) {
        return initializers(inputWeight, recurrentWeight, Initializers.chrono(longest));
    }

    /// How the second of two biases starts, where the first starts as [#bias]: the sum is what counts.
    Initializer stateBias() { return bias instanceof Chrono ? Initializers.zeros() : bias; }

    /// Lets an LSTM's forget gates start open: their input's bias is `value`, their state's 0. Source: Jozefowicz, Zaremba and
    /// Sutskever, "An empirical exploration of recurrent network architectures", 2015; they take 1.
    public RecurrentOptions forgetBias(double value) {
        return new RecurrentOptions(layers, bidirectional, batchFirst, dropout, inputWeight, recurrentWeight, bias,
            OptionalDouble.of(value));
    }

    /// As a layer shows it, without what is as usual.
    String describe(String layer, int in, int hidden) {
        var text = new StringBuilder(layer + "(" + in + ", " + hidden);
        if (layers != 1) text.append(", ").append(layers).append(" layers");
        if (bidirectional) text.append(", bidirectional");
        if (batchFirst) text.append(", batch first");
        if (dropout != 0) text.append(", dropout ").append(dropout);
        return text.append(bias == null ? ", no bias)" : ")").toString();
    }
}
