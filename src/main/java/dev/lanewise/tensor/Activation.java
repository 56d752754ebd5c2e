package dev.lanewise.tensor;

import static dev.lanewise.formula.Term.parameter;

import dev.lanewise.formula.Term;
import java.util.function.UnaryOperator;

/// Activations, each of them one formula.
///
/// NaN in, NaN out; a zero that stays one keeps its sign. At the infinities they take their limits, where PyTorch's products
/// give NaN. Numbers that shape an activation are parameters of the loop, so that a new slope needs no new code.
public final class Activation {

    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    private static final ElementwiseOperation PRELU = Operation.elementwise("prelu",
        (x, slope) -> x.gt(0).select(x, x.mul(slope)));
    private static final ElementwiseOperation LEAKY_RELU = unary("leaky_relu", x -> x.gt(0).select(x, x.mul(parameter(0))));
    private static final ElementwiseOperation ELU = unary("elu", x -> elu(x, parameter(0)));
    private static final ElementwiseOperation SELU = unary("selu", x -> elu(x, Term.constant(SELU_ALPHA)).mul(SELU_SCALE));
    private static final ElementwiseOperation GELU = unary("gelu", Term::gelu);
    private static final ElementwiseOperation GELU_TANH = unary("gelu_tanh", Term::geluTanh);
    private static final ElementwiseOperation SILU = unary("silu", Term::silu);
    private static final ElementwiseOperation MISH = unary("mish", Term::mish);
    private static final ElementwiseOperation LOG_SIGMOID = unary("log_sigmoid", Term::logSigmoid);
    private static final ElementwiseOperation SOFTSIGN = unary("softsign", Term::softsign);
    private static final ElementwiseOperation SOFTPLUS = unary("softplus", Activation::softplus);
    private static final ElementwiseOperation HARDTANH = unary("hardtanh", Activation::hardtanh);
    private static final ElementwiseOperation HARDSWISH = unary("hardswish",
        x -> x.le(-3).select(0, x.ge(3).select(x, x.mul(x.add(3)).div(6))));
    private static final ElementwiseOperation HARDSIGMOID = unary("hardsigmoid",
        x -> x.le(-3).select(0, x.ge(3).select(1, x.add(3).div(6))));
    private static final ElementwiseOperation CELU = unary("celu",
        x -> x.gt(0).select(x, x.div(parameter(0)).expm1().mul(parameter(0))));
    private static final ElementwiseOperation SOFTSHRINK = unary("softshrink",
        x -> x.gt(parameter(0)).select(x.sub(parameter(0)), x.lt(parameter(0).neg()).select(x.add(parameter(0)), nothing(x))));
    private static final ElementwiseOperation HARDSHRINK = unary("hardshrink",
        x -> x.gt(parameter(0)).or(x.lt(parameter(0).neg())).select(x, nothing(x)));
    private static final ElementwiseOperation TANHSHRINK = unary("tanhshrink", Term::tanhshrink);
    private static final ElementwiseOperation THRESHOLD = unary("threshold", x -> x.le(parameter(0)).select(parameter(1), x));
    private static final ElementwiseOperation GLU = Operation.elementwise("glu", (x, gate) -> x.mul(gate.sigmoid()));
    private static final ElementwiseOperation GLU_BY_GATE = Operation.elementwise("glu_by_gate",
        (g, x, gate) -> g.mul(x).mul(gate.sigmoid()).mul(gate.neg().sigmoid()));

    private Activation() {}

    private static ElementwiseOperation unary(String name, UnaryOperator<Term> formula) {
        return Operation.elementwise(name, formula);
    }

    private static Term elu(Term x, Term alpha) { return x.gt(0).select(x, x.expm1().mul(alpha)); }

    private static Term softplus(Term x) {
        var beta = parameter(0);
        var scaled = x.mul(beta);
        return scaled.gt(parameter(1)).select(x, scaled.softplus().div(beta));
    }

    /// At the bounds the gradient is 0, too.
    private static Term hardtanh(Term x) {
        var bounded = x.min(parameter(1)).max(parameter(0));
        return x.le(parameter(0)).or(x.ge(parameter(1))).select(bounded.detach(), x);
    }

    /// A zero of x's sign, but NaN for NaN; without a slope.
    private static Term nothing(Term x) { return x.mul(0).detach(); }

    /// x where it is positive, else `slope` times x. At 0 the derivative is the slope.
    public static Tensor leakyRelu(Tensor x, double slope) { return LEAKY_RELU.applyWith(x, (float) slope); }

    /// x where it is positive, else x times a slope that can be learned, of a shape that broadcasts to x.
    public static Tensor prelu(Tensor x, Tensor slope) { return PRELU.apply(x, slope); }

    /// x where it is positive, else alpha (e^x - 1).
    ///
    /// Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016.
    public static Tensor elu(Tensor x, double alpha) { return ELU.applyWith(x, (float) alpha); }

    /// An ELU that keeps mean 0 and variance 1: Klambauer et al., "Self-normalizing neural networks", 2017.
    public static Tensor selu(Tensor x) { return SELU.apply(x); }

    /// x times the probability that a standard normal number is below x: Hendrycks and Gimpel, "Gaussian error linear
    /// units", 2016. Precise in both tails, where 1 + erf would cancel: within 8 ulp of itself at every negative x, and so are
    /// its first two derivatives but for where they cross 0.
    public static Tensor gelu(Tensor x) { return GELU.apply(x); }

    /// The paper's approximation of [#gelu]: x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
    public static Tensor geluTanh(Tensor x) { return GELU_TANH.apply(x); }

    /// x sigmoid(x), also called swish.
    public static Tensor silu(Tensor x) { return SILU.apply(x); }

    /// x tanh(log(1 + e^x)): Misra, "Mish: a self regularized non-monotonic activation function", 2019.
    public static Tensor mish(Tensor x) { return MISH.apply(x); }

    /// log(1 / (1 + e^-x)), which does not underflow.
    public static Tensor logSigmoid(Tensor x) { return LOG_SIGMOID.apply(x); }

    /// log(1 + e^(beta x)) / beta; x itself where beta x is above the threshold.
    public static Tensor softplus(Tensor x, double beta, double threshold) { return SOFTPLUS.with(beta, threshold).apply(x); }

    /// x / (1 + |x|).
    public static Tensor softsign(Tensor x) { return SOFTSIGN.apply(x); }

    /// x within the bounds, else the bound. As in PyTorch, the gradient is 0 at the bounds too, where
    /// [Tensor#clamp]'s passes.
    public static Tensor hardtanh(Tensor x, double min, double max) { return HARDTANH.with(min, max).apply(x); }

    /// x times [#hardsigmoid]: within 2 ulp. At -3 the derivative is 0, at 3 it is 1.
    ///
    /// Howard et al., "Searching for MobileNetV3", 2019.
    public static Tensor hardswish(Tensor x) { return HARDSWISH.apply(x); }

    /// (x + 3) / 6 within 0 and 1: to 1.5 ulp. At -3 and at 3 the derivative is 0.
    public static Tensor hardsigmoid(Tensor x) { return HARDSIGMOID.apply(x); }

    /// x where it is positive, else alpha (e^(x / alpha) - 1), whose slope at 0 is 1 for each alpha; within 2.5 ulp.
    ///
    /// Barron, "Continuously differentiable exponential linear units", 2017.
    public static Tensor celu(Tensor x, double alpha) { return CELU.applyWith(x, (float) alpha); }

    /// x, nearer to 0 by lambda; 0 within ±lambda, where the derivative is 0, too, the bounds included.
    public static Tensor softshrink(Tensor x, double lambda) { return SOFTSHRINK.applyWith(x, (float) lambda); }

    /// x beyond ±lambda, else 0, the bounds included; there the derivative is 0, too.
    public static Tensor hardshrink(Tensor x, double lambda) { return HARDSHRINK.applyWith(x, (float) lambda); }

    /// x - tanh x, within 3.5 ulp even near 0, where PyTorch's difference cancels; its slope, the square of the tangent, is as
    /// precise.
    public static Tensor tanhshrink(Tensor x) { return TANHSHRINK.apply(x); }

    /// x where it is above the threshold, else `value`; its derivative at the threshold is 0.
    public static Tensor threshold(Tensor x, double threshold, double value) { return THRESHOLD.with(threshold, value).apply(x); }

    /// The first half along a dimension, times the sigmoid of the second half: within 3.5 ulp.
    ///
    /// Dauphin, Fan, Auli and Grangier, "Language modeling with gated convolutional networks", 2017.
    ///
    /// @param dim of an even size, which the result has half of; it may be counted from the end
    /// @throws IllegalArgumentException if the size is odd
    public static Tensor glu(Tensor x, int dim) {
        int along = x.shape().dim("glu", dim);
        int size = x.size(along);
        if (size % 2 != 0) throw new IllegalArgumentException("glu: dimension " + along + " of shape " + x.shape()
            + " has " + size + " elements; it must be an even number, as the second half gates the first");
        int half = size / 2;
        var y = Autograd.unrecorded(() -> GLU.apply(x.slice(along, 0, half), x.slice(along, half, size)));
        var saved = new SavedTensor("glu", x);
        // both gradients are put together: as gradients of slices, each would be embedded in zeros
        return Autograd.record(y, "glu", Edge.to(x, g -> {
            var first = saved.get().slice(along, 0, half);
            var gate = saved.get().slice(along, half, size);
            return Tensor.cat(along, GLU.apply(g, gate), GLU_BY_GATE.apply(g, first, gate));
        }));
    }
}
