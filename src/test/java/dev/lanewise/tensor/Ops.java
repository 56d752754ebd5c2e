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

import dev.lanewise.catalogue.BinaryFunction;
import dev.lanewise.catalogue.UnaryFunction;
import dev.lanewise.catalogue.UnaryFunctions;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Functional;
import dev.lanewise.nn.PoolOptions;
import dev.lanewise.nn.UpsampleOptions;
import dev.lanewise.nn.UpsampleOptions.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Every differentiable operation on tensors: the catalogue's functions, and all others, a line each.
public final class Ops {

    private static final ConvOptions WINDOW = ConvOptions.kernel(2, 2).stride(1, 2).padding(1, 1).groups(2);

    private static final PoolOptions WINDOWS = PoolOptions.kernel(2).stride(1).padding(1).ceilMode(true);

    /// Those that aren't elementwise, and composites.
    private static final List<Op> OTHERS = List.of(
        reduction("sum", ANY, Tensor::sum).straight(),
        reduction("mean", ANY, Tensor::mean).straight(),
        reduction("amax", DISTINCT, Tensor::amax).rough(),
        reduction("amin", DISTINCT, Tensor::amin).rough(),
        reduction("var", ANY, (x, keepDim, dims) -> x.var(0, keepDim, dims)),
        reduction("logsumexp", ANY, Tensor::logsumexp),
        reduction("norm", NONZERO, Tensor::norm).rough(),
        reduction("norm with p = 1", NONZERO, (x, keepDim, dims) -> x.norm(1, keepDim, dims)).rough(),
        reduction("norm with p = 3", NONZERO, (x, keepDim, dims) -> x.norm(3, keepDim, dims)).rough(),
        reduction("norm with p = 1/2", NONZERO, (x, keepDim, dims) -> x.norm(0.5, keepDim, dims)).rough(),
        reduction("norm with p = -2", NONZERO, (x, keepDim, dims) -> x.norm(-2, keepDim, dims)).rough(),
        reduction("norm of the largest", DISTINCT, (x, keepDim, dims) -> x.sub(99f).norm(Double.POSITIVE_INFINITY, keepDim, dims)
            .sub(99f)).rough(),
        reduction("norm of the smallest", DISTINCT, (x, keepDim, dims) -> x.add(99f).norm(Double.NEGATIVE_INFINITY, keepDim, dims)
            .sub(99f)).rough(),
        reduction("varMean", ANY, Ops::varMean),
        along("cumsum", ANY, Tensor::cumsum).straight(),
        along("std", DISTINCT, (x, dim) -> Tensor.cat(dim, x, x.mul(0.5f).add(10f)).std(dim)).rough(),
        along("overRootMeanSquare", NONZERO, (x, dim) -> Moments.overRootMeanSquare(x, 0.1, dim)),
        along("softmax", ANY, Tensor::softmax),
        along("logSoftmax", ANY, Tensor::logSoftmax),
        along("glu", ANY, (x, dim) -> Activation.glu(Tensor.cat(dim, x, x.mul(0.5f).add(1f)), dim)),
        unary("maximum", NONZERO, x -> x.maximum(x.neg()).mul(x)).rough(),
        unary("minimum", NONZERO, x -> x.minimum(x.mul(2f)).mul(x)).rough(),
        unary("where", NONZERO, x -> Tensor.where(x.gt(Tensor.scalar(0f)), x.exp(), x.square())).rough(),
        along("standardized", ANY, (x, dim) -> Moments.standardized(x, 0.5, dim).values()),
        // views and copies
        new Op("reshape", Ops::reshape).straight(),
        new Op("permute", Ops::permute).straight(),
        new Op("transpose", Ops::transpose).straight(),
        new Op("t", (shape, random) -> Op.Problem.of(Tensor::t, ANY.draw(Shape.of(Op.sizes(shape, 2)), random))).straight(),
        new Op("expand", Ops::expand).straight(),
        unary("contiguous", ANY, Tensor::contiguous).straight(),
        // with another operation behind it, as no scope recycles a clone
        unary("clone", ANY, x -> x.clone().neg()).straight(),
        along("slice", ANY, (x, dim) -> x.slice(dim, 0, 3, 2)).straight(),
        along("select", ANY, (x, dim) -> x.select(dim, -1)).straight(),
        along("unsqueeze", ANY, (x, dim) -> x.unsqueeze(dim)).straight(),
        unary("squeeze", ANY, x -> x.squeeze()).straight(),
        unary("flatten", ANY, x -> x.flatten(0, -1)).straight(),
        along("cat of the same", ANY, (x, dim) -> Tensor.cat(dim, x, x.neg(), x)).straight(),
        along("cat", ANY, (x, dim) -> Tensor.cat(dim, x, x.exp(), x)),
        along("stack", ANY, (x, dim) -> Tensor.stack(dim, x, x.square())),
        // products
        product("matmul", ANY, Tensor::matmul).straight(),
        product("matmul of transposes", ANY, (a, b) -> b.t().matmul(a.t())).straight(),
        product("matmul of stacks", ANY, (a, b) -> a.expand(3, a.size(0), a.size(1)).matmul(b.unsqueeze(0).unsqueeze(0).mul(2f))),
        product("matmul by a vector", ANY, (a, b) -> a.matmul(b.select(1, 0))).straight(),
        product("stack by a matrix", ANY, (a, b) -> Tensor.stack(0, a, a.neg()).matmul(b)).straight(),
        product("outer", ANY, (a, b) -> a.select(1, 0).outer(b.select(0, 0))).straight(),
        product("einsum", ANY, (a, b) -> Tensor.einsum("ij,jk->ki", a, b)).straight(),
        product("einsum of stacks", ANY,
            (a, b) -> Tensor.einsum("...ij,k...j->...ik", Tensor.stack(0, a, a.neg()), b.t().unsqueeze(1))).straight(),
        product("einsum of a diagonal", ANY, (a, b) -> Tensor.einsum("iji,jk->ki",
            a.unsqueeze(2).expand(a.size(0), a.size(1), a.size(0)), b)).straight(),
        product("einsum of sums", ANY, (a, b) -> Tensor.einsum("ij,kl->il", a, b)).straight(),
        product("einsum to a number", ANY, (a, b) -> Tensor.einsum("ij,ij", a, b.sum(1).expand(a.shape().toArray()))).straight(),
        product("linear", ANY, (a, b) -> Affine.linear(a, b.t(), b.sum(0))).straight(),
        // half of the sums are above 0 and half below, none near it
        product("linearRelu", POSITIVE, (a, b) -> Affine.linearRelu(a, Tensor.cat(1, b, b.neg()).t(), null)).rough(),
        new Op("conv2d", Ops::conv2d).straight(),
        new Op("convTranspose2d", Ops::convTranspose2d).straight(),
        new Op("conv1d", Ops::conv1d).straight(),
        planes("interpolate", ANY, x -> Functional.interpolate(x, UpsampleOptions.scale(1.7, 2.8).mode(Mode.LINEAR))).straight(),
        planes("interpolate by the nearest", ANY, x -> Functional.interpolate(x, UpsampleOptions.size(5, 2))).straight(),
        planes("pixelShuffle", ANY, x -> Functional.pixelShuffle(Tensor.cat(1, x, x.neg()), 2)).straight(),
        planes("pixelUnshuffle", ANY, x -> Functional.pixelUnshuffle(Tensor.cat(3, x, x.neg()), 1)).straight(),
        planes("maxPool1d", DISTINCT, x -> Functional.maxPool1d(x.flatten(1, 2), WINDOWS)).rough(),
        planes("maxPool2d", DISTINCT, x -> Functional.maxPool2d(x, WINDOWS)).rough(),
        planes("avgPool1d", ANY, x -> Functional.avgPool1d(x.flatten(1, 2), WINDOWS)).straight(),
        planes("avgPool2d", ANY, x -> Functional.avgPool2d(x, WINDOWS)).straight(),
        planes("adaptiveAvgPool1d", ANY, x -> Functional.adaptiveAvgPool1d(x.flatten(0, 1), 2)).straight(),
        planes("adaptiveAvgPool2d", ANY, x -> Functional.adaptiveAvgPool2d(x, 2, 3)).straight(),
        planes("adaptiveMaxPool1d", DISTINCT, x -> Functional.adaptiveMaxPool1d(x.flatten(0, 1), 2)).rough(),
        planes("adaptiveMaxPool2d", DISTINCT, x -> Functional.adaptiveMaxPool2d(x, 2, 3)).rough(),
        new Op("crossEntropy", Ops::crossEntropy),
        new Op("scaledDotProduct", AttentionProblem::draw),
        // composites: shared inputs, and rules that feed each other
        unary("x times x", ANY, x -> x.mul(x)),
        unary("x over x + 3", ANY, x -> x.div(x.add(3f))).rough(),
        along("log of sum of exp", ANY, (x, dim) -> x.exp().sum(dim).log()),
        along("standardized rows", ANY, (x, dim) -> x.sub(x.mean(true, dim)).div(x.square().mean(true, dim).add(1f).sqrt())),
        along("relu of a softmax", NONZERO, (x, dim) -> x.relu().softmax(dim).mul(x)).rough(),
        product("quadratic form", ANY, (a, b) -> a.matmul(b).square().mean(0).mul(b.sum(0))));

    public static final List<Op> ALL = Stream.of(
        UnaryFunctions.ALL.stream().filter(UnaryFunction::isTame).map(Ops::of),
        BinaryFunction.ALL.stream().filter(BinaryFunction::isTame).flatMap(Ops::of), OTHERS.stream(), Rearrangements.ALL.stream())
            .flatMap(each -> each).toList();

    private Ops() {}

    private static Op of(UnaryFunction function) {
        return new Op(function.name(), (shape, random) -> Op.Problem.of(function::apply, function.draw(shape, random)),
            function.isSmooth(), function.name().equals("neg"));
    }

    /// Of two tensors, and of a tensor and a number if it has that form.
    private static Stream<Op> of(BinaryFunction function) {
        var tensors = binary(function.name(), function.left(), function.right(), function.call());
        var both = Stream.of(function.isSmooth() ? tensors : tensors.rough());
        if (function.number() == null) return both;
        var number = unary(function.name() + " a number", function.left(), x -> function.number().of(x, 1.5f));
        return Stream.concat(both, Stream.of(function.left() == ANY ? number : number.rough()));
    }

    private static Tensor varMean(Tensor x, boolean keepDim, int... dims) {
        var both = x.varMean(0, keepDim, dims);
        return both.variance().add(both.mean());
    }

    /// Two groups of channels, windows that overlap, and some that reach beyond the image.
    private static Op.Problem conv2d(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 3);
        return Op.Problem.of((x, weight) -> Functional.conv2d(x, weight, weight.sum(1, 2, 3), WINDOW),
            ANY.draw(Shape.of(size[0], 2, size[1], size[2]), random), ANY.draw(Shape.of(4, 1, 2, 2), random));
    }

    private static Op.Problem conv1d(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 2);
        return Op.Problem.of((x, weight) -> Functional.conv1d(x, weight, weight.sum(1, 2),
            ConvOptions.kernel(2).padding(1).stride(2).groups(2)), ANY.draw(Shape.of(size[0], 2, size[1]), random),
                ANY.draw(Shape.of(4, 1, 2), random));
    }

    /// Of images of two channels.
    private static Op planes(String name, Domain domain, UnaryOperator<Tensor> function) {
        return new Op(name, (shape, random) -> {
            var size = Op.sizes(shape, 3);
            return Op.Problem.of(function, domain.draw(Shape.of(size[0], 2, size[1], size[2]), random));
        });
    }

    private static Op.Problem convTranspose2d(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 3);
        return Op.Problem.of((x, weight) -> Functional.convTranspose2d(x, weight, bias(weight), WINDOW),
            ANY.draw(Shape.of(size[0], 2, size[1] + 1, size[2] + 1), random), ANY.draw(Shape.of(2, 2, 2, 2), random));
    }

    /// Of two groups with two channels each.
    private static Tensor bias(Tensor weight) { return weight.sum(2, 3).flatten(0, -1); }

    /// Of each row or their mean; the first row doesn't count.
    private static Op.Problem crossEntropy(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 2);
        var labels = random.ints(size[0], 0, size[1]).toArray();
        var kept = new boolean[size[0]];
        Arrays.fill(kept, 1, kept.length, true);
        boolean mean = random.nextBoolean();
        return Op.Problem.of(x -> mean ? CrossEntropy.mean(x, labels, kept, null, 1.5f)
            : CrossEntropy.losses(x, labels, kept, null),
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
