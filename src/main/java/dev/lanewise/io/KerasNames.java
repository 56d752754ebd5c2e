package dev.lanewise.io;

import dev.lanewise.file.Quote;
import dev.lanewise.io.Weights.Entry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Names, axes and orders of gates of Keras: see [Weights#keras()].
final class KerasNames {

    private static final String CELL = "(.*\\.)?(lstm|gru|simple_rnn)_cell(_\\d+)?\\.";
    private static final String DIRECTION = "(forward|backward)_[^.]*\\.";

    /// By its name with dots.
    private final Map<String, Shape> shapes = new HashMap<>();

    private KerasNames(List<Entry> entries) { entries.forEach(entry -> shapes.put(dotted(entry.name()), entry.shape())); }

    static List<Entry> ours(List<Entry> entries) {
        var names = new KerasNames(entries);
        return entries.stream().flatMap(entry -> names.ours(entry).stream()).toList();
    }

    private static String dotted(String name) { return name.replace('/', '.').replaceFirst(":0$", ""); }

    private List<Entry> ours(Entry entry) {
        var name = dotted(entry.name());
        int dot = name.lastIndexOf('.') + 1;
        var layer = name.substring(0, dot);
        var leaf = name.substring(dot);
        var state = shapes.get(layer + "recurrent_kernel");
        if (isRecurrent(state)) return recurrent(entry, layer, leaf, state.size(0), state.size(1));
        boolean separable = shapes.containsKey(layer + "pointwise_kernel");
        return List.of(switch (leaf) {
            case "kernel" -> isDepthwise(layer, entry.shape()) ? depthwise(entry.named(layer + "weight"))
                : lastFirst(entry.named(layer + "weight"));
            case "depthwise_kernel" -> depthwise(entry.named(layer + (separable ? "depthwise.weight" : "weight")));
            case "pointwise_kernel" -> lastFirst(entry.named(layer + "pointwise.weight"));
            case "bias" -> entry.named(layer + (separable ? "pointwise.bias" : "bias"));
            case "embedding", "embeddings", "gamma", "scale" -> entry.named(layer + "weight");
            case "beta" -> entry.named(layer + "bias");
            case "moving_mean", "mean" -> entry.named(layer + "running_mean");
            case "moving_variance", "var" -> entry.named(layer + "running_var");
            default -> entry.named(name);
        });
    }

    /// Keras 3 has no name of its own for it: its bias tells, of which there is one for each channel and multiple.
    private boolean isDepthwise(String layer, Shape kernel) {
        var bias = shapes.get(layer + "bias");
        if (kernel == null || bias == null || kernel.rank() < 3 || bias.rank() != 1 || layer.contains("transpose")) return false;
        int out = kernel.size(kernel.rank() - 1);
        return bias.size(0) != out && bias.size(0) == (long) out * kernel.size(kernel.rank() - 2);
    }

    // ---- recurrent layers

    /// Whether it is of `[units, gates * units]`.
    private static boolean isRecurrent(Shape state) {
        return state != null && state.rank() == 2 && state.size(0) > 0 && state.size(1) % state.size(0) == 0;
    }

    private List<Entry> recurrent(Entry entry, String layer, String leaf, int units, int rows) {
        int gates = rows / units;
        boolean backward = layer.matches("(.*\\.)?backward_[^.]*\\.(" + CELL + ")?");
        var above = layer.matches(CELL) ? layer.replaceFirst("[^.]*\\.$", "") : layer;
        var to = above.replaceFirst(DIRECTION + "$", "");
        var suffix = "_l0" + (backward ? "_reverse" : "");
        return switch (leaf) {
            case "kernel" -> List.of(gates(lastFirst(entry.named(to + "weight_ih" + suffix)), gates));
            case "recurrent_kernel" -> List.of(gates(lastFirst(entry.named(to + "weight_hh" + suffix)), gates));
            case "bias" -> biases(entry, to, suffix, units, gates);
            default -> List.of(entry.named(to + leaf));
        };
    }

    /// Ours has two, whose sum it is where Keras has one.
    private static List<Entry> biases(Entry entry, String to, String suffix, int units, int gates) {
        var input = entry.named(to + "bias_ih" + suffix);
        var state = entry.named(to + "bias_hh" + suffix);
        int rows = gates * units;
        var shape = Shape.of(rows);
        boolean two = Shape.of(2, rows).equals(entry.shape());
        if (gates == 3 && !two) throw new IllegalArgumentException("Weights.keras: " + Quote.of(entry.inFile())
            + " is of a GRU whose reset gate stands before the product (reset_after=False), which GRU here doesn't compute;"
            + " train one with reset_after=True, Keras' default since 2.0, or leave it out by without(…)");
        if (two) return List.of(gates(input.changed(shape, tensor -> tensor.select(0, 0).contiguous()), gates),
            gates(state.changed(shape, tensor -> tensor.select(0, 1).contiguous()), gates));
        return List.of(gates(input, gates), state.changed(shape, _ -> Tensor.zeros(rows)));
    }

    /// Of three, Keras has update, reset, candidate, and ours reset, update, candidate; of four, both have the same.
    private static Entry gates(Entry entry, int gates) {
        if (gates != 3) return entry;
        return entry.changed(entry.shape(), tensor -> {
            int units = tensor.size(0) / 3;
            return Tensor.cat(0, tensor.slice(0, units, 2 * units), tensor.slice(0, 0, units), tensor.slice(0, 2 * units,
                3 * units));
        });
    }

    // ---- axes

    /// [spatial …, in, out] as [out, in, spatial …].
    private static Entry lastFirst(Entry entry) {
        int rank = entry.shape() == null ? 0 : entry.shape().rank();
        if (rank < 2) return entry;
        int[] order = new int[rank];
        order[0] = rank - 1;
        order[1] = rank - 2;
        for (int i = 2; i < rank; i++) order[i] = i - 2;
        int[] sizes = entry.shape().toArray();
        int[] shape = new int[rank];
        for (int i = 0; i < rank; i++) shape[i] = sizes[order[i]];
        return entry.changed(Shape.of(shape), tensor -> tensor.permute(order).contiguous());
    }

    /// [spatial …, channels, multiplier]: outputs are the multiples of the first channel, of the second …
    private static Entry depthwise(Entry entry) {
        int rank = entry.shape() == null ? 0 : entry.shape().rank();
        if (rank < 3) return entry;
        int[] order = new int[rank];
        order[0] = rank - 2;
        order[1] = rank - 1;
        for (int i = 2; i < rank; i++) order[i] = i - 2;
        int[] sizes = entry.shape().toArray();
        int[] shape = new int[rank];
        shape[0] = sizes[rank - 2] * sizes[rank - 1];
        shape[1] = 1;
        System.arraycopy(sizes, 0, shape, 2, rank - 2);
        return entry.changed(Shape.of(shape), tensor -> tensor.permute(order).reshape(shape));
    }
}
