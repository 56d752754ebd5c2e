package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.UnaryFunction;
import dev.lanewise.catalogue.UnaryFunctions;
import java.util.List;

/// How far the floats of a catalogue's function are from the exact values, in units in the last place.
record Accuracy(UnaryFunction function) {

    private static final int CHUNK = 1 << 13;

    /// Those whose results aren't simply the exact ones, rounded.
    static final List<Accuracy> SWEPT = UnaryFunctions.ALL.stream().filter(function -> function.ulps() > 0.5)
        .map(Accuracy::new).toList();

    /// Where a sweep of all floats ends: those of one sign stand for the others if the function is symmetric.
    long end() { return function.symmetry() == UnaryFunction.Symmetry.NONE ? 1L << 32 : 1L << 31; }

    void assertWithin(Worst worst) { assertTrue(worst.ulps <= function.ulps(), () -> function + ": " + worst); }

    /// The largest error of a sweep, in units in the last place, and where it is.
    record Worst(double ulps, float x, float y) {
        Worst or(Worst other) { return other.ulps > ulps ? other : this; }

        @Override
        public String toString() { return ulps + " ulp: f(" + Float.toHexString(x) + " = " + x + ") = " + Float.toHexString(y); }
    }

    /// Tries the floats whose bits, as an unsigned int, are `from`, `from + stride` and so on below `to`.
    Worst sweep(long from, int stride, long to) {
        var x = new float[CHUNK];
        var worst = new Worst(0, 0, 0);
        for (long bits = from; bits < to; bits += (long) CHUNK * stride) {
            // behind the end, the last float once more
            for (int i = 0; i < CHUNK; i++)
                x[i] = Float.intBitsToFloat((int) Math.min(bits + (long) i * stride, to - 1));
            var y = function.of(x);
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
        double value = function.value(x);
        if (Float.isInfinite(x)) return Float.compare(y, (float) value) == 0 ? 0 : Double.POSITIVE_INFINITY;
        return Math.abs(y - value) <= function.negligible() ? 0 : ulps(y, value);
    }

    private void assertSymmetric(float[] x, float[] y) {
        if (function.symmetry() == UnaryFunction.Symmetry.NONE) return;
        var opposite = x.clone();
        for (int i = 0; i < x.length; i++) opposite[i] = -x[i];
        var mirrored = function.of(opposite);
        for (int i = 0; i < x.length; i++) assertEquals(function.symmetry() == UnaryFunction.Symmetry.ODD ? -y[i] : y[i],
            mirrored[i], () -> function + " is not symmetric");
    }

    /// The distance in units in the last place of the float next to `exact`; a number beyond all floats counts as 2^128.
    static double ulps(float y, double exact) {
        if (Float.isNaN(y) || Double.isNaN(exact))
            return Float.isNaN(y) && Double.isNaN(exact) ? 0 : Double.POSITIVE_INFINITY;
        double distance = Math.abs(Math.clamp((double) y, -0x1p128, 0x1p128) - Math.clamp(exact, -0x1p128, 0x1p128));
        return distance / Math.ulp((float) Math.clamp(exact, -Float.MAX_VALUE, Float.MAX_VALUE));
    }

    @Override
    public String toString() { return function.name(); }
}
