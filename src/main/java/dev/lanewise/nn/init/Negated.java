package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;

/// A continuous law's values with the other sign.
record Negated(Distribution law) implements Distribution {

    public double mean() { return -law.mean(); }
    public double variance() { return law.variance(); }
    public double kurtosis() { return law.kurtosis(); }
    public double skewness() { return -law.skewness(); }
    public double lower() { return -law.upper(); }
    public double upper() { return -law.lower(); }
    public double cdf(double x) { return 1 - law.cdf(-x); }
    public double varianceProxy() { return law.varianceProxy(); }

    public void sample(float[] out, int offset, int length, RandomSource source) {
        law.sample(out, offset, length, source);
        for (int i = offset; i < offset + length; i++) out[i] = -out[i];
    }
}
