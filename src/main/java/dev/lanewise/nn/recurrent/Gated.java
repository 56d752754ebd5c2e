package dev.lanewise.nn.recurrent;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.kernel.Recurrence.Steps;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Chrono;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What recurrent layers and cells share: the parameters of a cell, and how its steps are made.
abstract sealed class Gated extends Module permits Recurrent, RNNCell, LSTMCell, GRUCell {

    private static final TensorBridge TENSORS = TensorBridge.get();

    final Cell cell;
    final int in;
    final int hidden;
    final RecurrentOptions options;
    private final List<Parameters> declared = new ArrayList<>();

    /// Of one layer in one direction; biases may be null.
    record Parameters(Parameter inputWeight, Parameter weight, Parameter inputBias, Parameter bias) {}

    Gated(Cell cell, int in, int hidden, RecurrentOptions options) {
        if (options == null) throw new IllegalArgumentException(name() + ": no options; give RecurrentOptions.layers(1)");
        this.cell = cell;
        this.in = in;
        this.hidden = hidden;
        this.options = options;
        if (in < 1 || hidden < 1) throw new IllegalArgumentException(name() + ": " + in + " inputs, " + hidden
            + " units; at least one of each is needed");
        if (options.forgetBias().isPresent() && cell != Cell.LSTM) throw new IllegalArgumentException(name()
            + ": a forget bias of " + options.forgetBias()
            .getAsDouble() + ", but there is no forget gate; leave it out, or take an LSTM");
        if (options.bias() instanceof Chrono && cell.gates() == 1) throw new IllegalArgumentException(name()
            + ": a chrono initialization of its biases, but there are no gates; leave it out, or take an LSTM or a GRU");
    }

    final String name() { return getClass().getSimpleName(); }

    /// Of each layer, of each direction.
    final List<Parameters> declared() { return declared; }

    /// A cell's options that are a layer's alone.
    final void checkOneStep() {
        if (options.layers() != 1 || options.bidirectional() || options.batchFirst()) throw new IllegalArgumentException(name()
            + ": " + options.describe("options", in, hidden)
            + "; a cell makes one step of one layer: take its biases and initializers alone");
    }

    /// In PyTorch's order, from which the values are drawn.
    final Parameters declare(String suffix, int inputs) {
        if ((double) cell.gates() * hidden * Math.max(inputs,
            hidden) > Integer.MAX_VALUE) throw new IllegalArgumentException(name() + ": "
            + inputs + " inputs and " + hidden + " units make a weight of more than 2^31 - 1 numbers; take fewer");
        int rows = cell.gates() * hidden;
        // PyTorch scales all by the units
        var input = new Fan(inputs, hidden, hidden, cell.gates());
        var state = new Fan(hidden, hidden, hidden, cell.gates());
        var parameters = new Parameters(
            register(Parameter.turned("weight_ih" + suffix, Shape.of(rows, inputs), input, options.inputWeight())),
            register(Parameter.turned("weight_hh" + suffix, Shape.of(rows, hidden), state, options.recurrentWeight())),
            bias("bias_ih" + suffix, rows, input, options.bias()), bias("bias_hh" + suffix, rows, state, options.stateBias()));
        declared.add(parameters);
        return parameters;
    }

    private Parameter bias(String name, int rows, Fan fan, Initializer start) {
        return start == null ? null : register(new Parameter(name, Shape.of(rows), fan, start));
    }

    /// Called after the biases are filled.
    @Override
    protected void initializeOwn(RandomSource stream) {
        if (options.forgetBias().isEmpty()) return;
        for (var each : declared) {
            forget(each.inputBias, (float) options.forgetBias().getAsDouble());
            forget(each.bias, 0);
        }
    }

    private void forget(Parameter bias, float value) {
        var values = bias.tensor().toArray();
        for (int i = hidden; i < 2 * hidden; i++) values[i] = value;
        bias.load(Tensor.wrap(values, values.length));
    }

    /// The states after each step, `[rows, hidden]`; of an LSTM with the cell's behind them, `[2, rows, hidden]`.
    final Tensor run(Parameters parameters, Steps steps, Tensor rows, Tensor h, Tensor c) {
        return TENSORS.recurrent(cell, steps, rows, h, c, parameters.inputWeight.tensor(), parameters.weight.tensor(),
            parameters.inputBias == null ? null : parameters.inputBias.tensor(), parameters.bias == null ? null
            : parameters.bias.tensor());
    }

    // ---- one step

    /// The states after one step of rows, `[…, hidden]`: h, and of an LSTM c.
    ///
    /// @param x `[batch, in]` or `[in]`
    /// @param h `[batch, hidden]` or `[hidden]`; null for zeros
    final List<Tensor> step(Parameters parameters, Tensor x, Tensor h, Tensor c) {
        int rank = x.shape().rank();
        if (rank < 1 || rank > 2 || x.size(-1) != in) throw new IllegalArgumentException(name()
            + ": the input has shape " + x.shape() + ", but [batch, " + in + "] or [" + in + "] is expected");
        var state = rank == 1 ? Shape.of(hidden) : Shape.of(x.size(0), hidden);
        checkState("h", h, state);
        checkState("c", c, state);
        int batch = rank == 1 ? 1 : x.size(0);
        var y = run(parameters, Steps.of(new int[] {batch}, false), x.reshape(batch, in), rows(h, batch), cell.hasCellState()
            ? rows(c, batch) : null);
        if (!cell.hasCellState()) return List.of(y.reshape(state.toArray()));
        return List.of(y.select(0, 0).reshape(state.toArray()), y.select(0, 1).reshape(state.toArray()));
    }

    /// First states, in the open scope, if there is one.
    final Tensor zeros(int batch) {
        return Tensor.generate((data, from, length) -> Arrays.fill(data, from, from + length, 0f), batch, hidden);
    }

    private Tensor rows(Tensor state, int batch) { return state == null ? zeros(batch) : state.reshape(batch, hidden); }

    final void checkState(String which, Tensor state, Shape expected) {
        if (state != null && !state.shape().equals(expected)) throw new IllegalArgumentException(name() + ": the state " + which
            + " has shape " + state.shape() + ", but " + expected + " is expected for this input; give null for zeros");
    }

    @Override
    public final String toString() { return options.describe(name(), in, hidden); }
}
