package dev.lanewise.optim;

import dev.lanewise.kernel.AdamRule;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Kingma and Ba, "Adam: a method for stochastic optimization", 2015: each weight's step is scaled by its gradient's
/// own history.
///
/// With AMSGrad (Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018) by the largest that the history
/// ever was. Weight decay adds to the gradient; [AdamW] keeps the two apart.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from then on.
/// [GradientClipping] keeps gradients from it.
public final class Adam extends Optimizer {

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
        super(parameters, learningRate, AdamRule.of(options.amsgrad, options.weightDecay, false, options.maximize).kernel(),
            Buffers.moments(options.amsgrad));
        this.options = options;
    }

    /// The paper's constants, without weight decay.
    public static Options options() { return new Options(0.9, 0.999, 1e-8, 0, false, false); }

    @Override
    float[] scalars(long t) {
        return AdamRule.scalars(t, learningRate(), options.beta1, options.beta2, options.epsilon, options.weightDecay);
    }
}
