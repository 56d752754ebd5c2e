package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;
import static dev.lanewise.conformance.Call.ops;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.BatchNorm;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Unflatten;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;

/// The layers, a line each: their parameters are the inputs after the first.
final class LayerCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        op("Linear", LayerCalls::linear),
        op("Conv2d", LayerCalls::conv2d),
        op("ConvTranspose2d", LayerCalls::convTranspose2d),
        op("Embedding", LayerCalls::embedding),
        ops("BatchNorm1d", c -> batchNorm(c,
            new BatchNorm1d(c.x().size(1), c.number("eps"), c.number("momentum"), c.inputCount() > 3))),
        ops("BatchNorm2d", c -> batchNorm(c,
            new BatchNorm2d(c.x().size(1), c.number("eps"), c.number("momentum"), c.inputCount() > 3))),
        op("LayerNorm", LayerCalls::layerNorm),
        op("Flatten", c -> new Flatten(c.integer("first"), c.integer("last")).forward(c.x())),
        op("Unflatten", c -> new Unflatten(c.integer("dim"), c.ints("sizes")).forward(c.x())));

    private LayerCalls() {}

    /// The layer's output for the first input, its parameters being the next.
    private static Tensor forward(Case c, Layer layer, Parameter weight, Parameter bias) {
        if (weight != null) c.load(1, weight);
        if (bias != null) c.load(2, bias);
        return layer.forward(c.x());
    }

    private static Tensor linear(Case c) {
        var layer = new Linear(c.x(1).size(1), c.x(1).size(0), c.inputCount() > 2);
        return forward(c, layer, layer.weight(), layer.bias());
    }

    private static ConvOptions options(Case c) {
        int[] stride = c.ints("stride");
        int[] padding = c.ints("padding");
        int[] dilation = c.ints("dilation");
        return ConvOptions.kernel(c.x(1).size(2), c.x(1).size(3)).stride(stride[0], stride[1]).padding(padding[0], padding[1])
            .dilation(dilation[0], dilation[1]).groups(c.integer("groups")).bias(c.inputCount() > 2);
    }

    private static Tensor conv2d(Case c) {
        var layer = new Conv2d(c.x().size(1), c.x(1).size(0), options(c));
        return forward(c, layer, layer.weight(), layer.bias());
    }

    private static Tensor convTranspose2d(Case c) {
        int[] extra = c.ints("outputPadding");
        var layer = new ConvTranspose2d(c.x().size(1), c.x(1).size(1) * c.integer("groups"),
            options(c).outputPadding(extra[0], extra[1]));
        return forward(c, layer, layer.weight(), layer.bias());
    }

    private static Tensor embedding(Case c) {
        int padding = c.integer("padding");
        var layer = padding < 0 ? new Embedding(c.x().size(0), c.x().size(1))
            : new Embedding(c.x().size(0), c.x().size(1), padding);
        c.load(0, layer.weight());
        return layer.forward(c.ints("index"), c.ints("shape"));
    }

    /// Two steps of training, the running statistics after them, and an evaluation.
    private static List<Tensor> batchNorm(Case c, BatchNorm layer) {
        if (c.inputCount() > 3) {
            c.load(3, layer.weight());
            c.load(4, layer.bias());
        }
        var first = layer.forward(c.x(0));
        var second = layer.forward(c.x(1));
        layer.eval();
        return List.of(first, second, layer.runningMean().tensor(), layer.runningVar().tensor(), layer.forward(c.x(2)));
    }

    private static Tensor layerNorm(Case c) {
        var layer = new LayerNorm(Shape.of(c.ints("shape")), c.number("eps"), c.inputCount() > 1);
        return forward(c, layer, layer.weight(), layer.bias());
    }
}
