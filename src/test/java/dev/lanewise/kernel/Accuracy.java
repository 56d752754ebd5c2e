package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/// How far a function's floats are from the exact values. Bounds are in units in the last place; the largest error of
/// all floats, which [FunctionsExhaustiveTest] finds, stands above each.
enum Accuracy {
    // 0.891 at 5.2016387
    EXP(Tensor::exp, StrictMath::exp, 1),
    // 1.455 at 16.982925
    EXPM1(Tensor::expm1, StrictMath::expm1, 1.5),
    // 0.806 at 1.4044684
    LOG(Tensor::log, StrictMath::log, 1),
    // 1.438 at -8.940697e-8
    LOG1P(Tensor::log1p, StrictMath::log1p, 1.5),
    // 2.402 at -4.157294
    SIGMOID(Tensor::sigmoid, Accuracy::sigmoid, 2.5),
    // 1.362 at 0.63000596
    TANH(Tensor::tanh, StrictMath::tanh, Symmetry.ODD, 2),
    // 1.084 at 1.068378
    ERF(Tensor::erf, ErrorFunction::erf, Symmetry.ODD, 2),
    // 0.873 at 332.22372
    SIN(Tensor::sin, StrictMath::sin, Symmetry.ODD, 1),
    // 0.864 at 68.3277
    COS(Tensor::cos, StrictMath::cos, Symmetry.EVEN, 1),
    // 7.871 at -12.167065, in both tails, where the result is no subnormal number
    GELU(Activation::gelu, Accuracy::gelu, 8, 0x1p-147),
    GELU_TANH(Activation::geluTanh, Accuracy::geluTanh, 6, 0x1p-147),
    // 3.344 at -5.9388933
    SILU(Activation::silu, x -> x < -200 ? -0.0 : x * sigmoid(x), 3.5, 0x1p-142),
    // 4.574 at -6.876721
    MISH(Activation::mish, Accuracy::mish, 5, 0x1p-147),
    // 2.108 at -1.2616823
    SOFTPLUS(x -> Activation.softplus(x, 1, 20), x -> x > 20 ? x : StrictMath.log1p(StrictMath.exp(x)), 2.5),
    // 2.108 at 1.2616823
    LOG_SIGMOID(Activation::logSigmoid, x -> Math.min(x, 0) - StrictMath.log1p(StrictMath.exp(-Math.abs(x))), 2.5),
    // 0.952 at -0.38342345
    ELU(x -> Activation.elu(x, 1), x -> x > 0 ? x : StrictMath.expm1(x), 1.5),
    // 2.141 at -0.15249015
    SELU(Activation::selu, x -> 1.0507009873554805f * (x > 0 ? x : 1.6732632423543772f * StrictMath.expm1(x)), 2.5),
    // 1.499 at 2047.3749
    SOFTSIGN(Activation::softsign, x -> Double.isInfinite(x) ? Math.signum(x) : x / (1 + Math.abs(x)), Symmetry.ODD, 1.5);

    /// What the function of the opposite number is.
    private enum Symmetry { NONE, ODD, EVEN }

    private static final int CHUNK = 1 << 13;

    private final UnaryOperator<Tensor> function;
    private final DoubleUnaryOperator exact;
    private final Symmetry symmetry;
    private final double bound;
    /// An error that doesn't count, as the result is far below the numbers it is made of.
    private final double negligible;

    Accuracy(UnaryOperator<Tensor> function, DoubleUnaryOperator exact, double bound) {
        this(function, exact, Symmetry.NONE, bound, 0);
    }

    Accuracy(UnaryOperator<Tensor> function, DoubleUnaryOperator exact, double bound, double negligible) {
        this(function, exact, Symmetry.NONE, bound, negligible);
    }

    Accuracy(UnaryOperator<Tensor> function, DoubleUnaryOperator exact, Symmetry symmetry, double bound) {
        this(function, exact, symmetry, bound, 0);
    }

    Accuracy(UnaryOperator<Tensor> function, DoubleUnaryOperator exact, Symmetry symmetry, double bound, double negligible) {
        this.function = function;
        this.exact = exact;
        this.symmetry = symmetry;
        this.bound = bound;
        this.negligible = negligible;
    }

    private static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
    }

    private static double gelu(double x) { return x < -40 ? -0.0 : x * ErrorFunction.erfc(-x / Math.sqrt(2)) / 2; }

    /// With the constants of the definition, not their floats.
    private static double geluTanh(double x) {
        return x < -40 ? -0.0 : x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
    }

    private static double mish(double x) {
        if (x > 40) return x;
        double w = StrictMath.exp(x);
        return x < -200 ? -0.0 : x * (w * (w + 2) / (w * (w + 2) + 2));
    }

    /// Where a sweep of all floats ends: those of one sign stand for the others if the function is symmetric.
    long end() { return symmetry == Symmetry.NONE ? 1L << 32 : 1L << 31; }

    void assertWithin(Worst worst) { assertTrue(worst.ulps <= bound, () -> name() + ": " + worst); }

    /// The largest error of a sweep, in units in the last place, and where it is.
    record Worst(double ulps, float x, float y) {
        Worst or(Worst other) { return other.ulps > ulps ? other : this; }

        @Override
        public String toString() { return ulps + " ulp: f(" + Float.toHexString(x) + " = " + x + ") = " + Float.toHexString(y); }
    }

    float[] of(float... x) { return function.apply(Tensor.of(x)).toArray(); }

    /// Tries the floats whose bits, as an unsigned int, are `from`, `from + stride` and so on below `to`.
    Worst sweep(long from, int stride, long to) {
        var x = new float[CHUNK];
        var worst = new Worst(0, 0, 0);
        for (long bits = from; bits < to; bits += (long) CHUNK * stride) {
            // behind the end, the last float once more
            for (int i = 0; i < CHUNK; i++)
                x[i] = Float.intBitsToFloat((int) Math.min(bits + (long) i * stride, to - 1));
            var y = of(x);
            for (int i = 0; i < CHUNK; i++) {
                double ulps = error(x[i], y[i]);
                if (ulps > worst.ulps) worst = new Worst(ulps, x[i], y[i]);
            }
            assertSymmetric(x, y);
        }
        return worst;
    }

    /// The distance in units in the last place of what the function should be; at the infinities, exactly its limit.
    private double error(float x, float y) {
        double value = exact.applyAsDouble(x);
        if (Float.isInfinite(x)) return Float.compare(y, (float) value) == 0 ? 0 : Double.POSITIVE_INFINITY;
        return Math.abs(y - value) <= negligible ? 0 : ulps(y, value);
    }

    private void assertSymmetric(float[] x, float[] y) {
        if (symmetry == Symmetry.NONE) return;
        var opposite = x.clone();
        for (int i = 0; i < x.length; i++) opposite[i] = -x[i];
        var mirrored = of(opposite);
        for (int i = 0; i < x.length; i++)
            assertEquals(symmetry == Symmetry.ODD ? -y[i] : y[i], mirrored[i], () -> name() + " is not symmetric");
    }

    /// The distance in units in the last place of the float next to `exact`; a number beyond all floats counts as 2^128.
    static double ulps(float y, double exact) {
        if (Float.isNaN(y) || Double.isNaN(exact))
            return Float.isNaN(y) && Double.isNaN(exact) ? 0 : Double.POSITIVE_INFINITY;
        double distance = Math.abs(Math.clamp((double) y, -0x1p128, 0x1p128) - Math.clamp(exact, -0x1p128, 0x1p128));
        return distance / Math.ulp((float) Math.clamp(exact, -Float.MAX_VALUE, Float.MAX_VALUE));
    }
}
