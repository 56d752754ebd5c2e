package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;
import static dev.lanewise.conformance.Call.ops;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Buffer;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.InstanceNorm1d;
import dev.lanewise.nn.InstanceNorm2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.NormOptions;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Norms, a line each: their parameters are the last inputs.
final class NormCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        op("GroupNorm", NormCalls::groupNorm),
        op("RMSNorm", NormCalls::rmsNorm),
        ops("InstanceNorm1d", c -> {
            var layer = new InstanceNorm1d(features(c, 1), options(c));
            return steps(c, layer, layer.weight(), layer.bias(), layer.runningMean(), layer.runningVar());
        }),
        ops("InstanceNorm2d", c -> {
            var layer = new InstanceNorm2d(features(c, 2), options(c));
            return steps(c, layer, layer.weight(), layer.bias(), layer.runningMean(), layer.runningVar());
        }),
        ops("BatchNorm1d", c -> {
            var layer = new BatchNorm1d(c.x().size(1), options(c));
            return steps(c, layer, layer.weight(), layer.bias(), layer.runningMean(), layer.runningVar());
        }),
        ops("BatchNorm2d", c -> {
            var layer = new BatchNorm2d(c.x().size(1), options(c));
            return steps(c, layer, layer.weight(), layer.bias(), layer.runningMean(), layer.runningVar());
        }));

    private NormCalls() {}

    private static int features(Case c, int placeDims) { return c.x().size(-placeDims - 1); }

    /// A momentum below 0 stands for none.
    private static NormOptions options(Case c) {
        double momentum = c.number("momentum");
        return BatchNorm1d.options().eps(c.number("eps")).momentum(momentum < 0 ? null : momentum).affine(c.inputCount() > 3)
            .trackRunningStats(c.flag("track"));
    }

    /// Two steps of training, the running statistics after them, and an evaluation.
    private static List<Tensor> steps(Case c, Layer layer, Parameter weight, Parameter bias, Buffer mean, Buffer variance) {
        if (weight != null) {
            c.load(3, weight);
            c.load(4, bias);
        }
        var outputs = new ArrayList<>(List.of(layer.call(c.x(0)), layer.call(c.x(1))));
        layer.eval();
        if (mean != null) outputs.addAll(List.of(mean.tensor().clone(), variance.tensor().clone()));
        outputs.add(layer.call(c.x(2)));
        return outputs;
    }

    private static Tensor groupNorm(Case c) {
        var layer = new GroupNorm(c.integer("groups"), c.x().size(1), c.number("eps"), c.inputCount() > 1);
        if (layer.weight() != null) {
            c.load(1, layer.weight());
            c.load(2, layer.bias());
        }
        return layer.call(c.x());
    }

    private static Tensor rmsNorm(Case c) {
        var layer = new RMSNorm(Shape.of(c.ints("shape")), c.number("eps"), c.inputCount() > 1);
        if (layer.weight() != null) c.load(1, layer.weight());
        return layer.call(c.x());
    }
}
