package dev.lanewise.random;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;

/// From standard numbers to those of another place and width, in place.
final class Scaling {

    private static final Elementwise UNIFORM = inPlace("uniform_draw", low(Expr.slot(0).fma(Expr.scalar(2), Expr.scalar(0))));
    private static final Elementwise NORMAL = inPlace("normal_draw", Expr.slot(0).fma(Expr.scalar(1), Expr.scalar(0)));

    private Scaling() {}

    /// From [0, 1) to [low, low + width): `low + width * u`, rounded once.
    ///
    /// @param high the bound, excluded
    static void uniform(float low, float high, float width, float[] out, int offset, int length) {
        run(UNIFORM, new float[] {low, high, width}, out, offset, length);
    }

    /// `mean + std * z`, rounded once.
    static void normal(float mean, float std, float[] out, int offset, int length) {
        run(NORMAL, new float[] {mean, std}, out, offset, length);
    }

    private static void run(Elementwise formula, float[] scalars, float[] out, int offset, int length) {
        formula.run(0, out, offset, null, 0, null, 0, null, 0, null, 0, null, 0, scalars, length);
    }

    /// Rounding can reach the excluded bound: the least value takes its place.
    private static Expr.F32 low(Expr.F32 value) {
        return Expr.select(Comparison.GE, value, Expr.scalar(1), Expr.scalar(0), value);
    }

    private static Elementwise inPlace(String name, Expr.F32 value) {
        return new Elementwise(new Formula(name, List.of(new Formula.Output(0, value))));
    }
}
