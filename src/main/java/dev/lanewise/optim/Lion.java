package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.UpdateRules;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Chen et al., "Symbolic discovery of optimization algorithms", 2023: each weight moves by the rate in the direction of the sign
/// of a mean of gradients, whatever their size. It wants a rate three to ten times below [AdamW]'s, and a weight decay as much
/// above.
public final class Lion extends Optimizer {

    /// How Lion is varied.
    ///
    /// @param beta1       share of the mean in the direction of a step, of [0, 1)
    /// @param beta2       share of the old mean in the new one, of [0, 1)
    /// @param weightDecay by how much of itself, times the rate, a weight shrinks; 0 or more
    /// @param maximize    whether to climb instead of to descend
    public record Options(double beta1, double beta2, double weightDecay, boolean maximize)
        implements OptimizerOptions {

        /// Refuses numbers beyond their bounds.
        public Options {
            Checks.decay("Lion", "beta1", beta1);
            Checks.decay("Lion", "beta2", beta2);
            Checks.nonNegative("Lion", "weight decay", weightDecay);
        }

        /// The mean's share in a step's direction, and the old mean's in the new one, each of [0, 1).
        public Options betas(double beta1, double beta2) { return new Options(beta1, beta2, weightDecay, maximize); }

        @Override
        public Options weightDecay(double decay) { return new Options(beta1, beta2, decay, maximize); }

        /// Whether to climb instead of to descend.
        public Options maximize(boolean maximize) { return new Options(beta1, beta2, weightDecay, maximize); }

        @Override
        public UpdateRule rule() { return UpdateRules.lion(weightDecay != 0, maximize); }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double learningRate) {
            numbers.set("1 - beta1", 1 - beta1).set("beta1", beta1).set("-rate", -learningRate);
            if (weightDecay != 0) numbers.set("-rate weight_decay", -learningRate * weightDecay);
            numbers.set("1 - beta2", 1 - beta2).set("beta2", beta2);
        }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// With [#options()].
    public Lion(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// As the options have it.
    public Lion(List<Parameter> parameters, double learningRate, Options options) { super(parameters, learningRate, options); }

    /// With groups of parameters: see [ParameterGroup].
    public Lion(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// The paper's: betas 0.9 and 0.99, without weight decay.
    public static Options options() { return new Options(0.9, 0.99, 0, false); }
}
