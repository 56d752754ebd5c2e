package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;

/// Another law's values, each times a positive factor.
record Scaled(Distribution law, double factor) implements Distribution {

    /// Of its own kind, if that is known.
    static Distribution of(Distribution law, double factor) {
        if (factor == 1) return law;
        return switch (law) {
            case Constant(double value) -> new Constant(factor * value);
            case Uniform(double low, double high) -> new Uniform(factor * low, factor * high);
            case Normal(double mean, double std) -> new Normal(factor * mean, factor * std);
            case TruncatedNormal(double location, double scale, double low, double high) ->
                new TruncatedNormal(factor * location, factor * scale, factor * low, factor * high);
            default -> new Scaled(law, factor);
        };
    }

    public double mean() { return factor * law.mean(); }
    public double variance() { return factor * factor * law.variance(); }
    public double kurtosis() { return law.kurtosis(); }
    public double skewness() { return law.skewness(); }
    public double lower() { return factor * law.lower(); }
    public double upper() { return factor * law.upper(); }
    public double cdf(double x) { return law.cdf(x / factor); }
    public double varianceProxy() { return factor * factor * law.varianceProxy(); }

    public void sample(float[] out, int offset, int length, RandomSource source) {
        law.sample(out, offset, length, source);
        for (int i = offset; i < offset + length; i++)
            out[i] = Math.clamp((float) (factor * out[i]), (float) lower(), (float) upper());
    }
}
