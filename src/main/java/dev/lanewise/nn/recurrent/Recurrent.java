package dev.lanewise.nn.recurrent;

import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.kernel.Recurrence.Steps;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Layers of cells over sequences: how inputs of any form become rows, step by step, and how states are found among them.
abstract sealed class Recurrent extends Gated implements Propagating permits RNN, LSTM, GRU {

    private final int directions;
    private final List<Parameters> parameters = new ArrayList<>();
    /// Null if there is none.
    private final Dropout dropout;

    Recurrent(Cell cell, int in, int hidden, RecurrentOptions options) {
        super(cell, in, hidden, options);
        this.directions = options.bidirectional() ? 2 : 1;
        for (int layer = 0; layer < options.layers(); layer++)
            for (int direction = 0; direction < directions; direction++) parameters.add(declare(
                "_l" + layer + (direction == 0 ? "" : "_reverse"), layer == 0 ? in : directions * hidden));
        this.dropout = options.dropout() == 0 ? null : register("dropout", new Dropout(options.dropout()));
    }

    /// The size of an input's last dimension.
    public final int inputSize() { return in; }

    /// The number of units of each layer and direction.
    public final int hiddenSize() { return hidden; }

    public final RecurrentOptions options() { return options; }

    /// Of all layers.
    ///
    /// @param rows `[rows, directions * hidden]`, the last layer's states after each step
    /// @param h    `[layers * directions, batch, hidden]`, the last states
    /// @param c    the last cell states; null if there are none
    record Run(Tensor rows, Tensor h, Tensor c) {}

    /// @param rows  `[rows, in]`
    /// @param sizes of these, for each step
    /// @param h     `[layers * directions, batch, hidden]`; null for zeros
    private Run run(Tensor rows, int[] sizes, Tensor h, Tensor c) {
        var passes = new Steps[] {Steps.of(sizes, false), directions == 1 ? null : Steps.of(sizes, true)};
        var zeros = h == null || c == null ? zeros(sizes[0]) : null;
        var lastH = new Tensor[parameters.size()];
        var lastC = new Tensor[parameters.size()];
        var input = rows;
        for (int layer = 0; layer < options.layers(); layer++) {
            if (layer > 0 && dropout != null) input = dropout.call(input);
            var outputs = new Tensor[directions];
            for (int direction = 0; direction < directions; direction++) {
                int i = layer * directions + direction;
                var steps = passes[direction];
                var y = run(parameters.get(i), steps, input, h == null ? zeros : h.select(0, i),
                    !cell.hasCellState() ? null : c == null ? zeros : c.select(0, i));
                outputs[direction] = cell.hasCellState() ? y.select(0, 0) : y;
                lastH[i] = last(outputs[direction], steps);
                if (cell.hasCellState()) lastC[i] = last(y.select(0, 1), steps);
            }
            input = directions == 1 ? outputs[0] : Tensor.cat(1, outputs);
        }
        return new Run(input, Tensor.stack(0, lastH), cell.hasCellState() ? Tensor.stack(0, lastC) : null);
    }

    /// Of each sequence, its state after the last step that was made.
    private static Tensor last(Tensor states, Steps steps) {
        int batch = steps.batch();
        if (steps.reverse()) return states.slice(0, 0, batch);
        return (long) steps.count() * batch == steps.rows() ? states.slice(0, steps.rows() - batch, steps.rows())
            : states.indexSelect(0, steps.last());
    }

    /// Of sequences of one length, as the options say they lie, or of one sequence, `[time, in]`. The result's rows are in the
    /// same form.
    final Run run(Tensor x, Tensor h, Tensor c) {
        int rank = x.shape().rank();
        if (rank < 2 || rank > 3 || x.size(-1) != in) throw new IllegalArgumentException(name()
            + ": the input has shape " + x.shape() + ", but " + (options.batchFirst() ? "[batch, time, " : "[time, batch, ") + in
            + "], or [time, " + in + "], is expected");
        boolean turned = rank == 3 && options.batchFirst();
        int time = x.size(turned ? 1 : 0);
        int batch = rank == 2 ? 1 : x.size(turned ? 0 : 1);
        if (time == 0) throw new IllegalArgumentException(name() + ": the input has shape " + x.shape()
            + ", which is of no steps; give at least one");
        var states = rank == 2 ? Shape.of(parameters.size(), hidden) : Shape.of(parameters.size(), batch, hidden);
        checkState("h", h, states);
        checkState("c", c, states);
        var sizes = new int[time];
        Arrays.fill(sizes, batch);
        var rows = (turned ? x.transpose(0, 1) : x).reshape(Steps.of(sizes, false).rows(), in);
        boolean alone = rank == 2;
        var run = run(rows, sizes, alone && h != null ? h.unsqueeze(1) : h, alone && c != null ? c.unsqueeze(1) : c);
        int width = directions * hidden;
        if (alone) return new Run(run.rows, run.h.squeeze(1), run.c == null ? null : run.c.squeeze(1));
        var output = run.rows.reshape(time, batch, width);
        return new Run(turned ? output.transpose(0, 1) : output, run.h, run.c);
    }

    /// Of sequences of different lengths; states are in the order of the sequences before they were packed.
    final Run run(PackedSequence x, Tensor h, Tensor c) {
        if (x.data().shape().rank() != 2 || x.data().size(1) != in) throw new IllegalArgumentException(name()
            + ": the packed input has data of shape " + x.data().shape() + ", but [rows, " + in + "] is expected");
        var states = Shape.of(parameters.size(), x.batch(), hidden);
        checkState("h", h, states);
        checkState("c", c, states);
        var run = run(x.data(), x.batchSizes(), x.sorted(h), x.sorted(c));
        return new Run(run.rows, x.unsorted(run.h), x.unsorted(run.c));
    }

    // ---- theory

    /// What theory says of states and gradients, step by step, from the laws that the parameters start from, whether or not they
    /// have values: of a wide layer whose first states are 0. Dropout is counted as in training. It takes some tenths of a second
    /// for 200 steps.
    ///
    /// @param inputs what goes in
    /// @throws IllegalArgumentException if theory doesn't know such a start, as of given values, or there are more than 512 steps
    public final RecurrentTheory theory(SequenceMoments inputs) { return RecurrentTheory.of(this, inputs, isTraining()); }

    /// As [#theory] of inputs any two steps of which are as alike as any others, of gradients whose steps have nothing in common;
    /// averaged over the steps. Unknown where theory says nothing, and with time in front of the batch.
    @Override
    public final Passage propagate(Signal in) {
        int steps = in.extent().positions();
        if (!options.batchFirst() || steps == 1 && in.extent().inputs() == 0 || steps > RecurrentTheory.MOST_STEPS
            || !theoryGap().isEmpty()
            || !Double.isFinite(in.square()) || Double.isNaN(in.within())) return Passage.UNKNOWN;
        var theory = theory(SequenceMoments.alike(steps, in.square(), in.within(), in.product(), in.across()));
        var y = theory.output();
        var out = new Signal(y.square(), y.product(), y.betweenSteps(false), y.betweenSteps(true), cell == Cell.RELU ? Double.NaN
            : 0, theory.fourth(),
            new Signal.Extent(directions * hidden, steps, in.extent().inputs()));
        return Passage.of(out, theory.gradient(SequenceMoments.independent(steps, 1, Double.NaN)).square()).mixed();
    }

    /// Why theory can't say anything, or empty.
    final String theoryGap() {
        return declared().stream().map(each -> CellLaws.gap(each, cell.gates())).filter(gap -> !gap.isEmpty()).findFirst()
            .orElse("");
    }

    /// @param number of the layer and direction
    final CellLaws laws(int number) { return CellLaws.of(declared().get(number), cell.gates(), options.forgetBias()); }

    final Course course(CellLaws laws, SequenceMoments inputs, int number) {
        return switch (cell) {
            case TANH -> new PlainCourse(laws, inputs, number, Nonlinearity.TANH);
            case RELU -> new PlainCourse(laws, inputs, number, Nonlinearity.RELU);
            case LSTM -> new LstmCourse(laws, inputs, number);
            case GRU -> new GruCourse(laws, inputs, number);
        };
    }
}
