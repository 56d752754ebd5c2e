package dev.lanewise.nn;

import java.util.function.DoubleUnaryOperator;

/// What a normalization makes of moments, position by position.
///
/// Of few numbers that are alike a unit's variance differs from unit to unit, and the mean of 1 / variance is more than one over
/// the mean. Of a gradient the mean is taken off, and the part along the numbers.
final class NormalizedPlaces {

    private static final double LEAST = -9;
    private static final double MOST = 6;
    private static final double STEP = 0.5;
    private static final double TINY = 1e-12;

    private final Normalized norm;
    private final Signal in;
    private final int count;
    private final double[] own;
    private final double[] two;
    /// By which each position is multiplied.
    private final double[] scales;

    NormalizedPlaces(Normalized norm, Signal in) {
        this.norm = norm;
        this.in = in;
        count = in.places().count();
        own = in.places().own().clone();
        two = in.places().two().clone();
        if (norm.centred()) centre();
        scales = new double[count];
        double variance = Places.onDiagonal(own);
        for (int p = 0; p < count; p++) scales[p] = 1 / Math.sqrt((norm.positions() == 1 ? own[p * count + p] : variance)
            + norm.eps());
        for (int p = 0; p < count; p++) for (int r = 0; r < count; r++) {
            own[p * count + r] *= scales[p] * scales[r];
            two[p * count + r] *= scales[p] * scales[r];
        }
    }

    /// Takes off what each number has in common with its set's mean, and gives back the mean's square.
    private void centre() {
        var means = in.places().means();
        var central = in.places().central();
        double share = norm.channels() == 1 ? 1 : in.sway() / norm.channels();
        double mean = 0;
        for (double each : means) mean += each / count;
        if (norm.positions() == 1) {
            for (int p = 0; p < count; p++) for (int r = 0; r < count; r++) {
                int at = p * count + r;
                own[at] -= share * central.own()[at] + means[p] * means[r];
                two[at] -= share * central.two()[at] + means[p] * means[r];
            }
            return;
        }
        double same = norm.inputs() == 0 ? 0 : 1.0 / norm.inputs();
        centre(own, share, mean, same, central);
        centre(two, share, mean, norm.inputs() == 1 ? 0 : same, central);
    }

    /// @param same the share of the set's numbers that are of the number's own input
    private void centre(double[] map, double share, double mean, double same, Places central) {
        var means = in.places().means();
        var common = new double[count];
        double all = 0;
        for (int p = 0; p < count; p++) {
            double sum = 0;
            for (int r = 0; r < count; r++) {
                if (same > 0) sum += same * central.own()[p * count + r];
                if (same < 1) sum += (1 - same) * central.two()[p * count + r];
            }
            common[p] = share * sum / count + means[p] * mean;
            all += common[p] / count;
        }
        for (int p = 0; p < count; p++) for (int r = 0; r < count; r++) map[p * count + r] += all - common[p] - common[r];
    }

    Passage passage() {
        double square = norm.weight() == null ? 1 : Normalized.square(norm.weight());
        double offset = norm.bias() == null ? 0 : Normalized.square(norm.bias());
        double mean = norm.bias() == null ? 0 : Normalized.mean(norm.bias());
        DoubleUnaryOperator change = moment -> square * moment + offset;
        var means = new double[count];
        for (int p = 0; p < count; p++) means[p] = mean + (norm.centred() ? 0
            : norm.factor() * scales[p] * in.places().means()[p]);
        var out = new Places(in.places().sides(), own, two, means).mapped(change, each -> each).signal(in.fourth(), in.extent())
            .swaying(norm.centred() && norm.channels() > 1 ? 0 : in.sway());
        double scale = 0;
        double linear = 0;
        for (double each : scales) {
            scale += each * each / count;
            linear += each / count;
        }
        double uneven = uneven();
        double together = square * scale * norm.left() * uneven;
        return Passage.of(out, new Passage.Way(together, norm.factor() * linear, 0)
            .by(new Passage.Back(count, map -> back(map, square * uneven)))).straying(norm.uneven());
    }

    /// The mean of 1 / variance of a unit's numbers, whose mean variance is 1: ∫ det(1 + 2 t K / N)^(-1/2) dt, over the inputs'
    /// mean and over what differs between them.
    private double uneven() {
        int inputs = Math.max(1, norm.inputs());
        if (norm.positions() == 1 || norm.inputs() == 0 || inputs > 1 && Double.isNaN(two[0])) return 1;
        double trace = Places.onDiagonal(own);
        if (trace == 0) return 1;
        double sum = 0;
        for (double log = LEAST; log <= MOST; log += STEP) {
            double t = 2 * Math.exp(log) / (trace * count * inputs * norm.channels());
            double determinant = inputs == 1 ? logDeterminant(t, 0) : logDeterminant(t, inputs - 1)
                + (inputs - 1) * logDeterminant(t, -1);
            sum += STEP * Math.exp(log - determinant * norm.channels() / 2);
        }
        return sum;
    }

    /// Of 1 + t (own + others times two), by Cholesky's method.
    private double logDeterminant(double t, double others) {
        var rows = new double[count][];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            var row = rows[i] = new double[i + 1];
            for (int j = 0; j <= i; j++) {
                double rest = (i == j ? 1 : 0) + t * (own[i * count + j] + (others == 0 ? 0 : others * two[i * count + j]));
                for (int k = 0; k < j; k++) rest -= row[k] * rows[j][k];
                row[j] = i == j ? Math.sqrt(Math.max(rest, TINY)) : rest / rows[j][j];
            }
            sum += 2 * Math.log(row[i]);
        }
        return sum;
    }

    private double[] back(double[] map, double factor) {
        var scaled = new double[map.length];
        for (int p = 0; p < count; p++) for (int r = 0; r < count; r++) scaled[p * count + r] =
            factor * scales[p] * scales[r] * map[p * count + r];
        if (norm.inputs() == 0 || norm.positions() == 1) {
            for (int i = 0; i < scaled.length; i++) scaled[i] *= norm.left();
            return scaled;
        }
        double inputs = (double) norm.inputs() * norm.channels();
        return withoutAlong(norm.centred() ? withoutMean(scaled, inputs) : scaled, inputs);
    }

    private double[] withoutMean(double[] map, double inputs) {
        var rows = new double[count];
        double all = 0;
        for (int p = 0; p < count; p++) {
            for (int r = 0; r < count; r++) rows[p] += map[p * count + r] / (count * inputs);
            all += rows[p] / count;
        }
        var result = map.clone();
        for (int p = 0; p < count; p++) for (int r = 0; r < count; r++) result[p * count + r] += all - rows[p] - rows[r];
        return result;
    }

    /// Without x (x · g) / N, of normalized numbers x.
    private double[] withoutAlong(double[] map, double inputs) {
        double all = count * inputs;
        double along = 0;
        for (int i = 0; i < map.length; i++) along += inputs * own[i] * map[i] / all;
        var result = map.clone();
        for (int p = 0; p < count; p++) for (int r = 0; r < count; r++) {
            double common = 0;
            for (int s = 0; s < count; s++) common += map[p * count + s] * own[s * count + r]
                + own[p * count + s] * map[s * count + r];
            result[p * count + r] += (along * own[p * count + r] - common) / all;
        }
        return result;
    }
}
