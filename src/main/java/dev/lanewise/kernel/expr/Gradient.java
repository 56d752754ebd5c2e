package dev.lanewise.kernel.expr;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.expr.Expr.F32;

/// How every optimizer's formula begins, and how what it remembers ends.
///
/// What is remembered of a weight whose gradients have become 0, as behind a unit that is dead, shrinks by the same factor in
/// each step and would stay subnormal, where processors take several times as long, for ever. It becomes 0 instead.
///
/// @param decays   whether the parameter times the weight decay is added: the derivative of an L2 penalty
/// @param maximize whether to climb instead of to descend
public record Gradient(boolean decays, boolean maximize) {

    private static final float LEAST = Float.MIN_NORMAL;
    /// An epsilon from which on the root of a smaller square, times up to 1,000, is lost in its rounding.
    private static final double HIDES_LEAST = 1e-8;

    public static Gradient of(double weightDecay, boolean maximize) { return new Gradient(weightDecay != 0, maximize); }

    /// The slope to descend; a penalty is descended even when the loss is climbed, as PyTorch does.
    public F32 slope(F32 weightDecay) {
        F32 g = maximize ? slot(1).neg() : slot(1);
        return decays ? weightDecay.fma(slot(0), g) : g;
    }

    /// A mean of gradients, to be kept for the next step.
    public static F32 kept(F32 mean) { return Functions.flush(mean, constant(LEAST)); }

    /// A mean of their squares, of whose root a step is the inverse: below what is passed for `least` it is 0.
    public static F32 kept(F32 square, F32 least) { return Functions.flush(square, least); }

    /// The scalar `least` for an epsilon that is added to the root: the step is the same, to the bit, as with a square that was
    /// kept. A smaller epsilon lets everything be kept.
    public static float least(double epsilon) { return epsilon >= HIDES_LEAST ? LEAST : 0; }
}
