package dev.lanewise.io.onnx;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.kernel.Recurrence.Steps;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Recurrent layers in one direction or both. Source of the formulas: ONNX's specification of RNN, GRU and LSTM, whose gates have
/// other orders than this library's, which are PyTorch's.
final class Recurrences {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private final Node node;
    private final Cell cell;
    /// Of each gate of ours the place that it has in ONNX's order.
    private final int[] order;
    private final List<String> directions;
    private final int hidden;
    private final boolean batchFirst;
    /// Whether a GRU's reset gate is multiplied before the recurrent product, for which there is no kernel.
    private final boolean resetsFirst;
    private final Ordered inputWeights = new Ordered();
    private final Ordered weights = new Ordered();

    private Recurrences(Node node, Cell cell, int[] order, boolean resetsFirst) {
        this.node = node;
        this.cell = cell;
        this.order = order;
        this.resetsFirst = resetsFirst;
        this.directions = switch (node.choice("direction", "forward", List.of("forward", "reverse", "bidirectional"))) {
            case "bidirectional" -> List.of("forward", "reverse");
            case String one -> List.of(one);
        };
        this.hidden = node.integer("hidden_size", 0, 0, 1 << 24);
        this.batchFirst = node.flag("layout", false);
        for (var name : List.of("activation_alpha", "activation_beta")) if (node.reals(name) != null) throw node.malformed(name,
            "is for functions that aren't known here");
        if (node.has("clip")) throw node.malformed("clip", "is " + node.real("clip", 0) + "; states aren't cut off here");
    }

    static void register(Operators all) {
        all.put("LSTM", node -> {
            requireActivations(node, List.of("Sigmoid", "Tanh", "Tanh"));
            if (node.flag("input_forget", false)) throw node.malformed("input_forget",
                "is 1; gates that are one aren't known here");
            return new Recurrences(node, Cell.LSTM, new int[] {0, 2, 3, 1}, false)::run;
        });
        all.put("GRU", node -> {
            requireActivations(node, List.of("Sigmoid", "Tanh"));
            boolean resetsFirst = !node.flag("linear_before_reset", false);
            return new Recurrences(node, Cell.GRU, new int[] {1, 0, 2}, resetsFirst)::run;
        });
        all.put("RNN", node -> {
            boolean rectified = node.texts("activations").contains("Relu");
            requireActivations(node, List.of(rectified ? "Relu" : "Tanh"));
            return new Recurrences(node, rectified ? Cell.RELU : Cell.TANH, new int[] {0}, false)::run;
        });
    }

    /// In each direction the same.
    private static void requireActivations(Node node, List<String> usual) {
        var given = node.texts("activations");
        for (int i = 0; i < given.size(); i++) if (!given.get(i).equalsIgnoreCase(usual.get(i % usual.size())))
            throw node.malformed("activations",
            "is " + String.join(", ", given) + "; in each direction " + String.join(", ", usual) + " are known here");
    }

    /// Gates in this library's order, once for the same weights as long as nobody changes them.
    private final class Ordered {

        private record Pair(Tensor of, int version, List<Tensor> ordered) {}

        private volatile Pair last;

        List<Tensor> of(Tensor weights) {
            if (weights.requiresGrad() && Autograd.isRecording()) return ordered(weights);
            var seen = last;
            int version = TENSORS.version(weights);
            if (seen != null && seen.of == weights && seen.version == version) return seen.ordered;
            // the next run finds them, whatever scope this one is in
            try (var _ = Scope.outside()) {
                var ordered = ordered(weights.detach());
                last = new Pair(weights, version, ordered);
                return ordered;
            }
        }
    }

    private List<Tensor> ordered(Tensor weights) {
        var all = new ArrayList<Tensor>();
        for (int i = 0; i < directions.size(); i++) all.add(gates(weights.select(0, i)));
        return all;
    }

    private Tensor gates(Tensor ofAll) {
        if (order.length == 1) return ofAll;
        int size = ofAll.size(0) / order.length;
        return Tensor.cat(0, Arrays.stream(order).mapToObj(gate -> ofAll.slice(0, gate * size, (gate + 1) * size))
            .toArray(Tensor[]::new));
    }

    // ---- a run

    private OnnxValue[] run(Inputs in) {
        var given = in.floats(0);
        if (given.shape().rank() != 3) throw node.refused("it is of shape " + given.shape() + "; it must be [time, batch, in]"
            + ", or with layout 1 [batch, time, in]");
        var x = batchFirst ? given.transpose(0, 1) : given;
        int time = x.size(0);
        int batch = x.size(1);
        if (time == 0 || batch == 0) throw node.refused("it is of shape " + given.shape()
            + "; there must be a step and a sequence");
        int count = directions.size();
        int units = hidden > 0 ? hidden : in.floats(2).shape().rank() == 3 ? in.floats(2).size(2) : 0;
        int rows = cell.gates() * units;
        require(in, 1, Shape.of(count, rows, x.size(2)));
        require(in, 2, Shape.of(count, rows, units));
        require(in, 3, Shape.of(count, 2 * rows));
        var states = batchFirst ? Shape.of(batch, count, units) : Shape.of(count, batch, units);
        require(in, 5, states);
        if (cell.hasCellState()) require(in, 6, states);
        if (cell.hasCellState() && in.has(7) && in.floats(7).abs().sum().item() != 0) throw node.refused(
            "input 7, peepholes, isn't 0; gates that see the cell's state aren't known here");
        int[] lengths = lengths(in, time, batch);
        in.makes((double) time * batch * count * units, (double) cell.gates() * (x.size(2) + units));
        var outputs = new ArrayList<Tensor>();
        var lastH = new ArrayList<Tensor>();
        var lastC = new ArrayList<Tensor>();
        for (int i = 0; i < count; i++) {
            var one = direction(in, x, i, rows, units, lengths);
            outputs.add(one.rows);
            lastH.add(one.h);
            lastC.add(one.c);
        }
        return new OnnxValue[] {OnnxValue.of(stacked(outputs, batchFirst ? new int[] {2, 1, 0, 3} : new int[] {1, 0, 2, 3})),
            OnnxValue.of(last(lastH)),
            cell.hasCellState() ? OnnxValue.of(last(lastC)) : null};
    }

    private static Tensor stacked(List<Tensor> parts, int... order) {
        return Tensor.stack(0, parts.toArray(Tensor[]::new))
            .permute(order);
    }

    private Tensor last(List<Tensor> states) {
        return batchFirst ? stacked(states, 1, 0, 2)
            : Tensor.stack(0, states.toArray(Tensor[]::new));
    }

    private void require(Inputs in, int i, Shape shape) {
        if (in.has(i) && !in.floats(i).shape().equals(shape)) throw node.refused("input " + i + " is of shape "
            + in.floats(i).shape() + "; it must be " + shape);
        if (i < 3 && !in.has(i)) throw node.refused("input " + i + ", a weight of shape " + shape + ", is missing");
    }

    private int[] lengths(Inputs in, int time, int batch) {
        var lengths = new int[batch];
        Arrays.fill(lengths, time);
        if (!in.has(4)) return lengths;
        int[] given = in.ints(4);
        if (given.length != batch || Arrays.stream(given).anyMatch(length -> length < 1 || length > time))
            throw node.refused("lengths "
            + Arrays.toString(given) + " of " + batch + " sequences; each must be from 1 to " + time);
        return given;
    }

    /// @param rows `[time, batch, hidden]`, 0 behind a sequence's end
    /// @param h    `[batch, hidden]`
    /// @param c    null if there is none
    private record Direction(Tensor rows, Tensor h, Tensor c) {}

    private Direction direction(Inputs in, Tensor x, int i, int rows, int units, int[] lengths) {
        int time = x.size(0);
        int batch = x.size(1);
        boolean reverse = directions.get(i).equals("reverse");
        // the longest sequences first, and of each step those that have one
        int[] sorted = IntStream.range(0, batch).boxed().sorted(Comparator.comparingInt(b -> -lengths[b])).mapToInt(b -> b)
            .toArray();
        int[] sizes = IntStream.range(0, lengths[sorted[0]]).map(t -> (int) Arrays.stream(lengths).filter(length -> length > t)
            .count()).toArray();
        boolean whole = Arrays.stream(lengths).allMatch(length -> length == time);
        int[] from = whole ? null : IntStream.range(0, sizes.length).flatMap(t ->
            Arrays.stream(sorted, 0, sizes[t]).map(b -> t * batch + b)).toArray();
        var flat = x.reshape(time * batch, x.size(2));
        var steps = Steps.of(sizes, reverse);
        var h = state(in, 5, i, units, batch, whole ? null : sorted);
        var c = cell.hasCellState() ? state(in, 6, i, units, batch, whole ? null : sorted) : null;
        var input = inputWeights.of(in.floats(1)).get(i);
        var weight = weights.of(in.floats(2)).get(i);
        var biases = in.has(3) ? in.floats(3).select(0, i) : null;
        var inputBias = biases == null ? null : gates(biases.slice(0, 0, rows));
        var bias = biases == null ? null : gates(biases.slice(0, rows, 2 * rows));
        var packed = whole ? flat : flat.indexSelect(0, from);
        var made = resetsFirst ? resettingFirst(steps, packed, h, input, weight, inputBias, bias)
            : TENSORS.recurrent(cell, steps, packed, h, c, input, weight, inputBias, bias);
        var outputs = cell.hasCellState() ? made.select(0, 0) : made;
        return new Direction(spread(outputs, from, time, batch), last(outputs, steps, whole ? null : sorted),
            cell.hasCellState() ? last(made.select(0, 1), steps, whole ? null : sorted) : null);
    }

    private Tensor state(Inputs in, int input, int direction, int units, int batch, int[] sorted) {
        if (!in.has(input)) return Tensor.zeros(batch, units);
        var state = in.floats(input).select(batchFirst ? 1 : 0, direction);
        return sorted == null ? state : state.indexSelect(0, sorted);
    }

    /// Rows at their steps and sequences.
    private static Tensor spread(Tensor rows, int[] from, int time, int batch) {
        if (from == null) return rows.reshape(time, batch, rows.size(1));
        var places = new int[time * batch];
        Arrays.fill(places, from.length); // a row of zeros
        for (int i = 0; i < from.length; i++) places[from[i]] = i;
        return Tensor.cat(0, rows, Tensor.zeros(1, rows.size(1))).indexSelect(0, places).reshape(time, batch, rows.size(1));
    }

    /// Of each sequence the state after the step that was made last.
    private static Tensor last(Tensor rows, Steps steps, int[] sorted) {
        int batch = steps.batch();
        var last = steps.reverse() ? rows.slice(0, 0, batch) : rows.indexSelect(0, steps.last());
        if (sorted == null) return last;
        var places = new int[batch];
        for (int i = 0; i < batch; i++) places[sorted[i]] = i;
        return last.indexSelect(0, places);
    }

    /// A GRU's steps, the candidate of which is tanh(W x + b + U (r h) + d).
    private static Tensor resettingFirst(Steps steps, Tensor x, Tensor first, Tensor input, Tensor weight, Tensor inputBias,
        Tensor bias) {
        int units = weight.size(1);
        var of = TENSORS.linear(x, input, inputBias);
        var gateWeight = weight.slice(0, 0, 2 * units);
        var candidateWeight = weight.slice(0, 2 * units, 3 * units);
        var gateBias = bias == null ? null : bias.slice(0, 0, 2 * units);
        var candidateBias = bias == null ? null : bias.slice(0, 2 * units, 3 * units);
        var results = new Tensor[steps.count()];
        var h = first.slice(0, 0, steps.reverse() ? steps.sizes()[steps.count() - 1] : steps.batch());
        for (int made = 0; made < steps.count(); made++) {
            int t = steps.at(made);
            int size = steps.sizes()[t];
            // forwards sequences end, backwards they begin
            h = size <= h.size(0) ? h.slice(0, 0, size) : Tensor.cat(0, h, first.slice(0, h.size(0), size));
            var part = of.slice(0, steps.starts()[t], steps.starts()[t + 1]);
            var gates = part.slice(1, 0, 2 * units).add(TENSORS.linear(h, gateWeight, gateBias)).sigmoid();
            var reset = gates.slice(1, 0, units);
            var update = gates.slice(1, units, 2 * units);
            var candidate = part.slice(1, 2 * units, 3 * units).add(TENSORS.linear(reset.mul(h), candidateWeight, candidateBias))
                .tanh();
            h = candidate.add(update.mul(h.sub(candidate)));
            results[t] = h;
        }
        return Tensor.cat(0, results);
    }
}
