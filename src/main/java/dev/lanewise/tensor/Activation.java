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

    private static final ElementwiseOperation PRELU = Operation.elementwise("prelu", (x, slope) -> x.gt(0).select(x, x.mul(slope)));
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

    private Activation() {}

    private static ElementwiseOperation unary(String name, UnaryOperator<Term> formula) { return Operation.elementwise(name, formula); }

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
    /// units", 2016. Precise in both tails, where 1 + erf would cancel: within 8 ulp of itself at every negative x, and so are its first
    /// two derivatives but for where they cross 0.
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
}
