package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;

import dev.lanewise.catalogue.BinaryFunction;
import dev.lanewise.catalogue.UnaryFunctions;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The operations on tensors: the catalogue's functions, and the others, a line each.
final class TensorCalls {

    private static final Map<String, Call> OTHERS = Map.ofEntries(
        op("arange", c -> Tensor.arange(c.number("start"), c.number("end"), c.number("step"))),
        op("linspace", c -> Tensor.linspace(c.number("start"), c.number("end"), c.integer("count"))),
        op("eye", c -> Tensor.eye(c.integer("n"))),
        op("full", c -> Tensor.full((float) c.number("value"), c.ints("shape"))),
        op("zeros", c -> Tensor.zeros(c.ints("shape"))),
        op("ones", c -> Tensor.ones(c.ints("shape"))),
        op("powNumber", c -> c.x().pow((float) c.number("exponent"))),
        op("where", c -> Tensor.where(c.x(0), c.x(1), c.x(2))),
        op("clamp", c -> c.x().clamp((float) c.number("min"), (float) c.number("max"))),
        op("sum", c -> c.x().sum(c.flag("keepDim"), c.ints("dims"))),
        op("mean", c -> c.x().mean(c.flag("keepDim"), c.ints("dims"))),
        op("amax", c -> c.x().amax(c.flag("keepDim"), c.ints("dims"))),
        op("amin", c -> c.x().amin(c.flag("keepDim"), c.ints("dims"))),
        op("var", c -> c.x().var(c.number("correction"), c.flag("keepDim"), c.ints("dims"))),
        op("std", c -> c.x().std(c.number("correction"), c.flag("keepDim"), c.ints("dims"))),
        op("logsumexp", c -> c.x().logsumexp(c.flag("keepDim"), c.ints("dims"))),
        op("norm", c -> c.x().norm(c.flag("keepDim"), c.ints("dims"))),
        op("norm1", c -> c.x().norm(1, c.flag("keepDim"), c.ints("dims"))),
        op("argmax", TensorCalls::argmax),
        op("softmax", c -> c.x().softmax(c.integer("dim"))),
        op("logSoftmax", c -> c.x().logSoftmax(c.integer("dim"))),
        op("matmul", c -> c.x(0).matmul(c.x(1))),
        op("matmulTransposed", c -> c.x(0).transpose(-1, -2).matmul(c.x(1).transpose(-1, -2))),
        op("reshape", c -> c.x().reshape(c.ints("shape"))),
        op("reshapeTransposed", c -> c.x().transpose(0, 1).reshape(c.ints("shape"))),
        op("transpose", c -> c.x().transpose(c.integer("a"), c.integer("b"))),
        op("permute", c -> c.x().permute(c.ints("dims"))),
        op("slice", c -> c.x().slice(c.integer("dim"), c.integer("start"), c.integer("end"), c.integer("step"))),
        op("select", c -> c.x().select(c.integer("dim"), c.integer("index"))),
        op("expand", c -> c.x().expand(c.ints("shape"))),
        op("squeeze", c -> c.x().squeeze(c.ints("dims"))),
        op("unsqueeze", c -> c.x().unsqueeze(c.integer("dim"))),
        op("flatten", c -> c.x().flatten(c.integer("first"), c.integer("last"))),
        op("cat", c -> Tensor.cat(c.integer("dim"), c.all())),
        op("stack", c -> Tensor.stack(c.integer("dim"), c.all())),
        op("gather", c -> c.x().gather(c.integer("dim"), c.ints("index"), c.ints("shape"))),
        op("indexSelect", c -> c.x().indexSelect(c.integer("dim"), c.ints("index"))),
        op("pick", c -> c.x().pick(c.ints("index"))),
        op("standardize", c -> c.x().sub(c.x().mean(true, 1)).div(c.x().var(0, true, 1).add(1e-3f).sqrt())),
        op("attention", c -> c.x(0).matmul(c.x(1).transpose(-1, -2)).div(2f).softmax(-1).matmul(c.x(2))),
        op("quadratic", c -> c.x(0).matmul(c.x(1)).mul(c.x(0)).sum(1).sigmoid().log()));

    static final Map<String, Call> ALL = new TreeMap<>(OTHERS);

    static {
        for (var function : UnaryFunctions.ALL) if (!function.hasParameters() && function.isMethodOf(Tensor.class))
            ALL.put(function.name(), c -> List.of(function.apply(c.x())));
        for (var function : BinaryFunction.ALL) if (function.isMethodOf(Tensor.class))
            ALL.put(function.name(), c -> List.of(function.call().apply(c.x(0), c.x(1))));
    }

    private TensorCalls() {}

    private static Tensor argmax(Case c) {
        var best = c.x().argmax();
        var numbers = new float[best.length];
        for (int i = 0; i < best.length; i++) numbers[i] = best[i];
        var shape = c.x().shape().toArray();
        return Tensor.wrap(numbers, Arrays.copyOf(shape, shape.length - 1));
    }
}
