package dev.lanewise.kernel;

import dev.lanewise.formula.Term;

/// Hochreiter's and Schmidhuber's, with a forget gate: blocks are input gate, forget gate, candidate, output gate.
final class LstmRecurrence extends Recurrence {

    private static final TermKernel SIGMOID = TermKernel.of("gate", 2, CellFormulas.SIGMOID);
    private static final TermKernel TANH = TermKernel.of("rnn_tanh", 2, CellFormulas.TANH);
    private static final TermKernel CELL = TermKernel.of("lstm_cell", 4, CellFormulas.CELL);
    private static final TermKernel STATE = TermKernel.of("lstm_state", 2, CellFormulas.STATE);
    private static final TermKernel SUM = TermKernel.of("add", 2, Term.input(0).add(Term.input(1)));
    private static final TermKernel PRODUCT = TermKernel.of("mul", 2, Term.input(0).mul(Term.input(1)));
    private static final TermKernel TANH_ALONE = TermKernel.of("tanh", 1, Term.input(0).tanh());
    private static final TermKernel CELL_BACK = TermKernel.of("lstm_cell_back", 5, CellFormulas.CELL_BACK);
    private static final TermKernel GATE_BACK = TermKernel.of("gate_back", 3, CellFormulas.GATE_BACK);
    private static final TermKernel CANDIDATE_BACK = TermKernel.of("candidate_back", 3, CellFormulas.CANDIDATE_BACK);

    LstmRecurrence(Steps steps, int hidden) { super(Cell.LSTM, steps, hidden); }

    @Override
    void step(int t, float[] kept, Place h, Place c, float[] products, float[] y) {
        int from = steps.starts()[t];
        for (int row = 0; row < steps.sizes()[t]; row++) {
            int at = (from + row) * 4 * hidden;
            int product = row * 4 * hidden;
            SIGMOID.run(kept, at, products, product, kept, at, 2 * hidden);
            TANH.run(kept, at + 2 * hidden, products, product + 2 * hidden, kept, at + 2 * hidden, hidden);
            SIGMOID.run(kept, at + 3 * hidden, products, product + 3 * hidden, kept, at + 3 * hidden, hidden);
            int state = (from + row) * hidden;
            run(CELL, kept, at + hidden, arrayBefore(t, row, c, y), before(t, row, c, second), kept, at, kept, at + 2 * hidden,
                y, second + state, hidden);
            STATE.run(kept, at + 3 * hidden, y, second + state, y, state, hidden);
        }
    }

    @Override
    void gates(int t, float[] kept, Place h, Place c, float[] y, Place g, float[] z, int carry, float[] work) {
        int from = steps.starts()[t];
        int states = steps.sizes()[t] * hidden;
        int cellCarry = carry + steps.batch() * hidden;
        int tanh = states;
        int cell = 2 * states;
        SUM.run(g.data(), g.offset() + from * hidden, z, carry, work, 0, states);
        TANH_ALONE.run(y, second + from * hidden, work, tanh, states);
        for (int row = 0, state = 0; row < steps.sizes()[t]; row++, state += hidden) {
            int at = (from + row) * 4 * hidden;
            int candidate = at + 2 * hidden;
            int out = at + 3 * hidden;
            run(GATE_BACK, work, state, work, tanh + state, kept, out, z, out, hidden);
            CELL_BACK.run(0, z, cellCarry + state, g.data(), g.offset() + second + from * hidden + state, work, state, kept, out,
                work, tanh + state, work, cell, null, hidden);
            run(GATE_BACK, work, cell, kept, candidate, kept, at, z, at, hidden);
            run(GATE_BACK, work, cell, arrayBefore(t, row, c, y), before(t, row, c, second), kept, at + hidden, z,
                at + hidden, hidden);
            run(CANDIDATE_BACK, work, cell, kept, at, kept, candidate, z, candidate, hidden);
            PRODUCT.run(work, cell, kept, at + hidden, z, cellCarry + state, hidden);
        }
    }
}
