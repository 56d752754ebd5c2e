package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/// One of several laws, each as likely: that of an element of a parameter whose parts of one size differ.
///
/// @param laws 1 or more
public record Mixture(List<Distribution> laws) implements Distribution {

    /// Keeps a copy of the laws; refuses none.
    public Mixture {
        laws = List.copyOf(laws);
        if (laws.isEmpty()) throw new IllegalArgumentException("mixture: there are no laws; give one or more");
    }

    /// The law itself, if all are the same.
    static Distribution of(List<Distribution> laws) {
        return new HashSet<>(laws).size() == 1 ? laws.getFirst() : new Mixture(laws);
    }

    private double average(ToDoubleFunction<Distribution> of) { return laws.stream().mapToDouble(of).sum() / laws.size(); }

    public double mean() { return average(Distribution::mean); }

    public double variance() {
        double mean = mean();
        return average(law -> law.variance() + Math.pow(law.mean() - mean, 2));
    }

    public double kurtosis() {
        double mean = mean();
        double fourth = average(law -> {
            double away = law.mean() - mean;
            double off = away * away;
            double own = law.variance() == 0 ? 0 : law.kurtosis() * law.variance() * law.variance();
            return own + 4 * away * third(law) + 6 * off * law.variance() + off * off;
        });
        return fourth / (variance() * variance());
    }

    public double skewness() {
        double mean = mean();
        double variance = variance();
        if (variance == 0) return 0;
        return average(law -> third(law) + 3 * (law.mean() - mean) * law.variance()
            + Math.pow(law.mean() - mean, 3)) / Math.pow(variance, 1.5);
    }

    private static double third(Distribution law) {
        return law.variance() == 0 ? 0 : law.skewness() * Math.pow(law.variance(), 1.5);
    }

    public double lower() { return laws.stream().mapToDouble(Distribution::lower).min().orElseThrow(); }
    public double upper() { return laws.stream().mapToDouble(Distribution::upper).max().orElseThrow(); }
    public double cdf(double x) { return average(law -> law.cdf(x)); }

    /// The largest of the laws', and what Hoeffding's lemma says of their means.
    public double varianceProxy() {
        var means = laws.stream().mapToDouble(Distribution::mean).summaryStatistics();
        return laws.stream().mapToDouble(Distribution::varianceProxy).max().orElseThrow()
            + Math.pow(means.getMax() - means.getMin(), 2) / 4;
    }

    public void sample(float[] out, int offset, int length, RandomSource source) {
        Objects.checkFromIndexSize(offset, length, out.length);
        var which = new float[length];
        source.uniform(which, 0, length);
        var drawn = new float[laws.size()][length];
        for (int i = 0; i < drawn.length; i++) laws.get(i).sample(drawn[i], 0, length, source);
        for (int i = 0; i < length; i++) out[offset + i] = drawn[Math.min(drawn.length - 1, (int) (which[i] * drawn.length))][i];
    }
}
