package dev.lanewise.random;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;

/// Normal numbers between bounds, by rejection, as PyTorch's `trunc_normal_` draws them since its release 2.12.
///
/// Where more than 0.3 of the normal law lies between the bounds, normal numbers are drawn, else uniform ones that are
/// kept with the probability that their density has of the largest one's. Each round draws as many numbers as there are
/// elements, whatever is still missing, and each element takes the first that it may keep. PyTorch takes the logarithm
/// of a chance from a vector library, which may round otherwise: about one candidate in ten million is that near the border.
///
/// Where fewer than one uniform number in 100,000 would be kept, as between a bound and infinity, or where floats are too coarse
/// for PyTorch's arithmetic, distances from the bound that is nearer to the mean are drawn from an exponential law in double, of
/// which at least three of four are kept. Source: Robert, "Simulation of truncated normal variables", 1995.
///
/// Where there are few floats between the bounds, PyTorch rounds these and the candidates, and draws some floats twice as often
/// as others, or not at all. So does [TorchRandom]; other sources draw in double what is rounded at the end.
///
/// @param mean of the law before it was truncated, as is `std`
/// @param low  the least number, which may be drawn, as may `high`; either may be infinite
record TruncatedNormal(double mean, double std, double low, double high) {

    private static final double MOSTLY_INSIDE = 0.3;
    private static final double LEAST_ACCEPTANCE = 1e-5;
    /// The distance of floats, in lengths over which the density falls, up to which rounding before the choice does no harm.
    private static final double FINE = 0.1;
    /// So many floats between the bounds at least: each rounded bound moves the law by half of one's share.
    private static final double MANY = 1e4;

    TruncatedNormal {
        if (!((float) std > 0 && (float) low < (float) high && Double.isFinite(std) && Double.isFinite(mean)))
            throw new IllegalArgumentException("truncatedNormal: mean " + mean + ", standard deviation " + std + ", from " + low
                + " to " + high + "; as floats, the standard deviation must be positive, the first bound less than the second");
    }

    void fill(float[] out, int offset, int length, RandomSource source) { fill(isNarrow(), out, offset, length, source); }

    /// In PyTorch's roundings wherever its way comes to an end.
    void fillAsTorch(float[] out, int offset, int length, RandomSource source) { fill(false, out, offset, length, source); }

    private void fill(boolean narrow, float[] out, int offset, int length, RandomSource source) {
        Objects.checkFromIndexSize(offset, length, out.length);
        if (length == 0) return;
        boolean exact = narrow || isCoarse();
        if (inside() > MOSTLY_INSIDE) fromNormal(exact, out, offset, length, source);
        else if (narrow && high - low <= fall()) fromExactUniform(out, offset, length, source);
        else if (exact && peak() == mean) fromNormal(true, out, offset, length, source);
        else if (exact || !isUniformEnough()) fromExponential(out, offset, length, source);
        else fromUniform(out, offset, length, source);
    }

    /// Where the density is largest.
    private double peak() { return Math.clamp(mean, low, high); }

    /// How far the peak is from the mean, in standard deviations.
    private double distance() { return Math.abs(peak() - mean) / std; }

    /// The length over which the density falls from its peak, about.
    private double fall() { return std * Math.min(1, 1 / distance()); }

    /// Of floats, where most are drawn.
    private double spacing() { return Math.max(Math.ulp((float) peak()), Math.ulp((float) mean)); }

    /// Whether neighbouring floats differ much in density.
    private boolean isCoarse() { return !(spacing() * Math.max(1, distance()) <= FINE * std); }

    /// Whether the bounds have few floats between them.
    private boolean isNarrow() { return spacing() * MANY > high - low; }

    /// The normal law's probability of the interval.
    private double inside() { return normal((high - mean) / std) - normal((low - mean) / std); }

    private void fromNormal(boolean exact, float[] out, int offset, int length, RandomSource source) {
        if (exact) {
            exactly(out, offset, length, (values, n) -> source.normal(values, 0, n), (z, _) -> mean + std * z);
            return;
        }
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

    private void fromExponential(float[] out, int offset, int length, RandomSource source) {
        double distance = distance();
        double away = peak() < mean ? -std : std;
        // of the exponential law, and how far from the bound its density is the largest share of the normal one's
        double rate = (distance + StrictMath.hypot(distance, 2)) / 2;
        double touch = 2 / (distance + StrictMath.hypot(distance, 2));
        var lower = new float[length];
        var chances = new float[length];
        exactly(out, offset, length, uniforms(source, lower, chances), (upper, i) -> {
            // 48 bits, of (0, 1]
            double steps = -StrictMath.log(1 - (upper + lower[i] * 0x1p-24)) / rate;
            double beyond = steps - touch;
            return chances[i] < StrictMath.exp(-0.5 * beyond * beyond) ? peak() + away * steps : Double.NaN;
        });
    }

    /// What is kept of a candidate, in double; NaN if it isn't.
    private interface Candidate {
        double of(float drawn, int index);
    }

    /// Rounds to floats after it was decided, in double, what lies between the bounds.
    private void exactly(float[] out, int offset, int length, BiConsumer<float[], Integer> draw, Candidate candidate) {
        var drawn = new float[length];
        var pending = new boolean[length];
        Arrays.fill(pending, true);
        for (int left = length; left > 0; ) {
            draw.accept(drawn, length);
            for (int i = 0; i < length; i++) {
                if (!pending[i]) continue;
                double value = candidate.of(drawn[i], i);
                if (!(value >= low && value <= high)) continue;
                out[offset + i] = (float) Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
                pending[i] = false;
                left--;
            }
        }
    }

    /// Draws the upper bits of places, and beside them the lower ones and the chances by which they are kept.
    private static BiConsumer<float[], Integer> uniforms(RandomSource source, float[] lower, float[] chances) {
        return (upper, n) -> {
            source.uniform(upper, 0, n);
            source.uniform(lower, 0, n);
            source.uniform(chances, 0, n);
        };
    }

    /// Of which more than one in five is kept, as the density hardly falls between the bounds.
    private void fromExactUniform(float[] out, int offset, int length, RandomSource source) {
        double peak = peak();
        double away = peak == high ? low - high : high - low;
        double from = peak == high ? high : low;
        var lower = new float[length];
        var chances = new float[length];
        exactly(out, offset, length, uniforms(source, lower, chances), (upper, i) -> {
            double value = from + away * (upper + lower[i] * 0x1p-24);
            // of z^2 / 2 - peak^2 / 2 without the difference of squares
            double fallen = 0.5 * (value - peak) / std * ((value - mean) / std + (peak - mean) / std);
            return chances[i] < StrictMath.exp(-fallen) ? value : Double.NaN;
        });
    }

    private void fromUniform(float[] out, int offset, int length, RandomSource source) {
        double peak = -0.5 * distance() * distance();
        var candidates = new float[length];
        var chances = new float[length];
        var pending = new boolean[length];
        Arrays.fill(pending, true);
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

    /// Whether PyTorch's way comes to an end: it does with normal numbers, and with uniform ones if some are kept.
    boolean isTorchs() { return inside() > MOSTLY_INSIDE || isUniformEnough(); }

    private boolean isUniformEnough() {
        // above the peak's density there is about a rectangle, as wide as the density takes to fall
        return fall() / (high - low) >= LEAST_ACCEPTANCE && Float.isFinite((float) (high - low));
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
