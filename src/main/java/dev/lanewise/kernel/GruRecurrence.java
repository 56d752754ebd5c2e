package dev.lanewise.kernel;

import dev.lanewise.formula.Term;

/// Cho's, with the reset gate behind the product as cuDNN and PyTorch have it: blocks are reset gate, update gate, candidate,
/// and, kept, the state's product within the candidate. On the way back, the gradients of the candidate come first, then those of
/// reset gate, update gate and the state's product: the last three are those of the recurrent weight's products.
final class GruRecurrence extends Recurrence {

    private static final TermKernel SIGMOID = TermKernel.of("gate", 2, CellFormulas.SIGMOID);
    private static final TermKernel CANDIDATE = TermKernel.of("gru_candidate", 3, CellFormulas.CANDIDATE);
    private static final TermKernel BLEND = TermKernel.of("gru_state", 3, CellFormulas.BLEND);
    private static final TermKernel SUM = TermKernel.of("add", 2, Term.input(0).add(Term.input(1)));
    private static final TermKernel PRODUCT = TermKernel.of("mul", 2, Term.input(0).mul(Term.input(1)));
    private static final TermKernel UPDATE_BACK = TermKernel.of("gru_update_back", 4, CellFormulas.UPDATE_BACK);
    private static final TermKernel BLEND_BACK = TermKernel.of("gru_state_back", 3, CellFormulas.BLEND_BACK);
    private static final TermKernel GATE_BACK = TermKernel.of("gate_back", 3, CellFormulas.GATE_BACK);
    private static final TermKernel CARRY = TermKernel.of("gru_carry", 3, CellFormulas.CARRY);

    GruRecurrence(Steps steps, int hidden) { super(Cell.GRU, steps, hidden); }

    @Override
    void step(int t, float[] kept, Place h, Place c, float[] products, float[] y) {
        int from = steps.starts()[t];
        for (int row = 0; row < steps.sizes()[t]; row++) {
            int reset = (from + row) * 4 * hidden;
            int update = reset + hidden;
            int candidate = update + hidden;
            int product = row * 3 * hidden;
            SIGMOID.run(kept, reset, products, product, kept, reset, 2 * hidden);
            run(CANDIDATE, kept, candidate, kept, reset, products, product + 2 * hidden, kept, candidate, hidden);
            System.arraycopy(products, product + 2 * hidden, kept, candidate + hidden, hidden);
            run(BLEND, arrayBefore(t, row, h, y), before(t, row, h, 0), kept, candidate, kept, update, y,
                (from + row) * hidden, hidden);
        }
    }

    @Override
    void gates(int t, float[] kept, Place h, Place c, float[] y, Place g, float[] z, int carry, float[] work) {
        int from = steps.starts()[t];
        SUM.run(g.data(), g.offset() + from * hidden, z, carry, work, 0, steps.sizes()[t] * hidden);
        for (int row = 0, state = 0; row < steps.sizes()[t]; row++, state += hidden) {
            int reset = (from + row) * 4 * hidden;
            int update = reset + hidden;
            int candidate = update + hidden;
            int toCandidate = reset;
            int toReset = toCandidate + hidden;
            int toUpdate = toReset + hidden;
            int toProduct = toUpdate + hidden;
            run(UPDATE_BACK, work, state, arrayBefore(t, row, h, y), before(t, row, h, 0), kept, candidate, kept, update,
                z, toUpdate, hidden);
            run(BLEND_BACK, work, state, kept, update, kept, candidate, z, toCandidate, hidden);
            run(GATE_BACK, z, toCandidate, kept, candidate + hidden, kept, reset, z, toReset, hidden);
            PRODUCT.run(z, toCandidate, kept, reset, z, toProduct, hidden);
        }
    }

    @Override
    void carry(int t, float[] kept, float[] z, int carry, float[] work) {
        int from = steps.starts()[t];
        for (int row = 0, state = 0; row < steps.sizes()[t]; row++, state += hidden)
            run(CARRY, z, carry + state, work, state, kept, ((from + row) * 4 + 1) * hidden, z, carry + state, hidden);
    }
}
