package dev.lanewise.diagnose;

import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// How sharply a loss bends at the start, and the steps that it allows before a network is trained.
///
/// ```java
/// var sharpness = Sharpness.of(model, inputs, output -> Losses.mseLoss(output, targets));
/// IO.println(sharpness.words());
/// var optimizer = new SGD(model.parameters(), 0.5 * sharpness.rate(0.9), 0.9);
/// ```
///
/// On a quadratic loss, as of a linear model with squared errors, gradient descent converges from rates below 2 / λ, λ being the
/// largest eigenvalue of the loss's Hessian, and diverges beyond; with momentum β below 2 (1 + β) / λ. Elsewhere that is a bound
/// for the first steps: beyond it the loss rises along the sharpest direction, and then a network may still be caught where the
/// loss is flatter, up to about 4 / λ (Lewkowycz, Bahri, Dyer, Sohl-Dickstein and Gur-Ari, "The large learning rate phase of deep
/// learning", 2020), or not. Below it, training sharpens until the bound is reached (Cohen, Kaur, Li, Kolter and Talwalkar,
/// "Gradient descent on neural networks typically occurs at the edge of stability", 2021).
///
/// What is not known, as where the loss isn't finite, is NaN.
///
/// @param parameters  numbers that are trained
/// @param loss        at the start
/// @param gradient    the length of its gradient
/// @param hessian     the most positive eigenvalue of the loss's Hessian: the sharpness
/// @param adam        that of the Hessian divided by Adam's denominators as they are at its first step, the sizes of the
///     gradient's numbers and 1e-8
/// @param gaussNewton that of Jᵀ L J, J being the outputs' derivatives and L the loss's Hessian with respect to them: the
///     Hessian, but for the bends of the outputs themselves
/// @param kernel      that of the neural tangent kernel J Jᵀ, of all outputs for all inputs
public record Sharpness(int parameters, double loss, double gradient, Extreme hessian, Extreme adam, Extreme gaussNewton,
    Extreme kernel) {

    /// Adam's.
    private static final double EPSILON = 1e-8;
    private static final long SEED = 1;

    /// Of a loss over all inputs there are. The model runs in the mode in which it is, and nothing in it changes; other threads
    /// may use it meanwhile.
    ///
    /// @param loss of what the model gives, one number
    /// @throws IllegalArgumentException if the loss is more than one number, or nothing is trained
    public static Sharpness of(Layer model, Tensor inputs, Function<Tensor, Tensor> loss) {
        return of(model, () -> model.call(inputs), loss);
    }

    /// As [#of(Layer, Tensor, Function)], for models of any call that gives one tensor.
    public static Sharpness of(Module model, Supplier<Tensor> call, Function<Tensor, Tensor> loss) {
        try (var _ = model.rehearsing(); var _ = Autograd.enableGrad(); var _ = Scope.outside()) {
            var parameters = trained(model);
            var output = call.get();
            var outer = output.detach().requiresGrad(true);
            return new Bend(parameters, loss.apply(output)).sharpness(new JacobianProducts(output, parameters),
                new Bend(List.of(outer), loss.apply(outer)));
        }
    }

    /// Of a loss alone, however it is computed, with neither Gauss and Newton's matrix nor the kernel.
    ///
    /// @param loss runs the model and gives one number
    public static Sharpness of(Module model, Supplier<Tensor> loss) {
        try (var _ = model.rehearsing(); var _ = Autograd.enableGrad(); var _ = Scope.outside()) {
            return new Bend(trained(model), loss.get()).sharpness(null, null);
        }
    }

    private static List<Tensor> trained(Module model) {
        var trained = model.parameters().stream().filter(Parameter::requiresGrad)
            .filter(parameter -> parameter.shape().numel() > 0).map(Parameter::tensor).toList();
        if (trained.isEmpty()) throw new IllegalArgumentException(
            "sharpness: the model has no parameter that is trained, so that no step changes its loss; thaw some by"
            + " requiresGrad(true)");
        return trained;
    }

    /// A loss as a function of some tensors about where they are.
    private static final class Bend {

        private final List<Tensor> inputs;
        private final Tensor loss;
        /// Those that it depends on.
        private final List<Tensor> live;
        private final Tensor slopes;
        /// Those that its gradient depends on.
        private final List<Tensor> bent;

        Bend(List<Tensor> inputs, Tensor loss) {
            if (loss.numel() != 1) throw new IllegalArgumentException("sharpness: the loss has shape " + loss.shape()
                + "; give one number for all inputs, as a mean");
            this.inputs = inputs;
            this.loss = loss;
            this.live = JacobianProducts.live(loss, inputs);
            this.slopes = live.isEmpty() ? null : JacobianProducts.joined(Autograd.grad(loss, live, null, true, true));
            this.bent = slopes == null ? List.of() : JacobianProducts.live(slopes, inputs);
        }

        float[] gradient() {
            var flat = new float[JacobianProducts.columns(inputs)];
            if (slopes == null) return flat;
            var values = slopes.toArray();
            int from = 0;
            int to = 0;
            for (var input : inputs) {
                if (JacobianProducts.isIn(live, input)) {
                    System.arraycopy(values, from, flat, to, input.numel());
                    from += input.numel();
                }
                to += input.numel();
            }
            return flat;
        }

        /// The Hessian times a vector.
        float[] times(float[] v) {
            if (bent.isEmpty()) return new float[v.length];
            var weights = Tensor.wrap(JacobianProducts.taken(v, inputs, live), slopes.numel());
            return JacobianProducts.flat(inputs, bent, Autograd.grad(slopes, bent, weights, true, false));
        }

        Sharpness sharpness(JacobianProducts jacobian, Bend outer) {
            int n = JacobianProducts.columns(inputs);
            var gradient = gradient();
            double length = Math.sqrt(Statistics.dot(gradient, gradient));
            double value = loss.item();
            if (!Double.isFinite(value) || !Double.isFinite(length))
                return new Sharpness(n, value, length, Extreme.UNKNOWN, Extreme.UNKNOWN, Extreme.UNKNOWN, Extreme.UNKNOWN);
            return new Sharpness(n, value, length, largest(n, this::times), largest(n, divided(gradient)),
                jacobian == null ? Extreme.UNKNOWN : largest(n, v -> jacobian.transposed(outer.times(jacobian.times(v)))),
                jacobian == null ? Extreme.UNKNOWN : largest(jacobian.rows(), u -> jacobian.times(jacobian.transposed(u))));
        }

        /// By Adam's denominators, half of it on either side, so that it stays symmetric.
        private Lanczos.Product divided(float[] gradient) {
            var roots = new float[gradient.length];
            for (int i = 0; i < roots.length; i++) roots[i] = (float) (1 / Math.sqrt(Math.abs(gradient[i]) + EPSILON));
            UnaryOperator<float[]> divide = v -> {
                var divided = new float[v.length];
                for (int i = 0; i < v.length; i++) divided[i] = v[i] * roots[i];
                return divided;
            };
            return v -> divide.apply(times(divide.apply(v)));
        }

        private static Extreme largest(int n, Lanczos.Product product) { return Lanczos.of(n, product, SEED).largest(); }
    }

    // ---- rates

    /// 2 / λ: the rate beyond which plain gradient descent's first steps leave. Infinite where the loss bends upwards nowhere.
    public double rate() { return rate(0); }

    /// 2 (1 + β) / λ: with momentum as [dev.lanewise.optim.SGD] has it.
    ///
    /// @throws IllegalArgumentException if the momentum is not of [0, 1)
    public double rate(double momentum) { return allowed(2 * (1 + checked(momentum)), hessian); }

    /// 2 (1 + β) / ((1 + 2 β) λ): with Nesterov's momentum.
    public double nesterovRate(double momentum) { return allowed(2 * (1 + checked(momentum)) / (1 + 2 * momentum), hessian); }

    /// 2 (1 + β₁) / ((1 - β₁) λ), λ being that of the Hessian divided by Adam's denominators, 38 / λ where β₁ is 0.9: Cohen and
    /// others, "Adaptive gradient methods at the edge of stability", 2022. Its denominators are those of the first step here;
    /// where a gradient's number is small by chance, they soon grow, and with them the rate that is allowed.
    public double adamRate(double beta1) { return allowed(2 * (1 + checked(beta1)) / (1 - beta1), adam); }

    private static double allowed(double steps, Extreme curvature) {
        return Double.isNaN(curvature.value()) ? Double.NaN : curvature.value() <= 0 ? Double.POSITIVE_INFINITY
            : steps / curvature.value();
    }

    private static double checked(double momentum) {
        if (!(momentum >= 0 && momentum < 1)) throw new IllegalArgumentException("sharpness: momentum " + momentum
            + "; it must be of [0, 1)");
        return momentum;
    }

    /// The sharpness, and the rates that it allows.
    public String words() {
        if (Double.isNaN(hessian.value())) return "the loss at the start is " + loss + ", its gradient's length " + gradient
            + ": no rate can be told; mend the initialization first";
        if (hessian.value() <= 0) return "the loss bends upwards nowhere at the start: no rate is too large for the first"
            + " step by that" + (gradient == 0 ? ", but its gradient is 0, and nothing is learned" : "");
        return "sharpness " + Figures.number(hessian.value()) + ": a bound on the first steps of rate " + Figures.number(rate())
            + " for SGD, " + Figures.number(rate(0.9))
            + " with momentum 0.9; beyond it the loss rises at first, and a network may still be caught (up to about "
            + Figures.number(2 * rate()) + " without momentum) or not";
    }
}
