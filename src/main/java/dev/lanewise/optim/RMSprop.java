package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.UpdateRules;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Hinton, "Neural networks for machine learning", lecture 6, 2012: a gradient is divided by the root of the running mean of
/// its squares; if centered (Graves, "Generating sequences with recurrent neural networks", 2013), of their variance.
///
/// Where rounding makes that variance negative, it is taken for 0; in PyTorch the weight becomes NaN.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from
/// then on. [GradientClipping] keeps gradients from it.
public final class RMSprop extends Optimizer {

    /// How RMSprop is varied.
    ///
    /// @param alpha       share of the old mean of squares, of [0, 1)
    /// @param epsilon     added to the root, 0 or more
    /// @param momentum    of [0, 1); 0 for none
    /// @param centered    whether the squared mean is taken from the mean of squares
    /// @param weightDecay the factor of half the squared weights, which are added to the loss; 0 or more
    /// @param maximize    whether to climb instead of to descend
    public record Options(double alpha, double epsilon, double momentum, boolean centered, double weightDecay,
                          boolean maximize) implements OptimizerOptions {

        /// Refuses numbers beyond their bounds.
        public Options {
            Checks.decay("RMSprop", "alpha", alpha);
            Checks.nonNegative("RMSprop", "epsilon", epsilon);
            Checks.decay("RMSprop", "momentum", momentum);
            Checks.nonNegative("RMSprop", "weight decay", weightDecay);
        }

        /// How slowly the mean of squares follows, of [0, 1).
        public Options alpha(double alpha) { return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize); }

        /// What is added to the root, 0 or more.
        public Options epsilon(double epsilon) { return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize); }

        /// The share of the old velocity in the new one, of [0, 1); 0 for none.
        public Options momentum(double momentum) {
            return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize);
        }

        /// Whether the squared mean is taken from the mean of squares.
        public Options centered(boolean centered) {
            return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize);
        }

        @Override
        public Options weightDecay(double decay) { return new Options(alpha, epsilon, momentum, centered, decay, maximize); }

        /// Whether to climb instead of to descend.
        public Options maximize(boolean maximize) {
            return new Options(alpha, epsilon, momentum, centered, weightDecay, maximize);
        }

        @Override
        public UpdateRule rule() { return UpdateRules.rmsprop(momentum != 0, centered, weightDecay != 0, maximize); }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double learningRate) {
            if (weightDecay != 0) numbers.set("weight_decay", weightDecay);
            numbers.set("1 - alpha", 1 - alpha).set("alpha", alpha).set("least", UpdateRule.least(epsilon))
                .set("epsilon", epsilon);
            if (momentum != 0) numbers.set("momentum", momentum);
            numbers.set("-rate", -learningRate);
        }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// With alpha 0.99 and epsilon 1e-8.
    public RMSprop(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// As the options have it.
    public RMSprop(List<Parameter> parameters, double learningRate, Options options) { super(parameters, learningRate, options); }

    /// With groups of parameters: see [ParameterGroup].
    public RMSprop(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// Alpha 0.99 and epsilon 1e-8, neither centered nor with momentum or weight decay.
    public static Options options() { return new Options(0.99, 1e-8, 0, false, 0, false); }
}
