package dev.lanewise.optim;

import static dev.lanewise.kernel.Expr.scalar;
import static dev.lanewise.kernel.Expr.select;
import static dev.lanewise.kernel.Expr.slot;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Expr.Comparison;
import dev.lanewise.kernel.Expr.F32;
import dev.lanewise.kernel.Formula;
import dev.lanewise.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Kingma and Ba, "Adam: a method for stochastic optimization", 2015: each weight's step is scaled by its gradient's
/// own history.
///
/// With AMSGrad (Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018) by the largest that the history
/// ever was. Weight decay adds to the gradient; [AdamW] keeps the two apart.
public sealed class Adam extends Optimizer permits AdamW {

    /// @param beta1       share of the old mean of gradients, of [0, 1)
    /// @param beta2       share of the old mean of squares, of [0, 1)
    /// @param epsilon     added to the root, 0 or more
    /// @param weightDecay 0 or more
    /// @param amsgrad     whether the mean of squares never falls
    /// @param maximize    whether to climb instead of to descend
    public record Options(double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad, boolean maximize) {

        public Options {
            Checks.decay("Adam", "beta1", beta1);
            Checks.decay("Adam", "beta2", beta2);
            Checks.nonNegative("Adam", "epsilon", epsilon);
            Checks.nonNegative("Adam", "weight decay", weightDecay);
        }

        public Options betas(double beta1, double beta2) {
            return new Options(beta1, beta2, epsilon, weightDecay, amsgrad, maximize);
        }

        public Options epsilon(double epsilon) { return new Options(beta1, beta2, epsilon, weightDecay, amsgrad, maximize); }

        public Options weightDecay(double decay) { return new Options(beta1, beta2, epsilon, decay, amsgrad, maximize); }

        public Options amsgrad(boolean amsgrad) { return new Options(beta1, beta2, epsilon, weightDecay, amsgrad, maximize); }

        public Options maximize(boolean maximize) { return new Options(beta1, beta2, epsilon, weightDecay, amsgrad, maximize); }
    }

    /// What changes the formula, and not only its numbers.
    private record Variant(boolean amsgrad, boolean shrinks, Gradient gradient) {

        static final Map<Variant, Elementwise> FORMULAS = new ConcurrentHashMap<>();

        static Elementwise formula(Options options, boolean decoupled) {
            boolean decays = options.weightDecay != 0;
            return FORMULAS.computeIfAbsent(new Variant(options.amsgrad, decoupled && decays,
                new Gradient(!decoupled && decays, options.maximize)), Variant::formula);
        }

        /// p, g, m, v, largest v; 1 - beta1, beta2, 1 - beta2, 1 / sqrt(1 - beta2^t), epsilon, -rate / (1 - beta1^t),
        /// weight decay, -rate * weight decay
        Elementwise formula() {
            var g = gradient.slope(scalar(6));
            var m = g.sub(slot(2)).fma(scalar(0), slot(2));
            var v = scalar(2).mul(g).fma(g, scalar(1).mul(slot(3)));
            F32 square = amsgrad ? select(Comparison.GT, slot(4), v, slot(4), v) : v;
            var scale = square.sqrt().fma(scalar(3), scalar(4));
            F32 p = shrinks ? scalar(7).fma(slot(0), slot(0)) : slot(0);
            var outputs = new ArrayList<>(List.of(new Formula.Output(0, scalar(5).fma(m.div(scale), p)),
                new Formula.Output(2, m), new Formula.Output(3, v)));
            if (amsgrad) outputs.add(new Formula.Output(4, square));
            return new Elementwise(new Formula(amsgrad ? "amsgrad" : "adam", outputs));
        }
    }

    private final Options options;

    /// With the paper's constants: 0.9, 0.999, 1e-8.
    public Adam(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// @param beta1   share of the old mean of gradients, of [0, 1)
    /// @param beta2   share of the old mean of squares, of [0, 1)
    /// @param epsilon added to the root, 0 or more
    public Adam(List<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon) {
        this(parameters, learningRate, options().betas(beta1, beta2).epsilon(epsilon));
    }

    public Adam(List<Parameter> parameters, double learningRate, Options options) {
        this(parameters, learningRate, options, false);
    }

    /// @param decoupled whether weight decay shrinks the weights themselves
    Adam(List<Parameter> parameters, double learningRate, Options options, boolean decoupled) {
        super(parameters, learningRate, Variant.formula(options, decoupled), options.amsgrad
            ? Buffers.zeros("exp_avg", "exp_avg_sq", "max_exp_avg_sq") : Buffers.zeros("exp_avg", "exp_avg_sq"));
        this.options = options;
    }

    /// The paper's constants, without weight decay.
    public static Options options() { return new Options(0.9, 0.999, 1e-8, 0, false, false); }

    @Override
    float[] scalars(long t) {
        return new float[] {(float) (1 - options.beta1), (float) options.beta2, (float) (1 - options.beta2),
            (float) (1 / Math.sqrt(1 - power(options.beta2, t))), (float) options.epsilon,
            (float) (-learningRate() / (1 - power(options.beta1, t))), (float) options.weightDecay,
            (float) (-learningRate() * options.weightDecay)};
    }

    /// By squaring.
    private static double power(double base, long exponent) {
        double power = 1;
        for (double factor = base; exponent > 0; exponent >>= 1, factor *= factor)
            if ((exponent & 1) != 0) power *= factor;
        return power;
    }
}
