package dev.lanewise.catalogue;

import dev.lanewise.nn.Module;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.GRUCell;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.LSTMCell;
import dev.lanewise.nn.recurrent.PackedSequence;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RNNCell;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// Every module of sequences: a layer with the cell of its steps.
public enum RecurrentKind {

    RNN, RNN_RELU, LSTM, GRU;

    public Module layer(int in, int hidden, RecurrentOptions options) {
        return switch (this) {
            case RNN -> new RNN(in, hidden, options);
            case RNN_RELU -> new RNN(in, hidden, dev.lanewise.nn.recurrent.RNN.Activation.RELU, options);
            case LSTM -> new LSTM(in, hidden, options);
            case GRU -> new GRU(in, hidden, options);
        };
    }

    public Module cell(int in, int hidden, RecurrentOptions options) {
        return switch (this) {
            case RNN -> new RNNCell(in, hidden, dev.lanewise.nn.recurrent.RNN.Activation.TANH, options);
            case RNN_RELU -> new RNNCell(in, hidden, dev.lanewise.nn.recurrent.RNN.Activation.RELU, options);
            case LSTM -> new LSTMCell(in, hidden, options);
            case GRU -> new GRUCell(in, hidden, options);
        };
    }

    /// Blocks of the weights.
    public int gates() { return this == LSTM ? 4 : this == GRU ? 3 : 1; }

    /// Kinds of states.
    public int states() { return this == LSTM ? 2 : 1; }

    /// A layer's output and its last states.
    ///
    /// @param states those before, of each kind; none for zeros
    public static List<Tensor> call(Module layer, Tensor x, List<Tensor> states) {
        var h = states.isEmpty() ? null : states.getFirst();
        if (layer instanceof LSTM lstm) {
            var run = lstm.call(x, h, states.isEmpty() ? null : states.get(1));
            return List.of(run.output(), run.h(), run.c());
        }
        var run = layer instanceof GRU gru ? gru.call(x, h) : ((RNN) layer).call(x, h);
        return List.of(run.output(), run.h());
    }

    /// The same for packed sequences; the output is padded again.
    public static List<Tensor> call(Module layer, PackedSequence x, List<Tensor> states) {
        var h = states.isEmpty() ? null : states.getFirst();
        if (layer instanceof LSTM lstm) {
            var run = lstm.call(x, h, states.isEmpty() ? null : states.get(1));
            return List.of(PackedSequence.padPackedSequence(run.output()).output(), run.h(), run.c());
        }
        var run = layer instanceof GRU gru ? gru.call(x, h) : ((RNN) layer).call(x, h);
        return List.of(PackedSequence.padPackedSequence(run.output()).output(), run.h());
    }

    /// A cell's next states, of each kind.
    public static List<Tensor> step(Module cell, Tensor x, List<Tensor> states) {
        var h = states.isEmpty() ? null : states.getFirst();
        if (cell instanceof LSTMCell lstm) {
            var next = lstm.call(x, h, states.isEmpty() ? null : states.get(1));
            return List.of(next.h(), next.c());
        }
        return List.of(cell instanceof GRUCell gru ? gru.call(x, h) : ((RNNCell) cell).call(x, h));
    }
}
