package dev.lanewise.kernel;

/// Elman's: the state is a function of the sum of both products. All that a step has lies row by row.
final class PlainRecurrence extends Recurrence {

    private static final TermKernel TANH = TermKernel.of("rnn_tanh", 2, CellFormulas.TANH);
    private static final TermKernel RELU = TermKernel.of("rnn_relu", 2, CellFormulas.RELU);
    private static final TermKernel TANH_BACK = TermKernel.of("rnn_tanh_back", 3, CellFormulas.TANH_BACK);
    private static final TermKernel RELU_BACK = TermKernel.of("rnn_relu_back", 3, CellFormulas.RELU_BACK);

    PlainRecurrence(Cell cell, Steps steps, int hidden) { super(cell, steps, hidden); }

    @Override
    void step(int t, float[] kept, Place h, Place c, float[] products, float[] y) {
        int at = steps.starts()[t] * hidden;
        (cell == Cell.TANH ? TANH : RELU).run(kept, at, products, 0, y, at, steps.sizes()[t] * hidden);
    }

    @Override
    void gates(int t, float[] kept, Place h, Place c, float[] y, Place g, float[] z, int carry, float[] work) {
        int at = steps.starts()[t] * hidden;
        run(cell == Cell.TANH ? TANH_BACK : RELU_BACK, g.data(), g.offset() + at, z, carry, y, at, z, at,
            steps.sizes()[t] * hidden);
    }
}
