package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;
import static dev.lanewise.conformance.Call.ops;

import dev.lanewise.tensor.Indexable;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Elements in order, chosen by indices, by comparisons, by masks.
final class OrderingCalls {

    static final Map<String, Call> ALL = new TreeMap<>(Map.ofEntries(
        ops("sort", c -> both(c.x().sort(c.integer("dim"), c.flag("descending")))),
        ops("sortTransposed", c -> both(c.x().t().sort(c.integer("dim"), c.flag("descending")))),
        ops("topk", c -> both(c.x().topk(c.integer("k"), c.integer("dim"), c.flag("largest")))),
        op("argminAlong", c -> without(c, c.x().argmin(c.integer("dim")))),
        op("argmaxAlong", c -> without(c, c.x().argmax(c.integer("dim")))),
        op("gatherSome", c -> c.x().gather(c.integer("dim"), c.ints("index"), c.ints("shape"))),
        op("scatterAdd", c -> c.x(0).scatterAdd(c.integer("dim"), c.ints("index"), c.x(1))),
        op("eqNumber", c -> c.x().eq((float) c.number("number"))),
        op("neNumber", c -> c.x().ne((float) c.number("number"))),
        op("ltNumber", c -> c.x().lt((float) c.number("number"))),
        op("leNumber", c -> c.x().le((float) c.number("number"))),
        op("gtNumber", c -> c.x().gt((float) c.number("number"))),
        op("geNumber", c -> c.x().ge((float) c.number("number"))),
        op("maskedFill", c -> c.x(0).maskedFill(c.x(1), (float) c.number("value"))),
        op("oneHot", c -> Tensor.oneHot(c.ints("labels"), c.integer("classes")))));

    private OrderingCalls() {}

    private static List<Tensor> both(Indexable.Sorted sorted) {
        return List.of(sorted.values(), numbers(sorted.indices()).reshape(sorted.values().shape().toArray()));
    }

    /// Of the input's shape without the dimension.
    private static Tensor without(Case c, int[] indices) {
        return numbers(indices).reshape(c.x().sum(c.integer("dim")).shape().toArray());
    }

    private static Tensor numbers(int[] indices) {
        var numbers = new float[indices.length];
        for (int i = 0; i < numbers.length; i++) numbers[i] = indices[i];
        return Tensor.of(numbers);
    }
}
