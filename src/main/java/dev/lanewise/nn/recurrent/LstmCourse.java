package dev.lanewise.nn.recurrent;

/// Of [LSTM]. What a unit remembers is its cell.
final class LstmCourse extends Course {

    private static final int GATES = 4;

    private final double[][] bias = new double[GATES][];
    private double[] cell;

    LstmCourse(CellLaws laws, SequenceMoments inputs, int number) {
        super(laws, inputs, number);
        for (int gate = 0; gate < GATES; gate++) bias[gate] = laws.sum(gate);
        this.cell = new double[size()];
    }

    @Override
    Step step(int t, double[] input, double[] inputAcross, double[] state, double[] stateAcross) {
        var z = new double[GATES][];
        for (int gate = 0; gate < GATES; gate++) z[gate] = gate(gate, input, inputAcross, state, stateAcross);
        var h = new double[size()];
        var next = new double[size()];
        var entry = new double[UNITS];
        var keep = new double[UNITS];
        var gains = new double[3][UNITS];
        var direct = new double[UNITS];
        for (int n = 0; n < h.length; n++) {
            double i = logistic(biased(z[0], n, bias[0]));
            double f = logistic(biased(z[1], n, bias[1]));
            double g = Math.tanh(biased(z[2], n, bias[2]));
            double o = logistic(biased(z[3], n, bias[3]));
            next[n] = f * cell[n] + i * g;
            double squashed = Math.tanh(next[n]);
            h[n] = o * squashed;
            if (n >= UNITS) continue;
            entry[n] = o * (1 - squashed * squashed);
            keep[n] = f;
            gains[0][n] = g * i * (1 - i);
            gains[1][n] = cell[n] * f * (1 - f);
            gains[2][n] = i * (1 - g * g);
            direct[n] = squashed * o * (1 - o);
        }
        cell = next;
        return new Step(h, Means.dot(next, next) / next.length, new Slopes(entry, keep, gains, gains, direct));
    }
}
