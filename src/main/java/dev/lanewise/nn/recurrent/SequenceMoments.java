package dev.lanewise.nn.recurrent;

import dev.lanewise.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;

/// What theory knows of sequences, or of gradients along them: the mean product of the same number at two steps, of one input and
/// of two. As a layer's weights are the same at each step, what is alike at two steps stays alike: so no step can be predicted
/// alone.
public final class SequenceMoments {

    private final double[][] within;
    /// Null where nothing is known of a second input.
    private final double[][] across;

    SequenceMoments(double[][] within, double[][] across) {
        this.within = within;
        this.across = across;
    }

    /// Of inputs whose steps have nothing in common.
    ///
    /// @param square      the mean square
    /// @param correlation of the same step of two inputs; NaN if there is one alone
    /// @throws IllegalArgumentException without steps, or for what no numbers have
    public static SequenceMoments independent(int steps, double square, double correlation) {
        return of(steps, square, correlation, 0);
    }

    /// Of inputs that stay the same.
    public static SequenceMoments constant(int steps, double square, double correlation) {
        return of(steps, square, correlation, 1);
    }

    private static SequenceMoments of(int steps, double square, double correlation, double between) {
        if (steps < 1 || !(square >= 0 && square < Double.POSITIVE_INFINITY)
            || Math.abs(correlation) > 1) throw new IllegalArgumentException(
            "sequence: " + steps + " steps of second moment " + square + ", correlation " + correlation
                + "; there must be at least one, the second finite and 0 or more, the third of [-1, 1], or NaN");
        var within = new double[steps][steps];
        var across = Double.isNaN(correlation) ? null : new double[steps][steps];
        for (int t = 0; t < steps; t++)
            for (int s = 0; s < steps; s++) {
                within[t][s] = s == t ? square : between * square;
                if (across != null) across[t][s] = correlation * within[t][s];
            }
        return new SequenceMoments(within, across);
    }

    /// Where any two steps are as alike as any others.
    static SequenceMoments alike(int steps, double square, double within, double product, double across) {
        var alike = of(steps, square, Double.isNaN(product + across) ? Double.NaN : 0, 0);
        for (int t = 0; t < steps; t++)
            for (int s = 0; s < steps; s++) {
                alike.within[t][s] = s == t ? square : within;
                if (alike.across != null) alike.across[t][s] = s == t ? product : across;
            }
        return alike;
    }

    /// The mean over pairs of different steps; over the one step, if it is alone.
    double betweenSteps(boolean ofTwoInputs) {
        var all = ofTwoInputs ? across : within;
        if (all == null) return Double.NaN;
        int steps = all.length;
        if (steps == 1) return all[0][0];
        double sum = 0;
        for (int t = 0; t < steps; t++)
            for (int s = 0; s < t; s++) sum += all[t][s];
        return 2 * sum / steps / (steps - 1);
    }

    /// The mean over the steps.
    double product() {
        if (across == null) return Double.NaN;
        double sum = 0;
        for (int t = 0; t < steps(); t++) sum += across[t][t];
        return sum / steps();
    }

    /// Of a gradient that comes to the last step alone.
    public static SequenceMoments last(int steps, double square) {
        var last = independent(steps, 0, Double.NaN);
        last.within[steps - 1][steps - 1] = square;
        return last;
    }

    /// Those of a batch, averaged over it and over the numbers of a step.
    ///
    /// @param x          `[time, batch, features]`, or with the batch first
    /// @param batchFirst which of the two it is
    /// @throws IllegalArgumentException for another shape, or without a number
    public static SequenceMoments of(Tensor x, boolean batchFirst) {
        if (x.shape().rank() != 3 || x.numel() == 0) throw new IllegalArgumentException("sequence: a batch of shape " + x.shape()
            + ", but " + (batchFirst ? "[batch, time, features]" : "[time, batch, features]") + " is expected, none of them 0");
        var values = (batchFirst ? x.transpose(0, 1) : x).toArray();
        int steps = x.size(batchFirst ? 1 : 0);
        int batch = x.size(batchFirst ? 0 : 1);
        int features = x.size(2);
        var rows = new double[steps][batch * features];
        var sums = new double[steps][features];
        for (int t = 0; t < steps; t++)
            for (int i = 0; i < batch * features; i++) {
                rows[t][i] = values[t * batch * features + i];
                sums[t][i % features] += rows[t][i];
            }
        var within = new double[steps][steps];
        var across = batch == 1 ? null : new double[steps][steps];
        for (int t = 0; t < steps; t++)
            for (int s = 0; s <= t; s++) {
                double products = Means.dot(rows[t], rows[s]);
                within[t][s] = within[s][t] = products / (batch * features);
                if (across != null) across[t][s] = across[s][t] =
                    (Means.dot(sums[t], sums[s]) - products) / ((batch - 1.0) * batch * features);
            }
        return new SequenceMoments(within, across);
    }

    /// How many steps there are.
    public int steps() { return within.length; }

    /// The mean product of the same number at two steps of one input.
    public double within(int step, int other) { return within[step][other]; }

    /// The mean product of the same number at two steps of two inputs; NaN if nothing is known of a second one.
    public double across(int step, int other) { return across == null ? Double.NaN : across[step][other]; }

    /// Whether there are the moments of two inputs at the same step, too.
    public boolean hasPairs() { return across != null; }

    /// The second moment at a step.
    public double square(int step) { return within[step][step]; }

    /// Of two inputs at a step: 1 where all is 0.
    public double correlation(int step) {
        return across == null ? Double.NaN : within[step][step] == 0 ? 1
            : Math.clamp(across[step][step] / within[step][step], -1, 1);
    }

    /// The mean over all steps of the second moment.
    public double square() {
        double sum = 0;
        for (int t = 0; t < steps(); t++) sum += within[t][t];
        return sum / steps();
    }

    /// The last step first.
    SequenceMoments reversed() { return new SequenceMoments(reversed(within), across == null ? null : reversed(across)); }

    private static double[][] reversed(double[][] all) {
        int last = all.length - 1;
        var turned = new double[all.length][all.length];
        for (int t = 0; t <= last; t++)
            for (int s = 0; s <= last; s++) turned[t][s] = all[last - t][last - s];
        return turned;
    }

    /// Of numbers some of which are as these, and as many as the other.
    SequenceMoments joined(SequenceMoments other) { return with(other, (mine, theirs) -> (mine + theirs) / 2); }

    /// Of the sums of numbers that have nothing in common.
    SequenceMoments plus(SequenceMoments other) { return with(other, Double::sum); }

    private SequenceMoments with(SequenceMoments other, DoubleBinaryOperator combined) {
        return new SequenceMoments(with(within, other.within, combined),
            across == null || other.across == null ? null : with(across, other.across, combined));
    }

    private static double[][] with(double[][] mine, double[][] theirs, DoubleBinaryOperator combined) {
        var both = new double[mine.length][mine.length];
        for (int t = 0; t < both.length; t++)
            for (int s = 0; s < both.length; s++) both[t][s] = combined.applyAsDouble(mine[t][s], theirs[t][s]);
        return both;
    }

    /// Behind dropout, which draws anew for each number.
    SequenceMoments dropped(double p) {
        var dropped = with(within, within, (mine, _) -> mine);
        for (int t = 0; t < dropped.length; t++) dropped[t][t] /= 1 - p;
        return new SequenceMoments(dropped, across);
    }

    double[] within(int step) { return within[step]; }

    /// Null if nothing is known of a second input.
    double[] across(int step) { return across == null ? null : across[step]; }
}
