package dev.lanewise.array;

import dev.lanewise.kernel.Attention;
import dev.lanewise.kernel.Maps;
import dev.lanewise.kernel.Reduction;
import dev.lanewise.kernel.Reductions;
import dev.lanewise.kernel.RowNorm;
import dev.lanewise.kernel.RowSoftmax;
import dev.lanewise.kernel.TermKernel;

/// Elementwise functions, reductions, softmax, normalization and attention over arrays.
///
/// The functions take n elements of their operands from the offsets on and write n elements of the last array. What is
/// written may be an operand itself, in place; it may not overlap one by halves. NaN in, NaN out, but where [#pow] says
/// otherwise; at infinities functions take their limits, where they have one. They are made of additions,
/// multiplications, fused multiply-adds and bit moves alone, the same on every machine.
public final class ArrayMath {

    private static final ThreadLocal<float[]> RESULT = ThreadLocal.withInitial(() -> new float[1]);

    private ArrayMath() {}

    /// y = e^x within 1 ulp. Infinite above 88.72; subnormal results are kept.
    public static void exp(int n, float[] x, int xo, float[] y, int yo) { run("exp", Maps.EXP, n, x, xo, y, yo); }

    /// y = e^x - 1, precise near 0 too.
    public static void expm1(int n, float[] x, int xo, float[] y, int yo) { run("expm1", Maps.EXPM1, n, x, xo, y, yo); }

    /// y = the natural logarithm of x, within 1 ulp. -infinity at 0, NaN below.
    public static void log(int n, float[] x, int xo, float[] y, int yo) { run("log", Maps.LOG, n, x, xo, y, yo); }

    /// y = log(1 + x), precise near 0 too. -infinity at -1, NaN below.
    public static void log1p(int n, float[] x, int xo, float[] y, int yo) { run("log1p", Maps.LOG1P, n, x, xo, y, yo); }

    /// y = the square root of x, correctly rounded. NaN below 0.
    public static void sqrt(int n, float[] x, int xo, float[] y, int yo) { run("sqrt", Maps.SQRT, n, x, xo, y, yo); }

    /// y = the sine of x in radians, within 1 ulp. Angles beyond 16,384 take some 100 ns each. NaN at infinities.
    public static void sin(int n, float[] x, int xo, float[] y, int yo) { run("sin", Maps.SIN, n, x, xo, y, yo); }

    /// y = the cosine of x in radians, within 1 ulp. Angles beyond 16,384 take some 100 ns each. NaN at infinities.
    public static void cos(int n, float[] x, int xo, float[] y, int yo) { run("cos", Maps.COS, n, x, xo, y, yo); }

    /// y = the hyperbolic tangent of x, within 2 ulp.
    public static void tanh(int n, float[] x, int xo, float[] y, int yo) { run("tanh", Maps.TANH, n, x, xo, y, yo); }

    /// y = the error function, 2 / sqrt(pi) times the integral of e^-t^2 from 0 to x, within 2 ulp.
    public static void erf(int n, float[] x, int xo, float[] y, int yo) { run("erf", Maps.ERF, n, x, xo, y, yo); }

    /// y = 1 / (1 + e^-x) within 2.5 ulp.
    public static void sigmoid(int n, float[] x, int xo, float[] y, int yo) { run("sigmoid", Maps.SIGMOID, n, x, xo, y, yo); }

    /// y = 0 where x is negative, else x: NaN stays NaN, and -0 stays -0.
    public static void relu(int n, float[] x, int xo, float[] y, int yo) { run("relu", Maps.RELU, n, x, xo, y, yo); }

    /// y = x times the probability that a standard normal number is below x. 0 at -infinity.
    public static void gelu(int n, float[] x, int xo, float[] y, int yo) { run("gelu", Maps.GELU, n, x, xo, y, yo); }

    /// y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, which approximates [#gelu]. 0 at -infinity.
    public static void geluTanh(int n, float[] x, int xo, float[] y, int yo) { run("geluTanh", Maps.GELU_TANH, n, x, xo, y, yo); }

    /// y = x sigmoid(x). 0 at -infinity.
    public static void silu(int n, float[] x, int xo, float[] y, int yo) { run("silu", Maps.SILU, n, x, xo, y, yo); }

    /// y = x tanh(log(1 + e^x)). 0 at -infinity.
    public static void mish(int n, float[] x, int xo, float[] y, int yo) { run("mish", Maps.MISH, n, x, xo, y, yo); }

    /// y = -x.
    public static void neg(int n, float[] x, int xo, float[] y, int yo) { run("neg", Maps.NEG, n, x, xo, y, yo); }

    /// y = |x|.
    public static void abs(int n, float[] x, int xo, float[] y, int yo) { run("abs", Maps.ABS, n, x, xo, y, yo); }

    /// y = x x.
    public static void square(int n, float[] x, int xo, float[] y, int yo) { run("square", Maps.SQUARE, n, x, xo, y, yo); }

    /// z = x + y.
    public static void add(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        run("add", Maps.ADD, n, x, xo, y, yo, z, zo);
    }

    /// z = x - y.
    public static void sub(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        run("sub", Maps.SUB, n, x, xo, y, yo, z, zo);
    }

    /// z = x y.
    public static void mul(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        run("mul", Maps.MUL, n, x, xo, y, yo, z, zo);
    }

    /// z = x / y, correctly rounded.
    public static void div(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        run("div", Maps.DIV, n, x, xo, y, yo, z, zo);
    }

    /// z = x^y within 2 ulp; x itself for y = 1, and x x for y = 2. The special cases are those of IEEE 754: 1 wherever y is 0 or
    /// x is 1, even beside NaN; NaN for a negative base and a fraction.
    public static void pow(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        run("pow", Maps.POW, n, x, xo, y, yo, z, zo);
    }

    /// z = the larger of the two; NaN if either is.
    public static void max(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        run("max", Maps.MAXIMUM, n, x, xo, y, yo, z, zo);
    }

    /// z = the smaller of the two; NaN if either is.
    public static void min(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        run("min", Maps.MINIMUM, n, x, xo, y, yo, z, zo);
    }

    private static void run(String name, TermKernel kernel, int n, float[] x, int xo, float[] y, int yo) {
        check(name, n, x, xo, y, yo);
        kernel.run(x, xo, y, yo, n);
    }

    private static void check(String name, int n, float[] x, int xo, float[] y, int yo) {
        Check.size(name, "n", n);
        Check.vector(name, "x", x, xo, n);
        Check.vector(name, "y", y, yo, n);
        Check.sameOrApart(name, "y", y, yo, n, "x", x, xo, n, 1, n);
    }

    private static void run(String name, TermKernel kernel, int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        Check.size(name, "n", n);
        Check.vector(name, "x", x, xo, n);
        Check.vector(name, "y", y, yo, n);
        Check.vector(name, "z", z, zo, n);
        Check.sameOrApart(name, "z", z, zo, n, "x", x, xo, n, 1, n);
        Check.sameOrApart(name, "z", z, zo, n, "y", y, yo, n, 1, n);
        kernel.run(x, xo, y, yo, z, zo, n);
    }

    /// The sum, whose error does not grow with n: element i enters lane i mod 64, the lanes fold in halves, and so do the
    /// sums of each 8,192 elements. 0 for no elements.
    public static float sum(int n, float[] x, int xo) { return reduce("sum", Reductions.SUM, 0, n, x, xo); }

    /// The largest element; NaN if one is.
    ///
    /// @throws IllegalArgumentException if there are no elements
    public static float max(int n, float[] x, int xo) { return reduce("max", Reductions.AMAX, 1, n, x, xo); }

    /// The smallest element; NaN if one is.
    ///
    /// @throws IllegalArgumentException if there are no elements
    public static float min(int n, float[] x, int xo) { return reduce("min", Reductions.AMIN, 1, n, x, xo); }

    private static float reduce(String name, Reduction reduction, int least, int n, float[] x, int xo) {
        Check.size(name, "n", n);
        if (n < least) throw new IllegalArgumentException(name + ": n is 0; there must be an element to choose");
        Check.vector(name, "x", x, xo, n);
        var result = RESULT.get();
        reduction.rows(x, xo, null, 0, null, 0, null, 1, n, result, 0);
        return result[0];
    }

    /// Softmax of each row: y = e^(x - m) / sum e^(x - m), where m is the row's maximum, so that nothing overflows. The
    /// roundings are those of a subtraction, [#exp], [#sum] and a division, one after the other, but that a power below 8e-39
    /// counts as 0: that of an element 87.7 or more below the maximum. y may be x, in place.
    ///
    /// A row with a NaN or with +infinity, and one of -infinity alone, becomes all NaN. Beside finite numbers -infinity has
    /// the probability 0.
    ///
    /// @param rows    0 or more
    /// @param columns elements of a row, 0 or more
    /// @param ldx     elements from a row of x to the next
    /// @param ldy     elements from a row of y to the next
    public static void softmax(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        Check.size("softmax", "rows", rows);
        Check.size("softmax", "columns", columns);
        Check.matrix("softmax", "x", x, xo, rows, columns, ldx);
        Check.matrix("softmax", "y", y, yo, rows, columns, ldy);
        Check.sameOrApart("softmax", "y", y, yo, ldy, "x", x, xo, ldx, rows, columns);
        RowSoftmax.rows(rows, columns, x, xo, ldx, y, yo, ldy);
    }

    /// Layer normalization of each row (Ba, Kiros and Hinton, 2016): y = (x - mean) / sqrt(variance + eps) weight + bias, mean
    /// and variance being the row's, the latter over its count. The roundings and the bits are those of
    /// [dev.lanewise.nn.LayerNorm]; numbers may be of any size. y may be x, in place.
    ///
    /// A row with a NaN or an infinity becomes all NaN, and so does one of equal numbers if eps is 0.
    ///
    /// @param rows    0 or more
    /// @param columns elements of a row, 0 or more
    /// @param ldx     elements from a row of x to the next
    /// @param weight  a factor for each column, from offset wo on; null for none
    /// @param bias    what is added, for each column, from offset bo on; null for nothing
    /// @param eps     added to the variance, 0 or more
    /// @throws IllegalArgumentException if eps is not of its range, an operand reaches outside its array, or y overlaps another
    ///     one
    public static void layerNorm(int rows, int columns, float[] x, int xo, int ldx, float[] weight, int wo, float[] bias, int bo,
                                 double eps, float[] y, int yo, int ldy) {
        checkNorm("layerNorm", rows, columns, x, xo, ldx, weight, wo, bias, bo, eps, y, yo, ldy);
        RowNorm.layer(rows, columns, x, xo, ldx, weight, wo, bias, bo, eps, y, yo, ldy);
    }

    /// Root-mean-square normalization of each row (Zhang and Sennrich, 2019): y = x / sqrt(mean square + eps) weight. The
    /// roundings and the bits are those of [dev.lanewise.nn.RMSNorm]; numbers may be of any size. y may be x, in place.
    ///
    /// A row with a NaN or an infinity becomes NaN there, and one of zeros does if eps is 0.
    ///
    /// @param weight a factor for each column, from offset wo on; null for none
    /// @param eps    added to the mean square, 0 or more
    /// @throws IllegalArgumentException if eps is not of its range, an operand reaches outside its array, or y overlaps another
    ///     one
    public static void rmsNorm(int rows, int columns, float[] x, int xo, int ldx, float[] weight, int wo, double eps,
                               float[] y, int yo, int ldy) {
        checkNorm("rmsNorm", rows, columns, x, xo, ldx, weight, wo, null, 0, eps, y, yo, ldy);
        RowNorm.rootMeanSquare(rows, columns, x, xo, ldx, weight, wo, eps, y, yo, ldy);
    }

    private static void checkNorm(String name, int rows, int columns, float[] x, int xo, int ldx, float[] weight, int wo,
                                  float[] bias, int bo, double eps, float[] y, int yo, int ldy) {
        Check.size(name, "rows", rows);
        Check.size(name, "columns", columns);
        Check.number(eps >= 0 && eps < Double.POSITIVE_INFINITY, name, "eps", eps, "0 or more, and finite");
        Check.matrix(name, "x", x, xo, rows, columns, ldx);
        Check.matrix(name, "y", y, yo, rows, columns, ldy);
        Check.sameOrApart(name, "y", y, yo, ldy, "x", x, xo, ldx, rows, columns);
        checkColumns(name, "weight", weight, wo, rows, columns, y, yo, ldy);
        checkColumns(name, "bias", bias, bo, rows, columns, y, yo, ldy);
    }

    private static void checkColumns(String name, String operand, float[] x, int xo, int rows, int columns, float[] y,
        int yo, int ldy) {
        if (x == null) return;
        Check.vector(name, operand, x, xo, columns);
        Check.apart(name, "y", y, yo, ldy, rows, columns, operand, x, xo, columns, 1, columns);
    }

    /// Scaled dot-product attention (Vaswani et al., 2017) of each matrix of three stacks: Y = softmax(scale Q Kᵀ) V, such a
    /// stack being the heads of an example. Memory grows with the number of queries and keys, not with their product. The bits
    /// are those of
    /// [dev.lanewise.nn.attention.Attention#scaledDotProduct(dev.lanewise.tensor.Tensor, dev.lanewise.tensor.Tensor, dev.lanewise.tensor.Tensor)]:
    /// a query's result depends on itself, and the keys and values that it sees, alone.
    ///
    /// A stride is from a matrix's first element to that of the next: heads of `[heads, tokens, width]` have the leading
    /// dimension width and the stride tokens x width, those of `[tokens, heads, width]` heads x width and width. A stride of 0
    /// takes one for all.
    ///
    /// @param batch      matrices, 0 or more
    /// @param queries    rows of each Q and Y, 0 or more
    /// @param keys       rows of each K and V; without one the result is 0
    /// @param width      columns of each Q and K
    /// @param valueWidth columns of each V and Y
    /// @param causal     whether query i sees keys 0 to i alone, else all
    /// @param scale      mostly 1 / sqrt(width), which keeps scores from growing with it; queries are multiplied by it before
    /// @param strideQ    elements from a Q to the next, 0 or more
    /// @param ldq        elements from a row of a Q to the next
    /// @throws IllegalArgumentException if the scale is not finite, an operand reaches outside its array, two Ys overlap, or a Y
    ///     overlaps another operand
    public static void attention(int batch, int queries, int keys, int width, int valueWidth, boolean causal, double scale,
                                 float[] q, int qo, int ldq, int strideQ, float[] k, int ko, int ldk, int strideK,
                                 float[] v, int vo, int ldv, int strideV, float[] y, int yo, int ldy, int strideY) {
        String name = "attention";
        Check.size(name, "batch", batch);
        Check.size(name, "queries", queries);
        Check.size(name, "keys", keys);
        Check.size(name, "width", width);
        Check.size(name, "valueWidth", valueWidth);
        Check.number(Float.isFinite((float) scale), name, "scale", scale, "a finite float, as 1 / Math.sqrt(width)");
        var stackQ = new Check.Stack(queries, width, ldq, strideQ, batch);
        var stackK = new Check.Stack(keys, width, ldk, strideK, batch);
        var stackV = new Check.Stack(keys, valueWidth, ldv, strideV, batch);
        var stackY = new Check.Stack(queries, valueWidth, ldy, strideY, batch);
        stackQ.check(name, "Q", q, qo);
        stackK.check(name, "K", k, ko);
        stackV.check(name, "V", v, vo);
        stackY.check(name, "Y", y, yo);
        stackY.checkDistinct(name, "Y");
        stackY.checkApart(name, "Y", y, yo, "Q", q, qo, stackQ);
        stackY.checkApart(name, "Y", y, yo, "K", k, ko, stackK);
        stackY.checkApart(name, "Y", y, yo, "V", v, vo, stackV);
        new Attention(batch, queries, keys, width, valueWidth, causal, new Attention.Operand(q, qo, ldq, strideQ),
            new Attention.Operand(k, ko, ldk, strideK), new Attention.Operand(v, vo, ldv, strideV), null, null, null)
            .forward((float) scale, new Attention.Operand(y, yo, ldy, strideY), null);
    }
}
