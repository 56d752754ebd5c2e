package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.scalar;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;

/// Normalization of one row: y = (x - mean) / sqrt(variance + eps) weight + bias, and the same without the mean, of the mean square; and its
/// way back. [Normalization] knows which rows there are.
///
/// The roundings are those of the operations one after the other, and of their derivatives. Squares leave the range of floats before the
/// numbers do: a row whose variance comes near an end of it is taken times a power of two, which changes no other rounding.
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

    /// Where the numbers of a row are.
    static final int MEAN = 0;
    /// What the distance from the mean is multiplied by.
    static final int FACTOR = 1;
    private static final int RESULT = 2;
    /// A row's own weight and bias.
    static final int WEIGHT = 3;
    static final int BIAS = 4;
    /// The gradient of a mean square, over the count.
    private static final int SLOPE = 5;
    /// The gradient of a sum.
    private static final int SHARE = 6;

    private static final Expr.F32 DISTANCE = slot(0).sub(scalar(MEAN));
    private static final Reduction SCALED_SUM = new Reduction(new Fold("scaled_sum", slot(0).mul(scalar(MEAN)), Fold.Combine.ADD));
    private static final Reduction SQUARED_DISTANCES =
        new Reduction(new Fold("squared_distances", DISTANCE.mul(DISTANCE), Fold.Combine.ADD));
    private static final Reduction LARGEST_DISTANCE = new Reduction(new Fold("largest_distance", DISTANCE.abs(), Fold.Combine.MAX));

    static final RowNorm LAYER = new RowNorm(true);
    static final RowNorm ROOT_MEAN_SQUARE = new RowNorm(false);

    /// Of a class that a thread may keep: not of ours.
    private static final ThreadLocal<float[]> NUMBERS = ThreadLocal.withInitial(() -> new float[7]);

    /// Whether the mean is taken off.
    private final boolean centred;
    /// With a weight (1), with a bias (2), with both or neither; of each column, and of the row (4).
    private final Elementwise[] last = new Elementwise[8];
    /// Of slot 0 and the gradient in slot 1, times slot 2 (1): what the factor's gradient is the sum of, and the mean's, if there is one.
    private final Reduction[] toFactor = new Reduction[2];
    private final Reduction[] toMean = new Reduction[2];
    private final Elementwise[] toInput = new Elementwise[2];
    /// What a weight's gradient is the sum of, as a sum, as numbers, and added to slot 2; and with the gradient itself added to slot 3.
    private final Reduction weightSum;
    private final Elementwise weightTerms;
    private final Elementwise addToWeight;
    private final Elementwise addToBoth;

    private RowNorm(boolean centred) {
        this.centred = centred;
        var name = centred ? "layer_norm_" : "rms_norm_";
        var x = centred ? DISTANCE : slot(0);
        var normal = x.mul(scalar(FACTOR));
        for (int i = 0; i < last.length; i++) {
            boolean ofRow = i >= 4;
            var y = normal;
            if ((i & 1) != 0) y = y.mul(ofRow ? scalar(WEIGHT) : slot(1));
            if ((i & 2) != 0) y = y.add(ofRow ? scalar(BIAS) : slot(2));
            last[i] = map(name + i, new Formula.Output(3, y));
        }
        var g = slot(1);
        var term = g.mul(normal);
        var bent = scalar(SLOPE).mul(x);
        for (int i = 0; i < 2; i++) {
            var scaled = i == 0 ? g : g.mul(slot(2));
            var direct = scaled.mul(scalar(FACTOR)).add(bent.add(bent));
            toFactor[i] = sum(name + "to_factor_" + i, scaled.mul(x));
            toMean[i] = sum(name + "to_mean_" + i, direct.neg());
            toInput[i] = map(name + "to_input_" + i, new Formula.Output(3, centred ? direct.add(scalar(SHARE)) : direct));
        }
        this.weightSum = sum(name + "weight_sum", term);
        this.weightTerms = map(name + "weight_terms", new Formula.Output(2, term));
        var weight = new Formula.Output(2, slot(2).add(term));
        this.addToWeight = map(name + "add_to_weight", weight);
        this.addToBoth = map(name + "add_to_both", weight, new Formula.Output(3, slot(3).add(g)));
    }

    private static Reduction sum(String name, Expr.F32 value) { return new Reduction(new Fold(name, value, Fold.Combine.ADD)); }

    private static Elementwise map(String name, Formula.Output... outputs) { return new Elementwise(new Formula(name, List.of(outputs))); }

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
        var numbers = numbers();
        float spread = spread(n, x, xo, (float) eps, numbers);
        if (isOrdinary(spread)) {
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

    /// Whether neither the variance, eps added, nor what is computed of it has left the range of floats.
    static boolean isOrdinary(float spread) { return spread >= 1 / ORDINARY && spread <= ORDINARY; }

    /// The calling thread's.
    static float[] numbers() { return NUMBERS.get(); }

    /// What is under the root; the mean is the first of the numbers.
    private float spread(int n, float[] x, int xo, float eps, float[] numbers) { return variance(n, x, xo, numbers) + eps; }

    /// The variance, or mean square; the mean is the first of the numbers.
    float variance(int n, float[] x, int xo, float[] numbers) {
        numbers[MEAN] = centred ? mean(n, x, xo, numbers) : 0;
        return reduce(centred ? SQUARED_DISTANCES : Vectors.SQUARES, n, x, xo, numbers) / n;
    }

    static float factor(float spread) { return 1 / (float) Math.sqrt(spread); }

    private void finish(int n, float[] x, int xo, float[] weight, int wo, float[] bias, int bo, float spread, float[] y, int yo,
                        float[] numbers) {
        numbers[FACTOR] = factor(spread);
        finish(n, x, xo, weight, wo, bias, bo, y, yo, numbers);
    }

    /// With weight and bias of each column, or null.
    void finish(int n, float[] x, int xo, float[] weight, int wo, float[] bias, int bo, float[] y, int yo, float[] numbers) {
        last[(weight == null ? 0 : 1) + (bias == null ? 0 : 2)]
            .run(0, x, xo, weight, wo, bias, bo, y, yo, null, 0, null, 0, numbers, n);
    }

    /// With weight and bias of the row, which are among the numbers if there are any.
    void finish(int n, float[] x, int xo, boolean weight, boolean bias, float[] y, int yo, float[] numbers) {
        last[4 + (weight ? 1 : 0) + (bias ? 2 : 0)].run(0, x, xo, null, 0, null, 0, y, yo, null, 0, null, 0, numbers, n);
    }

    // ---- the way back, mean and factor being among the numbers

    /// Puts what [#toInput] needs to know of the whole row among the numbers.
    ///
    /// @param weight by which the gradient is multiplied; null for none
    void beforeInput(int n, float[] x, int xo, float[] g, int go, float[] weight, int wo, float[] numbers) {
        int weighted = weight == null ? 0 : 1;
        float factor = numbers[FACTOR];
        numbers[SLOPE] = reduce(toFactor[weighted], n, x, xo, g, go, weight, wo, numbers) * -0.5f * factor * factor * factor / n;
        if (centred) numbers[SHARE] = reduce(toMean[weighted], n, x, xo, g, go, weight, wo, numbers) / n;
    }

    /// The input's gradient, of a part of the row.
    void toInput(int n, float[] x, int xo, float[] g, int go, float[] weight, int wo, float[] out, int oo, float[] numbers) {
        toInput[weight == null ? 0 : 1].run(0, x, xo, g, go, weight, wo, out, oo, null, 0, null, 0, numbers, n);
    }

    /// The weight's gradient, if it is of the row.
    ///
    /// @param g the gradient of the result
    float toWeight(int n, float[] x, int xo, float[] g, int go, float[] numbers) { return reduce(weightSum, n, x, xo, g, go, null, 0, numbers); }

    /// What the weight's gradient is the sum of.
    void weightTerms(int n, float[] x, int xo, float[] g, int go, float[] out, int oo, float[] numbers) {
        weightTerms.run(0, x, xo, g, go, out, oo, null, 0, null, 0, null, 0, numbers, n);
    }

    /// Adds to the gradients of columns' weights and biases.
    ///
    /// @param biases null for none
    void addTo(int n, float[] x, int xo, float[] g, int go, float[] weights, int wo, float[] biases, int bo, float[] numbers) {
        (biases == null ? addToWeight : addToBoth).run(0, x, xo, g, go, weights, wo, biases, bo, null, 0, null, 0, numbers, n);
    }

    // ---- numbers of any size

    /// A mean of floats is a float, whatever their sum is.
    private static float mean(int n, float[] x, int xo, float[] numbers) {
        float sum = reduce(Reductions.SUM, n, x, xo, numbers);
        if (Float.isFinite(sum)) return sum / n;
        numbers[MEAN] = FOR_SUMS;
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
            numbers[MEAN] = mean(n, scaled, 0, numbers);
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
        numbers[MEAN] = factor;
        Vectors.SCALE.run(0, x, xo, y, 0, null, 0, null, 0, null, 0, null, 0, numbers, n);
    }

    private static float reduce(Reduction reduction, int n, float[] x, int xo, float[] numbers) {
        return reduce(reduction, n, x, xo, null, 0, null, 0, numbers);
    }

    private static float reduce(Reduction reduction, int n, float[] x, int xo, float[] g, int go, float[] weight, int wo, float[] numbers) {
        reduction.rows(x, xo, g, go, weight, wo, numbers, 1, n, numbers, RESULT);
        return numbers[RESULT];
    }
}
