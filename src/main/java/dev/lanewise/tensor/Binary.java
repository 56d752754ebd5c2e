package dev.lanewise.tensor;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Expr;
import dev.lanewise.kernel.Expr.Comparison;
import dev.lanewise.kernel.Formula;
import dev.lanewise.kernel.Maps;
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
        return Autograd.records(a, b) ? Autograd.record(sum, "add", Edge.to(a, g -> g), Edge.to(b, g -> g)) : sum;
    }

    static Tensor sub(Tensor a, Tensor b) {
        var difference = Walk.apply(Maps.SUB, a, b);
        return Autograd.records(a, b) ? Autograd.record(difference, "sub", Edge.to(a, g -> g), Edge.to(b, Tensor::neg)) : difference;
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
            Edge.to(a, g -> where(saved.get(), g, Tensor.scalar(0f))),
            Edge.to(b, g -> where(saved.get(), Tensor.scalar(0f), g)));
    }

    /// a^b. The derivatives are 0 where the limit is: by a at b = 0 with a = 0 or NaN, by b at a = 0 with b >= 0.
    static Tensor pow(Tensor a, Tensor b) {
        var power = Walk.apply(Maps.POW, a, b);
        var base = new Saved("pow", a);
        var exponent = new Saved("pow", b);
        var result = new Saved("pow", power);
        var zero = Tensor.scalar(0f);
        return Autograd.record(power, "pow",
            Edge.to(a, g -> {
                // 1 whatever the base is; elsewhere than at 0 and NaN the formula says so, and has a derivative by b
                var regular = compare(Comparison.GT, base.get().abs(), zero);
                var flat = where(regular, zero, compare(Comparison.EQ, exponent.get(), zero));
                // 1 stands in where the slope is not used: no NaN may come from there
                var safe = where(flat, Tensor.scalar(1f), base.get());
                return g.mul(where(flat, zero, exponent.get().mul(pow(safe, exponent.get().sub(1f)))));
            }),
            Edge.to(b, g -> {
                var flat = compare(Comparison.EQ, base.get(), zero).mul(compare(Comparison.GE, exponent.get(), zero));
                var log = where(flat, Tensor.scalar(1f), base.get()).log();
                return g.mul(where(flat, zero, result.get().mul(log)));
            }));
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
        return where(compare(worse, mine, other), Tensor.scalar(0f), chosen);
    }
}
