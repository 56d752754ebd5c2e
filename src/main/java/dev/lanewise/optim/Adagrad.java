package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.UpdateRules;
import dev.lanewise.nn.Parameter;
import java.util.List;

/// Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011: a
/// gradient is divided by the root of the sum of all squares so far.
///
/// Squares are floats, as PyTorch's are: one gradient beyond 1.8e19 makes them infinite, and its weight stays where it is from
/// then on. [GradientClipping] keeps gradients from it.
public final class Adagrad extends Optimizer {

    /// How Adagrad is varied.
    ///
    /// @param lrDecay            step t is made with rate / (1 + (t - 1) lrDecay); 0 or more
    /// @param initialAccumulator what the sums of squares start with, 0 or more
    /// @param epsilon            added to the root, 0 or more
    /// @param weightDecay        the factor of half the squared weights, which are added to the loss; 0 or more
    /// @param maximize           whether to climb instead of to descend
    public record Options(double lrDecay, double initialAccumulator, double epsilon, double weightDecay, boolean maximize)
        implements OptimizerOptions {

        /// Refuses numbers beyond their bounds.
        public Options {
            Checks.nonNegative("Adagrad", "lrDecay", lrDecay);
            Checks.nonNegative("Adagrad", "initial accumulator", initialAccumulator);
            Checks.nonNegative("Adagrad", "epsilon", epsilon);
            Checks.nonNegative("Adagrad", "weight decay", weightDecay);
        }

        /// By how much the rate falls: step t is made with rate / (1 + (t - 1) lrDecay).
        public Options lrDecay(double lrDecay) {
            return new Options(lrDecay, initialAccumulator, epsilon, weightDecay, maximize);
        }

        /// What the sums of squares start with, 0 or more.
        public Options initialAccumulator(double initial) {
            return new Options(lrDecay, initial, epsilon, weightDecay, maximize);
        }

        /// What is added to the root, 0 or more.
        public Options epsilon(double epsilon) {
            return new Options(lrDecay, initialAccumulator, epsilon, weightDecay, maximize);
        }

        @Override
        public Options weightDecay(double decay) { return new Options(lrDecay, initialAccumulator, epsilon, decay, maximize); }

        /// Whether to climb instead of to descend.
        public Options maximize(boolean maximize) {
            return new Options(lrDecay, initialAccumulator, epsilon, weightDecay, maximize);
        }

        @Override
        public UpdateRule rule() { return UpdateRules.adagrad(weightDecay != 0, maximize); }

        @Override
        public void numbers(UpdateRule.Numbers numbers, long t, double learningRate) {
            if (weightDecay != 0) numbers.set("weight_decay", weightDecay);
            numbers.set("-rate", -learningRate / (1 + (t - 1) * lrDecay)).set("epsilon", epsilon);
        }

        @Override
        public double initial(String buffer) { return initialAccumulator; }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// With epsilon 1e-10.
    public Adagrad(List<Parameter> parameters, double learningRate) { this(parameters, learningRate, options()); }

    /// As the options have it.
    public Adagrad(List<Parameter> parameters, double learningRate, Options options) { super(parameters, learningRate, options); }

    /// With groups of parameters: see [ParameterGroup].
    public Adagrad(ParameterGroups groups, double learningRate, Options options) { super(groups, learningRate, options); }

    /// Epsilon 1e-10, the sums starting at 0, without decay of rate or weights.
    public static Options options() { return new Options(0, 0, 1e-10, 0, false); }
}
