package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/// How far a function's floats are from the exact values.
enum Accuracy {
    EXP(Functions::exp, Math::exp, 1),
    EXPM1(Functions::expm1, Math::expm1, 1.5),
    LOG(Functions::log, Math::log, 1),
    LOG1P(Functions::log1p, Math::log1p, 1.5),
    SIGMOID(Functions::sigmoid, x -> x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)), 2.5),
    TANH(Functions::tanh, Math::tanh, 2),
    ERF(Functions::erf, Accuracy::erf, 2),
    SIN(Functions::sin, Math::sin, 1, 1e4f),
    COS(Functions::cos, Math::cos, 1, 1e4f);

    private static final int CHUNK = 1 << 13;

    private final Elementwise function;
    private final DoubleUnaryOperator exact;
    /// In units in the last place.
    private final double bound;
    /// Magnitude up to which the bound holds.
    private final float largest;

    Accuracy(UnaryOperator<Expr.F32> function, DoubleUnaryOperator exact, double bound) {
        this(function, exact, bound, Float.POSITIVE_INFINITY);
    }

    Accuracy(UnaryOperator<Expr.F32> function, DoubleUnaryOperator exact, double bound, float largest) {
        this.function = new Elementwise(Formula.unary(name().toLowerCase(Locale.ROOT), function));
        this.exact = exact;
        this.bound = bound;
        this.largest = largest;
    }

    /// The error function in double: its series near 0, a continued fraction (A&S 7.1.14) elsewhere.
    private static double erf(double x) {
        double a = Math.abs(x);
        if (a > 6) return Math.signum(x);
        if (a > 2.5) {
            double fraction = 0;
            for (int k = 200; k >= 1; k--) fraction = k / 2.0 / (a + fraction);
            return Math.signum(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
        }
        double sum = 0;
        double term = x;
        for (int k = 0; Math.abs(term) > Math.abs(sum) * 0x1p-60; term *= -x * x / ++k) sum += term / (2 * k + 1);
        return Double.isNaN(x) ? x : sum * 2 / Math.sqrt(Math.PI);
    }

    void assertWithin(Worst worst) { worst.assertWithin(bound); }

    /// The largest error of a sweep, in units in the last place, and where it is.
    record Worst(double ulps, float x, float y) {
        Worst or(Worst other) { return other.ulps > ulps ? other : this; }

        void assertWithin(double bound) { assertTrue(ulps <= bound, this::toString); }

        @Override
        public String toString() { return ulps + " ulp: f(" + Float.toHexString(x) + ") = " + Float.toHexString(y); }
    }

    void run(float[] x, float[] y) { function.run(x, 0, y, 0, x.length); }

    /// Tries the floats whose bits, as an unsigned int, are `from`, `from + stride` and so on below `to`.
    Worst sweep(long from, int stride, long to) {
        var x = new float[CHUNK];
        var y = new float[CHUNK];
        var worst = new Worst(0, 0, 0);
        for (long bits = from; bits < to; bits += (long) CHUNK * stride) {
            // behind the end, the last float once more
            for (int i = 0; i < CHUNK; i++)
                x[i] = Float.intBitsToFloat((int) Math.min(bits + (long) i * stride, to - 1));
            run(x, y);
            for (int i = 0; i < CHUNK; i++) {
                if (Math.abs(x[i]) > largest) continue;
                double ulps = ulps(y[i], exact.applyAsDouble(x[i]));
                if (ulps > worst.ulps) worst = new Worst(ulps, x[i], y[i]);
            }
        }
        return worst;
    }

    /// The distance in units in the last place of the float next to `exact`; infinity counts as 2^128.
    static double ulps(float y, double exact) {
        if (Float.isNaN(y) || Double.isNaN(exact))
            return Float.isNaN(y) && Double.isNaN(exact) ? 0 : Double.POSITIVE_INFINITY;
        double distance = Math.abs(Math.clamp((double) y, -0x1p128, 0x1p128) - Math.clamp(exact, -0x1p128, 0x1p128));
        return distance / Math.ulp((float) Math.clamp(exact, -Float.MAX_VALUE, Float.MAX_VALUE));
    }
}
