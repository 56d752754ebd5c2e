package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.UpdateRules;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Zeiler, "ADADELTA: an adaptive learning rate method", 2012: a gradient is divided by the root of the running mean of its
/// squares, and multiplied by that of the steps so far, which gives steps the weights' own unit.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from
/// then on. [GradientClipping] keeps gradients from it.
public final class Adadelta extends Optimizer {

    private static final double HIDES_LEAST = 1e-30;

    /// How Adadelta is varied.
    ///
    /// @param rho         share of the old means of squares, of [0, 1)
    /// @param epsilon     added to both means, 0 or more; from it the first step follows
    /// @param weightDecay the factor of half the squared weights, which are added to the loss; 0 or more
    /// @param maximize    whether to climb instead of to descend
    public record Options(double rho, double epsilon, double weightDecay, boolean maximize)
        implements OptimizerOptions {

        /// Refuses numbers beyond their bounds.
        public Options {
            Checks.decay("Adadelta", "rho", rho);
            Checks.nonNegative("Adadelta", "epsilon", epsilon);
            Checks.nonNegative("Adadelta", "weight decay", weightDecay);
        }

        /// The share of the old means of squares in the new ones, of [0, 1).
        public Options rho(double rho) { return new Options(rho, epsilon, weightDecay, maximize); }

        /// What is added to both means, 0 or more.
        public Options epsilon(double epsilon) { return new Options(rho, epsilon, weightDecay, maximize); }

        @Override
        public Options weightDecay(double decay) { return new Options(rho, epsilon, decay, maximize); }

        /// Whether to climb instead of to descend.
        public Options maximize(boolean maximize) { return new Options(rho, epsilon, weightDecay, maximize); }

        @Override
        public UpdateRule rule() { return UpdateRules.adadelta(weightDecay != 0, maximize); }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double learningRate) {
            if (weightDecay != 0) numbers.set("weight_decay", weightDecay);
            // within the root an epsilon hides far smaller squares than behind it
            double least = epsilon >= HIDES_LEAST ? Float.MIN_NORMAL : 0;
            numbers.set("1 - rho", 1 - rho).set("rho", rho).set("least", least).set("epsilon", epsilon)
                .set("-rate", -learningRate);
        }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// With rho 0.9 and epsilon 1e-6; the paper's learning rate is 1.
    public Adadelta(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// As the options have it.
    public Adadelta(List<Parameter> parameters, double learningRate, Options options) {
        super(parameters, learningRate, options);
    }

    /// With groups of parameters: see [ParameterGroup].
    public Adadelta(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// Rho 0.9 and epsilon 1e-6, without weight decay.
    public static Options options() { return new Options(0.9, 1e-6, 0, false); }
}
