package dev.lanewise.optim;

import dev.lanewise.formula.UpdateRule;

/// What an optimizer is: the formula of its step, and the numbers that the formula takes, but for the rate. It is not changed: a
/// record, best. The library's own optimizers are written so, and yours are.
public interface OptimizerOptions {

    /// The formula. Options that differ in numbers alone share one.
    UpdateRule rule();

    /// Sets each number of [#rule()] for one step.
    ///
    /// @param t            counts the steps of the parameter at hand, from 1: one that had no gradient made none
    /// @param learningRate the rate of this step
    void numbers(UpdateRule.Numbers numbers, long t, double learningRate);

    /// What all elements of a buffer are before the first step: 0, unless the options say otherwise.
    default double initial(String buffer) { return 0; }

    /// The same but for the weight decay: for a group that has its own.
    ///
    /// @throws IllegalArgumentException if there is no weight decay in these options
    default OptimizerOptions weightDecay(double decay) {
        throw new IllegalArgumentException("weight decay " + decay + " for a group of an optimizer whose options, "
            + getClass().getSimpleName() + ", have none; override OptimizerOptions.weightDecay, or leave it to the gradient");
    }
}
