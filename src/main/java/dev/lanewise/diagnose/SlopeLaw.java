package dev.lanewise.diagnose;

import dev.lanewise.nn.init.NormalMean;
import dev.lanewise.nn.init.Nonlinearity;

/// The law of an activation's squared slopes at normal numbers of mean 0: what a layer's D² is in the theory of spectra.
///
/// @param squares of slopes
/// @param weights their probabilities
record SlopeLaw(double[] squares, double[] weights, double mean, double second, double most) {

    /// Of rarer ones no layer has any.
    private static final double RARE = 1e-15;
    private static final double SAME = 1e-13;
    private static final int MOST_STEPS = 100;
    /// Slopes at 0 are their limits from here, as 0 itself may be a kink.
    private static final double SMALLEST = 1e-12;

    /// @param q the second moment of the numbers
    static SlopeLaw of(Nonlinearity activation, double q) {
        var points = NormalMean.points(Math.sqrt(Math.max(q, SMALLEST)), activation.kinks().stream().mapToDouble(kink -> kink)
            .toArray());
        var squares = points.places();
        double mean = 0;
        double second = 0;
        double most = 0;
        for (int i = 0; i < squares.length; i++) {
            double slope = activation.slope().applyAsDouble(squares[i]);
            squares[i] = slope * slope;
            mean += points.weights()[i] * squares[i];
            second += points.weights()[i] * squares[i] * squares[i];
            if (points.weights()[i] > RARE) most = Math.max(most, squares[i]);
        }
        return new SlopeLaw(squares, points.weights(), mean, second, most);
    }

    /// By how much they differ: their variance over their mean's square.
    double spread() { return Math.max(0, second / (mean * mean) - 1); }

    /// The number ζ above all squares d at which E d / (ζ - d) is z; NaN if there is none. Newton's steps on the reciprocal of
    /// that, which is concave, come from below and never leave it.
    double inverse(double z) {
        double zeta = Math.max(mean * (1 + 1 / z), most * (1 + 10 * Math.ulp(1.0)));
        for (int step = 0; step < MOST_STEPS; step++) {
            double sum = 0;
            double slope = 0;
            for (int i = 0; i < squares.length; i++) {
                // rare ones beyond
                double apart = zeta - Math.min(squares[i], most);
                double share = weights[i] * squares[i] / apart;
                sum += share;
                slope += share / apart;
            }
            if (step == 0 && sum < z * (1 - SAME)) return Double.NaN;
            double next = zeta + (sum - z) * sum / (z * slope);
            if (!(next > zeta * (1 + SAME))) return zeta;
            zeta = next;
        }
        return zeta;
    }
}
