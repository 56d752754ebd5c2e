package dev.lanewise.kernel;

import dev.lanewise.formula.Term;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// The elementwise operations that plain arrays have, too: one formula, one loop class, the same bits.
public final class Maps {

    public static final TermKernel NEG = unary("neg", Term::neg);
    public static final TermKernel ABS = unary("abs", Term::abs);
    public static final TermKernel EXP = unary("exp", Term::exp);
    public static final TermKernel EXPM1 = unary("expm1", Term::expm1);
    public static final TermKernel LOG = unary("log", Term::log);
    public static final TermKernel LOG1P = unary("log1p", Term::log1p);
    public static final TermKernel SQRT = unary("sqrt", Term::sqrt);
    public static final TermKernel SQUARE = unary("square", Term::square);
    public static final TermKernel SIN = unary("sin", Term::sin);
    public static final TermKernel COS = unary("cos", Term::cos);
    public static final TermKernel TANH = unary("tanh", Term::tanh);
    public static final TermKernel ERF = unary("erf", Term::erf);
    public static final TermKernel SIGMOID = unary("sigmoid", Term::sigmoid);
    public static final TermKernel RELU = unary("relu", Term::relu);
    public static final TermKernel GELU = unary("gelu", Term::gelu);
    public static final TermKernel GELU_TANH = unary("gelu_tanh", Term::geluTanh);
    public static final TermKernel SILU = unary("silu", Term::silu);
    public static final TermKernel MISH = unary("mish", Term::mish);

    public static final TermKernel ADD = binary("add", Term::add);
    public static final TermKernel SUB = binary("sub", Term::sub);
    public static final TermKernel MUL = binary("mul", Term::mul);
    public static final TermKernel DIV = binary("div", Term::div);
    public static final TermKernel POW = binary("pow", Term::pow);
    public static final TermKernel MAXIMUM = binary("maximum", Term::max);
    public static final TermKernel MINIMUM = binary("minimum", Term::min);

    private Maps() {}

    private static TermKernel unary(String name, UnaryOperator<Term> formula) {
        return TermKernel.of(name, 1, formula.apply(Term.input(0)));
    }

    private static TermKernel binary(String name, BinaryOperator<Term> formula) {
        return TermKernel.of(name, 2, formula.apply(Term.input(0), Term.input(1)));
    }
}
