package dev.lanewise.tensor;

import static dev.lanewise.tensor.Domain.ANY;
import static dev.lanewise.tensor.Domain.DISTINCT;
import static dev.lanewise.tensor.Domain.NONZERO;
import static dev.lanewise.tensor.Domain.POSITIVE;
import static dev.lanewise.tensor.Op.along;
import static dev.lanewise.tensor.Op.binary;
import static dev.lanewise.tensor.Op.product;
import static dev.lanewise.tensor.Op.reduction;
import static dev.lanewise.tensor.Op.unary;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Every differentiable operation on tensors, a line each.
final class Ops {

    static final List<Op> ALL = List.of(
        binary("add", ANY, ANY, Tensor::add),
        binary("sub", ANY, ANY, Tensor::sub),
        binary("mul", ANY, ANY, Tensor::mul),
        binary("div", ANY, NONZERO, Tensor::div),
        unary("add a number", ANY, x -> x.add(1.5f)),
        unary("sub a number", ANY, x -> x.sub(1.5f)),
        unary("mul by a number", ANY, x -> x.mul(1.5f)),
        unary("div by a number", ANY, x -> x.div(1.5f)),
        unary("neg", ANY, Tensor::neg),
        unary("exp", ANY, Tensor::exp),
        unary("log", POSITIVE, Tensor::log),
        unary("sqrt", POSITIVE, Tensor::sqrt),
        unary("square", ANY, Tensor::square),
        unary("relu", NONZERO, Tensor::relu),
        reduction("sum", ANY, Tensor::sum),
        reduction("mean", ANY, Tensor::mean),
        reduction("amax", DISTINCT, Tensor::amax),
        along("softmax", ANY, Tensor::softmax),
        along("logSoftmax", ANY, Tensor::logSoftmax),
        new Op("pick", Ops::pick),
        product("matmul", ANY, Tensor::matmul),
        product("matmul of transposes", ANY, (a, b) -> b.t().matmul(a.t())),
        new Op("reshape", Ops::reshape),
        new Op("permute", Ops::permute),
        new Op("transpose", Ops::transpose),
        new Op("expand", Ops::expand),
        unary("contiguous", ANY, Tensor::contiguous),
        binary("pow", POSITIVE, NONZERO, Tensor::pow),
        unary("pow to a number", POSITIVE, x -> x.pow(2.5f)),
        unary("cube", ANY, x -> x.pow(3f)),
        unary("rsqrt", POSITIVE, Tensor::rsqrt),
        unary("reciprocal", NONZERO, Tensor::reciprocal),
        unary("abs", NONZERO, Tensor::abs),
        unary("clamp", NONZERO, x -> x.clamp(-0.25f, 0.25f).add(x.clamp(-4f, 4f))),
        unary("sin", ANY, Tensor::sin),
        unary("cos", ANY, Tensor::cos),
        unary("tanh", ANY, Tensor::tanh),
        unary("sigmoid", ANY, Tensor::sigmoid),
        unary("erf", ANY, Tensor::erf),
        unary("expm1", ANY, Tensor::expm1),
        unary("log1p", POSITIVE, Tensor::log1p),
        reduction("amin", DISTINCT, Tensor::amin),
        reduction("var", ANY, (x, keepDim, dims) -> x.var(0, keepDim, dims)),
        reduction("logsumexp", ANY, Tensor::logsumexp),
        reduction("norm", NONZERO, Tensor::norm),
        reduction("norm1", NONZERO, Tensor::norm1),
        unary("maximum", NONZERO, x -> x.maximum(x.neg()).mul(x)),
        unary("minimum", NONZERO, x -> x.minimum(x.mul(2f)).mul(x)),
        unary("where", NONZERO, x -> Tensor.where(x.gt(Tensor.scalar(0f)), x.exp(), x.square())),
        along("std", DISTINCT, (x, dim) -> Tensor.cat(dim, x, x.mul(0.5f).add(10f)).std(dim)),
        along("slice", ANY, (x, dim) -> x.slice(dim, 0, 3, 2)),
        along("select", ANY, (x, dim) -> x.select(dim, -1)),
        along("unsqueeze", ANY, (x, dim) -> x.unsqueeze(dim)),
        unary("squeeze", ANY, x -> x.squeeze()),
        unary("flatten", ANY, x -> x.flatten(0, -1)),
        along("cat", ANY, (x, dim) -> Tensor.cat(dim, x, x.exp(), x)),
        along("stack", ANY, (x, dim) -> Tensor.stack(dim, x, x.square())),
        along("indexSelect", ANY, (x, dim) -> x.indexSelect(dim, 0, x.size(dim) - 1, 0)),
        along("gather", ANY, (x, dim) -> x.gather(dim, new int[x.numel()], x.shape().toArray())),
        product("matmul of stacks", ANY, (a, b) -> a.expand(3, a.size(0), a.size(1)).matmul(b.unsqueeze(0).unsqueeze(0).mul(2f))),
        product("matmul by a vector", ANY, (a, b) -> a.matmul(b.select(1, 0))),
        product("stack by a matrix", ANY, (a, b) -> Tensor.stack(0, a, a.neg()).matmul(b)),
        product("linear", ANY, (a, b) -> Affine.linear(a, b.t(), b.sum(0))),
        // half of the sums are above 0 and half below, none near it
        product("linear and relu", POSITIVE, (a, b) -> Affine.linearRelu(a, Tensor.cat(1, b, b.neg()).t(), null)),
        new Op("conv2d", Ops::conv2d),
        new Op("crossEntropy", Ops::crossEntropy),
        // composites: shared inputs, and rules that feed each other
        unary("x times x", ANY, x -> x.mul(x)),
        unary("x over x + 3", ANY, x -> x.div(x.add(3f))),
        along("log of sum of exp", ANY, (x, dim) -> x.exp().sum(dim).log()),
        along("standardized", ANY, (x, dim) -> x.sub(x.mean(true, dim)).div(x.square().mean(true, dim).add(1f).sqrt())),
        along("relu of a softmax", NONZERO, (x, dim) -> x.relu().softmax(dim).mul(x)),
        product("quadratic form", ANY, (a, b) -> a.matmul(b).square().mean(0).mul(b.sum(0))));

    private Ops() {}

    private static Op.Problem pick(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 2);
        var index = random.ints(size[0], 0, size[1]).toArray();
        return Op.Problem.of(x -> x.pick(index), ANY.draw(Shape.of(size), random));
    }

    /// Two groups of channels, windows that overlap, and some that reach beyond the image.
    private static Op.Problem conv2d(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 3);
        var window = new Unfold.Window(new Unfold.Axis(2, 1, 1, 1), new Unfold.Axis(2, 2, 1, 1));
        return Op.Problem.of((x, weight) -> Convolve.of(null, x, weight.shape(), window, 2).apply(x, weight, weight.sum(1, 2, 3)),
            ANY.draw(Shape.of(size[0], 2, size[1], size[2]), random), ANY.draw(Shape.of(4, 1, 2, 2), random));
    }

    /// Of each row or their mean; the first row doesn't count.
    private static Op.Problem crossEntropy(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 2);
        var labels = random.ints(size[0], 0, size[1]).toArray();
        var kept = new boolean[size[0]];
        Arrays.fill(kept, 1, kept.length, true);
        boolean mean = random.nextBoolean();
        return Op.Problem.of(x -> mean ? CrossEntropy.mean(x, labels, kept, null, 1.5f) : CrossEntropy.losses(x, labels, kept, null),
            ANY.draw(Shape.of(size), random));
    }

    /// To one dimension less, or one more.
    private static Op.Problem reshape(Shape shape, SplittableRandom random) {
        var x = ANY.draw(shape, random);
        if (shape.rank() < 2 || random.nextBoolean()) return Op.Problem.of(value -> value.reshape(1, -1), x);
        var merged = new int[shape.rank() - 1];
        for (int dim = 0; dim < merged.length; dim++) merged[dim] = shape.size(dim + 1);
        merged[0] = -1;
        return Op.Problem.of(value -> value.reshape(merged), x);
    }

    private static Op.Problem permute(Shape shape, SplittableRandom random) {
        var order = Op.order(shape.rank(), random);
        return Op.Problem.of(x -> x.permute(order), ANY.draw(shape, random));
    }

    private static Op.Problem transpose(Shape shape, SplittableRandom random) {
        if (shape.rank() == 2) return Op.Problem.of(Tensor::t, ANY.draw(shape, random));
        var ranked = shape.rank() == 0 ? Shape.of(1) : shape;
        int a = random.nextInt(-ranked.rank(), ranked.rank());
        int b = random.nextInt(-ranked.rank(), ranked.rank());
        return Op.Problem.of(x -> x.transpose(a, b), ANY.draw(ranked, random));
    }

    private static Op.Problem expand(Shape shape, SplittableRandom random) {
        return Op.Problem.of(x -> x.expand(shape.toArray()), ANY.draw(Op.narrowed(shape, random), random));
    }
}
