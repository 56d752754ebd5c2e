package dev.lanewise.tensor;

import dev.lanewise.kernel.Magnitude;
import dev.lanewise.kernel.Reductions;
import dev.lanewise.formula.Comparison;
import java.util.Arrays;

/// What is made of squares: lengths, variances, standard deviations and standardized numbers.
///
/// Squares leave the range of floats long before the numbers do. Where a sum of squares comes near an end of the range, it is
/// computed again from the numbers times a power of two that takes the largest of them to about 1. That changes no rounding, so
/// that results are the same bits whichever way they took; elsewhere all that it costs is a look at the sums.
public final class Moments {

    /// Sums of squares from its inverse to this have lost nothing that shows, nor have their roots' derivatives.
    private static final float ORDINARY = 0x1p80f;

    private Moments() {}

    /// Whether all sums of squares can be taken as they are.
    private static boolean areOrdinary(Tensor squares) {
        var data = squares.data();
        int from = squares.layout.offset();
        for (int i = from; i < from + squares.numel(); i++) if (!(data[i] >= 1 / ORDINARY && data[i] <= ORDINARY)) return false;
        return true;
    }

    /// Whether roots of all variances can be divided by.
    private static boolean areVariancesOrdinary(Tensor variances) {
        var data = variances.data();
        int from = variances.layout.offset();
        for (int i = from; i < from + variances.numel(); i++) if (!Magnitude.isOrdinary(data[i])) return false;
        return true;
    }

    /// Of each group, the power of two that takes its largest magnitude to between 1 and 2, as nearly as floats reach; 1 if that
    /// is 0, infinite or NaN. In the shape with the reduced dimensions kept.
    ///
    /// @param least what the largest magnitude is taken for at least, in each group; null for 0
    private static Tensor scales(Tensor x, float[] least, int[] dims) {
        return Autograd.unrecorded(() -> {
            var scales = Reduce.reduce(Reductions.LARGEST_MAGNITUDE, x, true, dims);
            var data = scales.data();
            for (int i = 0; i < scales.numel(); i++) data[i] = Magnitude.toOne(least == null ? data[i]
                : Math.max(data[i], least[i]));
            return scales;
        });
    }

    // ---- lengths

    /// The Euclidean length; its gradient at 0 is 0.
    static Tensor norm(Tensor x, boolean keepDim, int... dims) { return length(x, 1, keepDim, dims); }

    /// The root of the variance; its gradient is 0 where all elements are equal.
    static Tensor std(Tensor x, double correction, boolean keepDim, int... dims) {
        float divisor = (float) Math.sqrt(terms(x, correction, dims));
        var y = length(centered(x, dims), divisor, keepDim, dims);
        if (Reduce.areFinite(y)) return y;
        var scales = scalesForSums(x, dims);
        if (scales == null) return y;
        return length(centered(x.mul(scales), dims), divisor, true, dims).div(scales).reshape(y.shape());
    }

    /// The Euclidean length over a number.
    private static Tensor length(Tensor x, float divisor, boolean keepDim, int... dims) {
        var squares = Autograd.unrecorded(() -> Reduce.sum(x.square(), keepDim, dims));
        if (areOrdinary(squares)) {
            var length = ordinaryLength(x, Autograd.unrecorded(squares::sqrt), dims);
            return divisor == 1 ? length : length.div(divisor);
        }
        var scales = scales(x, null, dims);
        var kept = scales.shape();
        var y = Autograd.unrecorded(() -> {
            var scaled = Reduce.sum(x.mul(scales).square(), true, dims).sqrt();
            return (divisor == 1 ? scaled : scaled.div(divisor)).div(scales).reshape(squares.shape());
        });
        var input = new SavedTensor("norm", x);
        return Autograd.record(y, "norm", Edge.to(x, g -> {
            // the direction is the same at any scale
            var scaled = input.get().mul(scales);
            var gradient = g.reshape(kept);
            return direction(scaled, norm(scaled, true, dims), divisor == 1 ? gradient : gradient.div(divisor));
        }));
    }

    private static Tensor ordinaryLength(Tensor x, Tensor y, int[] dims) {
        var kept = Reduce.keptShape(x, dims);
        var input = new SavedTensor("norm", x);
        var output = new SavedTensor("norm", y);
        return Autograd.record(y, "norm", Edge.to(x, g -> direction(input.get(), output.get().reshape(kept), g.reshape(kept))));
    }

    private static Tensor direction(Tensor x, Tensor length, Tensor g) {
        var zero = Elementary.compare(Comparison.EQ, length, Tensor.scalar(0f));
        // a length of 1 stands in for 0, above which there is nothing but zeros
        return x.mul(g.div(Elementary.where(zero, Tensor.scalar(1f), length)));
    }

    // ---- variances

    /// The mean squared distance from the mean, over `count - correction` terms.
    static Tensor var(Tensor x, double correction, boolean keepDim, int... dims) {
        float terms = terms(x, correction, dims);
        if (x.numel() == 0 && terms == 0) return Reduce.mean(x, keepDim, dims);
        var ordinary = Reduce.sum(centered(x, dims).square(), keepDim, dims);
        if (areOrdinary(ordinary)) return ordinary.div(terms);
        var first = scalesForSums(x, dims);
        var y = Autograd.unrecorded(() -> {
            var centered = centered(first == null ? x : x.mul(first), dims);
            var scales = scales(centered, null, dims);
            var variance = Reduce.sum(centered.mul(scales).square(), true, dims).div(terms).div(scales).div(scales);
            return (first == null ? variance : variance.div(first).div(first)).reshape(ordinary.shape());
        });
        var kept = Reduce.keptShape(x, dims);
        var input = new SavedTensor("var", x);
        return Autograd.record(y, "var", Edge.to(x, g -> {
            var scaled = first == null ? input.get() : input.get().mul(first);
            var slope = g.reshape(kept).div(terms).mul(centered(scaled, dims)).mul(2f);
            return centered(first == null ? slope : slope.div(first), dims);
        }));
    }

    private static Tensor centered(Tensor x, int... dims) { return x.sub(Reduce.mean(x, true, dims)); }

    private static float terms(Tensor x, double correction, int[] dims) {
        return (float) Math.max(0, x.numel() / (double) Math.max(1, Reduce.keptShape(x, dims).numel()) - correction);
    }

    /// For the groups whose sums, or distances from the mean, may overflow; null if there is none.
    private static Tensor scalesForSums(Tensor x, int[] dims) {
        return Autograd.unrecorded(() -> {
            var scales = Reduce.reduce(Reductions.LARGEST_MAGNITUDE, x, true, dims);
            var data = scales.data();
            boolean any = false;
            for (int i = 0; i < scales.numel(); i++) {
                data[i] = Magnitude.forSums(data[i]);
                any |= data[i] != 1;
            }
            return any ? scales : null;
        });
    }

    // ---- standardized numbers

    /// Numbers brought to mean 0 and variance 1.
    ///
    /// @param values   the numbers, of the same shape
    /// @param mean     of each group, the reduced dimensions kept
    /// @param variance of each group, over its count; infinite if that is no float
    public record Standardized(Tensor values, Tensor mean, Tensor variance) {}

    /// (x - mean) / sqrt(variance + eps), mean and variance being those over the named dimensions, together.
    ///
    /// @param eps 0 or more; if it is 0, equal numbers become NaN
    public static Standardized standardized(Tensor x, double eps, int... dims) {
        var mean = Reduce.mean(x, true, dims);
        var centered = x.sub(mean);
        var variance = Reduce.mean(centered.square(), true, dims);
        var spread = variance.add((float) eps);
        if (areVariancesOrdinary(spread)) return new Standardized(centered.mul(spread.rsqrt()), mean, variance);
        return standardizedAtAnyScale(x, mean, (float) eps, dims);
    }

    /// x / sqrt(mean square + eps), the mean being that over the named dimensions, together.
    ///
    /// @param eps 0 or more; if it is 0, zeros become NaN
    public static Tensor overRootMeanSquare(Tensor x, double eps, int... dims) {
        var spread = Reduce.mean(x.square(), true, dims).add((float) eps);
        if (areVariancesOrdinary(spread)) return x.mul(spread.rsqrt());
        var least = new float[spread.numel()];
        Arrays.fill(least, (float) Math.sqrt(eps));
        var scales = scales(x, least, dims);
        var scaled = x.mul(scales);
        return scaled.mul(Reduce.mean(scaled.square(), true, dims).add(times(eps, scales)).rsqrt());
    }

    /// Of each group, times its scale's square.
    private static Tensor times(double eps, Tensor scales) {
        var scaled = new float[scales.numel()];
        for (int i = 0; i < scaled.length; i++) scaled[i] = Magnitude.scaled(eps, scales.data()[i]);
        return Tensor.wrap(scaled, scales.shape().toArray());
    }

    private static Standardized standardizedAtAnyScale(Tensor x, Tensor mean, float eps, int[] dims) {
        var scales = Autograd.unrecorded(() -> scalesForVariance(x, eps, dims));
        var centered = centered(x.mul(scales), dims);
        var variance = Reduce.mean(centered.square(), true, dims);
        var values = centered.mul(variance.add(times(eps, scales)).rsqrt());
        return new Standardized(values, mean, variance.div(scales).div(scales));
    }

    /// Those of the distances from the mean or of the root of eps, whichever is larger; but so that the numbers don't overflow.
    private static Tensor scalesForVariance(Tensor x, float eps, int[] dims) {
        var first = scalesForSums(x, dims);
        var largest = Reduce.reduce(Reductions.LARGEST_MAGNITUDE, x, true, dims).data();
        var least = new float[largest.length];
        for (int i = 0; i < least.length; i++)
            least[i] = Magnitude.least(largest[i], (float) Math.sqrt(eps)) * (first == null ? 1 : first.data()[i]);
        var scales = scales(centered(first == null ? x : x.mul(first), dims), least, dims);
        return first == null ? scales : scales.mul(first);
    }
}
