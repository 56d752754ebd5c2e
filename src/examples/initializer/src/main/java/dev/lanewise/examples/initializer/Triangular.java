package dev.lanewise.examples.initializer;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.random.RandomSource;

/// The law of the sum of two uniform numbers: its density rises from `-width` to 0, and falls to `width`.
///
/// @param width positive
public record Triangular(double width) implements Distribution {

    public Triangular {
        if (!(width > 0 && Float.isFinite((float) width))) throw new IllegalArgumentException("triangular: width " + width
            + "; it must be positive");
    }

    @Override public double mean() { return 0; }
    @Override public double variance() { return width * width / 6; }
    @Override public double kurtosis() { return 2.4; }
    @Override public double lower() { return -width; }
    @Override public double upper() { return width; }

    @Override
    public double cdf(double x) {
        double inside = Math.clamp(x / width, -1, 1);
        return inside < 0 ? (1 + inside) * (1 + inside) / 2 : 1 - (1 - inside) * (1 - inside) / 2;
    }

    @Override
    public void sample(float[] out, int offset, int length, RandomSource source) {
        var other = new float[length];
        source.uniform(-width / 2, width / 2, out, offset, length);
        source.uniform(-width / 2, width / 2, other, 0, length);
        for (int i = 0; i < length; i++) out[offset + i] += other[i];
    }
}
