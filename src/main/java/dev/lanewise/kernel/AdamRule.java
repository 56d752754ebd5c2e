package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.scalar;
import static dev.lanewise.kernel.expr.Expr.select;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.expr.Expr.Comparison;
import dev.lanewise.kernel.expr.Expr.F32;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Adam's step as one formula: what changes it, and not only its numbers.
///
/// @param amsgrad  whether the mean of squares never falls
/// @param shrinks  whether weight decay shrinks the weights themselves
/// @param gradient how the slope is made of the gradient
public record AdamRule(boolean amsgrad, boolean shrinks, Gradient gradient) {

    private static final Map<AdamRule, Elementwise> KERNELS = new ConcurrentHashMap<>();

    /// @param weightDecay 0 for none
    /// @param decoupled   whether it shrinks the weights, rather than to add to the gradient
    public static AdamRule of(boolean amsgrad, double weightDecay, boolean decoupled, boolean maximize) {
        boolean decays = weightDecay != 0;
        return new AdamRule(amsgrad, decoupled && decays, new Gradient(!decoupled && decays, maximize));
    }

    /// Changes slot 0, the parameter, by slot 1, its gradient, and what is remembered of it: m, v and, if asked for, the
    /// largest v.
    public Elementwise kernel() { return KERNELS.computeIfAbsent(this, AdamRule::formula); }

    private Elementwise formula() {
        var g = gradient.slope(scalar(6));
        var m = Gradient.kept(g.sub(slot(2)).fma(scalar(0), slot(2)));
        var v = Gradient.kept(scalar(2).mul(g).fma(g, scalar(1).mul(slot(3))), scalar(8));
        F32 square = amsgrad ? select(Comparison.GT, slot(4), v, slot(4), v) : v;
        var scale = square.sqrt().fma(scalar(3), scalar(4));
        F32 p = shrinks ? scalar(7).fma(slot(0), slot(0)) : slot(0);
        var outputs = new ArrayList<>(List.of(new Formula.Output(0, scalar(5).fma(m.div(scale), p)),
            new Formula.Output(2, m), new Formula.Output(3, v)));
        if (amsgrad) outputs.add(new Formula.Output(4, square));
        return new Elementwise(new Formula(amsgrad ? "amsgrad" : "adam", outputs));
    }

    /// What the formula takes for its scalars: 1 - beta1, beta2, 1 - beta2, 1 / sqrt(1 - beta2^t), epsilon,
    /// -rate / (1 - beta1^t), weight decay, -rate * weight decay, the least v that is kept. Computed in double, rounded once.
    ///
    /// @param t counts the steps from 1
    public static float[] scalars(long t, double rate, double beta1, double beta2, double epsilon, double weightDecay) {
        return new float[] {(float) (1 - beta1), (float) beta2, (float) (1 - beta2),
            (float) (1 / Math.sqrt(1 - power(beta2, t))), (float) epsilon, (float) (-rate / (1 - power(beta1, t))),
            (float) weightDecay, (float) (-rate * weightDecay), Gradient.least(epsilon)};
    }

    /// By squaring: `Math.pow` may differ between machines.
    private static double power(double base, long exponent) {
        double power = 1;
        for (double factor = base; exponent > 0; exponent >>= 1, factor *= factor)
            if ((exponent & 1) != 0) power *= factor;
        return power;
    }
}
