package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import java.util.Objects;

/// 0 with some probability, and else drawn from a law of mean 0.
///
/// @param zeros the probability of 0
/// @param rest  the law of what isn't
public record WithZeros(double zeros, Distribution rest) implements Distribution {

    /// Refuses a probability beyond [0, 1], and a law whose mean isn't 0.
    public WithZeros {
        if (!(zeros >= 0 && zeros <= 1 && rest.mean() == 0)) throw new IllegalArgumentException("with zeros: probability " + zeros
            + " of 0, the rest from " + rest + "; the first must be of [0, 1], and the mean of the second be 0");
    }

    public double mean() { return 0; }
    public double variance() { return (1 - zeros) * rest.variance(); }
    public double kurtosis() { return zeros == 1 ? Double.NaN : rest.kurtosis() / (1 - zeros); }
    public double skewness() { return zeros == 1 ? 0 : rest.skewness() / Math.sqrt(1 - zeros); }
    public double lower() { return zeros == 1 ? 0 : rest.lower(); }
    public double upper() { return zeros == 1 ? 0 : rest.upper(); }
    public double cdf(double x) { return (x < 0 ? 0 : zeros) + (1 - zeros) * rest.cdf(x); }
    public double varianceProxy() { return rest.varianceProxy(); }

    public void sample(float[] out, int offset, int length, RandomSource source) {
        Objects.checkFromIndexSize(offset, length, out.length);
        rest.sample(out, offset, length, source);
        var zero = new float[length];
        source.bernoulli(zeros, zero, 0, length);
        for (int i = 0; i < length; i++) if (zero[i] == 1) out[offset + i] = 0;
    }
}
