package dev.lanewise.tensor;

import static dev.lanewise.kernel.expr.Expr.Comparison.GT;
import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.select;
import static dev.lanewise.kernel.expr.Expr.slot;
import static dev.lanewise.kernel.expr.Functions.exp;
import static dev.lanewise.kernel.expr.Functions.max;
import static dev.lanewise.kernel.expr.Functions.min;
import static dev.lanewise.kernel.expr.Gates.CUBIC;
import static dev.lanewise.kernel.expr.Gates.CUBIC_FLAT;
import static dev.lanewise.kernel.expr.Gates.FLAT;
import static dev.lanewise.kernel.expr.Gates.MISH_STRAIGHT;
import static dev.lanewise.kernel.expr.Gates.NORMAL_FLAT;
import static dev.lanewise.kernel.expr.Gates.SQRT_2_OVER_PI;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Maps;
import dev.lanewise.kernel.expr.Expr.F32;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import dev.lanewise.kernel.expr.Gates;
import dev.lanewise.tensor.Unary.Operation;
import dev.lanewise.tensor.Unary.Saves;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// Activations: each one formula, run as one loop, and its derivative in tensor operations. The smooth ones that are
/// products of x and something are in [Gated].
///
/// NaN in, NaN out. At the infinities they take their limits, where PyTorch's products give NaN. Numbers that shape an
/// activation are operands that the loop broadcasts, so that a new slope needs no new code.
public final class Activation {

    private static final Tensor ZERO = Tensor.scalar(0f);
    private static final float SELU_ALPHA = 1.6732632423543772f;
    private static final float SELU_SCALE = 1.0507009873554805f;
    /// Beyond it, x / (1 + |x|) is 1 in float.
    private static final float SOFTSIGN_FLAT = 0x1p60f;

    private static final Elementwise PRELU = kernel("prelu", 1,
        select(GT, slot(0), constant(0f), slot(0), slot(0).mul(slot(1))));
    private static final Elementwise ELU = kernel("elu", 1, elu(slot(0), slot(1)));
    private static final Elementwise SOFTPLUS = kernel("softplus", 2,
        select(GT, slot(0).mul(slot(1)), slot(2), slot(0), softplus(slot(0).mul(slot(1))).div(slot(1))));
    private static final Elementwise HARDTANH = kernel("hardtanh", 2, max(min(slot(0), slot(2)), slot(1)));

    private static final Operation SELU = new Operation("selu",
        x -> elu(x, constant(SELU_ALPHA)).mul(SELU_SCALE), Saves.INPUT,
        (g, x) -> eluBackward(g, x, SELU_ALPHA).mul(SELU_SCALE));
    private static final Operation LOG_SIGMOID = new Operation("log_sigmoid",
        x -> min(x, constant(0f)).sub(Functions.log1p(exp(x.abs().neg()))), Saves.INPUT, (g, x) -> g.mul(x.neg().sigmoid()));
    private static final Operation SOFTSIGN = new Operation("softsign", x -> {
        var finite = max(min(x, constant(SOFTSIGN_FLAT)), constant(-SOFTSIGN_FLAT));
        return finite.div(finite.abs().add(1f));
    }, Saves.INPUT, (g, x) -> {
        // one after the other: the square would overflow where the slope doesn't end
        var d = x.abs().add(1f);
        return g.div(d).div(d);
    });

    private Activation() {}

    /// Of x and some parameters.
    private static Elementwise kernel(String name, int parameters, F32 formula) {
        return new Elementwise(new Formula(name, List.of(new Formula.Output(parameters + 1, formula))));
    }

    private static F32 elu(F32 x, F32 alpha) { return select(GT, x, constant(0f), x, Functions.expm1(x).mul(alpha)); }

    /// log(1 + e^x), without overflow.
    private static F32 softplus(F32 x) {
        return Functions.relu(x).add(Functions.log1p(exp(x.abs().neg())));
    }

    /// @param parameters one or two
    private static Tensor apply(Elementwise kernel, BinaryOperator<Tensor> rule, Tensor x, float... parameters) {
        var first = Tensor.scalar(parameters[0]);
        var y = parameters.length == 1 ? Walk.apply(kernel, x, first) : Walk.apply(kernel, x, first, Tensor.scalar(parameters[1]));
        var saved = new Saved(kernel.name(), x);
        return Autograd.record(y, kernel.name(), Edge.to(x, g -> rule.apply(g, saved.get())));
    }

    /// x where it is positive, else `slope` times x. At 0 the derivative is the slope.
    public static Tensor leakyRelu(Tensor x, double slope) { return prelu(x, Tensor.scalar((float) slope)); }

    /// x where it is positive, else x times a slope that can be learned, of a shape that broadcasts to x.
    public static Tensor prelu(Tensor x, Tensor slope) {
        var input = new Saved("prelu", x);
        var factor = new Saved("prelu", slope);
        return Autograd.record(Walk.apply(PRELU, x, slope), "prelu",
            Edge.to(x, g -> Binary.where(input.get().gt(ZERO), g, g.mul(factor.get()))),
            Edge.to(slope, g -> Binary.where(input.get().gt(ZERO), ZERO, g.mul(input.get()))));
    }

    /// x where it is positive, else alpha (e^x - 1).
    ///
    /// Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016.
    public static Tensor elu(Tensor x, double alpha) {
        return apply(ELU, (g, input) -> eluBackward(g, input, (float) alpha), x, (float) alpha);
    }

    private static Tensor eluBackward(Tensor g, Tensor x, float alpha) {
        // the clamp keeps e^x finite where it isn't chosen: 0 times infinity would be NaN in the derivative's derivative
        return Binary.where(x.gt(ZERO), g, g.mul(x.clamp(Float.NEGATIVE_INFINITY, 0f).exp()).mul(alpha));
    }

    /// An ELU that keeps mean 0 and variance 1: Klambauer et al., "Self-normalizing neural networks", 2017.
    public static Tensor selu(Tensor x) { return SELU.apply(x); }

    /// x times the probability that a standard normal number is below x: Hendrycks and Gimpel, "Gaussian error linear
    /// units", 2016. Precise in both tails, where 1 + erf would cancel: within 8 ulp of itself at every negative x, and so are its first
    /// two derivatives but for where they cross 0.
    public static Tensor gelu(Tensor x) { return Gated.GELU.apply(x); }

    /// The paper's approximation of [#gelu]: x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
    public static Tensor geluTanh(Tensor x) { return Gated.GELU_TANH.apply(x); }

    /// x sigmoid(x), also called swish.
    public static Tensor silu(Tensor x) { return Gated.SILU.apply(x); }

    /// x tanh(log(1 + e^x)): Misra, "Mish: a self regularized non-monotonic activation function", 2019.
    public static Tensor mish(Tensor x) { return Gated.MISH.apply(x); }

    /// log(1 / (1 + e^-x)), which does not underflow.
    public static Tensor logSigmoid(Tensor x) { return LOG_SIGMOID.apply(x); }

    /// log(1 + e^(beta x)) / beta; x itself where beta x is above the threshold.
    public static Tensor softplus(Tensor x, double beta, double threshold) {
        float b = (float) beta;
        return apply(SOFTPLUS, (g, input) -> {
            var scaled = input.mul(b);
            return Binary.where(scaled.gt(Tensor.scalar((float) threshold)), g, g.mul(scaled.sigmoid()));
        }, x, b, (float) threshold);
    }

    /// x / (1 + |x|).
    public static Tensor softsign(Tensor x) { return SOFTSIGN.apply(x); }

    /// x within the bounds, else the bound. As in PyTorch, the gradient is 0 at the bounds too, where
    /// [Tensor#clamp]'s passes.
    public static Tensor hardtanh(Tensor x, double min, double max) {
        var low = Tensor.scalar((float) min);
        var high = Tensor.scalar((float) max);
        return apply(HARDTANH, (g, input) -> Binary.where(input.le(low).add(input.ge(high)), ZERO, g),
            x, (float) min, (float) max);
    }
}

/// Activations that are x times a gate from 0 to 1. Their first derivatives are formulas too, so that training needs one
/// loop for each, and so are most second ones: all are in [Gates]. The next is written in tensor operations.
final class Gated {

    private static final Operation DENSITY = new Operation("normal_density", Gates::density, Saves.INPUT,
        (g, x) -> g.mul(density(x)).mul(clamp(x, NORMAL_FLAT).neg()));
    // the third is (c^2 - 4) c density(c)
    static final Operation GELU = gated(Maps.GELU, "gelu", Gates::geluSlope, Gates::geluCurvature, x -> {
        var c = clamp(x, NORMAL_FLAT);
        return c.square().sub(4f).mul(c).mul(density(c));
    });
    static final Operation GELU_TANH = gated(Maps.GELU_TANH, "gelu_tanh", Gates::geluTanhSlope, Gates::geluTanhCurvature, x -> {
        var c = clamp(x, CUBIC_FLAT);
        var inner = c.square().mul(CUBIC).add(1f).mul(c).mul(2 * SQRT_2_OVER_PI);
        var first = c.square().mul(3 * CUBIC).add(1f).mul(2 * SQRT_2_OVER_PI);
        return sigmoidThird(c, inner, first, c.mul(12 * SQRT_2_OVER_PI * CUBIC), Tensor.scalar(12 * SQRT_2_OVER_PI * CUBIC));
    });
    static final Operation SILU = gated(Maps.SILU, "silu", Gates::siluSlope, Gates::siluCurvature, x -> {
        var c = clamp(x, FLAT);
        var zero = Tensor.scalar(0f);
        return sigmoidThird(c, c, Tensor.scalar(1f), zero, zero);
    });
    static final Operation MISH = derived(Maps.MISH, derivative("mish_slope", Gates::mishSlope, Gated::mishCurvature));

    private Gated() {}

    private static Operation gated(Elementwise kernel, String name, UnaryOperator<F32> slope, UnaryOperator<F32> curvature,
                                   UnaryOperator<Tensor> third) {
        var second = derivative(name + "_curvature", curvature, third);
        return derived(kernel, derivative(name + "_slope", slope, second::apply));
    }

    private static Operation derived(Elementwise kernel, Operation slope) {
        return new Operation(kernel, Saves.INPUT, (g, x) -> g.mul(slope.apply(x)));
    }

    private static Operation derivative(String name, UnaryOperator<F32> formula, UnaryOperator<Tensor> next) {
        return new Operation(name, formula, Saves.INPUT, (g, x) -> g.mul(next.apply(x)));
    }

    private static Tensor clamp(Tensor x, float bound) { return x.clamp(-bound, bound); }

    private static Tensor density(Tensor x) { return DENSITY.apply(x); }

    /// Of a gate that is s = sigmoid(v(x)): 3 s'' + x s'''. With p = s (1 - s) and q = 1 - 2 s, s' = p v', p' = p q v' and
    /// q' = -2 p v'.
    private static Tensor sigmoidThird(Tensor x, Tensor inner, Tensor first, Tensor second, Tensor third) {
        var s = inner.sigmoid();
        var p = s.mul(inner.neg().sigmoid());
        var q = s.mul(-2f).add(1f);
        var bend = q.mul(first.square()).add(second);
        var twist = q.square().sub(p.mul(2f)).mul(first.square()).add(q.mul(second).mul(3f)).mul(first).add(third);
        return p.mul(bend.mul(3f).add(x.mul(twist)));
    }

    /// With w = e^x: 2 t' + x t'', where t' = 4 w (1 + w) / d^2 and t'' = 4 w ((1 + 2 w) d - 4 w (1 + w)^2) / d^3, d = n + 2.
    private static Tensor mishCurvature(Tensor x) {
        var c = x.clamp(-FLAT, MISH_STRAIGHT);
        var w = c.exp();
        var up = w.add(1f);
        var d = up.square().add(1f);
        var bend = w.mul(2f).add(1f).sub(w.mul(up.square()).mul(4f).div(d));
        return up.mul(2f).add(c.mul(bend)).mul(4f).div(d.square()).mul(w);
    }
}
