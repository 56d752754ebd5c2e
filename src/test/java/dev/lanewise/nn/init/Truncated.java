package dev.lanewise.nn.init;

import dev.lanewise.kernel.expr.StandardNormal;
import dev.lanewise.random.RandomSource;

/// A normal law of standard deviation `std` before what lies beyond `cut` of them is drawn anew: the truth that wrong
/// truncations are measured by.
record Truncated(double std, double cut) implements Distribution {

    /// Of variance 1/n after truncation.
    static final Scheme SCHEME = new Scheme("truncated-by-hand", "normal within 2 standard deviations, variance 1/n",
        (fan, _) -> ofVariance(1 / fan.in()), Initializers.zeros());

    static Truncated ofVariance(double variance) {
        double kept = new Truncated(1, 2).variance();
        return new Truncated(Math.sqrt(variance / kept), 2);
    }

    public double mean() { return 0; }
    public double variance() { return std * std * (1 - 2 * cut * edge()); }
    public double kurtosis() {
        double ratio = std * std / variance();
        return (3 - 2 * (cut * cut * cut + 3 * cut) * edge()) * ratio * ratio;
    }
    public double lower() { return -upper(); }
    public double upper() { return cut * std; }
    public double cdf(double x) { return Math.clamp((StandardNormal.cdf(x / std) - StandardNormal.cdf(-cut)) / kept(), 0, 1); }
    public double varianceProxy() { return variance(); }

    /// The density at the cut.
    private double edge() { return StandardNormal.density(cut) / kept(); }

    private double kept() { return 1 - 2 * StandardNormal.cdf(-cut); }

    @Override
    public void sample(float[] out, int offset, int length, RandomSource source) {
        source.normal(out, offset, length);
        var again = new float[1];
        for (int i = offset; i < offset + length; i++) {
            while (!(Math.abs(out[i]) < cut)) {
                source.normal(again, 0, 1);
                out[i] = again[0];
            }
            out[i] *= (float) std;
        }
    }
}
