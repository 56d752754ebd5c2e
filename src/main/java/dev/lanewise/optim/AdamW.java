package dev.lanewise.optim;

import dev.lanewise.kernel.AdamRule;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Loshchilov and Hutter, "Decoupled weight decay regularization", 2019: [Adam], whose weight decay shrinks each weight by
/// rate times decay before the step, whatever its gradients were.
///
/// Its options are a type of its own: Adam's, which decay nothing, don't fit.
public final class AdamW extends Optimizer {

    /// @param beta1       share of the old mean of gradients, of [0, 1)
    /// @param beta2       share of the old mean of squares, of [0, 1)
    /// @param epsilon     added to the root, 0 or more
    /// @param weightDecay by how much of itself, times the rate, a weight shrinks; 0 or more
    /// @param amsgrad     whether the mean of squares never falls
    /// @param maximize    whether to climb instead of to descend
    public record Options(double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad, boolean maximize) {

        public Options {
            Checks.decay("AdamW", "beta1", beta1);
            Checks.decay("AdamW", "beta2", beta2);
            Checks.nonNegative("AdamW", "epsilon", epsilon);
            Checks.nonNegative("AdamW", "weight decay", weightDecay);
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

    /// With Adam's constants and weight decay 0.01.
    public AdamW(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    public AdamW(List<Parameter> parameters, double learningRate, Options options) {
        super(parameters, learningRate, AdamRule.of(options.amsgrad, options.weightDecay, true, options.maximize).kernel(),
            Buffers.moments(options.amsgrad));
        this.options = options;
    }

    /// Adam's constants and weight decay 0.01.
    public static Options options() { return new Options(0.9, 0.999, 1e-8, 0.01, false, false); }

    @Override
    float[] scalars(long t) {
        return AdamRule.scalars(t, learningRate(), options.beta1, options.beta2, options.epsilon, options.weightDecay);
    }
}
