package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import java.util.function.DoubleUnaryOperator;

/// The law of log u, where u is as likely everywhere from `low`, included, to `high`, excluded: its density is e^x / (high -
/// low).
///
/// @param low  positive
/// @param high more, so that both logarithms differ as floats
public record LogOfUniform(double low, double high) implements Distribution {

    /// For each unit of the logarithm: an error below 1e-15.
    private static final int PIECES = 3;

    /// Refuses bounds that aren't positive, or none as floats.
    public LogOfUniform {
        if (!((float) low > 0 && (float) low < (float) high && Float.isFinite((float) (high - low))
            && (float) log(low) < (float) log(high)))
            throw new IllegalArgumentException("log of uniform: from " + low + " to " + high
                + "; the first must be positive and less than the second, and both and their logarithms differ as floats");
    }

    /// The same on all machines.
    private static double log(double x) { return StrictMath.log(x); }

    private double mean(DoubleUnaryOperator f) {
        return Quadrature.integral(x -> f.applyAsDouble(x) * StrictMath.exp(x), lower(), upper(),
            1 + PIECES * (int) Math.ceil(upper() - lower())) / (high - low);
    }

    private double moment(int order) {
        double mean = mean();
        return mean(x -> Math.pow(x - mean, order));
    }

    public double mean() { return mean(x -> x); }
    public double variance() { return moment(2); }
    public double kurtosis() { return moment(4) / (moment(2) * moment(2)); }
    public double skewness() { return moment(3) / Math.pow(moment(2), 1.5); }
    public double lower() { return log(low); }
    public double upper() { return log(high); }

    public double cdf(double x) {
        if (Double.isNaN(x)) return Double.NaN;
        return x <= lower() ? 0 : x >= upper() ? 1 : low * Math.expm1(x - lower()) / (high - low);
    }

    public void sample(float[] out, int offset, int length, RandomSource source) {
        source.uniform(low, high, out, offset, length);
        float end = (float) upper();
        // what is rounded must not reach the end
        float most = end < upper() ? end : Math.nextDown(end);
        for (int i = offset; i < offset + length; i++) out[i] = Math.clamp((float) log(out[i]), (float) lower(), most);
    }
}
