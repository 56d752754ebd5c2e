package dev.lanewise.tensor;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Maps;
import dev.lanewise.kernel.expr.Expr.Comparison;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;

/// Functions of two elements, over shapes that broadcast.
final class Binary {

    /// The gradient where the output is positive or NaN.
    private static final Elementwise RELU_BACKWARD = kernel("relu_backward",
        (g, y) -> Expr.select(Comparison.LE, y, Expr.constant(0f), Expr.constant(0f), g));
    private static final Elementwise SIGN = new Elementwise(Formula.unary("sign", x -> Expr.select(Comparison.GT, x,
        Expr.constant(0f), Expr.constant(1f), Expr.select(Comparison.LT, x, Expr.constant(0f), Expr.constant(-1f), x.mul(0f)))));
    private static final Elementwise WHERE = new Elementwise(new Formula("where", List.of(new Formula.Output(3,
        Expr.select(Comparison.NE, Expr.slot(0), Expr.constant(0f), Expr.slot(1), Expr.slot(2))))));
    private static final Tensor ZERO = Tensor.scalar(0f);
    private static final Tensor ONE = Tensor.scalar(1f);
    private static final Map<Comparison, Elementwise> COMPARISONS = new EnumMap<>(Comparison.class);

    static {
        for (var comparison : Comparison.values()) COMPARISONS.put(comparison, kernel(comparison.name().toLowerCase(Locale.ROOT),
            (a, b) -> Expr.select(comparison, a, b, Expr.constant(1f), Expr.constant(0f))));
    }

    private Binary() {}

    private static Elementwise kernel(String name, BinaryOperator<Expr.F32> formula) {
        return new Elementwise(Formula.binary(name, formula));
    }

    static Tensor add(Tensor a, Tensor b) {
        var sum = Walk.apply(Maps.ADD, a, b);
        return Autograd.records(a, b) ? Autograd.record(sum, "add", Edge.free(a, g -> g), Edge.free(b, g -> g)) : sum;
    }

    static Tensor sub(Tensor a, Tensor b) {
        var difference = Walk.apply(Maps.SUB, a, b);
        return Autograd.records(a, b) ? Autograd.record(difference, "sub", Edge.free(a, g -> g), Edge.free(b, Tensor::neg)) : difference;
    }

    static Tensor mul(Tensor a, Tensor b) {
        var product = Walk.apply(Maps.MUL, a, b);
        if (!Autograd.records(a, b)) return product;
        if (!b.requiresGrad()) return Autograd.record(product, "mul", factorTo(a, b));
        if (!a.requiresGrad()) return Autograd.record(product, "mul", factorTo(b, a));
        return Autograd.record(product, "mul", factorTo(a, b), factorTo(b, a));
    }

    private static Edge factorTo(Tensor x, Tensor other) {
        var factor = new Saved("mul", other);
        return Edge.to(x, g -> g.mul(factor.get()));
    }

    /// A constant factor is nothing that was saved.
    static Tensor mul(Tensor a, float b) {
        var product = Walk.apply(Maps.MUL, a, Tensor.scalar(b));
        return Autograd.records(a) ? Autograd.record(product, "mul", Edge.free(a, g -> g.mul(b))) : product;
    }

    static Tensor div(Tensor a, float b) {
        var quotient = Walk.apply(Maps.DIV, a, Tensor.scalar(b));
        return Autograd.records(a) ? Autograd.record(quotient, "div", Edge.free(a, g -> g.div(b))) : quotient;
    }

    static Tensor div(Tensor a, Tensor b) {
        var quotient = Walk.apply(Maps.DIV, a, b);
        if (!Autograd.records(a, b)) return quotient;
        var divisor = new Saved("div", b);
        var result = new Saved("div", quotient);
        return Autograd.record(quotient, "div", Edge.to(a, g -> g.div(divisor.get())),
            Edge.to(b, g -> g.mul(result.get()).div(divisor.get()).neg()));
    }

    /// The derivative of relu from its output y; flat in y almost everywhere.
    static Tensor reluBackward(Tensor gradient, Tensor y) {
        var slope = Walk.apply(RELU_BACKWARD, gradient, y);
        if (!Autograd.records(gradient)) return slope;
        var saved = new Saved("relu_backward", y);
        return Autograd.record(slope, "relu_backward",
            Edge.to(gradient, g -> reluBackward(g, saved.get())));
    }

    /// 1 where the comparison holds, else 0; without a gradient.
    static Tensor compare(Comparison comparison, Tensor a, Tensor b) { return Walk.apply(COMPARISONS.get(comparison), a, b); }

    /// -1, 0 or 1, NaN for NaN; flat almost everywhere.
    static Tensor sign(Tensor x) { return Walk.apply(SIGN, x); }

    /// Elements of `a` where the condition isn't 0, else of `b`.
    static Tensor where(Tensor condition, Tensor a, Tensor b) {
        var saved = new Saved("where", condition);
        return Autograd.record(Walk.apply(WHERE, condition, a, b), "where",
            Edge.to(a, g -> where(saved.get(), g, ZERO)),
            Edge.to(b, g -> where(saved.get(), ZERO, g)));
    }

    /// a^b. The derivatives are 0 where the limit is: by a at b = 0, by b at a = 0 with b >= 0.
    static Tensor pow(Tensor a, Tensor b) {
        // the same bits, for less
        if (b.shape().rank() == 0 && !b.requiresGrad() && b.item() == 2) return Unary.SQUARE.apply(a);
        var power = Walk.apply(Maps.POW, a, b);
        if (!Autograd.records(a, b)) return power;
        var base = new Saved("pow", a);
        var exponent = new Saved("pow", b);
        return Autograd.record(power, "pow", Edge.to(a, g -> powBackward(g, base.get(), exponent.get())),
            Edge.to(b, g -> powLog(g, base.get(), exponent.get())));
    }

    /// g b a^(b - 1)
    private static Tensor powBackward(Tensor g, Tensor a, Tensor b) {
        var slope = Walk.apply(Maps.POW_BACKWARD, g, a, b);
        if (!Autograd.records(g, a) && !Autograd.records(b)) return slope;
        var gradient = new Saved("pow_backward", g);
        var base = new Saved("pow_backward", a);
        var exponent = new Saved("pow_backward", b);
        return Autograd.record(slope, "pow_backward", Edge.to(g, h -> powBackward(h, base.get(), exponent.get())),
            Edge.to(a, h -> whereZero(exponent.get(),
                powBackward(h.mul(gradient.get()).mul(exponent.get()), base.get(), exponent.get().sub(1f)))),
            Edge.to(b, h -> h.mul(gradient.get()).mul(powLogSlope(base.get(), exponent.get()))));
    }

    /// g a^b log a
    private static Tensor powLog(Tensor g, Tensor a, Tensor b) {
        var slope = Walk.apply(Maps.POW_LOG, g, a, b);
        if (!Autograd.records(g, a) && !Autograd.records(b)) return slope;
        var gradient = new Saved("pow_log", g);
        var base = new Saved("pow_log", a);
        var exponent = new Saved("pow_log", b);
        return Autograd.record(slope, "pow_log", Edge.to(g, h -> powLog(h, base.get(), exponent.get())),
            Edge.to(a, h -> h.mul(gradient.get()).mul(powLogSlope(base.get(), exponent.get()))),
            Edge.to(b, h -> {
                // 1 stands in where the logarithm may be infinite
                var flat = compare(Comparison.EQ, Walk.apply(Maps.POW_LOG, ONE, base.get(), exponent.get()), ZERO);
                var log = where(flat, ONE, base.get()).log();
                return powLog(h.mul(gradient.get()).mul(log), base.get(), exponent.get());
            }));
    }

    /// `x`, but 0 where the exponent is: by selection, as x may be 0 times infinity there.
    private static Tensor whereZero(Tensor exponent, Tensor x) {
        return where(compare(Comparison.EQ, exponent, ZERO), ZERO, x);
    }

    /// The slope of a^b log a by a, and that of b a^(b - 1) by b: (1 + b log a) a^(b - 1).
    private static Tensor powLogSlope(Tensor a, Tensor b) {
        var lower = b.sub(1f);
        return pow(a, lower).add(whereZero(b, powLog(b, a, lower)));
    }

    static Tensor maximum(Tensor a, Tensor b) { return extreme(Maps.MAXIMUM, Comparison.LT, a, b); }

    static Tensor minimum(Tensor a, Tensor b) { return extreme(Maps.MINIMUM, Comparison.GT, a, b); }

    /// The gradient goes to the one that was chosen; where both are equal, half to each; where one is NaN, all of
    /// it to both, as in PyTorch: neither is worse.
    private static Tensor extreme(Elementwise kernel, Comparison worse, Tensor a, Tensor b) {
        var left = new Saved(kernel.name(), a);
        var right = new Saved(kernel.name(), b);
        return Autograd.record(Walk.apply(kernel, a, b), kernel.name(),
            Edge.to(a, g -> share(g, worse, left.get(), right.get())),
            Edge.to(b, g -> share(g, worse, right.get(), left.get())));
    }

    /// By selection: an infinite gradient times 0 would be NaN.
    private static Tensor share(Tensor g, Comparison worse, Tensor mine, Tensor other) {
        var chosen = where(compare(Comparison.EQ, mine, other), g.mul(0.5f), g);
        return where(compare(worse, mine, other), ZERO, chosen);
    }
}
