package dev.lanewise.random;

/// Normal numbers between bounds, by rejection, as PyTorch's `trunc_normal_` draws them since its release 2.12.
///
/// Where more than 0.3 of the normal law lies between the bounds, normal numbers are drawn, else uniform ones that are
/// kept with the probability that their density has of the largest one's. Each round draws as many numbers as there are
/// elements, whatever is still missing, and each element takes the first that it may keep. PyTorch takes the logarithm
/// of a chance from a vector library, which may round otherwise: about one candidate in ten million is that near the border.
///
/// @param mean of the law before it was truncated, as is `std`
/// @param low  the least number, which may be drawn, as may `high`
record TruncatedNormal(double mean, double std, double low, double high) {

    private static final double MOSTLY_INSIDE = 0.3;
    private static final double LEAST_ACCEPTANCE = 1e-5;

    TruncatedNormal {
        if (!((float) std > 0 && (float) low < (float) high && Double.isFinite(std) && Double.isFinite(mean)))
            throw new IllegalArgumentException("truncatedNormal: mean " + mean + ", standard deviation " + std + ", from " + low
                + " to " + high + "; as floats, the standard deviation must be positive, the first bound less than the second");
    }

    void fill(float[] out, int offset, int length, RandomSource source) {
        java.util.Objects.checkFromIndexSize(offset, length, out.length);
        if (length == 0) return;
        if (inside() > MOSTLY_INSIDE) fromNormal(out, offset, length, source);
        else fromUniform(out, offset, length, source);
    }

    /// The normal law's probability of the interval.
    private double inside() { return normal((high - mean) / std) - normal((low - mean) / std); }

    private void fromNormal(float[] out, int offset, int length, RandomSource source) {
        source.normal(mean, std, out, offset, length);
        var more = new float[length];
        while (true) {
            int outside = 0;
            for (int i = offset; i < offset + length; i++) if (isOutside(out[i])) outside++;
            if (outside == 0) return;
            source.normal(mean, std, more, 0, length);
            for (int i = 0; i < length; i++) if (isOutside(out[offset + i])) out[offset + i] = more[i];
        }
    }

    private boolean isOutside(float value) { return value < (float) low || value > (float) high; }

    private void fromUniform(float[] out, int offset, int length, RandomSource source) {
        double peak = checkedPeak();
        var candidates = new float[length];
        var chances = new float[length];
        var pending = new boolean[length];
        java.util.Arrays.fill(pending, true);
        for (int left = length; left > 0; ) {
            source.uniform(low, high, candidates, 0, length);
            source.uniform(chances, 0, length);
            for (int i = 0; i < length; i++) {
                if (!pending[i]) continue;
                out[offset + i] = candidates[i];
                if ((float) StrictMath.log(chances[i]) > logDensity(candidates[i], (float) peak)) continue;
                pending[i] = false;
                left--;
            }
        }
    }

    /// The logarithm of the density, that of the peak taken off, in the roundings of PyTorch's floats.
    private float logDensity(float value, float peak) {
        float z = (value - (float) mean) / (float) std;
        return z * z * -0.5f - peak;
    }

    /// The logarithm of the largest density between the bounds.
    private double checkedPeak() {
        double distance = (Math.clamp(mean, low, high) - mean) / std;
        // above the peak's density there is about a rectangle, as wide as the density takes to fall
        double acceptance = std * Math.min(1, 1 / Math.abs(distance)) / (high - low);
        if (acceptance < LEAST_ACCEPTANCE) throw new IllegalArgumentException("truncatedNormal: mean " + mean
            + ", standard deviation " + std + ", from " + low + " to " + high + "; fewer than one number in 100,000 would be"
            + " kept; move the bounds together or towards the mean");
        return -0.5 * distance * distance;
    }

    /// The standard normal law's probability of values up to x: 1/2 and the series x + x^3 / 3 + x^5 / (3 · 5) … times the
    /// density. Source: Marsaglia, "Evaluating the normal distribution", 2004.
    private static double normal(double x) {
        if (Math.abs(x) > 8.5) return x < 0 ? 0 : 1;
        double term = x;
        double sum = x;
        for (int i = 3; sum + term != sum; i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * StrictMath.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    }
}
