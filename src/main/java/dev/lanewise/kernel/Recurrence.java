package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Epilogue;
import java.util.Arrays;

/// A recurrent layer's way over sequences in one direction, and the way back: of each step one product with the recurrent weight
/// and the cell's formulas. Rows of sequences side by side know nothing of each other, so that a sequence has the same bits in
/// any batch.
public abstract sealed class Recurrence permits PlainRecurrence, LstmRecurrence, GruRecurrence {

    /// What a step does. Gates are blocks of so many columns as the state has.
    public enum Cell {
        TANH(1, 1, 0), RELU(1, 1, 0),
        /// Input gate, forget gate, candidate, output gate; they are kept.
        LSTM(4, 4, 3),
        /// Reset gate, update gate, candidate; these are kept, and the state's product within the candidate.
        GRU(3, 4, 1);

        private final int gates;
        private final int kept;
        /// Values of each state that a step back works with.
        private final int work;

        Cell(int gates, int kept, int work) {
            this.gates = gates;
            this.kept = kept;
            this.work = work;
        }

        /// Blocks of the weights.
        public int gates() { return gates; }

        /// Blocks that a step leaves for the way back.
        public int kept() { return kept; }

        /// Whether there is a second state, the cell's.
        public boolean hasCellState() { return this == LSTM; }
    }

    /// Sequences step by step: the rows of the first step, of all sequences, then those of the second, of the sequences that have
    /// one …, the longest sequences first.
    ///
    /// @param sizes   the rows of each step, none more than the one before
    /// @param starts  where each step's rows begin, and where the last ones end
    /// @param reverse whether the last step is the first to be made
    public record Steps(int[] sizes, int[] starts, boolean reverse) {

        /// @throws IllegalArgumentException if there are more than 2^31 - 1 rows
        public static Steps of(int[] sizes, boolean reverse) {
            var starts = new int[sizes.length + 1];
            long rows = 0;
            for (int t = 0; t < sizes.length; t++) {
                rows += sizes[t];
                if (rows > Integer.MAX_VALUE) throw new IllegalArgumentException("recurrent: " + sizes.length
                    + " steps of " + sizes[0] + " sequences make more than 2^31 - 1 rows; run fewer sequences at a time");
                starts[t + 1] = (int) rows;
            }
            return new Steps(sizes, starts, reverse);
        }

        public int count() { return sizes.length; }

        /// Of all steps.
        public int rows() { return starts[sizes.length]; }

        /// How many sequences there are.
        public int batch() { return sizes[0]; }

        /// The step that is made after `made` others.
        public int at(int made) { return reverse ? sizes.length - 1 - made : made; }

        /// Sequences of a step that have made one before.
        int carried(int step) {
            if (!reverse) return step == 0 ? 0 : sizes[step];
            return step + 1 == sizes.length ? 0 : sizes[step + 1];
        }

        /// Where the rows begin of the step made before.
        int before(int step) { return reverse ? starts[step + 1] : starts[Math.max(0, step - 1)]; }

        /// For each row, where its state before stands: among the rows of all steps, or behind them, among those of the first
        /// states.
        public int[] previous() {
            var previous = new int[rows()];
            for (int t = 0; t < sizes.length; t++)
                for (int row = 0; row < sizes[t]; row++)
                    previous[starts[t] + row] = row < carried(t) ? before(t) + row : rows() + row;
            return previous;
        }

        /// For each sequence, the row of the step that is made last.
        public int[] last() {
            var last = new int[batch()];
            for (int row = 0; row < last.length; row++) last[row] = row;
            if (!reverse) for (int t = 1; t < sizes.length; t++) for (int row = 0; row < sizes[t]; row++) last[row] =
                starts[t] + row;
            return last;
        }
    }

    /// Numbers from an offset on; row by row without gaps, where nothing else is said.
    public record Place(float[] data, int offset) {}

    /// A product's right operand, which may be a transpose.
    public record Right(float[] data, int offset, int stride, boolean transposed) {}

    final Steps steps;
    final int hidden;
    final Cell cell;
    /// Where the second states begin.
    final int second;

    Recurrence(Cell cell, Steps steps, int hidden) {
        this.cell = cell;
        this.steps = steps;
        this.hidden = hidden;
        this.second = steps.rows() * hidden;
    }

    public static Recurrence of(Cell cell, Steps steps, int hidden) {
        return switch (cell) {
            case TANH, RELU -> new PlainRecurrence(cell, steps, hidden);
            case LSTM -> new LstmRecurrence(steps, hidden);
            case GRU -> new GruRecurrence(steps, hidden);
        };
    }

    /// Makes all steps.
    ///
    /// @param kept   `[rows, kept, hidden]`: of each row the input's products first, biases included; then what the way back
    ///     needs
    /// @param h      `[batch, hidden]`, the first states
    /// @param c      the first cell states; null if the cell has none
    /// @param weight `[hidden, gates * hidden]`
    /// @param bias   `[gates * hidden]`; null for none
    /// @param y      `[rows, hidden]`, the states after each step; of an LSTM `[2, rows, hidden]`, with the cell's
    public final void forward(float[] kept, Place h, Place c, Right weight, Place bias, float[] y) {
        int width = cell.gates * hidden;
        try (var scratch = Scratch.STEP.borrow()) {
            var products = scratch.array(steps.batch() * width);
            for (int made = 0; made < steps.count(); made++) {
                int t = steps.at(made);
                int carried = steps.carried(t);
                product(carried, y, steps.before(t) * hidden, weight, bias, products, 0);
                product(steps.sizes[t] - carried, h.data, h.offset + carried * hidden, weight, bias, products, carried * width);
                step(t, kept, h, c, products, y);
            }
        }
    }

    private void product(int rows, float[] states, int at, Right weight, Place bias, float[] products, int to) {
        int width = cell.gates * hidden;
        if (rows > 0) Gemm.run(rows, width, hidden, states, at, hidden, false, weight.data, weight.offset, weight.stride,
            weight.transposed, products, to, width, Epilogue.IDENTITY, bias == null ? null : bias.data, bias == null ? 0
            : bias.offset);
    }

    /// One step of the sequences that have it.
    ///
    /// @param products of their states before and the recurrent weight
    abstract void step(int t, float[] kept, Place h, Place c, float[] products, float[] y);

    /// Goes back over all steps.
    ///
    /// @param kept   as the way forward left it
    /// @param weight `[gates * hidden, hidden]`
    /// @param y      as the way forward left it
    /// @param g      the gradient of y
    /// @param z      `[rows, kept, hidden]`, the gradients of what each gate is a function of; behind it `[batch, hidden]`, those
    ///     of the first states, and of an LSTM's first cell states
    public final void backward(float[] kept, Place h, Place c, Right weight, float[] y, Place g, float[] z) {
        int carry = steps.rows() * cell.kept * hidden;
        int states = steps.batch() * hidden;
        Arrays.fill(z, carry, carry + (cell.hasCellState() ? 2 : 1) * states, 0f);
        int width = cell.gates * hidden;
        try (var scratch = Scratch.STEP.borrow()) {
            var work = scratch.array(cell.work * states);
            for (int left = steps.count() - 1; left >= 0; left--) {
                int t = steps.at(left);
                if (steps.sizes[t] == 0) continue;
                gates(t, kept, h, c, y, g, z, carry, work);
                Gemm.run(steps.sizes[t], hidden, width, z, (steps.starts[t] * cell.kept + cell.kept - cell.gates) * hidden,
                    cell.kept * hidden, false, weight.data, weight.offset, weight.stride, weight.transposed, z, carry, hidden);
                carry(t, kept, z, carry, work);
            }
        }
    }

    /// Writes the gradients of a step's gates.
    ///
    /// @param carry where z has the gradients of states from the step behind
    /// @param work  as many values for each state as the cell says
    abstract void gates(int t, float[] kept, Place h, Place c, float[] y, Place g, float[] z, int carry, float[] work);

    /// Adds to the gradients of the states before what doesn't come through gates.
    void carry(int t, float[] kept, float[] z, int carry, float[] work) {}

    // ---- rows

    /// The array that has the state before of a step's row.
    final float[] arrayBefore(int t, int row, Place first, float[] y) { return row < steps.carried(t) ? y : first.data; }

    /// Where in it.
    ///
    /// @param states where the states of this kind begin
    final int before(int t, int row, Place first, int states) {
        return row < steps.carried(t) ? states + (steps.before(t) + row) * hidden : first.offset + row * hidden;
    }

    

    static void run(TermKernel kernel, float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int to, int n) {
        kernel.run(0, a, ao, b, bo, c, co, out, to, null, 0, null, 0, null, n);
    }

    static void run(TermKernel kernel, float[] a, int ao, float[] b, int bo, float[] c, int co, float[] d, int dO, float[] out,
        int to, int n) {
        kernel.run(0, a, ao, b, bo, c, co, d, dO, out, to, null, 0, null, n);
    }
}
