package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/// Sine and cosine of any angle in radians, within 1 ulp: the formula as far as it reaches, and beyond `StrictMath`, whose
/// bits Java prescribes, at some 100 ns an element.
public enum Trigonometry {
    SIN("sin", Functions::sin, StrictMath::sin),
    COS("cos", Functions::cos, StrictMath::cos);

    private final Elementwise near;
    private final DoubleUnaryOperator far;

    Trigonometry(String name, UnaryOperator<Expr.F32> near, DoubleUnaryOperator far) {
        this.near = new Elementwise(Formula.unary(name, near));
        this.far = far;
    }

    /// What an element takes after the cold start, by estimate.
    double nanos() { return near.nanos(); }

    /// y = f(x) for `n` elements; in place, too.
    public void run(float[] x, int xo, float[] y, int yo, int n) {
        if (n == 0) return;
        // the result's first place is free until it is computed
        boolean far = x == y ? hasFar(x, xo, n, new float[1], 0) : hasFar(x, xo, n, y, yo);
        boolean kept = far && x == y;
        float[] angles = kept ? Arrays.copyOfRange(x, xo, xo + n) : x;
        int from = kept ? 0 : xo;
        near.run(angles, from, y, yo, n);
        if (far) far(angles, from, y, yo, n);
    }

    private void far(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++)
            if (Math.abs(x[xo + i]) >= Functions.NEAR) y[yo + i] = (float) far.applyAsDouble(x[xo + i]);
    }

    /// Whether some may be: yes for a NaN.
    ///
    /// @param largest where one number may be written
    private static boolean hasFar(float[] x, int xo, int n, float[] largest, int lo) {
        Reductions.LARGEST_MAGNITUDE.rows(x, xo, null, 0, null, 0, null, 1, n, largest, lo);
        return !(largest[lo] < Functions.NEAR);
    }
}
