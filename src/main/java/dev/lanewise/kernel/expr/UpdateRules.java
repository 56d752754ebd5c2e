package dev.lanewise.kernel.expr;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.select;
import static dev.lanewise.kernel.expr.UpdateRule.kept;

import dev.lanewise.kernel.expr.Expr.Comparison;
import dev.lanewise.kernel.expr.Expr.F32;
import dev.lanewise.kernel.expr.UpdateRule.Definition;
import dev.lanewise.kernel.expr.UpdateRule.Numbers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The formulas of the library's own optimizers, one for each choice that changes more than numbers, and beside each the numbers
/// that it takes. What the choices and numbers mean, the optimizers say.
public final class UpdateRules {

    private static final Map<Variant, UpdateRule> RULES = new ConcurrentHashMap<>();

    private UpdateRules() {}

    /// What changes a formula, and not only its numbers.
    private sealed interface Variant {
        UpdateRule rule();
    }

    private static UpdateRule of(Variant variant) { return RULES.computeIfAbsent(variant, Variant::rule); }

    /// The slope to descend; a penalty is descended even when the loss is climbed, as PyTorch does.
    ///
    /// @param penalized whether the weight times the weight decay is added: the derivative of an L2 penalty
    private static F32 slope(Definition rule, boolean penalized, boolean maximize) {
        F32 g = maximize ? rule.gradient().neg() : rule.gradient();
        return penalized ? rule.number("weight_decay").fma(rule.parameter(), g) : g;
    }

    // ---- SGD

    /// @param momentum  whether there is any
    /// @param penalized whether there is weight decay
    public static UpdateRule sgd(boolean momentum, boolean nesterov, boolean penalized, boolean maximize) {
        return of(new Sgd(momentum, nesterov, penalized, maximize));
    }

    private record Sgd(boolean momentum, boolean nesterov, boolean penalized, boolean maximize) implements Variant {

        @Override
        public UpdateRule rule() {
            return UpdateRule.of(!momentum ? "sgd" : nesterov ? "sgd_nesterov" : "sgd_momentum", rule -> {
                F32 g = slope(rule, penalized, maximize);
                F32 direction = g;
                if (momentum) {
                    F32 v = kept(rule.number("momentum").fma(rule.buffer("momentum_buffer"), rule.number("share").mul(g)));
                    rule.updateBuffer("momentum_buffer", v);
                    direction = nesterov ? rule.number("momentum").fma(v, g) : v;
                }
                rule.updateParameter(rule.number("-rate").fma(direction, rule.parameter()));
            });
        }
    }

    // ---- Adam

    /// @param amsgrad   whether the mean of squares never falls
    /// @param penalized whether weight decay adds to the gradient
    /// @param shrinks   whether it shrinks the weights themselves
    public static UpdateRule adam(boolean amsgrad, boolean penalized, boolean shrinks, boolean maximize) {
        return of(new Adam(amsgrad, penalized, shrinks, maximize));
    }

    private record Adam(boolean amsgrad, boolean penalized, boolean shrinks, boolean maximize) implements Variant {

        @Override
        public UpdateRule rule() {
            return UpdateRule.of(amsgrad ? "amsgrad" : "adam", rule -> {
                F32 g = slope(rule, penalized, maximize);
                F32 mean = rule.buffer("exp_avg");
                F32 meanSquare = rule.buffer("exp_avg_sq");
                F32 m = kept(g.sub(mean).fma(rule.number("1 - beta1"), mean));
                F32 v = kept(rule.number("1 - beta2").mul(g).fma(g, rule.number("beta2").mul(meanSquare)), rule.number("least"));
                F32 largest = amsgrad ? rule.buffer("max_exp_avg_sq") : v;
                F32 square = amsgrad ? select(Comparison.GT, largest, v, largest, v) : v;
                F32 scale = square.sqrt().fma(rule.number("1 / sqrt(1 - beta2^t)"), rule.number("epsilon"));
                F32 p = shrinks ? rule.number("-rate weight_decay").fma(rule.parameter(), rule.parameter()) : rule.parameter();
                rule.updateParameter(rule.number("-rate / (1 - beta1^t)").fma(m.div(scale), p));
                rule.updateBuffer("exp_avg", m);
                rule.updateBuffer("exp_avg_sq", v);
                if (amsgrad) rule.updateBuffer("max_exp_avg_sq", square);
            });
        }
    }

    /// The numbers of one of [#adam]'s rules.
    ///
    /// @param t counts the steps from 1
    public static void adamNumbers(Numbers numbers, boolean penalized, boolean shrinks, long t, double rate, double beta1, double beta2,
                                   double epsilon, double weightDecay) {
        if (penalized) numbers.set("weight_decay", weightDecay);
        numbers.set("1 - beta1", 1 - beta1);
        numbers.set("1 - beta2", 1 - beta2);
        numbers.set("beta2", beta2);
        numbers.set("least", UpdateRule.least(epsilon));
        numbers.set("1 / sqrt(1 - beta2^t)", 1 / Math.sqrt(1 - UpdateRule.power(beta2, t)));
        numbers.set("epsilon", epsilon);
        if (shrinks) numbers.set("-rate weight_decay", -rate * weightDecay);
        numbers.set("-rate / (1 - beta1^t)", -rate / (1 - UpdateRule.power(beta1, t)));
    }

    // ---- RMSprop

    /// @param momentum  whether there is any
    /// @param centered  whether the squared mean is taken from the mean of squares
    /// @param penalized whether there is weight decay
    public static UpdateRule rmsprop(boolean momentum, boolean centered, boolean penalized, boolean maximize) {
        return of(new RmsProp(momentum, centered, penalized, maximize));
    }

    private record RmsProp(boolean momentum, boolean centered, boolean penalized, boolean maximize) implements Variant {

        @Override
        public UpdateRule rule() {
            return UpdateRule.of("rmsprop", rule -> {
                F32 g = slope(rule, penalized, maximize);
                F32 share = rule.number("1 - alpha");
                F32 square = kept(share.mul(g).fma(g, rule.number("alpha").mul(rule.buffer("square_avg"))), rule.number("least"));
                rule.updateBuffer("square_avg", square);
                F32 spread = square;
                if (centered) {
                    F32 mean = kept(g.sub(rule.buffer("grad_avg")).fma(share, rule.buffer("grad_avg")));
                    rule.updateBuffer("grad_avg", mean);
                    F32 variance = mean.neg().fma(mean, square);
                    spread = select(Comparison.LT, variance, constant(0f), constant(0f), variance);
                }
                F32 direction = g.div(spread.sqrt().add(rule.number("epsilon")));
                if (momentum) {
                    direction = kept(rule.number("momentum").fma(rule.buffer("momentum_buffer"), direction));
                    rule.updateBuffer("momentum_buffer", direction);
                }
                rule.updateParameter(rule.number("-rate").fma(direction, rule.parameter()));
            });
        }
    }

    // ---- Adagrad

    /// @param penalized whether there is weight decay
    public static UpdateRule adagrad(boolean penalized, boolean maximize) { return of(new Adagrad(penalized, maximize)); }

    private record Adagrad(boolean penalized, boolean maximize) implements Variant {

        @Override
        public UpdateRule rule() {
            return UpdateRule.of("adagrad", rule -> {
                F32 g = slope(rule, penalized, maximize);
                F32 sum = g.fma(g, rule.buffer("sum"));
                rule.updateParameter(rule.number("-rate").fma(g.div(sum.sqrt().add(rule.number("epsilon"))), rule.parameter()));
                rule.updateBuffer("sum", sum);
            });
        }
    }
}
