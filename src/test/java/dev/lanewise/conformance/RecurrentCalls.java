package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.ops;

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
import java.util.Map;

/// Recurrent layers and cells, and packing: the states before, if the case has them, and the parameters are the inputs after the
/// first.
final class RecurrentCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        ops("RNN", c -> layer(c, new RNN(c.x().size(-1), c.integer("hidden"), options(c)))),
        ops("RNN relu", c -> layer(c, new RNN(c.x().size(-1), c.integer("hidden"), RNN.Activation.RELU, options(c)))),
        ops("GRU", c -> layer(c, new GRU(c.x().size(-1), c.integer("hidden"), options(c)))),
        ops("LSTM", RecurrentCalls::lstm),
        ops("RNNCell", c -> cell(c, new RNNCell(c.x().size(-1), c.integer("hidden"), RNN.Activation.TANH, cellOptions(c)))),
        ops("RNNCell relu", c -> cell(c, new RNNCell(c.x().size(-1), c.integer("hidden"), RNN.Activation.RELU, cellOptions(c)))),
        ops("GRUCell", c -> cell(c, new GRUCell(c.x().size(-1), c.integer("hidden"), cellOptions(c)))),
        ops("LSTMCell", RecurrentCalls::lstmCell),
        ops("pack", RecurrentCalls::pack),
        ops("padSequence", c -> List.of(PackedSequence.padSequence(List.of(c.all()), c.flag("batchFirst"),
            (float) c.number("value")), PackedSequence.packSequence(List.of(c.all())).data())));

    private RecurrentCalls() {}

    private static RecurrentOptions options(Case c) {
        return RecurrentOptions.layers(c.integer("layers")).bidirectional(c.flag("bidirectional"))
            .batchFirst(c.flag("batchFirst")).bias(c.flag("bias"));
    }

    private static RecurrentOptions cellOptions(Case c) { return RecurrentOptions.layers(1).bias(c.flag("bias")); }

    /// The states before, those that there are; the parameters are loaded with what follows.
    private static Tensor[] prepared(Case c, Module module, int states) {
        int next = c.flag("states") ? 1 + states : 1;
        for (var parameter : module.parameters()) c.load(next++, parameter);
        return new Tensor[] {c.flag("states") ? c.x(1) : null, c.flag("states") && states == 2 ? c.x(2) : null};
    }

    private static PackedSequence packed(Case c) {
        return PackedSequence.packPaddedSequence(c.x(), c.ints("lengths"), c.flag("batchFirst"));
    }

    private static Tensor padded(Case c, PackedSequence packed) {
        return PackedSequence.padPackedSequence(packed, c.flag("batchFirst"), 0, c.integer("total")).output();
    }

    private static List<Tensor> layer(Case c, Module module) {
        var h = prepared(c, module, 1)[0];
        if (c.has("lengths")) {
            var run = module instanceof GRU gru ? gru.call(packed(c), h) : ((RNN) module).call(packed(c), h);
            return List.of(padded(c, run.output()), run.h());
        }
        var run = module instanceof GRU gru ? gru.call(c.x(), h) : ((RNN) module).call(c.x(), h);
        return List.of(run.output(), run.h());
    }

    private static List<Tensor> lstm(Case c) {
        var lstm = new LSTM(c.x().size(-1), c.integer("hidden"), options(c));
        var states = prepared(c, lstm, 2);
        if (c.has("lengths")) {
            var run = lstm.call(packed(c), states[0], states[1]);
            return List.of(padded(c, run.output()), run.h(), run.c());
        }
        var run = lstm.call(c.x(), states[0], states[1]);
        return List.of(run.output(), run.h(), run.c());
    }

    private static List<Tensor> cell(Case c, Module module) {
        var h = prepared(c, module, 1)[0];
        return List.of(module instanceof GRUCell gru ? gru.call(c.x(), h) : ((RNNCell) module).call(c.x(), h));
    }

    private static List<Tensor> lstmCell(Case c) {
        var cell = new LSTMCell(c.x().size(-1), c.integer("hidden"), cellOptions(c));
        var states = prepared(c, cell, 2);
        var next = cell.call(c.x(), states[0], states[1]);
        return List.of(next.h(), next.c());
    }

    private static List<Tensor> pack(Case c) {
        var packed = packed(c);
        return List.of(packed.data(),
            PackedSequence.padPackedSequence(packed, c.flag("batchFirst"), (float) c.number("value"),
                c.integer("total")).output());
    }
}
