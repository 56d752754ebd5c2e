package dev.lanewise.kernel.expr;

import static dev.lanewise.formula.UpdateRule.kept;

import dev.lanewise.formula.Term;
import dev.lanewise.formula.UpdateRule;
import dev.lanewise.formula.UpdateRule.Definition;
import dev.lanewise.formula.UpdateRule.Numbers;
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
    private static Term slope(Definition rule, boolean penalized, boolean maximize) {
        Term g = maximize ? rule.gradient().neg() : rule.gradient();
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
                Term g = slope(rule, penalized, maximize);
                Term direction = g;
                if (momentum) {
                    Term v = kept(rule.number("momentum").fma(rule.buffer("momentum_buffer"), rule.number("share").mul(g)));
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
                Term g = slope(rule, penalized, maximize);
                Term mean = rule.buffer("exp_avg");
                Term meanSquare = rule.buffer("exp_avg_sq");
                Term m = kept(g.sub(mean).fma(rule.number("1 - beta1"), mean));
                Term v = kept(rule.number("1 - beta2").mul(g).fma(g, rule.number("beta2").mul(meanSquare)), rule.number("least"));
                Term largest = amsgrad ? rule.buffer("max_exp_avg_sq") : v;
                Term square = amsgrad ? largest.gt(v).select(largest, v) : v;
                Term scale = square.sqrt().fma(rule.number("1 / sqrt(1 - beta2^t)"), rule.number("epsilon"));
                Term p = shrinks ? rule.number("-rate weight_decay").fma(rule.parameter(), rule.parameter()) : rule.parameter();
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
    public static void adamNumbers(Numbers numbers, boolean penalized, boolean shrinks, long t, double rate, double beta1,
        double beta2,
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

    // ---- Adam's kin: NAdam, RAdam

    /// The new mean of gradients, remembered.
    private static Term mean(Definition rule, Term g) {
        Term mean = rule.buffer("exp_avg");
        Term m = kept(g.sub(mean).fma(rule.number("1 - beta1"), mean));
        rule.updateBuffer("exp_avg", m);
        return m;
    }

    /// The new mean of their squares, remembered.
    private static Term meanSquare(Definition rule, Term g) {
        Term v = kept(rule.number("1 - beta2").mul(g).fma(g, rule.number("beta2").mul(rule.buffer("exp_avg_sq"))),
            rule.number("least"));
        rule.updateBuffer("exp_avg_sq", v);
        return v;
    }

    private static Term shrunk(Definition rule, boolean shrinks) {
        return shrinks ? rule.number("-rate weight_decay").fma(rule.parameter(), rule.parameter()) : rule.parameter();
    }

    /// @param penalized whether weight decay adds to the gradient
    /// @param shrinks   whether it shrinks the weights themselves
    public static UpdateRule nadam(boolean penalized, boolean shrinks, boolean maximize) {
        return of(new NAdam(penalized, shrinks, maximize));
    }

    private record NAdam(boolean penalized, boolean shrinks, boolean maximize) implements Variant {

        @Override
        public UpdateRule rule() {
            return UpdateRule.of("nadam", rule -> {
                Term g = slope(rule, penalized, maximize);
                Term m = mean(rule, g);
                Term scale = meanSquare(rule, g).sqrt().fma(rule.number("1 / sqrt(1 - beta2^t)"), rule.number("epsilon"));
                Term direction = rule.number("share of the mean").fma(m, rule.number("share of the gradient").mul(g));
                rule.updateParameter(shrunk(rule, shrinks).sub(direction.div(scale)));
            });
        }
    }

    /// As [#nadam].
    public static UpdateRule radam(boolean penalized, boolean shrinks, boolean maximize) {
        return of(new RAdam(penalized, shrinks, maximize));
    }

    private record RAdam(boolean penalized, boolean shrinks, boolean maximize) implements Variant {

        @Override
        public UpdateRule rule() {
            return UpdateRule.of("radam", rule -> {
                Term g = slope(rule, penalized, maximize);
                Term m = mean(rule, g);
                Term root = meanSquare(rule, g).sqrt().add(rule.number("epsilon"));
                Term scale = rule.number("rectified").gt(0).select(root, 1);
                rule.updateParameter(rule.number("-rate").fma(m.div(scale), shrunk(rule, shrinks)));
            });
        }
    }

    // ---- Adadelta

    /// @param penalized whether there is weight decay
    public static UpdateRule adadelta(boolean penalized, boolean maximize) { return of(new Adadelta(penalized, maximize)); }

    private record Adadelta(boolean penalized, boolean maximize) implements Variant {

        @Override
        public UpdateRule rule() {
            return UpdateRule.of("adadelta", rule -> {
                Term g = slope(rule, penalized, maximize);
                Term steps = rule.buffer("acc_delta");
                Term square = meanSquare(rule, g, rule.buffer("square_avg"));
                Term delta = steps.add(rule.number("epsilon")).sqrt().div(square.add(rule.number("epsilon")).sqrt()).mul(g);
                rule.updateParameter(rule.number("-rate").fma(delta, rule.parameter()));
                rule.updateBuffer("square_avg", square);
                rule.updateBuffer("acc_delta", meanSquare(rule, delta, steps));
            });
        }

        private static Term meanSquare(Definition rule, Term x, Term before) {
            return kept(rule.number("1 - rho").mul(x).fma(x, rule.number("rho").mul(before)), rule.number("least"));
        }
    }

    // ---- Lion

    /// @param shrinks whether there is weight decay
    public static UpdateRule lion(boolean shrinks, boolean maximize) { return of(new Lion(shrinks, maximize)); }

    private record Lion(boolean shrinks, boolean maximize) implements Variant {

        @Override
        public UpdateRule rule() {
            return UpdateRule.of("lion", rule -> {
                Term g = slope(rule, false, maximize);
                Term mean = rule.buffer("exp_avg");
                // by shares, not by the distance from the mean, which is no float between the largest ones
                Term direction = rule.number("1 - beta1").fma(g, rule.number("beta1").mul(mean));
                // NaN for NaN
                Term sign = direction.gt(0).select(Term.constant(1), direction.lt(0).select(Term.constant(-1), direction.mul(0)));
                rule.updateParameter(rule.number("-rate").fma(sign, shrunk(rule, shrinks)));
                rule.updateBuffer("exp_avg", kept(rule.number("1 - beta2").fma(g, rule.number("beta2").mul(mean))));
            });
        }
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
                Term g = slope(rule, penalized, maximize);
                Term share = rule.number("1 - alpha");
                Term square = kept(share.mul(g).fma(g, rule.number("alpha").mul(rule.buffer("square_avg"))),
                    rule.number("least"));
                rule.updateBuffer("square_avg", square);
                Term spread = square;
                if (centered) {
                    Term mean = kept(g.sub(rule.buffer("grad_avg")).fma(share, rule.buffer("grad_avg")));
                    rule.updateBuffer("grad_avg", mean);
                    Term variance = mean.neg().fma(mean, square);
                    spread = variance.lt(0).select(0, variance);
                }
                Term direction = g.div(spread.sqrt().add(rule.number("epsilon")));
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
                Term g = slope(rule, penalized, maximize);
                Term sum = g.fma(g, rule.buffer("sum"));
                rule.updateParameter(rule.number("-rate").fma(g.div(sum.sqrt().add(rule.number("epsilon"))), rule.parameter()));
                rule.updateBuffer("sum", sum);
            });
        }
    }
}
