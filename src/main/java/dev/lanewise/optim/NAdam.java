package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.UpdateRules;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Dozat, "Incorporating Nesterov momentum into Adam", 2016: [Adam] that looks ahead, with a momentum that grows from half of
/// beta1.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from
/// then on. [GradientClipping] keeps gradients from it.
public final class NAdam extends Optimizer {

    private static final double GROWTH = 0.96;
    private static final double NOTHING = 0x1p-60;

    /// How NAdam is varied.
    ///
    /// @param beta1         share of the old mean of gradients, of [0, 1)
    /// @param beta2         share of the old mean of squares, of [0, 1)
    /// @param epsilon       added to the root, 0 or more
    /// @param weightDecay   added to the gradient, times the weight; or, if decoupled, by how much of itself, times the rate, a
    ///     weight shrinks
    /// @param momentumDecay how fast it grows: step t has beta1 (1 - 0.96^(t momentumDecay) / 2); 0 or more
    /// @param decoupled     whether weight decay shrinks the weights, PyTorch's `decoupled_weight_decay`
    /// @param maximize      whether to climb instead of to descend
    public record Options(double beta1, double beta2, double epsilon, double weightDecay, double momentumDecay, boolean decoupled,
        boolean maximize)
        implements OptimizerOptions {

        /// Refuses numbers beyond their bounds.
        public Options {
            Checks.decay("NAdam", "beta1", beta1);
            Checks.decay("NAdam", "beta2", beta2);
            Checks.nonNegative("NAdam", "epsilon", epsilon);
            Checks.nonNegative("NAdam", "weight decay", weightDecay);
            Checks.nonNegative("NAdam", "momentum decay", momentumDecay);
        }

        /// How slowly the means of gradients and of their squares follow, each of [0, 1).
        public Options betas(double beta1, double beta2) {
            return new Options(beta1, beta2, epsilon, weightDecay, momentumDecay, decoupled, maximize);
        }

        /// What is added to the root, 0 or more.
        public Options epsilon(double epsilon) {
            return new Options(beta1, beta2, epsilon, weightDecay, momentumDecay, decoupled, maximize);
        }

        @Override
        public Options weightDecay(double decay) {
            return new Options(beta1, beta2, epsilon, decay, momentumDecay, decoupled, maximize);
        }

        /// How fast the momentum reaches beta1, 0 or more.
        public Options momentumDecay(double momentumDecay) {
            return new Options(beta1, beta2, epsilon, weightDecay, momentumDecay, decoupled, maximize);
        }

        /// Whether weights shrink by themselves, as AdamW's do, and not by their gradient.
        public Options decoupled(boolean decoupled) {
            return new Options(beta1, beta2, epsilon, weightDecay, momentumDecay, decoupled, maximize);
        }

        /// Whether to climb instead of to descend.
        public Options maximize(boolean maximize) {
            return new Options(beta1, beta2, epsilon, weightDecay, momentumDecay, decoupled, maximize);
        }

        @Override
        public UpdateRule rule() {
            return UpdateRules.nadam(!decoupled && weightDecay != 0, decoupled && weightDecay != 0, maximize);
        }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double learningRate) {
            if (weightDecay != 0 && !decoupled) numbers.set("weight_decay", weightDecay);
            numbers.set("1 - beta1", 1 - beta1).set("1 - beta2", 1 - beta2).set("beta2", beta2)
                .set("least", UpdateRule.least(epsilon));
            numbers.set("1 / sqrt(1 - beta2^t)", 1 / Math.sqrt(1 - UpdateRule.power(beta2, t))).set("epsilon", epsilon);
            double product = momentumProduct(t);
            double next = momentum(t + 1);
            numbers.set("share of the mean", learningRate * next / (1 - product * next));
            numbers.set("share of the gradient", learningRate * (1 - momentum(t)) / (1 - product));
            if (weightDecay != 0 && decoupled) numbers.set("-rate weight_decay", -learningRate * weightDecay);
        }

        private double momentum(long t) { return beta1 * (1 - 0.5 * StrictMath.pow(GROWTH, t * momentumDecay)); }

        /// Of the steps so far; from where it is lost beside 1, the rest is not looked at.
        private double momentumProduct(long t) {
            double factor = StrictMath.pow(GROWTH, momentumDecay);
            double power = 1;
            double product = 1;
            for (long i = 1; i <= t && product > NOTHING; i++) {
                power *= factor;
                product *= beta1 * (1 - 0.5 * power);
            }
            return product;
        }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// With [#options()].
    public NAdam(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// As the options have it.
    public NAdam(List<Parameter> parameters, double learningRate, Options options) { super(parameters, learningRate, options); }

    /// With groups of parameters: see [ParameterGroup].
    public NAdam(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// PyTorch's: betas 0.9 and 0.999, epsilon 1e-8, momentum decay 0.004, without weight decay.
    public static Options options() { return new Options(0.9, 0.999, 1e-8, 0, 4e-3, false, false); }
}
