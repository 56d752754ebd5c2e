package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;
import static dev.lanewise.conformance.Call.ops;

import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Sums of products, of powers, and running ones.
final class SumCalls {

    static final Map<String, Call> ALL = new TreeMap<>(Map.ofEntries(
        op("einsum", c -> Tensor.einsum(c.word("equation"), c.all())),
        op("einsumTransposed", c -> Tensor.einsum(c.word("equation"), Arrays.stream(c.all()).map(SumCalls::reversed)
            .toArray(Tensor[]::new))),
        op("outer", c -> c.x(0).outer(c.x(1))),
        op("normOf", c -> c.x().norm(c.number("p"), c.flag("keepDim"), c.ints("dims"))),
        ops("varMean", SumCalls::varMean),
        op("cumsum", c -> c.x().cumsum(c.integer("dim"))),
        op("cumsumOfSquares", c -> c.x().square().cumsum(c.integer("dim")).exp()),
        op("cumsumTransposed", c -> c.x().t().cumsum(c.integer("dim"))),
        op("standardized", c -> Moments.standardized(c.x(), c.number("eps"), c.ints("dims")).values())));

    private SumCalls() {}

    private static List<Tensor> varMean(Case c) {
        var both = c.x().varMean(c.number("correction"), c.flag("keepDim"), c.ints("dims"));
        return List.of(both.variance(), both.mean());
    }

    private static Tensor reversed(Tensor x) {
        int rank = x.shape().rank();
        return x.permute(IntStream.range(0, rank).map(dim -> rank - 1 - dim).toArray());
    }
}
