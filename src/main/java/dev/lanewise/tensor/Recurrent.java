package dev.lanewise.tensor;

import dev.lanewise.kernel.Recurrence;
import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.kernel.Recurrence.Place;
import dev.lanewise.kernel.Recurrence.Right;
import dev.lanewise.kernel.Recurrence.Steps;
import dev.lanewise.kernel.Scratch;
import java.util.function.UnaryOperator;

/// A recurrent layer in one direction: all steps in one operation.
///
/// For the walk it is two, however many steps there are: the states are a function of the gates and of what comes into them, the
/// gates of inputs, weights and first states. What passes between the two is one vector: the gradients of the gates, and behind
/// them those of the first states. The first of the two is a loop over arrays, or, where the walk is recorded, [RecurrentRule],
/// with the same bits.
final class Recurrent {

    /// Rows of a right operand that lie a multiple of this many numbers apart would be copied for each product: see Tiling in the
    /// kernels.
    private static final int CONFLICT = 128;
    private static final int CACHE_LINE = 16;

    final Cell cell;
    final Steps steps;
    final int hidden;
    private final Recurrence loop;
    private final Tensor kept;
    private final SavedTensor x;
    private final SavedTensor h;
    private final SavedTensor c;
    private final SavedTensor inputWeight;
    private final SavedTensor weight;
    private final SavedTensor inputBias;
    private final SavedTensor bias;
    private final SavedTensor states;
    private final Layout inputLayout;
    private final Layout layout;

    private Recurrent(Cell cell, Steps steps, Recurrence loop, Tensor kept, Tensor x, Tensor h, Tensor c, Tensor inputWeight,
        Tensor weight,
                      Tensor inputBias, Tensor bias, Tensor y) {
        this.cell = cell;
        this.steps = steps;
        this.hidden = weight.size(1);
        this.loop = loop;
        this.kept = kept;
        this.x = saved(x);
        this.h = saved(h);
        this.c = saved(c);
        this.inputWeight = saved(inputWeight);
        this.weight = saved(weight);
        this.inputBias = saved(inputBias);
        this.bias = saved(bias);
        this.states = saved(y);
        this.inputLayout = inputWeight.layout;
        this.layout = weight.layout;
    }

    private SavedTensor saved(Tensor tensor) { return tensor == null ? null : new SavedTensor(name(cell), tensor); }

    private static String name(Cell cell) {
        return switch (cell) {
            case TANH, RELU -> "rnn";
            case LSTM -> "lstm";
            case GRU -> "gru";
        };
    }

    /// As [dev.lanewise.bridge.TensorBridge#recurrent].
    static Tensor run(Cell cell, Steps steps, Tensor x, Tensor h, Tensor c, Tensor inputWeight, Tensor weight, Tensor inputBias,
                      Tensor bias) {
        int hidden = weight.size(1);
        var loop = Recurrence.of(cell, steps, hidden);
        var kept = Tensor.empty(Shape.of(steps.rows(), cell.kept() * hidden));
        MatMul.productInto(kept, x, inputWeight, inputBias);
        var y = Tensor.empty(cell.hasCellState() ? Shape.of(2, steps.rows(), hidden) : Shape.of(steps.rows(), hidden));
        try (var turned = Scratch.TURNED.borrow()) {
            loop.forward(kept.data(), place(h), place(c), right(Autograd.unrecorded(weight::t), steps, turned),
                place(bias), y.data());
        }
        if (!records(x, h, c, inputWeight, weight, inputBias, bias)) return y;
        return new Recurrent(cell, steps, loop, kept, x, h, c, inputWeight, weight, inputBias, bias, y)
            .recorded(x, h, c, inputWeight, weight, inputBias, bias, y);
    }

    private static boolean records(Tensor... inputs) {
        if (!Autograd.isRecording()) return false;
        for (var input : inputs) if (input != null && input.requiresGrad()) return true;
        return false;
    }

    private static Place place(Tensor x) {
        if (x == null) return null;
        var rows = View.gathered(x);
        return new Place(rows.data(), rows.layout.offset());
    }

    /// A matrix that every step is multiplied by: row by row, so that no step turns it or copies it.
    private static Right right(Tensor matrix, Steps steps, Scratch.Array turned) {
        int rows = matrix.size(0);
        int columns = matrix.size(1);
        var lying = MatMul.striding(matrix);
        boolean transposed = MatMul.isByColumns(lying);
        int stride = MatMul.stride(lying);
        int wide = columns % CONFLICT == 0 ? columns + CACHE_LINE : columns;
        if (steps.count() == 1 || !transposed && stride % CONFLICT != 0 || (long) rows * wide > Integer.MAX_VALUE)
            return new Right(lying.data(), lying.layout.offset(), stride, transposed);
        var copy = turned.array(rows * wide);
        StridedLoop.copy(lying, copy, new Layout(matrix.shape(), new int[] {wide, 1}, 0));
        return new Right(copy, 0, wide, false);
    }

    // ---- the record

    private Tensor recorded(Tensor x, Tensor h, Tensor c, Tensor inputWeight, Tensor weight, Tensor inputBias,
        Tensor bias, Tensor y) {
        long gradients = (long) kept.numel() + (cell.hasCellState() ? 2L : 1L) * h.numel();
        if (gradients > Integer.MAX_VALUE) throw new IllegalArgumentException(name(cell) + ": gradients of " + steps.rows()
            + " rows and " + hidden + " units are more than 2^31 - 1 numbers; run fewer sequences at a time");
        // no memory: what stands for the gates has a place in the record alone
        var gates = Tensor.wrap(new float[1]).seenAs(Layout.contiguous(Shape.of()).expand(Shape.of((int) gradients)));
        Autograd.record(gates, name(cell),
            Edge.to(x, z -> toInput(z).matmul(this.inputWeight.get())),
            to(h, this::toFirstStates),
            to(c, z -> tail(z, 1)),
            Edge.to(inputWeight, z -> Affine.weightGradient(toInput(z), this.x.get(), inputLayout)),
            Edge.to(weight, z -> Affine.weightGradient(toState(z), previous(), layout)),
            to(inputBias, this::toInput),
            to(bias, this::toState));
        return Autograd.record(y, name(cell), Edge.to(gates, this::toGates));
    }

    private static Edge to(Tensor input, UnaryOperator<Tensor> rule) { return input == null ? Edge.NONE : Edge.to(input, rule); }

    private Tensor toGates(Tensor g) {
        if (records(g, x.get(), h.get(), c == null ? null : c.get(), inputWeight.get(), weight.get(), inputBias == null ? null
            : inputBias.get(),
            bias == null ? null : bias.get())) return new RecurrentRule(this).toGates(g);
        var z = Tensor.empty(kept.numel() + (cell.hasCellState() ? 2 : 1) * h.get().numel());
        try (var turned = Scratch.TURNED.borrow()) {
            loop.backward(kept.data(), place(h.get()), place(c == null ? null : c.get()), right(weight.get(), steps, turned),
                states.get().data(), place(g), z.data());
        }
        return z;
    }

    // ---- what passes from one to the other

    /// Of each row, all that is kept for it.
    private Tensor rows(Tensor z) { return z.slice(0, 0, kept.numel()).reshape(kept.size(0), kept.size(1)); }

    /// Those of first states, or of first cell states.
    private Tensor tail(Tensor z, int which) {
        int states = steps.batch() * hidden;
        int from = kept.numel() + which * states;
        return z.slice(0, from, from + states).reshape(steps.batch(), hidden);
    }

    private Tensor toFirstStates(Tensor z) { return tail(z, 0); }

    /// The gradients of the input's products, gate by gate.
    private Tensor toInput(Tensor z) {
        var rows = rows(z);
        return cell != Cell.GRU ? rows : Tensor.cat(1, rows.slice(1, hidden, 3 * hidden), rows.slice(1, 0, hidden));
    }

    /// The gradients of the state's products, gate by gate.
    private Tensor toState(Tensor z) {
        var rows = rows(z);
        return cell != Cell.GRU ? rows : rows.slice(1, hidden, 4 * hidden);
    }

    // ---- what is saved

    Tensor weight() { return weight.get(); }

    /// Of each row, its input's products.
    Tensor inputProducts() { return Affine.linear(x.get(), inputWeight.get(), inputBias == null ? null : inputBias.get()); }

    /// Of each row, its state's products.
    Tensor stateProducts() { return Affine.linear(previous(), weight.get(), bias == null ? null : bias.get()); }

    Tensor cells() { return states.get().select(0, 1); }

    Tensor hiddens() { return cell.hasCellState() ? states.get().select(0, 0) : states.get(); }

    /// Of each row, the state before.
    Tensor previous() { return previous(hiddens(), h.get()); }

    Tensor previousCells() { return previous(cells(), c.get()); }

    private Tensor previous(Tensor all, Tensor first) {
        int rows = steps.rows();
        int batch = steps.batch();
        if (steps.count() == 1) return first;
        if ((long) steps.count() * batch != rows) return Tensor.cat(0, all, first).indexSelect(0, steps.previous());
        return steps.reverse() ? Tensor.cat(0, all.slice(0, batch, rows), first)
            : Tensor.cat(0, first, all.slice(0, 0, rows - batch));
    }
}
