package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.scalar;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;

/// What linear algebra does with vectors, beside [Maps] and [Reductions].
public final class Vectors {

    /// slot 1 = scalar 0 * slot 0 + slot 1, rounded once.
    public static final Elementwise AXPY = map("axpy", scalar(0).fma(slot(0), slot(1)));
    /// slot 1 = scalar 0 * slot 0 + (scalar 1 * slot 1), rounded twice.
    public static final Elementwise AXPBY = map("axpby", scalar(0).fma(slot(0), scalar(1).mul(slot(1))));
    /// slot 1 = scalar 0 * slot 0.
    public static final Elementwise SCALE = map("scale", scalar(0).mul(slot(0)));

    public static final Reduction DOT = sum("dot", slot(0).mul(slot(1)));
    public static final Reduction SUM_OF_MAGNITUDES = sum("asum", slot(0).abs());
    /// The sum of slot 0^2.
    public static final Reduction SQUARES = sum("squares", square(slot(0)));
    /// The sum of (scalar 0 * slot 0)^2.
    public static final Reduction SUM_OF_SQUARES = sum("sum_of_squares", square(scalar(0).mul(slot(0))));

    private Vectors() {}

    private static Expr.F32 square(Expr.F32 x) { return x.mul(x); }

    private static Elementwise map(String name, Expr.F32 value) {
        return new Elementwise(new Formula(name, List.of(new Formula.Output(1, value))));
    }

    private static Reduction sum(String name, Expr.F32 value) { return new Reduction(new Fold(name, value, Fold.Combine.ADD)); }
}
