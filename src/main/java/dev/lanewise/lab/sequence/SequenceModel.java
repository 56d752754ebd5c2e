package dev.lanewise.lab.sequence;

import dev.lanewise.data.SequenceBatch;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.PackedSequence;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.tensor.Tensor;

/// A class for each sequence, from the last layer's state after the sequence's own last step.
final class SequenceModel extends Module {

    /// What remembers.
    enum Cell { LSTM, GRU, RNN }

    private final Module memory;
    private final Linear head;

    SequenceModel(Cell cell, int features, int hidden, int layers, int classes) {
        var options = RecurrentOptions.layers(layers).batchFirst(true);
        this.memory = register("memory", switch (cell) {
            case LSTM -> new LSTM(features, hidden, options);
            case GRU -> new GRU(features, hidden, options);
            case RNN -> new RNN(features, hidden, options);
        });
        this.head = register("head", new Linear(hidden, classes));
    }

    /// `[batch, classes]`, before a softmax.
    Tensor call(SequenceBatch batch) {
        var packed = PackedSequence.packPaddedSequence(batch.inputs(), batch.lengths(), true);
        var states = switch (memory) {
            case LSTM lstm -> lstm.call(packed).h();
            case GRU gru -> gru.call(packed).h();
            case RNN rnn -> rnn.call(packed).h();
            default -> throw new AssertionError(memory);
        };
        return observed(head.call(states.select(0, -1)), batch.inputs());
    }
}
