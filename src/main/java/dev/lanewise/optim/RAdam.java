package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.UpdateRules;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Liu et al., "On the variance of the adaptive learning rate and beyond", 2020: [Adam] whose first steps go by the mean of
/// gradients alone, until there are enough squares to scale it by, and whose scale is rectified from then on: a warm-up of its
/// own.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from
/// then on. [GradientClipping] keeps gradients from it.
public final class RAdam extends Optimizer {

    /// As many squares, in effect, must be in their mean; PyTorch's 5, the paper's 4.
    private static final double ENOUGH = 5;

    /// How RAdam is varied.
    ///
    /// @param beta1       share of the old mean of gradients, of [0, 1)
    /// @param beta2       share of the old mean of squares, of [0, 1)
    /// @param epsilon     added to the root, 0 or more
    /// @param weightDecay added to the gradient, times the weight; or, if decoupled, by how much of itself, times the rate, a
    ///     weight shrinks
    /// @param decoupled   whether weight decay shrinks the weights, PyTorch's `decoupled_weight_decay`
    /// @param maximize    whether to climb instead of to descend
    public record Options(double beta1, double beta2, double epsilon, double weightDecay, boolean decoupled, boolean maximize)
        implements OptimizerOptions {

        /// Refuses numbers beyond their bounds.
        public Options {
            Checks.decay("RAdam", "beta1", beta1);
            Checks.decay("RAdam", "beta2", beta2);
            Checks.nonNegative("RAdam", "epsilon", epsilon);
            Checks.nonNegative("RAdam", "weight decay", weightDecay);
        }

        /// How slowly the means of gradients and of their squares follow, each of [0, 1).
        public Options betas(double beta1, double beta2) {
            return new Options(beta1, beta2, epsilon, weightDecay, decoupled, maximize);
        }

        /// What is added to the root, 0 or more.
        public Options epsilon(double epsilon) { return new Options(beta1, beta2, epsilon, weightDecay, decoupled, maximize); }

        @Override
        public Options weightDecay(double decay) { return new Options(beta1, beta2, epsilon, decay, decoupled, maximize); }

        /// Whether weights shrink by themselves, as AdamW's do, and not by their gradient.
        public Options decoupled(boolean decoupled) {
            return new Options(beta1, beta2, epsilon, weightDecay, decoupled, maximize);
        }

        /// Whether to climb instead of to descend.
        public Options maximize(boolean maximize) { return new Options(beta1, beta2, epsilon, weightDecay, decoupled, maximize); }

        @Override
        public UpdateRule rule() {
            return UpdateRules.radam(!decoupled && weightDecay != 0, decoupled && weightDecay != 0, maximize);
        }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double learningRate) {
            if (weightDecay != 0 && !decoupled) numbers.set("weight_decay", weightDecay);
            numbers.set("1 - beta1", 1 - beta1).set("1 - beta2", 1 - beta2).set("beta2", beta2)
                .set("least", UpdateRule.least(epsilon));
            double power = UpdateRule.power(beta2, t);
            double most = 2 / (1 - beta2) - 1;
            double length = most - 2 * t * power / (1 - power);
            boolean rectified = length > ENOUGH;
            numbers.set("epsilon", epsilon).set("rectified", rectified ? 1 : 0);
            double rectifier = rectified
                ? Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length) * (1 - power)) : 1;
            numbers.set("-rate", -learningRate * rectifier / (1 - UpdateRule.power(beta1, t)));
            if (weightDecay != 0 && decoupled) numbers.set("-rate weight_decay", -learningRate * weightDecay);
        }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// With [#options()].
    public RAdam(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// As the options have it.
    public RAdam(List<Parameter> parameters, double learningRate, Options options) { super(parameters, learningRate, options); }

    /// With groups of parameters: see [ParameterGroup].
    public RAdam(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// Adam's constants, without weight decay.
    public static Options options() { return new Options(0.9, 0.999, 1e-8, 0, false, false); }
}
