package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every elementwise function where it overflows, underflows, or begins to be flat: value, slope and curvature against double. The
/// edges are found from the function itself.
class EdgesTest {

    private static final double PI = Math.PI;
    /// The least float's unit, in which errors are counted that come from subnormal numbers on the way.
    private static final double LEAST = 0x1p-149;

    /// A function with its first two derivatives in double.
    ///
    /// `natural` is what an error of the slope, and of the curvature, is measured by where these themselves are small beside what they
    /// are made of: the function saves its result and not its argument.
    private enum Case {
        EXP(Tensor::exp, Math::exp, Math::exp, Math::exp, 0),
        EXPM1(Tensor::expm1, Math::expm1, Math::exp, Math::exp, 0),
        LOG(Tensor::log, Math::log, x -> 1 / x, x -> -1 / x / x, 0),
        LOG1P(Tensor::log1p, Math::log1p, x -> 1 / (1 + x), x -> -1 / (1 + x) / (1 + x), 0),
        SQRT(Tensor::sqrt, Math::sqrt, x -> 0.5 / Math.sqrt(x), x -> -0.25 / Math.sqrt(x) / x, 0),
        RSQRT(Tensor::rsqrt, x -> 1 / Math.sqrt(x), x -> -0.5 / Math.sqrt(x) / x, x -> 0.75 / Math.sqrt(x) / x / x, 0),
        RECIPROCAL(Tensor::reciprocal, x -> 1 / x, x -> -1 / x / x, x -> 2 / x / x / x, 0),
        SQUARE(Tensor::square, x -> x * x, x -> 2 * x, _ -> 2, 0),
        CUBE(x -> x.pow(3f), x -> x * x * x, x -> 3 * x * x, x -> 6 * x, 0),
        ROOT(x -> x.pow(0.5f), x -> Math.pow(x, 0.5), x -> 0.5 * Math.pow(x, -0.5), x -> -0.25 * Math.pow(x, -1.5), 0),
        FIRST_POWER(x -> x.pow(1f), x -> x, _ -> 1, _ -> 0, 0),
        NO_POWER(x -> x.pow(0f), _ -> 1, _ -> 0, _ -> 0, 0),
        SMALL_POWER(x -> x.pow(0.1f), x -> Math.pow(x, 0.1f), x -> 0.1f * Math.pow(x, 0.1f - 1.0),
            x -> 0.1f * (0.1f - 1.0) * Math.pow(x, 0.1f - 2.0), 0),
        LARGE_POWER(x -> x.pow(1000f), x -> Math.pow(x, 1000), x -> 1000 * Math.pow(x, 999), x -> 999e3 * Math.pow(x, 998), 0),
        EXPONENTIAL(x -> Tensor.scalar(1.5f).pow(x), x -> Math.pow(1.5, x), x -> Math.log(1.5) * Math.pow(1.5, x),
            x -> Math.log(1.5) * Math.log(1.5) * Math.pow(1.5, x), 0),
        INVERSE(x -> x.pow(-1f), x -> 1 / x, x -> -1 / x / x, x -> 2 / x / x / x, 0),
        SIN(Tensor::sin, Math::sin, Math::cos, x -> -Math.sin(x), 0), COS(Tensor::cos, Math::cos, x -> -Math.sin(x), x -> -Math.cos(x), 0),
        TANH(Tensor::tanh, Math::tanh, x -> 1 / Math.cosh(x) / Math.cosh(x), x -> -2 * Math.tanh(x) / Math.cosh(x) / Math.cosh(x), 1),
        SIGMOID(Tensor::sigmoid, Case::gate, x -> gate(x) * gate(-x), x -> gate(x) * gate(-x) * (1 - 2 * gate(x)), 0.25),
        ERF(Tensor::erf, ErrorFunction::erf, x -> 2 / Math.sqrt(PI) * Math.exp(-x * x), x -> bell(x, -4 * x / Math.sqrt(PI), 1), 0),
        GELU(Activation::gelu, x -> x == Double.NEGATIVE_INFINITY ? -0.0 : x * below(x), x -> below(x) + flat(x) * density(x),
            x -> bell(x, (2 - x * x) / Math.sqrt(2 * PI), 0.5), 0),
        GELU_TANH(Activation::geluTanh, x -> x(x) * gate(tilt(x)), x -> cubic(x, 1), x -> cubic(x, 2), 0),
        SILU(Activation::silu, x -> x == Double.NEGATIVE_INFINITY ? -0.0 : x * gate(x), x -> gate(x) + flat(x) * gate(x) * gate(-x),
            x -> gate(x) * gate(-x) * (2 + flat(x) * (1 - 2 * gate(x))), 0),
        SOFTPLUS(x -> Activation.softplus(x, 1, 20), x -> x > 20 ? x : Math.log1p(Math.exp(x)), x -> x > 20 ? 1 : gate(x),
            x -> x > 20 ? 0 : gate(x) * gate(-x), 0.25),
        LOG_SIGMOID(Activation::logSigmoid, x -> Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))), x -> gate(-x),
            x -> -gate(x) * gate(-x), 0.25),
        ELU(x -> Activation.elu(x, 1), x -> x > 0 ? x : Math.expm1(x), x -> x > 0 ? 1 : Math.exp(x), x -> x > 0 ? 0 : Math.exp(x), 0),
        SOFTSIGN(Activation::softsign, x -> Double.isInfinite(x) ? Math.signum(x) : x / (1 + Math.abs(x)),
            x -> 1 / (1 + Math.abs(x)) / (1 + Math.abs(x)), x -> -2 * Math.signum(x) / Math.pow(1 + Math.abs(x), 3), 0);

        private final UnaryOperator<Tensor> function;
        private final List<DoubleUnaryOperator> exact;
        private final double natural;

        Case(UnaryOperator<Tensor> function, DoubleUnaryOperator value, DoubleUnaryOperator slope, DoubleUnaryOperator curvature,
             double natural) {
            this.function = function;
            this.exact = List.of(value, slope, curvature);
            this.natural = natural;
        }

        private static double gate(double x) { return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)); }

        private static double below(double x) { return ErrorFunction.erfc(-x / Math.sqrt(2)) / 2; }

        /// So far out that all is 0: an infinity times 0 would be NaN.
        private static double x(double x) { return Math.clamp(x, -40, Double.POSITIVE_INFINITY); }

        private static double flat(double x) { return Double.isNaN(x) ? x : Math.clamp(x, -700, 700); }

        private static double density(double x) { return bell(x, 1 / Math.sqrt(2 * PI), 0.5); }

        private static double bell(double x, double factor, double k) {
            return Math.abs(x) > 30 ? 0 : factor * Math.exp(-k * x * x);
        }

        private static double tilt(double x) { return 2 * Math.sqrt(2 / PI) * (x(x) + 0.044715 * Math.pow(x(x), 3)); }

        private static double cubic(double x, int order) {
            double c = Double.isNaN(x) ? x : Math.clamp(x, -30, 30);
            double k = 2 * Math.sqrt(2 / PI);
            double first = k * (1 + 3 * 0.044715 * c * c);
            double s = gate(tilt(c));
            double p = s * gate(-tilt(c));
            return order == 1 ? s + c * p * first : 2 * p * first + c * p * ((1 - 2 * s) * first * first + 6 * k * 0.044715 * c);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRightAtItsEdges(Case function) {
        var x = new TreeSet<Float>(List.of(0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, -Float.MIN_NORMAL, Float.MAX_VALUE,
            -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 1f, -1f));
        for (var exact : function.exact) edges(exact, x);
        var random = new SplittableRandom(function.ordinal());
        for (int i = 0; i < 2000; i++) x.add(Float.intBitsToFloat(random.nextInt()));
        check(function, new ArrayList<>(x));
    }

    /// Floats on both sides of each place where a neighbouring result, of floats in steps, is of another kind.
    private static void edges(DoubleUnaryOperator exact, TreeSet<Float> x) {
        for (int sign : new int[] {0, 0x80000000})
            for (int bits = 0; bits < 0x7f800000; bits += 1 << 20) {
                int low = bits;
                int high = Math.min(bits + (1 << 20), 0x7f800000);
                if (kind(exact, low | sign) == kind(exact, high | sign)) continue;
                while (high - low > 1) {
                    int middle = low + high >>> 1;
                    if (kind(exact, middle | sign) == kind(exact, low | sign)) low = middle;
                    else high = middle;
                }
                for (int near = -40; near <= 40; near++) {
                    int at = Math.clamp(low + near * (Math.abs(near) > 8 ? 1 << Math.abs(near) / 2 : 1), 0, 0x7f800000);
                    x.add(Float.intBitsToFloat(at | sign));
                }
            }
    }

    /// Subnormal, nothing, infinite, or how large in steps.
    private static int kind(DoubleUnaryOperator exact, int bits) {
        double y = exact.applyAsDouble(Float.intBitsToFloat(bits));
        double size = Math.abs(y);
        return Double.isNaN(y) ? 0 : size < LEAST / 2 ? 1 : size < Float.MIN_NORMAL ? 2 : size < 0x1p-100 ? 3 : size > Float.MAX_VALUE ? 5
            : size > 0x1p100 ? 4 : y < 0 ? 6 : 7;
    }

    private static void check(Case function, List<Float> numbers) {
        var x = new float[numbers.size()];
        for (int i = 0; i < x.length; i++) x[i] = numbers.get(i);
        var leaf = Tensor.of(x).requiresGrad(true);
        var y = function.function.apply(leaf);
        var slope = Autograd.grad(y, List.of(leaf), Tensor.ones(x.length), true, true).getFirst();
        var curvature = slope.requiresGrad() ? Autograd.grad(slope, List.of(leaf), Tensor.ones(x.length), false, false).getFirst().toArray()
            : new float[x.length];
        var results = List.of(y.toArray(), slope.toArray(), curvature);
        for (int order = 0; order < 3; order++)
            for (int i = 0; i < x.length; i++) if (!Float.isNaN(x[i]) || order < 2) assertRight(function, order, x[i], results.get(order)[i]);
    }

    private static void assertRight(Case function, int order, float x, float actual) {
        double exact = function.exact.get(order).applyAsDouble(x);
        String what = function + ", derivative " + order + " at " + x + ": " + actual + " for " + exact;
        if (Double.isNaN(exact)) {
            assertTrue(Float.isNaN(actual), what);
            return;
        }
        // beside the largest float the rounding decides; at a pole, the way the formula takes to the negative zero
        if (Math.abs(exact) > Float.MAX_VALUE) {
            assertTrue(Math.abs(actual) > Float.MAX_VALUE * (1 - 1e-5) && (x == 0 || actual > 0 == exact > 0), what);
            return;
        }
        if (Float.isInfinite(actual)) {
            assertTrue(Math.abs(exact) > Float.MAX_VALUE * (1 - 1e-5) && actual > 0 == exact > 0, what);
            return;
        }
        double size = Math.max(Math.abs(exact), order == 0 ? 0 : natural(function, order, x));
        assertEquals(exact, actual, 3e-6 * size + 200 * LEAST, what);
    }

    /// What the derivative is made of, where it crosses 0 too.
    private static double natural(Case function, int order, float x) {
        if (function.natural > 0) return function.natural;
        return switch (function) {
            case GELU, GELU_TANH, SILU -> Math.abs(x) < 4 ? 0.1 : 0;
            case SIN, COS -> 1e-6;
            default -> 0;
        };
    }
}
