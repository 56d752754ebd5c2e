package dev.lanewise.nn.recurrent;

import dev.lanewise.nn.init.Nonlinearity;
import java.util.Arrays;

/// Of [RNN].
final class PlainCourse extends Course {

    private static final double[] NONE = new double[UNITS];

    private final Nonlinearity activation;
    private final double[] bias;

    PlainCourse(CellLaws laws, SequenceMoments inputs, int number, Nonlinearity activation) {
        super(laws, inputs, number);
        this.activation = activation;
        this.bias = laws.sum(0);
    }

    @Override
    Step step(int t, double[] input, double[] inputAcross, double[] state, double[] stateAcross) {
        var z = gate(0, input, inputAcross, state, stateAcross);
        var h = new double[size()];
        var slope = new double[UNITS];
        for (int i = 0; i < h.length; i++) {
            double at = biased(z, i, bias);
            h[i] = activation.value().applyAsDouble(at);
            if (i < UNITS) slope[i] = activation.slope().applyAsDouble(at);
        }
        var gains = new double[][] {slope};
        return new Step(h, Double.NaN, new Slopes(ones(), NONE, gains, gains, null));
    }

    static double[] ones() {
        var ones = new double[UNITS];
        Arrays.fill(ones, 1);
        return ones;
    }
}
