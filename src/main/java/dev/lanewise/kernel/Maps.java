package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import dev.lanewise.kernel.expr.Gates;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// The elementwise operations that tensors and plain arrays share: one formula, one loop class, the same bits.
public final class Maps {

    public static final Elementwise NEG = unary("neg", Expr.F32::neg);
    public static final Elementwise ABS = unary("abs", Expr.F32::abs);
    public static final Elementwise EXP = unary("exp", Functions::exp);
    public static final Elementwise EXPM1 = unary("expm1", Functions::expm1);
    public static final Elementwise LOG = unary("log", Functions::log);
    public static final Elementwise LOG1P = unary("log1p", Functions::log1p);
    public static final Elementwise SQRT = unary("sqrt", Expr.F32::sqrt);
    public static final Elementwise SQUARE = unary("square", x -> x.mul(x));
    public static final Elementwise TANH = unary("tanh", Functions::tanh);
    public static final Elementwise ERF = unary("erf", Functions::erf);
    public static final Elementwise SIGMOID = unary("sigmoid", Functions::sigmoid);
    public static final Elementwise RELU = unary("relu", Functions::relu);
    public static final Elementwise GELU = unary("gelu", Gates::gelu);
    public static final Elementwise GELU_TANH = unary("gelu_tanh", Gates::geluTanh);
    public static final Elementwise SILU = unary("silu", Gates::silu);
    public static final Elementwise MISH = unary("mish", Gates::mish);

    public static final Elementwise ADD = binary("add", Expr.F32::add);
    public static final Elementwise SUB = binary("sub", Expr.F32::sub);
    public static final Elementwise MUL = binary("mul", Expr.F32::mul);
    public static final Elementwise DIV = binary("div", Expr.F32::div);
    public static final Elementwise POW = binary("pow", Functions::pow);
    /// slot 3 = slot 0 times the slope, by slot 1, of slot 1 to the power of slot 2.
    public static final Elementwise POW_BACKWARD = new Elementwise(new Formula("pow_backward",
        List.of(new Formula.Output(3, Functions.powBackward(Expr.slot(0), Expr.slot(1), Expr.slot(2))))));
    /// slot 3 = slot 0 times the slope, by slot 2, of slot 1 to the power of slot 2.
    public static final Elementwise POW_LOG = new Elementwise(new Formula("pow_log",
        List.of(new Formula.Output(3, Functions.powLog(Expr.slot(0), Expr.slot(1), Expr.slot(2))))));
    public static final Elementwise MAXIMUM = binary("maximum", Functions::max);
    public static final Elementwise MINIMUM = binary("minimum", Functions::min);

    private Maps() {}

    private static Elementwise unary(String name, UnaryOperator<Expr.F32> formula) {
        return new Elementwise(Formula.unary(name, formula));
    }

    private static Elementwise binary(String name, BinaryOperator<Expr.F32> formula) {
        return new Elementwise(Formula.binary(name, formula));
    }
}
