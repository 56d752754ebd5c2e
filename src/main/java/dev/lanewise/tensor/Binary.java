package dev.lanewise.tensor;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Expr;
import dev.lanewise.kernel.Expr.Comparison;
import dev.lanewise.kernel.Formula;
import java.util.function.BinaryOperator;

/// Functions of two elements, over shapes that broadcast.
final class Binary {

    private static final Elementwise ADD = kernel("add", Expr.F32::add);
    private static final Elementwise SUB = kernel("sub", Expr.F32::sub);
    private static final Elementwise MUL = kernel("mul", Expr.F32::mul);
    private static final Elementwise DIV = kernel("div", Expr.F32::div);
    /// The gradient where the output is positive or NaN.
    private static final Elementwise RELU_BACKWARD = kernel("relu_backward",
        (g, y) -> Expr.select(Comparison.LE, y, Expr.constant(0f), Expr.constant(0f), g));
    private static final Elementwise EQUAL = kernel("equal",
        (a, b) -> Expr.select(Comparison.EQ, a, b, Expr.constant(1f), Expr.constant(0f)));

    private Binary() {}

    private static Elementwise kernel(String name, BinaryOperator<Expr.F32> formula) {
        return new Elementwise(Formula.binary(name, formula));
    }

    static Tensor add(Tensor a, Tensor b) {
        return Autograd.record(Walk.apply(ADD, a, b), "add", Edge.to(a, g -> g), Edge.to(b, g -> g));
    }

    static Tensor sub(Tensor a, Tensor b) {
        return Autograd.record(Walk.apply(SUB, a, b), "sub", Edge.to(a, g -> g), Edge.to(b, Tensor::neg));
    }

    static Tensor mul(Tensor a, Tensor b) {
        var left = new Saved("mul", a);
        var right = new Saved("mul", b);
        return Autograd.record(Walk.apply(MUL, a, b), "mul",
            Edge.to(a, g -> g.mul(right.get())), Edge.to(b, g -> g.mul(left.get())));
    }

    static Tensor div(Tensor a, Tensor b) {
        var quotient = Walk.apply(DIV, a, b);
        var divisor = new Saved("div", b);
        var result = new Saved("div", quotient);
        return Autograd.record(quotient, "div", Edge.to(a, g -> g.div(divisor.get())),
            Edge.to(b, g -> g.mul(result.get()).div(divisor.get()).neg()));
    }

    /// The derivative of relu from its output y; flat in y almost everywhere.
    static Tensor reluBackward(Tensor gradient, Tensor y) {
        var saved = new Saved("relu_backward", y);
        return Autograd.record(Walk.apply(RELU_BACKWARD, gradient, y), "relu_backward",
            Edge.to(gradient, g -> reluBackward(g, saved.get())));
    }

    /// 1 where the elements are equal, else 0; without a gradient.
    static Tensor equal(Tensor a, Tensor b) { return Walk.apply(EQUAL, a, b); }
}
