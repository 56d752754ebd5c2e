package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;
import static dev.lanewise.conformance.Call.ops;

import dev.lanewise.nn.AvgPool1d;
import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.Functional;
import dev.lanewise.nn.MaxPooled;
import dev.lanewise.nn.PoolOptions;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;

/// Pooling, a line each; the indices of the largest are a second output.
final class PoolingCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        ops("MaxPool1d", c -> both(Functional.maxPool1dWithIndices(c.x(), dilated(c)))),
        ops("MaxPool2d", c -> both(Functional.maxPool2dWithIndices(c.x(), dilated(c)))),
        op("AvgPool1d", c -> new AvgPool1d(options(c).countIncludePad(c.flag("include"))).call(c.x())),
        op("AvgPool2d", PoolingCalls::average),
        op("AdaptiveAvgPool1d", c -> Functional.adaptiveAvgPool1d(c.x(), c.ints("size")[0])),
        op("AdaptiveAvgPool2d", c -> Functional.adaptiveAvgPool2d(c.x(), c.ints("size")[0], c.ints("size")[1])),
        ops("AdaptiveMaxPool1d", c -> both(Functional.adaptiveMaxPool1dWithIndices(c.x(), c.ints("size")[0]))),
        ops("AdaptiveMaxPool2d", c -> both(Functional.adaptiveMaxPool2dWithIndices(c.x(), c.ints("size")[0],
            c.ints("size")[1]))));

    private PoolingCalls() {}

    private static PoolOptions options(Case c) {
        int[] kernel = c.ints("kernel");
        int[] stride = c.ints("stride");
        int[] padding = c.ints("padding");
        return PoolOptions.kernel(kernel[0], kernel[1]).stride(stride[0], stride[1]).padding(padding[0], padding[1])
            .ceilMode(c.flag("ceil"));
    }

    private static PoolOptions dilated(Case c) { return options(c).dilation(c.ints("dilation")[0], c.ints("dilation")[1]); }

    private static Tensor average(Case c) {
        var options = options(c).countIncludePad(c.flag("include"));
        int divisor = c.integer("divisor");
        return new AvgPool2d(divisor == 0 ? options : options.divisorOverride(divisor)).call(c.x());
    }

    private static List<Tensor> both(MaxPooled pooled) {
        var indices = new float[pooled.indices().length];
        for (int i = 0; i < indices.length; i++) indices[i] = pooled.indices()[i];
        return List.of(pooled.values(), Tensor.wrap(indices, pooled.values().shape().toArray()));
    }
}
