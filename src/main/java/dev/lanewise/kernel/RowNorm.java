package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.scalar;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;

/// Layer and root-mean-square normalization of each row of a matrix: y = (x - mean) / sqrt(variance + eps) weight + bias, and the same
/// without the mean, of the mean square.
///
/// The roundings are those of the operations one after the other. Squares leave the range of floats before the numbers do: a row whose
/// variance comes near an end of it is taken times a power of two, which changes no other rounding.
public final class RowNorm {

    /// Of a mean: 1 over it is what a sum that overflows is divided by.
    private static final float FOR_SUMS = 0x1p-33f;
    /// From its inverse to this a variance has lost nothing that shows.
    private static final float ORDINARY = 0x1p40f;
    private static final int LARGEST_POWER = 126;
    /// Nearer to their mean, relative to the largest of them, floats are only if all are equal.
    private static final float LEAST_DISTANCE = 0x1p-60f;
    /// Beyond it sums and distances from a mean may overflow.
    private static final float LARGE = 0x1p90f;
    /// Passes over a row.
    private static final int PASSES = 4;

    private static final Expr.F32 DISTANCE = slot(0).sub(scalar(0));
    private static final Reduction SCALED_SUM = new Reduction(new Fold("scaled_sum", slot(0).mul(scalar(0)), Fold.Combine.ADD));
    private static final Reduction SQUARED_DISTANCES =
        new Reduction(new Fold("squared_distances", DISTANCE.mul(DISTANCE), Fold.Combine.ADD));
    private static final Reduction LARGEST_DISTANCE = new Reduction(new Fold("largest_distance", DISTANCE.abs(), Fold.Combine.MAX));

    private static final RowNorm LAYER = new RowNorm(true);
    private static final RowNorm ROOT_MEAN_SQUARE = new RowNorm(false);

    /// The mean and what the distance from it is multiplied by. Of a class that a thread may keep: not of ours.
    private static final ThreadLocal<float[]> NUMBERS = ThreadLocal.withInitial(() -> new float[3]);

    /// Whether the mean is taken off.
    private final boolean centred;
    /// With a weight (1), with a bias (2), with both or neither.
    private final Elementwise[] last = new Elementwise[4];

    private RowNorm(boolean centred) {
        this.centred = centred;
        for (int i = 0; i < last.length; i++) {
            var y = (centred ? DISTANCE : slot(0)).mul(scalar(1));
            if ((i & 1) != 0) y = y.mul(slot(1));
            if ((i & 2) != 0) y = y.add(slot(2));
            last[i] = new Elementwise(new Formula((centred ? "layer_norm_" : "rms_norm_") + i, List.of(new Formula.Output(3, y))));
        }
    }

    /// Layer normalization.
    ///
    /// @param eps    0 or more
    /// @param weight a factor for each column; null for none
    /// @param bias   what is added, for each column; null for nothing
    public static void layer(int rows, int columns, float[] x, int xo, int ldx, float[] weight, int wo, float[] bias, int bo, double eps,
                             float[] y, int yo, int ldy) {
        LAYER.run(rows, columns, x, xo, ldx, weight, wo, bias, bo, (float) eps, y, yo, ldy);
    }

    /// Root-mean-square normalization.
    public static void rootMeanSquare(int rows, int columns, float[] x, int xo, int ldx, float[] weight, int wo, double eps,
                                      float[] y, int yo, int ldy) {
        ROOT_MEAN_SQUARE.run(rows, columns, x, xo, ldx, weight, wo, null, 0, eps, y, yo, ldy);
    }

    private void run(int rows, int columns, float[] x, int xo, int ldx, float[] weight, int wo, float[] bias, int bo, double eps,
                     float[] y, int yo, int ldy) {
        if (rows == 0 || columns == 0) return;
        int share = Cost.share(rows, PASSES * Cost.VALUE.nanos(Provider.currentTarget()) * columns);
        if (share >= rows) some(0, rows, columns, x, xo, ldx, weight, wo, bias, bo, eps, y, yo, ldy);
        else Pool.forEach(Math.ceilDiv(rows, share), task -> some(task * share, task * share + Math.min(share, rows - task * share),
            columns, x, xo, ldx, weight, wo, bias, bo, eps, y, yo, ldy));
    }

    private void some(int from, int to, int columns, float[] x, int xo, int ldx, float[] weight, int wo, float[] bias, int bo, double eps,
                      float[] y, int yo, int ldy) {
        for (int row = from; row < to; row++) row(columns, x, xo + row * ldx, weight, wo, bias, bo, eps, y, yo + row * ldy);
    }

    private void row(int n, float[] x, int xo, float[] weight, int wo, float[] bias, int bo, double eps, float[] y, int yo) {
        var numbers = NUMBERS.get();
        float spread = spread(n, x, xo, (float) eps, numbers);
        if (spread >= 1 / ORDINARY && spread <= ORDINARY) {
            finish(n, x, xo, weight, wo, bias, bo, spread, y, yo, numbers);
            return;
        }
        float scale = centred ? scale(n, x, xo, (float) eps, numbers)
            : power(Math.max(reduce(Reductions.LARGEST_MAGNITUDE, n, x, xo, numbers), (float) Math.sqrt(eps)));
        try (var scratch = Scratch.SUMS.borrow()) {
            var scaled = scratch.array(n);
            times(scale, n, x, xo, scaled, numbers);
            spread = spread(n, scaled, 0, (float) (eps * scale * scale), numbers);
            finish(n, scaled, 0, weight, wo, bias, bo, spread, y, yo, numbers);
        }
    }

    /// What is under the root; the mean is the first of the numbers.
    private float spread(int n, float[] x, int xo, float eps, float[] numbers) {
        numbers[0] = centred ? mean(n, x, xo, numbers) : 0;
        return reduce(centred ? SQUARED_DISTANCES : Vectors.SQUARES, n, x, xo, numbers) / n + eps;
    }

    private void finish(int n, float[] x, int xo, float[] weight, int wo, float[] bias, int bo, float spread, float[] y, int yo,
                        float[] numbers) {
        numbers[1] = 1 / (float) Math.sqrt(spread);
        last[(weight == null ? 0 : 1) + (bias == null ? 0 : 2)]
            .run(0, x, xo, weight, wo, bias, bo, y, yo, null, 0, null, 0, numbers, n);
    }

    /// A mean of floats is a float, whatever their sum is.
    private static float mean(int n, float[] x, int xo, float[] numbers) {
        float sum = reduce(Reductions.SUM, n, x, xo, numbers);
        if (Float.isFinite(sum)) return sum / n;
        numbers[0] = FOR_SUMS;
        return reduce(SCALED_SUM, n, x, xo, numbers) / n / FOR_SUMS;
    }

    /// Takes the distances from the mean, or the root of eps, whichever is larger, to about 1; but so that the numbers don't overflow.
    private static float scale(int n, float[] x, int xo, float eps, float[] numbers) {
        float largest = reduce(Reductions.LARGEST_MAGNITUDE, n, x, xo, numbers);
        float first = largest > LARGE && largest < Float.POSITIVE_INFINITY ? FOR_SUMS : 1;
        float least = Math.max((float) Math.sqrt(eps), largest * LEAST_DISTANCE) * first;
        try (var scratch = Scratch.SUMS.borrow()) {
            var scaled = scratch.array(n);
            times(first, n, x, xo, scaled, numbers);
            numbers[0] = mean(n, scaled, 0, numbers);
            return power(Math.max(reduce(LARGEST_DISTANCE, n, scaled, 0, numbers), least)) * first;
        }
    }

    /// The power of two that takes a number to between 1 and 2, as nearly as floats reach; 1 if it is 0, infinite or NaN.
    private static float power(float x) {
        if (!(x > 0 && x < Float.POSITIVE_INFINITY)) return 1;
        int exponent = x < Float.MIN_NORMAL ? Math.getExponent(x * 0x1p24f) - 24 : Math.getExponent(x);
        return Math.scalb(1f, -Math.clamp(exponent, -LARGEST_POWER, LARGEST_POWER));
    }

    private static void times(float factor, int n, float[] x, int xo, float[] y, float[] numbers) {
        numbers[0] = factor;
        Vectors.SCALE.run(0, x, xo, y, 0, null, 0, null, 0, null, 0, null, 0, numbers, n);
    }

    private static float reduce(Reduction reduction, int n, float[] x, int xo, float[] numbers) {
        reduction.rows(x, xo, null, 0, null, 0, numbers, 1, n, numbers, 2);
        return numbers[2];
    }
}
