package dev.lanewise.kernel.expr;

import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Term;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// A formula in double: for what is computed once and must be precise. It has the loop's value but for rounding, and no place
/// where a float ends. Safe to share between threads.
public final class DoubleValue implements DoubleUnaryOperator {

    private final List<Term> order;
    private final int[][] operands;
    private final double[] parameters;

    /// @param parameters the numbers that stand for [Term#parameter]
    public DoubleValue(Term term, double... parameters) {
        this.order = Term.inOrder(List.of(term));
        this.operands = new int[order.size()][];
        this.parameters = parameters.clone();
        var places = new IdentityHashMap<Term, Integer>();
        for (int i = 0; i < operands.length; i++) {
            operands[i] = order.get(i).operands().stream().mapToInt(places::get).toArray();
            places.put(order.get(i), i);
        }
    }

    @Override
    public double applyAsDouble(double x) { return at(x); }

    /// At one number for each input.
    public double at(double... inputs) { return values(inputs)[operands.length - 1]; }

    /// Of each term, operands first, in [#order]'s order.
    public double[] values(double... inputs) {
        var values = new double[operands.length];
        for (int i = 0; i < values.length; i++) values[i] = value(i, values, inputs);
        return values;
    }

    /// All terms, operands first.
    public List<Term> order() { return order; }

    private double value(int at, double[] values, double[] inputs) {
        var term = order.get(at);
        int[] from = operands[at];
        return switch (from.length) {
            case 0 -> switch (term.op()) {
                case INPUT -> inputs[term.index()];
                case PARAMETER -> parameters[term.index()];
                default -> term.value();
            };
            case 1 -> unary(term, values[from[0]]);
            case 2 -> binary(term, values[from[0]], values[from[1]]);
            case 3 -> ternary(term, values[from[0]], values[from[1]], values[from[2]]);
            default -> values[from[holds(term.comparison(), values[from[0]], values[from[1]]) ? 2 : 3]];
        };
    }

    private static boolean holds(Comparison comparison, double a, double b) {
        return switch (comparison) {
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
            case EQ -> a == b;
            case NE -> a != b;
        };
    }

    private static double unary(Term term, double x) {
        return switch (term.op()) {
            case DETACH -> x;
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case RECIPROCAL -> 1 / x;
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case EXP -> Math.exp(x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case TANH -> Math.tanh(x);
            case SIGMOID, SOFTPLUS_SLOPE -> logistic(x);
            case ERF -> StandardNormal.erf(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case RELU -> Math.max(x, 0);
            case SOFTPLUS -> softplus(x);
            case LOG_SIGMOID -> -softplus(-x);
            case SOFTSIGN -> Double.isInfinite(x) ? Math.signum(x) : x / (1 + Math.abs(x));
            case TANHSHRINK -> tanhshrink(x);
            case GELU -> limited(x, x * StandardNormal.cdf(x));
            case GELU_TANH -> limited(x, x * logistic(inner(x)));
            case SILU -> limited(x, x * logistic(x));
            case MISH -> limited(x, x * Math.tanh(softplus(x)));
            case ERF_SLOPE -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
            case NORMAL_DENSITY -> StandardNormal.density(x);
            case GELU_SLOPE -> StandardNormal.cdf(x) + times(x, StandardNormal.density(x));
            case GELU_CURVATURE -> times(2 - x * x, StandardNormal.density(x));
            case SILU_SLOPE -> sigmoidalSlope(x, x, 1);
            case SILU_CURVATURE -> sigmoidalCurvature(x, x, 1, 0);
            case GELU_TANH_SLOPE -> sigmoidalSlope(x, inner(x), innerSlope(x));
            case GELU_TANH_CURVATURE -> sigmoidalCurvature(x, inner(x), innerSlope(x),
                12.0 * Gates.SQRT_2_OVER_PI * Gates.CUBIC * x);
            case MISH_SLOPE -> {
                double t = Math.tanh(softplus(x));
                yield t + times(x, (1 - t * t) * logistic(x));
            }
            default -> throw new IllegalArgumentException(term.op() + " has no value");
        };
    }

    private static double binary(Term term, double a, double b) {
        return switch (term.op()) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case POW -> a == 1 ? 1 : Math.pow(a, b);
            default -> throw new IllegalArgumentException(term.op() + " has no value");
        };
    }

    private static double ternary(Term term, double a, double b, double c) {
        return switch (term.op()) {
            case FMA -> Math.fma(a, b, c);
            case POW_BY_BASE -> c == 0 ? 0 : a * c * Math.pow(b, c - 1);
            case POW_BY_EXPONENT -> b == 0 && c >= 0 ? 0 : times(Math.log(b) * a, Math.pow(b, c));
            default -> throw new IllegalArgumentException(term.op() + " has no value");
        };
    }

    /// The limits at infinities of what is x times a gate.
    private static double limited(double x, double y) {
        return x == Double.POSITIVE_INFINITY ? x : x == Double.NEGATIVE_INFINITY ? 0 : y;
    }

    /// What is infinite times what has come to 0 before it.
    private static double times(double x, double vanishing) { return vanishing == 0 ? 0 : x * vanishing; }

    private static double logistic(double x) { return 1 / (1 + Math.exp(-x)); }

    private static double softplus(double x) { return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); }

    /// Near 0 by the series of x cosh x - sinh x, of which no term cancels another.
    private static double tanhshrink(double x) {
        if (!(Math.abs(x) < 1)) return x - Math.tanh(x);
        double term = x;
        double sum = 0;
        for (int k = 1; k <= 10; k++) {
            term *= x * x / (2 * k * (2 * k + 1));
            sum += 2 * k * term;
        }
        return sum / Math.cosh(x);
    }

    private static double inner(double x) { return 2 * Gates.SQRT_2_OVER_PI * x * (1 + Gates.CUBIC * x * x); }

    private static double innerSlope(double x) { return 2 * Gates.SQRT_2_OVER_PI * (1 + 3.0 * Gates.CUBIC * x * x); }

    /// Of x sigmoid(v).
    private static double sigmoidalSlope(double x, double v, double first) {
        return logistic(v) + times(x * first, logistic(v) * logistic(-v));
    }

    private static double sigmoidalCurvature(double x, double v, double first, double second) {
        double p = logistic(v) * logistic(-v);
        return times(2 * first + x * second + x * first * first * (1 - 2 * logistic(v)), p);
    }
}
