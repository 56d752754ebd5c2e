package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.scalar;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.RowFormula;
import java.util.ArrayList;
import java.util.List;

/// Normalization of rows: y = (x - mean) / sqrt(variance + eps) weight + bias, and the same without the mean, of the mean square;
/// and its way back. [Normalization] knows which rows there are.
///
/// The roundings are those of the operations one after the other, and of their derivatives. Squares leave the range of floats
/// before the numbers do: a row whose variance comes near an end of it is taken times a power of two, which changes no other
/// rounding.
public final class RowNorm {

    /// Where the numbers of a row are. Mean and variance, or mean square, are what is known of a row afterwards.
    static final int MEAN = 0;
    private static final int VARIANCE = 1;
    /// The gradient of a mean square, over the count.
    private static final int SLOPE = 2;
    /// The gradient of a sum.
    private static final int SHARE = 3;
    private static final int RESULT = 2;
    /// What the distance from the mean is multiplied by.
    static final int FACTOR = 4;
    private static final int COUNT = 5;
    private static final int EPS = 6;
    /// A row's own weight and bias.
    static final int WEIGHT = 7;
    static final int BIAS = 8;

    private static final RowFormula.Step SHARE_OF_SUM = new RowFormula.Numbers(number(SHARE, scalar(SHARE).div(scalar(COUNT))));
    private static final Expr.F32 DISTANCE = slot(0).sub(scalar(MEAN));
    private static final Reduction SCALED_SUM =
        new Reduction(new Fold("scaled_sum", slot(0).mul(scalar(MEAN)), Fold.Combine.ADD));
    private static final Reduction LARGEST_DISTANCE =
        new Reduction(new Fold("largest_distance", DISTANCE.abs(), Fold.Combine.MAX));

    static final RowNorm LAYER = new RowNorm(true);
    static final RowNorm ROOT_MEAN_SQUARE = new RowNorm(false);

    /// Slots that have one number for each row.
    private static final int OF_ROW = 0b110000;
    private static final Elementwise FACTOR_OF_VARIANCE = map("norm_factor", new Formula.Output(1, factor(slot(0))));

    /// Rows of which mean and variance are kept at a time.
    private static final int KNOWN = 1 << 12;

    /// Of a class that a thread may keep: not of ours.
    private static final ThreadLocal<float[]> NUMBERS = ThreadLocal.withInitial(() -> new float[RowFormula.NUMBERS]);

    /// Whether the mean is taken off.
    private final boolean centred;
    /// The numbers of a row alone.
    private final Rowwise statistics;
    /// With a weight (1) and a bias (2) of each column.
    private final Rowwise[] forward = new Rowwise[4];
    /// The result alone, with a weight (1) and a bias (2) of the row.
    private final Elementwise[] last = new Elementwise[4];
    /// The input's gradient, of that in slot 1, times slot 2 (1); and what it adds to the gradients of columns' weights in slot 4
    /// (2), and of their biases in slot 5 (3).
    private final Rowwise[] backward = new Rowwise[4];
    /// Its two halves where the row has a weight (1): slope and share, and the gradient.
    private final Rowwise[] before = new Rowwise[2];
    private final Elementwise[] toInput = new Elementwise[2];
    /// What a weight's gradient is the sum of, in one piece, in runs with the bias's, and added to slot 2, mean and factor
    /// of each row being slots 4 and 5; and with the bias's added to slot 3.
    private final Reduction weightSum;
    private final RunningSums sums;
    private final RowMap addToWeight;
    private final RowMap addToBoth;

    private RowNorm(boolean centred) {
        this.centred = centred;
        var name = centred ? "layer_norm_" : "rms_norm_";
        var x = centred ? DISTANCE : slot(0);
        var normal = x.mul(scalar(FACTOR));
        this.statistics = new Rowwise(new RowFormula(name + "statistics", 0, 2, numbersOf(x)));
        for (int i = 0; i < 4; i++) {
            var steps = numbersOf(x);
            var result = new Formula.Output(3, affine(normal, i, slot(1), slot(2)));
            steps.add(new RowFormula.Result(new Formula(name + "result_" + i, List.of(result))));
            forward[i] = new Rowwise(new RowFormula(name + i, 0, 2, steps));
            last[i] = map(name + "last_" + i, new Formula.Output(3, affine(normal, i, scalar(WEIGHT), scalar(BIAS))));
        }
        var g = slot(1);
        var term = g.mul(normal);
        for (int i = 0; i < 4; i++) {
            var beside = new ArrayList<Formula.Output>();
            if (i > 1) beside.add(new Formula.Output(4, slot(4).add(term)));
            if (i > 2) beside.add(new Formula.Output(5, slot(5).add(g)));
            backward[i] = new Rowwise(new RowFormula(name + "back_" + i, 2, 0,
                backward(name + i + "_", i == 0 ? g : g.mul(slot(2)), x, beside)));
        }
        for (int i = 0; i < 2; i++) {
            var scaled = i == 0 ? g : g.mul(scalar(WEIGHT));
            before[i] = new Rowwise(new RowFormula(name + "before_" + i, 2, 4, beforeInput(name, scaled, x)));
            toInput[i] = new Elementwise(toInput(name, scaled, x));
        }
        this.weightSum = new Reduction(new Fold(name + "weight_sum", term, Fold.Combine.ADD));
        this.sums = new RunningSums(name + "to_channel", List.of(term, g));
        var ofRow = g.mul((centred ? slot(0).sub(slot(4)) : slot(0)).mul(slot(5)));
        var weight = new Formula.Output(2, slot(2).add(ofRow));
        this.addToWeight = new RowMap(name + "add_to_weight", OF_ROW, weight);
        this.addToBoth = new RowMap(name + "add_to_both", OF_ROW, weight, new Formula.Output(3, slot(3).add(g)));
    }

    private static Elementwise map(String name, Formula.Output... outputs) {
        return new Elementwise(new Formula(name, List.of(outputs)));
    }

    private static RowFormula.Number number(int index, Expr.F32 value) { return new RowFormula.Number(index, value); }

    private static RowFormula.Step sum(int number, String name, Expr.F32 value) {
        return new RowFormula.Sum(number, new Fold(name, value, Fold.Combine.ADD));
    }

    private static Expr.F32 affine(Expr.F32 normal, int form, Expr.F32 weight, Expr.F32 bias) {
        var scaled = (form & 1) == 0 ? normal : normal.mul(weight);
        return (form & 2) == 0 ? scaled : scaled.add(bias);
    }

    private static Expr.F32 factor(Expr.F32 variance) { return constant(1f).div(variance.add(scalar(EPS)).sqrt()); }

    /// @param x the distance from the mean, or the number itself
    private List<RowFormula.Step> numbersOf(Expr.F32 x) {
        var steps = new ArrayList<RowFormula.Step>();
        if (centred) steps.add(sum(MEAN, "sum", slot(0)));
        steps.add(new RowFormula.Numbers(number(MEAN, centred ? scalar(MEAN).div(scalar(COUNT)) : constant(0f))));
        steps.add(sum(VARIANCE, centred ? "squared_distances" : "squares", x.mul(x)));
        var variance = scalar(VARIANCE).div(scalar(COUNT));
        steps.add(new RowFormula.Numbers(number(VARIANCE, variance), number(FACTOR, factor(variance))));
        return steps;
    }

    /// Of the row in slot 0: its slope and share.
    ///
    /// @param scaled the gradient of its normalized numbers
    private List<RowFormula.Step> beforeInput(String name, Expr.F32 scaled, Expr.F32 x) {
        var steps = toSlope(name, scaled, x);
        if (!centred) return steps;
        steps.add(sum(SHARE, name + "to_mean", direct(scaled, x).neg()));
        steps.add(SHARE_OF_SUM);
        return steps;
    }

    private static List<RowFormula.Step> toSlope(String name, Expr.F32 scaled, Expr.F32 x) {
        var steps = new ArrayList<RowFormula.Step>();
        var factor = scalar(FACTOR);
        steps.add(new RowFormula.Numbers(number(FACTOR, factor(scalar(VARIANCE)))));
        steps.add(sum(SLOPE, name + "to_factor", scaled.mul(x)));
        steps.add(new RowFormula.Numbers(number(SLOPE, scalar(SLOPE).mul(-0.5f).mul(factor).mul(factor).mul(factor)
            .div(scalar(COUNT)))));
        return steps;
    }

    /// The input's gradient in slot 3, which takes what is direct of it on the way.
    private List<RowFormula.Step> backward(String name, Expr.F32 scaled, Expr.F32 x, List<Formula.Output> beside) {
        var direct = direct(scaled, x);
        var outputs = new ArrayList<>(List.of(new Formula.Output(3, direct)));
        outputs.addAll(beside);
        var steps = toSlope(name, scaled, x);
        if (!centred) {
            steps.add(new RowFormula.Result(new Formula(name + "to_input", outputs)));
            return steps;
        }
        steps.add(new RowFormula.Sum(SHARE, new Fold(name + "to_mean", direct.neg(), Fold.Combine.ADD), outputs));
        steps.add(SHARE_OF_SUM);
        steps.add(new RowFormula.Result(new Formula(name + "to_input",
            List.of(new Formula.Output(3, slot(3).add(scalar(SHARE)))))));
        return steps;
    }

    private Formula toInput(String name, Expr.F32 scaled, Expr.F32 x) {
        var direct = direct(scaled, x);
        return new Formula(name + "to_input", List.of(new Formula.Output(3, centred ? direct.add(scalar(SHARE)) : direct)));
    }

    /// The gradient but for what comes through the mean.
    private static Expr.F32 direct(Expr.F32 scaled, Expr.F32 x) {
        var bent = scalar(SLOPE).mul(x);
        return scaled.mul(scalar(FACTOR)).add(bent.add(bent));
    }

    /// Layer normalization.
    ///
    /// @param eps    0 or more
    /// @param weight a factor for each column; null for none
    /// @param bias   what is added, for each column; null for nothing
    public static void layer(int rows, int columns, float[] x, int xo, int ldx, float[] weight, int wo, float[] bias,
        int bo, double eps,
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
        Shares.run(rows, nanos() * columns, (from, to) -> {
            for (int row = from, now; row < to; row += now) {
                now = Math.min(KNOWN, to - row);
                some(now, columns, x, xo + row * ldx, ldx, weight, wo, bias, bo, eps, y, yo + row * ldy, ldy);
            }
        });
    }

    private void some(int rows, int n, float[] x, int xo, int ldx, float[] weight, int wo, float[] bias, int bo, double eps,
                      float[] y, int yo, int ldy) {
        try (var kept = Scratch.NUMBERS.borrow(); var scratch = Scratch.SUMS.borrow()) {
            var known = kept.array(2 * rows);
            boolean inPlace = x == y;
            if (!inPlace) forward(rows, n, x, xo, ldx, weight, wo, bias, bo, (float) eps, y, yo, ldy, known, 0, rows);
            for (int row = 0; row < rows; row++) {
                int from = xo + row * ldx;
                int to = yo + row * ldy;
                if (!inPlace && Magnitude.isOrdinary(known[rows + row] + (float) eps)) continue;
                var copy = scratch.array(n);
                System.arraycopy(x, from, copy, 0, n);
                if (inPlace) forward(1, n, copy, 0, n, weight, wo, bias, bo, (float) eps, y, to, ldy, known, row, rows);
                if (Magnitude.isOrdinary(known[rows + row] + (float) eps)) continue;
                float scale = scale(n, copy, eps);
                times(scale, n, copy, copy);
                forward(1, n, copy, 0, n, weight, wo, bias, bo, Magnitude.scaled(eps, scale), y, to, ldy, known, row, rows);
            }
        }
    }

    /// What an element takes on the way forward, by estimate.
    double nanos() { return forward[0].nanos(); }

    /// The same on the way back.
    double backNanos() { return backward[0].nanos(); }

    /// The calling thread's.
    static float[] numbers() { return NUMBERS.get(); }

    /// Those of rows of a length.
    private static float[] numbers(int n, float eps) {
        var numbers = numbers();
        numbers[COUNT] = n;
        numbers[EPS] = eps;
        return numbers;
    }

    /// Puts mean and factor of a row among the calling thread's numbers.
    static float[] numbers(float mean, float variance, float eps) {
        var numbers = numbers();
        numbers[MEAN] = mean;
        numbers[FACTOR] = 1 / (float) Math.sqrt(variance + eps);
        return numbers;
    }

    /// The numbers of a row: its mean, and `plane` behind it its variance or mean square.
    void statistics(int n, float[] x, int xo, float[] kept, int ko, int plane) {
        statistics.run(1, n, x, xo, n, null, 0, 0, null, 0, 0, null, 0, 0, null, 0, 0, null, 0, 0,
            numbers(n, 0), kept, ko, plane);
    }

    /// Rows with a weight and a bias of each column, or null.
    ///
    /// @param kept takes the numbers of the rows
    void forward(int rows, int n, float[] x, int xo, int ldx, float[] weight, int wo, float[] bias, int bo, float eps,
                 float[] y, int yo, int ldy, float[] kept, int ko, int plane) {
        forward[(weight == null ? 0 : 1) + (bias == null ? 0 : 2)].run(rows, n, x, xo, ldx, weight, wo, 0, bias, bo,
            0, y, yo, ldy, null, 0, 0, null, 0, 0, numbers(n, eps), kept, ko, plane);
    }

    /// A row, or a part of it, with its own weight and bias, which are among the numbers if there are any.
    void finish(int n, float[] x, int xo, boolean weight, boolean bias, float[] y, int yo, float[] numbers) {
        last[(weight ? 1 : 0) + (bias ? 2 : 0)].run(0, x, xo, null, 0, null, 0, y, yo, null, 0, null, 0, numbers, n);
    }

    // ---- the way back

    /// The input's gradient.
    ///
    /// @param g      the gradient of the result
    /// @param weight by which it is multiplied, column by column; null for none
    /// @param kept   the numbers of the rows
    void backward(int rows, int n, float[] x, int xo, int ldx, float[] g, int go, int ldg, float[] weight, int wo, float eps,
                  float[] out, int oo, int ldo, float[] kept, int ko, int plane) {
        backward[weight == null ? 0 : 1].run(rows, n, x, xo, ldx, g, go, ldg, weight, wo, 0, out, oo, ldo, null, 0, 0, null, 0, 0,
            numbers(n, eps), kept, ko, plane);
    }

    /// The same of rows next to each other, each adding to the gradients of columns' weights and biases, which it has as far
    /// apart.
    ///
    /// @param biases null for none
    void backward(int rows, int n, float[] x, int xo, float[] g, int go, float[] weight, int wo, float eps, float[] out, int oo,
                  float[] weights, int to, float[] biases, int bo, float[] kept, int ko, int plane) {
        backward[biases == null ? 2 : 3].run(rows, n, x, xo, n, g, go, n, weight, wo, 0, out, oo, n, weights, to, n,
            biases, bo, n, numbers(n, eps), kept, ko, plane);
    }

    /// Puts what [#toInput] has to know of a whole row among the numbers, where its mean and factor are, and its weight if it has
    /// one.
    ///
    /// @param kept mean and variance
    void beforeInput(int n, float[] x, int xo, float[] g, int go, boolean weight, float eps, float[] kept, int ko, int plane,
        float[] numbers) {
        numbers[COUNT] = n;
        numbers[EPS] = eps;
        try (var scratch = Scratch.NUMBERS.borrow()) {
            var known = scratch.array(SHARE + 1);
            known[MEAN] = kept[ko];
            known[VARIANCE] = kept[ko + plane];
            before[weight ? 1 : 0].run(1, n, x, xo, n, g, go, n, null, 0, 0, null, 0, 0, null, 0, 0, null, 0, 0, numbers,
                known, 0, 1);
            numbers[SLOPE] = known[SLOPE];
            numbers[SHARE] = known[SHARE];
        }
    }

    /// The input's gradient, of a part of a row.
    void toInput(int n, float[] x, int xo, float[] g, int go, boolean weight, float[] out, int oo, float[] numbers) {
        toInput[weight ? 1 : 0].run(0, x, xo, g, go, null, 0, out, oo, null, 0, null, 0, numbers, n);
    }

    /// The weight's gradient, if it is of the row; mean and factor are among the numbers.
    ///
    /// @param g the gradient of the result
    float toWeight(int n, float[] x, int xo, float[] g, int go, float[] numbers) {
        weightSum.rows(x, xo, g, go, null, 0, numbers, 1, n, numbers, RESULT);
        return numbers[RESULT];
    }

    /// The gradients of a row's weight (0) and bias (1) over several runs, each with its own mean and factor among the numbers.
    RunningSums sums() { return sums; }

    /// What distances from the mean are multiplied by, of so many variances.
    static void factors(int n, float[] variances, int vo, float eps, float[] factors) {
        FACTOR_OF_VARIANCE.run(0, variances, vo, factors, 0, null, 0, null, 0, null, 0, null, 0, numbers(0, eps), n);
    }

    /// Of each row, adds to the gradients of columns' weights and biases, which it has `ldw` apart.
    ///
    /// @param biases  null for none
    /// @param means   of the rows, as the factors
    void addTo(int rows, int n, float[] x, int xo, float[] g, int go, int ld, float[] weights, int wo, float[] biases,
        int bo, int ldw,
               float[] means, int mo, float[] factors, int fo) {
        (biases == null ? addToWeight : addToBoth).run(rows, n, x, xo, ld, g, go, ld, weights, wo, ldw, biases, bo, ldw, means,
            mo, 1, factors, fo, 1);
    }

    // ---- numbers of any size

    /// Takes the distances from the mean, or the numbers, or the root of eps, whichever is largest, to about 1; but so that the
    /// numbers don't overflow.
    private float scale(int n, float[] x, double eps) {
        var numbers = numbers();
        float largest = reduce(Reductions.LARGEST_MAGNITUDE, n, x, numbers);
        float root = (float) Math.sqrt(eps);
        if (!centred) return Magnitude.toOne(Math.max(largest, root));
        float first = Magnitude.forSums(largest);
        try (var scratch = Scratch.SUMS.borrow()) {
            var scaled = scratch.array(n);
            times(first, n, x, scaled);
            numbers[MEAN] = mean(n, scaled, numbers);
            return Magnitude.toOne(Math.max(reduce(LARGEST_DISTANCE, n, scaled, numbers),
                Magnitude.least(largest, root) * first)) * first;
        }
    }

    /// A mean of floats is a float, whatever their sum is.
    private static float mean(int n, float[] x, float[] numbers) {
        float sum = reduce(Reductions.SUM, n, x, numbers);
        if (Float.isFinite(sum)) return sum / n;
        numbers[MEAN] = Magnitude.FOR_SUMS;
        return reduce(SCALED_SUM, n, x, numbers) / n / Magnitude.FOR_SUMS;
    }

    private static void times(float factor, int n, float[] x, float[] y) {
        var numbers = numbers();
        numbers[0] = factor;
        Vectors.SCALE.run(0, x, 0, y, 0, null, 0, null, 0, null, 0, null, 0, numbers, n);
    }

    private static float reduce(Reduction reduction, int n, float[] x, float[] numbers) {
        reduction.rows(x, 0, null, 0, null, 0, numbers, 1, n, numbers, RESULT);
        return numbers[RESULT];
    }
}
