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

    /// y = f(x) for `n` elements; in place, too.
    public void run(float[] x, int xo, float[] y, int yo, int n) {
        boolean far = hasFar(x, xo, n);
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
    private static boolean hasFar(float[] x, int xo, int n) {
        var largest = new float[1];
        Reductions.LARGEST_MAGNITUDE.rows(x, xo, null, 0, null, 0, null, 1, n, largest, 0);
        return !(largest[0] < Functions.NEAR);
    }
}
