package dev.lanewise.tensor;

import static dev.lanewise.tensor.Domain.DISTINCT;
import static dev.lanewise.tensor.Domain.NONZERO;
import static dev.lanewise.tensor.Domain.POSITIVE;
import static dev.lanewise.tensor.Op.along;
import static dev.lanewise.tensor.Op.binary;
import static dev.lanewise.tensor.Op.product;
import static dev.lanewise.tensor.Op.reduction;
import static dev.lanewise.tensor.Op.unary;

import java.util.List;
import java.util.function.UnaryOperator;

/// Operations with the right values and a derivative that is wrong by 1 %, or in kind: what a gradient check is for.
final class WrongRules {

    /// The gradient is wrong.
    static final List<Op> FIRST = List.of(
        unary("neg: 1 % too much", NONZERO, x -> rule(x, Tensor::neg, g -> g.mul(-1.01f))),
        unary("exp: 1 % too little", NONZERO, x -> rule(x, Tensor::exp, g -> g.mul(x.exp()).mul(0.99f))),
        unary("log: 1 % too much", POSITIVE, x -> rule(x, Tensor::log, g -> g.div(x).mul(1.01f))),
        unary("sqrt: 0.505 for 1/2", POSITIVE, x -> rule(x, Tensor::sqrt, g -> g.mul(0.505f).div(x.sqrt()))),
        unary("square: 1.98 for 2", NONZERO, x -> rule(x, Tensor::square, g -> g.mul(x).mul(1.98f))),
        unary("relu: leaks 1 %", NONZERO, x -> rule(x, Tensor::relu,
            g -> Elementary.RELU_BACKWARD.apply(g, x).mul(0.99f).add(g.mul(0.01f)))),
        unary("one element in twelve: 1 % too much", NONZERO, x -> rule(x, Tensor::neg, g -> g.mul(lastOnePercentUp(x)))),
        binary("mul: left 1 % too little", NONZERO, NONZERO, (a, b) -> Autograd.record(a.detach().mul(b.detach()), "mul",
            Edge.to(a, g -> g.mul(b).mul(0.99f)), Edge.to(b, g -> g.mul(a)))),
        binary("div: right 1 % too much", NONZERO, NONZERO, (a, b) -> Autograd.record(a.detach().div(b.detach()), "div",
            Edge.to(a, g -> g.div(b)), Edge.to(b, g -> g.mul(a).div(b.square()).mul(-1.01f)))),
        binary("sub: sign", NONZERO, NONZERO, (a, b) -> Autograd.record(a.detach().sub(b.detach()), "sub",
            Edge.to(a, g -> g), Edge.to(b, g -> g))),
        reduction("sum: 1 % too much", NONZERO, (x, keep, dims) -> rule(x, v -> v.sum(keep, dims),
            g -> spread(g, x, dims).mul(1.01f))),
        reduction("amax: 1 % to everyone", DISTINCT, (x, keep, dims) -> x.amax(keep, dims)
            .add(rule(x, v -> v.sum(keep, dims).mul(0f), g -> spread(g, x, dims).mul(0.01f)))),
        along("softmax: 1 % of the sum missing", NONZERO, (x, dim) -> rule(x, v -> v.softmax(dim), g -> {
            var weighted = g.mul(x.softmax(dim));
            return weighted.sub(x.softmax(dim).mul(weighted.sum(true, dim)).mul(0.99f));
        })),
        along("logSoftmax: 1 % of the sum missing", NONZERO, (x, dim) -> rule(x, v -> v.logSoftmax(dim),
            g -> g.sub(x.softmax(dim).mul(g.sum(true, dim)).mul(0.99f)))),
        product("matmul: right 1 % too much", NONZERO, (a, b) -> Autograd.record(a.detach().matmul(b.detach()), "matmul",
            Edge.to(a, g -> g.matmul(b.t())), Edge.to(b, g -> a.t().matmul(g).mul(1.01f)))),
        unary("tanh: 1 % too much", NONZERO, x -> rule(x, Tensor::tanh, g -> g.mul(x.tanh().square().neg().add(1f)).mul(1.01f))),
        unary("sin: 1 % too little", NONZERO, x -> rule(x, Tensor::sin, g -> g.mul(x.cos()).mul(0.99f))),
        unary("erf: 2 / pi for 2 / sqrt(pi)", NONZERO,
            x -> rule(x, Tensor::erf, g -> g.mul(x.square().neg().exp()).mul((float) (2 / Math.PI)))),
        unary("cube: exponent off by 1 %", NONZERO, x -> rule(x, v -> v.pow(3f), g -> g.mul(x.square()).mul(3.03f))),
        unary("reshape: elements turned round", NONZERO, x -> rule(x, v -> v.reshape(-1),
            g -> g.reshape(4, 3).t().reshape(x.shape()))));

    /// The gradient is right, but the gradient's own gradient isn't.
    static final List<Op> SECOND = List.of(
        unary("exp: 1 % too much", NONZERO, x -> rule(x, Tensor::exp, g -> g.mul(steep(x.exp())))),
        unary("square: taken for linear", NONZERO, x -> rule(x, Tensor::square, g -> g.mul(x.detach()).mul(2f))),
        unary("sqrt: 1 % too much", POSITIVE, x -> rule(x, Tensor::sqrt, g -> g.mul(0.5f).div(steep(x.sqrt())))),
        unary("log: 1 % too much in the gradient's gradient", POSITIVE, x -> rule(x, Tensor::log, g -> steep(g).div(x))),
        binary("mul: right taken for constant", NONZERO, NONZERO, (a, b) -> Autograd.record(a.detach().mul(b.detach()),
            "mul", Edge.to(a, g -> g.mul(b.detach())), Edge.to(b, g -> g.mul(a)))),
        along("softmax: 1 % too much", NONZERO, (x, dim) -> rule(x, v -> v.softmax(dim), g -> {
            var weighted = g.mul(steep(x.softmax(dim)));
            return weighted.sub(x.softmax(dim).mul(weighted.sum(true, dim)));
        })),
        product("matmul: 1 % too much", NONZERO, (a, b) -> Autograd.record(a.detach().matmul(b.detach()), "matmul",
            Edge.to(a, g -> g.matmul(steep(b).t())), Edge.to(b, g -> a.t().matmul(g)))));

    private WrongRules() {}

    private static Tensor rule(Tensor x, UnaryOperator<Tensor> value, UnaryOperator<Tensor> gradient) {
        return Autograd.record(value.apply(x.detach()), "wrong", Edge.to(x, gradient));
    }

    /// The gradient of a sum over `dims` of `x`.
    private static Tensor spread(Tensor gradient, Tensor x, int... dims) {
        return gradient.reshape(x.sum(true, dims).shape()).expand(x.shape().toArray());
    }

    /// The identity, with a slope of 1.01.
    private static Tensor steep(Tensor x) { return Autograd.record(x.detach(), "steep", Edge.to(x, g -> g.mul(1.01f))); }

    /// -1, but -1.01 in the last element.
    private static Tensor lastOnePercentUp(Tensor x) {
        var slopes = Tensor.full(-1f, x.shape().toArray()).toArray();
        slopes[slopes.length - 1] = -1.01f;
        return Tensor.wrap(slopes, x.shape().toArray());
    }
}
