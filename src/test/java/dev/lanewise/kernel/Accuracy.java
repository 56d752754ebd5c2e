package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;

/// How far a function's floats are from the exact values.
enum Accuracy {
    EXP(Formula.unary("exp", Functions::exp), Math::exp),
    LOG(Formula.unary("log", Functions::log), Math::log);

    private static final int CHUNK = 1 << 13;

    private final Elementwise function;
    private final DoubleUnaryOperator exact;

    Accuracy(Formula formula, DoubleUnaryOperator exact) {
        this.function = new Elementwise(formula);
        this.exact = exact;
    }

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
