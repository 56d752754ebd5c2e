package dev.lanewise.figures;

import java.util.Arrays;

/// Figures about a sample, in double. Of an empty one they are NaN; a NaN in it makes them NaN.
public final class Statistics {

    private Statistics() {}

    /// The sum of products of numbers at the same places, which are exact. In four sums, so that an addition needn't wait for the
    /// one before.
    ///
    /// @param y as long as x
    public static double dot(float[] x, float[] y) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < x.length; i += 4) {
            a += (double) x[i] * y[i];
            b += (double) x[i + 1] * y[i + 1];
            c += (double) x[i + 2] * y[i + 2];
            d += (double) x[i + 3] * y[i + 3];
        }
        for (; i < x.length; i++) a += (double) x[i] * y[i];
        return a + b + (c + d);
    }

    /// The sum of products of numbers at the same places from one on, likewise in four sums.
    ///
    /// @param y as long as x
    public static double dot(double[] x, double[] y, int from) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = from;
        for (; i + 3 < x.length; i += 4) {
            a += x[i] * y[i];
            b += x[i + 1] * y[i + 1];
            c += x[i + 2] * y[i + 2];
            d += x[i + 3] * y[i + 3];
        }
        for (; i < x.length; i++) a += x[i] * y[i];
        return a + b + (c + d);
    }

    public static double mean(float[] values) {
        double sum = 0;
        for (float value : values) sum += value;
        return sum / values.length;
    }

    public static double mean(double[] values) {
        double sum = 0;
        for (double value : values) sum += value;
        if (Double.isFinite(sum)) return sum / values.length;
        // the sum alone may be beyond the range
        double mean = 0;
        for (double value : values) mean += value / values.length;
        return mean;
    }

    /// The standard deviation of just these values: the root of the mean squared distance from their mean, in two passes.
    public static double deviation(float[] values) {
        double mean = mean(values);
        double squares = 0;
        for (float value : values) squares += (value - mean) * (value - mean);
        return Math.sqrt(squares / values.length);
    }

    /// Like that of floats.
    public static double deviation(double[] values) { return Math.sqrt(squares(values) / values.length); }

    /// The standard deviation of what the values were drawn from, estimated: over one less than their number (Bessel's
    /// correction); NaN of one value.
    public static double sampleDeviation(double[] values) { return Math.sqrt(squares(values) / (values.length - 1)); }

    private static double squares(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) squares += (value - mean) * (value - mean);
        return squares;
    }

    /// The root of the sum of squares.
    public static double norm(float[] values) { return Math.sqrt(squared(values)); }

    public static double meanSquare(float[] values) { return squared(values) / values.length; }

    /// In double, where no square of a float leaves the range.
    private static double squared(float[] values) {
        double squares = 0;
        for (float value : values) squares += (double) value * value;
        return squares;
    }

    /// The value below which a share of the others lies, linear between neighbours, as `torch.quantile` and `numpy.quantile` have
    /// it.
    ///
    /// @param values in any order; they stay in it
    /// @param share  from 0, the least, to 1, the greatest
    public static double quantile(double[] values, double share) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return quantileOfSorted(sorted, share);
    }

    /// Like [#quantile], of values that ascend already.
    public static double quantileOfSorted(double[] sorted, double share) {
        // a NaN sorts behind all others
        if (sorted.length == 0 || Double.isNaN(sorted[sorted.length - 1])) return Double.NaN;
        double place = share * (sorted.length - 1);
        int below = (int) place;
        double part = place - below;
        double low = sorted[below];
        double high = sorted[Math.min(below + 1, sorted.length - 1)];
        // an infinity is reached only where it stands itself
        if (part == 0 || low == high) return low;
        double step = high - low;
        return Double.isFinite(step) ? low + part * step : (1 - part) * low + part * high;
    }

    public static double median(double[] values) { return quantile(values, 0.5); }

    /// The binomial standard error of a share of so many.
    public static double standardError(double share, int count) {
        // all or none is no certainty: Laplace's share, one more of each
        double sure = share <= 0 || share >= 1 ? 1 / (count + 2.0) : share;
        return Math.sqrt(sure * (1 - sure) / count);
    }

    /// How much of it is true.
    public static double share(boolean[] values) {
        int count = 0;
        for (boolean value : values) if (value) count++;
        return (double) count / values.length;
    }
}
