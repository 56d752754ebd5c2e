package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.expr.UpdateRules;

/// The options of [Adam] and of [AdamW], which mean another thing by weight decay, so that those of the one don't fit the other.
///
/// @param <O> the kind of options
public abstract sealed class AdamOptions<O extends AdamOptions<O>> implements OptimizerOptions
    permits Adam.Options, AdamW.Options {

    /// @param who         the optimizer, for messages
    /// @param decoupled   whether weight decay shrinks the weights, rather than to add to the gradient
    record Values(String who, boolean decoupled, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad,
                  boolean maximize) {

        Values {
            Checks.decay(who, "beta1", beta1);
            Checks.decay(who, "beta2", beta2);
            Checks.nonNegative(who, "epsilon", epsilon);
            Checks.nonNegative(who, "weight decay", weightDecay);
        }

        /// The paper's constants.
        static Values of(String who, boolean decoupled, double weightDecay) {
            return new Values(who, decoupled, 0.9, 0.999, 1e-8, weightDecay, false, false);
        }
    }

    private final Values values;

    AdamOptions(Values values) { this.values = values; }

    abstract O with(Values values);

    private O with(double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad, boolean maximize) {
        return with(new Values(values.who, values.decoupled, beta1, beta2, epsilon, weightDecay, amsgrad, maximize));
    }

    /// Share of the old mean of gradients.
    public final double beta1() { return values.beta1; }

    /// Share of the old mean of squares.
    public final double beta2() { return values.beta2; }

    /// What is added to the root.
    public final double epsilon() { return values.epsilon; }

    /// What the optimizer says that it is.
    public final double weightDecay() { return values.weightDecay; }

    /// Whether the mean of squares never falls.
    public final boolean amsgrad() { return values.amsgrad; }

    /// Whether to climb instead of to descend.
    public final boolean maximize() { return values.maximize; }

    /// Sets how slowly the means follow.
    ///
    /// @param beta1 share of the old mean of gradients, of [0, 1)
    /// @param beta2 share of the old mean of squares, of [0, 1)
    public final O betas(double beta1, double beta2) {
        return with(beta1, beta2, epsilon(), weightDecay(), amsgrad(), maximize());
    }

    /// Sets what keeps steps from dividing by 0.
    ///
    /// @param epsilon added to the root, 0 or more
    public final O epsilon(double epsilon) { return with(beta1(), beta2(), epsilon, weightDecay(), amsgrad(), maximize()); }

    /// @param decay 0 or more
    @Override
    public final O weightDecay(double decay) { return with(beta1(), beta2(), epsilon(), decay, amsgrad(), maximize()); }

    /// Takes the largest mean of squares so far in place of the last: Reddi, Kale and Kumar, "On the convergence of Adam and
    /// beyond", 2018.
    ///
    /// @param amsgrad whether the mean of squares never falls
    public final O amsgrad(boolean amsgrad) { return with(beta1(), beta2(), epsilon(), weightDecay(), amsgrad, maximize()); }

    /// Turns the direction round.
    ///
    /// @param maximize whether to climb instead of to descend
    public final O maximize(boolean maximize) { return with(beta1(), beta2(), epsilon(), weightDecay(), amsgrad(), maximize); }

    private boolean penalized() { return !values.decoupled && values.weightDecay != 0; }

    private boolean shrinks() { return values.decoupled && values.weightDecay != 0; }

    @Override
    public final UpdateRule rule() { return UpdateRules.adam(values.amsgrad, penalized(), shrinks(), values.maximize); }

    @Override
    public final void numbers(UpdateRule.Numbers numbers, long t, double learningRate) {
        UpdateRules.adamNumbers(numbers, penalized(), shrinks(), t, learningRate, values.beta1, values.beta2, values.epsilon,
            values.weightDecay);
    }

    @Override
    public final boolean equals(Object other) { return other instanceof AdamOptions<?> options && values.equals(options.values); }

    @Override
    public final int hashCode() { return values.hashCode(); }

    @Override
    public final String toString() {
        return values.who + ".Options[beta1=" + beta1() + ", beta2=" + beta2() + ", epsilon=" + epsilon() + ", weightDecay="
            + weightDecay() + ", amsgrad=" + amsgrad() + ", maximize=" + maximize() + "]";
    }
}
