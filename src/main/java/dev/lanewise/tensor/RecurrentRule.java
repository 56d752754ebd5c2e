package dev.lanewise.tensor;

import dev.lanewise.kernel.CellFormulas;
import dev.lanewise.kernel.Recurrence.Cell;
import java.util.ArrayList;
import java.util.List;

/// What [dev.lanewise.kernel.Recurrence]'s way back computes, in tensor operations, so that it can be differentiated in turn: the
/// gates of all steps at once, the states being known; then step by step.
final class RecurrentRule {

    private static final ElementwiseOperation SIGMOID = new ElementwiseOperation("gate", 2, CellFormulas.SIGMOID);
    private static final ElementwiseOperation TANH = new ElementwiseOperation("candidate", 2, CellFormulas.TANH);
    private static final ElementwiseOperation TANH_BACK = new ElementwiseOperation("rnn_tanh_back", 3, CellFormulas.TANH_BACK);
    private static final ElementwiseOperation RELU_BACK = new ElementwiseOperation("rnn_relu_back", 3, CellFormulas.RELU_BACK);
    private static final ElementwiseOperation GATE_BACK = new ElementwiseOperation("gate_back", 3, CellFormulas.GATE_BACK);
    private static final ElementwiseOperation CANDIDATE_BACK = new ElementwiseOperation("candidate_back", 3,
        CellFormulas.CANDIDATE_BACK);
    private static final ElementwiseOperation CANDIDATE = new ElementwiseOperation("gru_candidate", 3, CellFormulas.CANDIDATE);
    private static final ElementwiseOperation BLEND_BACK = new ElementwiseOperation("gru_state_back", 3, CellFormulas.BLEND_BACK);
    private static final ElementwiseOperation CARRY = new ElementwiseOperation("gru_carry", 3, CellFormulas.CARRY);

    private final Recurrent layer;
    private final int hidden;
    private final List<Tensor> gates = new ArrayList<>();

    RecurrentRule(Recurrent layer) {
        this.layer = layer;
        this.hidden = layer.hidden;
        for (int t = 0; t < layer.steps.count(); t++) gates.add(null);
    }

    /// The gradients of the gates from that of the states: all rows', then the first states'.
    Tensor toGates(Tensor g) {
        return switch (layer.cell) {
            case TANH, RELU -> plain(g);
            case LSTM -> lstm(g);
            case GRU -> gru(g);
        };
    }

    private Tensor plain(Tensor g) {
        var back = layer.cell == Cell.TANH ? TANH_BACK : RELU_BACK;
        var outside = steps(g);
        var states = steps(layer.hiddens());
        var weight = layer.weight();
        var carry = new Carry();
        for (int left = layer.steps.count() - 1; left >= 0; left--) {
            int t = layer.steps.at(left);
            var gate = back.apply(outside[t], carry.at(t), states[t]);
            gates.set(t, gate);
            carry.value = gate.matmul(weight);
        }
        return joined(carry.all());
    }

    private Tensor lstm(Tensor g) {
        var inputs = layer.inputProducts();
        var products = layer.stateProducts();
        var in = steps(gate(SIGMOID, inputs, products, 0));
        var forget = steps(gate(SIGMOID, inputs, products, 1));
        var candidate = steps(gate(TANH, inputs, products, 2));
        var out = steps(gate(SIGMOID, inputs, products, 3));
        var tanh = steps(layer.cells().tanh());
        var before = steps(layer.previousCells());
        var outside = steps(g.select(0, 0));
        var outsideCells = steps(g.select(0, 1));
        var weight = layer.weight();
        var carry = new Carry();
        var cellCarry = new Carry();
        for (int left = layer.steps.count() - 1; left >= 0; left--) {
            int t = layer.steps.at(left);
            var d = outside[t].add(carry.at(t));
            var cell = cellCarry.at(t).add(outsideCells[t]).add(CANDIDATE_BACK.apply(d, out[t], tanh[t]));
            gates.set(t, Tensor.cat(1, GATE_BACK.apply(cell, candidate[t], in[t]), GATE_BACK.apply(cell, before[t], forget[t]),
                CANDIDATE_BACK.apply(cell, in[t], candidate[t]), GATE_BACK.apply(d, tanh[t], out[t])));
            cellCarry.value = cell.mul(forget[t]);
            carry.value = gates.get(t).matmul(weight);
        }
        return joined(carry.all(), cellCarry.all());
    }

    private Tensor gru(Tensor g) {
        var inputs = layer.inputProducts();
        var products = layer.stateProducts();
        var resets = gate(SIGMOID, inputs, products, 0);
        var ownProducts = columns(products, 2);
        var candidates = CANDIDATE.apply(columns(inputs, 2), resets, ownProducts);
        var reset = steps(resets);
        var update = steps(gate(SIGMOID, inputs, products, 1));
        var candidate = steps(candidates);
        var own = steps(ownProducts);
        var change = steps(layer.previous().sub(candidates));
        var outside = steps(g);
        var weight = layer.weight();
        var carry = new Carry();
        for (int left = layer.steps.count() - 1; left >= 0; left--) {
            int t = layer.steps.at(left);
            var d = outside[t].add(carry.at(t));
            var toCandidate = BLEND_BACK.apply(d, update[t], candidate[t]);
            var toState = Tensor.cat(1, GATE_BACK.apply(toCandidate, own[t], reset[t]), GATE_BACK.apply(d, change[t], update[t]),
                toCandidate.mul(reset[t]));
            gates.set(t, Tensor.cat(1, toCandidate, toState));
            carry.value = CARRY.apply(toState.matmul(weight), d, update[t]);
        }
        return joined(carry.all());
    }

    /// Of all rows.
    private Tensor gate(ElementwiseOperation formula, Tensor inputs, Tensor products, int block) {
        return formula.apply(columns(inputs, block), columns(products, block));
    }

    private Tensor columns(Tensor x, int block) { return x.slice(1, block * hidden, (block + 1) * hidden); }

    private Tensor joined(Tensor... states) {
        var parts = new Tensor[1 + states.length];
        parts[0] = Tensor.cat(0, gates.toArray(Tensor[]::new)).reshape(-1);
        for (int i = 0; i < states.length; i++) parts[1 + i] = states[i].reshape(-1);
        return Tensor.cat(0, parts);
    }

    /// The rows of each step. By halves: the gradient of a part is a whole of zeros around it, and T parts of one whole would be
    /// T^2 zeros.
    private Tensor[] steps(Tensor rows) {
        var parts = new Tensor[layer.steps.count()];
        split(rows, 0, parts.length, parts);
        return parts;
    }

    private void split(Tensor rows, int from, int to, Tensor[] parts) {
        if (to - from == 1) {
            parts[from] = rows;
            return;
        }
        int middle = (from + to) / 2;
        int[] starts = layer.steps.starts();
        split(rows.slice(0, 0, starts[middle] - starts[from]), from, middle, parts);
        split(rows.slice(0, starts[middle] - starts[from], starts[to] - starts[from]), middle, to, parts);
    }

    /// The gradients of the states that pass from a step to the one before it.
    private final class Carry {
        private Tensor value = Tensor.zeros(0, hidden);
        /// Of sequences that have no step before.
        private final List<Tensor> ended = new ArrayList<>();

        /// Of the sequences that have a step.
        Tensor at(int t) {
            int rows = layer.steps.sizes()[t];
            int known = value.size(0);
            if (known < rows) return Tensor.cat(0, value, Tensor.zeros(rows - known, hidden));
            if (known == rows) return value;
            ended.add(value.slice(0, rows, known));
            return value.slice(0, 0, rows);
        }

        Tensor all() {
            if (ended.isEmpty()) return value;
            ended.add(value);
            return Tensor.cat(0, ended.reversed().toArray(Tensor[]::new));
        }
    }
}
