package dev.lanewise.kernel;

import static dev.lanewise.kernel.Expr.slot;

import dev.lanewise.kernel.Expr.F32;

/// How every optimizer's formula begins.
///
/// @param decays   whether the parameter times the weight decay is added: the derivative of an L2 penalty
/// @param maximize whether to climb instead of to descend
public record Gradient(boolean decays, boolean maximize) {

    public static Gradient of(double weightDecay, boolean maximize) { return new Gradient(weightDecay != 0, maximize); }

    /// The slope to descend; a penalty is descended even when the loss is climbed, as PyTorch does.
    public F32 slope(F32 weightDecay) {
        F32 g = maximize ? slot(1).neg() : slot(1);
        return decays ? weightDecay.fma(slot(0), g) : g;
    }
}
