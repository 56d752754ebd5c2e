package dev.lanewise.tensor;

import static dev.lanewise.formula.Term.parameter;

import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Term;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The elementwise operations that are [Tensor]'s methods.
final class Elementary {

    static final ElementwiseOperation NEG = unary("neg", Term::neg);
    static final ElementwiseOperation ABS = unary("abs", Term::abs);
    static final ElementwiseOperation SQUARE = unary("square", Term::square);
    static final ElementwiseOperation RECIPROCAL = unary("reciprocal", Term::reciprocal);
    static final ElementwiseOperation SQRT = unary("sqrt", Term::sqrt);
    static final ElementwiseOperation RSQRT = unary("rsqrt", Term::rsqrt);
    static final ElementwiseOperation EXP = unary("exp", Term::exp);
    static final ElementwiseOperation EXPM1 = unary("expm1", Term::expm1);
    static final ElementwiseOperation LOG = unary("log", Term::log);
    static final ElementwiseOperation LOG1P = unary("log1p", Term::log1p);
    static final ElementwiseOperation SIN = unary("sin", Term::sin);
    static final ElementwiseOperation COS = unary("cos", Term::cos);
    static final ElementwiseOperation TANH = unary("tanh", Term::tanh);
    static final ElementwiseOperation SIGMOID = unary("sigmoid", Term::sigmoid);
    static final ElementwiseOperation ERF = unary("erf", Term::erf);
    static final ElementwiseOperation RELU = unary("relu", Term::relu);
    /// NaN for NaN.
    static final ElementwiseOperation SIGN =
        unary("sign", x -> x.gt(0).select(Term.constant(1), x.lt(0).select(Term.constant(-1), x.mul(0).detach())));
    /// Beyond the bounds, and for NaN, the gradient is 0.
    static final ElementwiseOperation CLAMP = unary("clamp", x -> x.ge(parameter(0)).and(x.le(parameter(1)))
        .select(x, x.max(parameter(0)).min(parameter(1)).detach()));

    static final ElementwiseOperation ADD = Operation.elementwise("add", Term::add);
    static final ElementwiseOperation SUB = Operation.elementwise("sub", Term::sub);
    static final ElementwiseOperation MUL = Operation.elementwise("mul", Term::mul);
    static final ElementwiseOperation DIV = Operation.elementwise("div", Term::div);
    static final ElementwiseOperation MAXIMUM = Operation.elementwise("maximum", Term::max);
    static final ElementwiseOperation MINIMUM = Operation.elementwise("minimum", Term::min);
    static final ElementwiseOperation WHERE = Operation.elementwise("where", (condition, a, b) -> condition.ne(0).select(a, b));
    /// The gradient by the output of relu, which is all that it reads.
    static final ElementwiseOperation RELU_BACKWARD = Operation.elementwise("relu_backward", (g, y) -> y.le(0).select(0, g));

    // by a number
    static final ElementwiseOperation ADD_NUMBER = unary("add", x -> x.add(parameter(0)));
    static final ElementwiseOperation SUB_NUMBER = unary("sub", x -> x.sub(parameter(0)));
    static final ElementwiseOperation MUL_NUMBER = unary("mul", x -> x.mul(parameter(0)));
    static final ElementwiseOperation DIV_NUMBER = unary("div", x -> x.div(parameter(0)));
    static final ElementwiseOperation POW_NUMBER = unary("pow", x -> x.pow(parameter(0)));

    private static final ElementwiseOperation POW = Operation.elementwise("pow", Term::pow);
    private static final ElementwiseOperation MASKED_FILL = Operation.elementwise("maskedFill",
        (x, mask) -> mask.ne(0).select(parameter(0), x));
    private static final Map<Comparison, ElementwiseOperation> COMPARISONS = new EnumMap<>(Comparison.class);
    private static final Map<Comparison, ElementwiseOperation> COMPARISONS_WITH_A_NUMBER = new EnumMap<>(Comparison.class);

    static {
        for (var comparison : Comparison.values()) {
            var name = comparison.name().toLowerCase(Locale.ROOT);
            COMPARISONS.put(comparison, Operation.elementwise(name, (a, b) -> a.compare(comparison, b).select(1, 0)));
            COMPARISONS_WITH_A_NUMBER.put(comparison, unary(name, a -> a.compare(comparison, parameter(0)).select(1, 0)));
        }
    }

    private Elementary() {}

    private static ElementwiseOperation unary(String name, UnaryOperator<Term> formula) {
        return Operation.elementwise(name, formula);
    }

    /// 1 where the comparison holds, else 0; without a gradient.
    static Tensor compare(Comparison comparison, Tensor a, Tensor b) { return COMPARISONS.get(comparison).apply(a, b); }

    static Tensor compare(Comparison comparison, Tensor a, float b) {
        return COMPARISONS_WITH_A_NUMBER.get(comparison).applyWith(a, b);
    }

    /// A number where the mask isn't 0, else the element.
    static Tensor maskedFill(Tensor x, Tensor mask, float value) { return MASKED_FILL.with(value).apply(x, mask); }

    /// Elements of `a` where the condition isn't 0, else of `b`.
    static Tensor where(Tensor condition, Tensor a, Tensor b) { return WHERE.apply(condition, a, b); }

    /// a^b. The derivatives are 0 where the limit is: by a at b = 0, by b at a = 0 with b >= 0.
    static Tensor pow(Tensor a, Tensor b) {
        // the same bits, for less
        return b.shape().rank() == 0 && !b.requiresGrad() && b.item() == 2 ? SQUARE.apply(a) : POW.apply(a, b);
    }

    static Tensor pow(Tensor a, float b) { return b == 2 ? SQUARE.apply(a) : POW_NUMBER.applyWith(a, b); }
}
