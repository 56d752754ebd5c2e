package dev.lanewise.io.onnx;

import dev.lanewise.nn.Module;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Recurrent layers as nodes, one for each layer, from states of zeros. Weights stay as they are called and ordered here: the
/// graph brings their gates into ONNX's order.
final class RecurrentExporter {

    private final Exporter exporter;
    private final GraphBuilder graph;

    RecurrentExporter(Exporter exporter, GraphBuilder graph) {
        this.exporter = exporter;
        this.graph = graph;
    }

    /// What a layer makes.
    ///
    /// @param c null if there is none
    record States(String output, String h, String c) {}

    /// What a node is.
    ///
    /// @param order of ONNX's gates, the places that they have here
    private record Kind(String type, RecurrentOptions options, int hidden, int[] order,
        List<GraphBuilder.Attribute> attributes) {}

    static boolean isRecurrent(Module module) { return module instanceof LSTM || module instanceof GRU || module instanceof RNN; }

    private static Kind kind(Module module) {
        return switch (module) {
            case LSTM lstm -> new Kind("LSTM", lstm.options(), lstm.hiddenSize(), new int[] {0, 3, 1, 2}, List.of());
            case GRU gru -> new Kind("GRU", gru.options(), gru.hiddenSize(), new int[] {1, 0, 2},
                List.of(GraphBuilder.of("linear_before_reset", 1)));
            case RNN rnn -> new Kind("RNN", rnn.options(), rnn.hiddenSize(), new int[] {0}, List.of(GraphBuilder.of("activations",
                Collections.nCopies(rnn.options().bidirectional() ? 2 : 1, rnn.activation() == RNN.Activation.RELU ? "Relu"
                : "Tanh"))));
            default -> throw new AssertionError(module);
        };
    }

    /// @param rank of the input, 2 for a sequence alone
    States write(Module module, String x, int rank) {
        var kind = kind(module);
        var options = kind.options;
        boolean turned = rank == 3 && options.batchFirst();
        var input = rank == 2 ? graph.node("Unsqueeze", List.of(x, graph.integers(1))) : turned ? turned(x) : x;
        var suffixes = options.bidirectional() ? List.of("", "_reverse") : List.of("");
        var attributes = new ArrayList<>(kind.attributes);
        attributes.add(GraphBuilder.of("hidden_size", kind.hidden));
        attributes.add(GraphBuilder.of("direction", options.bidirectional() ? "bidirectional" : "forward"));
        boolean hasCell = module instanceof LSTM;
        var h = new ArrayList<String>();
        var c = new ArrayList<String>();
        for (int layer = 0; layer < options.layers(); layer++) {
            var all = new ArrayList<>(List.of(input));
            for (var name : List.of("weight_ih_l", "weight_hh_l")) {
                var each = new ArrayList<String>();
                for (var suffix : suffixes) each.add(ordered(module, name + layer + suffix, kind.order));
                all.add(joined(each));
            }
            if (options.bias() != null) {
                var each = new ArrayList<String>();
                for (var suffix : suffixes) each.add(graph.node("Concat", List.of(ordered(module, "bias_ih_l" + layer + suffix,
                    kind.order),
                    ordered(module, "bias_hh_l" + layer + suffix, kind.order)), GraphBuilder.of("axis", 0)));
                all.add(joined(each));
            }
            var made = graph.nodes(kind.type, hasCell ? 3 : 2, all, attributes.toArray(GraphBuilder.Attribute[]::new));
            // [time, directions, batch, hidden] to [time, batch, directions * hidden]
            var rows = graph.node("Transpose", List.of(made.getFirst()), GraphBuilder.of("perm", 0, 2, 1, 3));
            input = graph.node("Reshape", List.of(rows, graph.integers(0, 0, (long) suffixes.size() * kind.hidden)));
            h.add(made.get(1));
            if (hasCell) c.add(made.get(2));
        }
        return new States(rank == 2 ? alone(input) : turned ? turned(input) : input, state(h, rank), hasCell ? state(c, rank)
            : null);
    }

    private String turned(String x) { return graph.node("Transpose", List.of(x), GraphBuilder.of("perm", 1, 0, 2)); }

    private String alone(String x) { return graph.node("Squeeze", List.of(x, graph.integers(1))); }

    private String state(List<String> layers, int rank) {
        var all = layers.size() == 1 ? layers.getFirst() : graph.node("Concat", layers, GraphBuilder.of("axis", 0));
        return rank == 2 ? alone(all) : all;
    }

    private String ordered(Module module, String name, int[] order) {
        var weight = exporter.weight(module.namedParameters().get(name));
        if (order.length == 1) return weight;
        var gates = graph.nodes("Split", order.length, List.of(weight), GraphBuilder.of("axis", 0),
            GraphBuilder.of("num_outputs", order.length));
        return graph.node("Concat", Arrays.stream(order).mapToObj(gates::get).toList(), GraphBuilder.of("axis", 0));
    }

    /// A dimension of directions in front.
    private String joined(List<String> each) {
        var parts = each.stream().map(part -> graph.node("Unsqueeze", List.of(part, graph.integers(0)))).toList();
        return parts.size() == 1 ? parts.getFirst() : graph.node("Concat", parts, GraphBuilder.of("axis", 0));
    }
}
