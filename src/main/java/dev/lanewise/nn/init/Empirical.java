package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// The law of a value picked from some given ones, each as likely as the other.
public final class Empirical implements Distribution {

    private final float[] sorted;
    private final double mean;

    /// The law of a pick among these.
    ///
    /// @throws IllegalArgumentException if there are no values, or one isn't finite
    public Empirical(float... values) {
        sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        if (n == 0 || !Float.isFinite(sorted[0]) || !Float.isFinite(sorted[n - 1])) throw new IllegalArgumentException(
            "empirical law: of " + n + " values" + (n == 0 ? "" : " from " + sorted[0] + " to " + sorted[n - 1])
                + "; there must be some, and all be finite");
        mean = mean(value -> value);
    }

    public double mean() { return mean; }
    public double variance() { return moment(2); }
    public double kurtosis() { return moment(4) / (moment(2) * moment(2)); }
    public double skewness() { return moment(2) == 0 ? 0 : moment(3) / Math.pow(moment(2), 1.5); }
    public double lower() { return sorted[0]; }
    public double upper() { return sorted[sorted.length - 1]; }

    private double moment(int order) { return mean(value -> Math.pow(value - mean, order)); }

    /// The stream's sum makes up for rounding.
    private double mean(DoubleUnaryOperator f) {
        return IntStream.range(0, sorted.length).mapToDouble(i -> f.applyAsDouble(sorted[i])).sum() / sorted.length;
    }

    public double cdf(double x) {
        if (Double.isNaN(x)) return Double.NaN;
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= x) low = middle + 1;
            else high = middle;
        }
        return (double) low / sorted.length;
    }

    public void sample(float[] out, int offset, int length, RandomSource source) {
        Objects.checkFromIndexSize(offset, length, out.length);
        var fine = new float[length];
        source.uniform(out, offset, length);
        source.uniform(fine, 0, length);
        // a float's 24 bits alone would favour some of many values
        for (int i = 0; i < length; i++) out[offset + i] = sorted[(int) ((out[offset + i] + 0x1p-24 * fine[i]) * sorted.length)];
    }

    @Override
    public boolean equals(Object other) { return other instanceof Empirical law && Arrays.equals(sorted, law.sorted); }

    @Override
    public int hashCode() { return Arrays.hashCode(sorted); }

    @Override
    public String toString() { return "Empirical[" + sorted.length + " values, mean " + mean + "]"; }
}
