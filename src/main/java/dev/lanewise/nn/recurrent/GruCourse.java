package dev.lanewise.nn.recurrent;

/// Of [GRU]. The candidate's two parts, of which one is gated, have covariances and biases of their own.
final class GruCourse extends Course {

    private final NormalPaths inputs;
    private final NormalPaths states;
    private final double[] resetBias;
    private final double[] updateBias;
    private double[] state;

    GruCourse(CellLaws laws, SequenceMoments inputs, int number) {
        super(laws, inputs, number);
        this.inputs = paths(number, "inputs");
        this.states = paths(number, "states");
        this.resetBias = laws.sum(0);
        this.updateBias = laws.sum(1);
        this.state = new double[size()];
    }

    @Override
    Step step(int t, double[] input, double[] inputAcross, double[] before, double[] beforeAcross) {
        var resets = gate(0, input, inputAcross, before, beforeAcross);
        var updates = gate(1, input, inputAcross, before, beforeAcross);
        double in = laws.inputWeight()[2];
        double weight = laws.weight()[2];
        var fromInput = inputs.next(times(in, input), times(in, inputAcross));
        var fromState = states.next(times(weight, before), times(weight, beforeAcross));
        var h = new double[size()];
        var keep = new double[UNITS];
        var reset = new double[UNITS];
        var update = new double[UNITS];
        var gated = new double[UNITS];
        var free = new double[UNITS];
        for (int n = 0; n < h.length; n++) {
            double r = logistic(biased(resets, n, resetBias));
            double u = logistic(biased(updates, n, updateBias));
            double inner = biased(fromState, n, laws.bias()[2]);
            double candidate = Math.tanh(biased(fromInput, n, laws.inputBias()[2]) + r * inner);
            h[n] = (1 - u) * candidate + u * state[n];
            if (n >= UNITS) continue;
            keep[n] = u;
            free[n] = (1 - u) * (1 - candidate * candidate);
            gated[n] = free[n] * r;
            reset[n] = free[n] * inner * r * (1 - r);
            update[n] = (state[n] - candidate) * u * (1 - u);
        }
        state = h;
        return new Step(h, Double.NaN,
            new Slopes(PlainCourse.ones(), keep, new double[][] {reset, update, gated},
            new double[][] {reset, update, free}, null));
    }
}
