package dev.lanewise.io.onnx;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Normalizations, and dropout.
final class Normalizations {

    private static final TensorBridge TENSORS = TensorBridge.get();
    /// Of inputs, a factor and an offset of each channel.
    private static final ElementwiseOperation AFFINE = Operation.elementwise("affine",
        (x, factor, offset) -> x.mul(factor).add(offset));

    private Normalizations() {}

    static void register(Operators all) {
        all.put("BatchNormalization", Normalizations::batch);
        all.put("InstanceNormalization", node -> {
            double eps = node.real("epsilon", 1e-5f);
            return (Kernel.Single) in -> OnnxValue.of(parts(in, in.floats(0).shape().rank() < 2 ? 0 : in.floats(0).size(1),
                in.floats(1), in.floats(2), eps));
        });
        all.put("GroupNormalization", Normalizations::group);
        all.put("LayerNormalization", Normalizations::layer);
        all.put("RMSNormalization", node -> {
            long axis = node.integer("axis", -1);
            double eps = node.real("epsilon", 1e-5f);
            node.integer("stash_type", 1);
            return (Kernel.Single) in -> {
                var x = in.floats(0);
                int first = in.axis(axis, x.shape().rank());
                int dims = x.shape().rank() - first;
                return OnnxValue.of(TENSORS.normalizeLast("rmsNorm", x, dims, false, last(in, 1, first), null, eps));
            };
        });
        all.put("LpNormalization", node -> {
            long axis = node.integer("axis", -1);
            int p = node.integer("p", 2, 1, 2);
            return (Kernel.Single) in -> {
                var x = in.floats(0);
                int dim = in.axis(axis, x.shape().rank());
                var norm = x.norm(p, true, dim);
                // 0 where all are
                return OnnxValue.of(x.div(norm.maskedFill(norm.eq(0), 1)));
            };
        });
        all.put("Dropout", Normalizations::dropout);
    }

    private static int[] ofChannels(int rank, int channels) {
        var sizes = new int[rank - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = channels;
        return sizes;
    }

    private static void checkChannels(Inputs in, int from, int to) {
        var shape = in.floats(0).shape();
        if (shape.rank() < 2) throw in.node().refused("it is of shape " + shape + "; it must be [batch, channels, …]");
        for (int i = from; i <= to; i++) if (!in.floats(i).shape().equals(Shape.of(shape.size(1))))
            throw in.node().refused("input " + i
            + " is of shape " + in.floats(i).shape() + "; there must be a number for each of the " + shape.size(1)
            + " channels of " + shape);
    }

    private static Kernel batch(Node node) {
        float eps = node.real("epsilon", 1e-5f);
        float momentum = node.real("momentum", 0.9f);
        if (node.opset() < 9 && node.has("spatial") && !node.flag("spatial", true))
            throw node.malformed("spatial", "is 0; means of each place aren't known here");
        boolean training = node.opset() >= 14 && node.flag("training_mode", false);
        return in -> {
            var x = in.floats(0);
            checkChannels(in, 1, 4);
            int rank = x.shape().rank();
            int channels = x.size(1);
            var sizes = ofChannels(rank, channels);
            if (!training) {
                var factor = in.floats(1).mul(in.floats(4).add(eps).rsqrt());
                var offset = in.floats(2).sub(in.floats(3).mul(factor));
                return new OnnxValue[] {OnnxValue.of(AFFINE.apply(x, factor.reshape(sizes), offset.reshape(sizes)))};
            }
            if (x.numel() == 0) throw in.node().refused("an empty batch of shape " + x.shape() + " has no mean");
            var standard = TENSORS.normalizeChannels("batchNorm", x, in.floats(1), in.floats(2), eps);
            int[] dims = IntStream.range(0, rank).filter(dim -> dim != 1).toArray();
            var mean = x.detach().mean(dims);
            var variance = x.detach().var(0, false, dims);
            return new OnnxValue[] {OnnxValue.of(standard.values()), OnnxValue.of(in.floats(3).mul(momentum)
                .add(mean.mul(1 - momentum))),
                OnnxValue.of(in.floats(4).mul(momentum).add(variance.mul(1 - momentum)))};
        };
    }

    /// Each part of an example's channels by itself.
    private static Tensor parts(Inputs in, int parts, Tensor weight, Tensor bias, double eps) {
        var x = in.floats(0);
        checkChannels(in, 1, 0);
        var channels = Shape.of(x.size(1));
        if (weight != null && !weight.shape().equals(channels) || bias != null && !bias.shape().equals(channels))
            throw in.node().refused(
            "scale and bias must have a number for each of the " + x.size(1) + " channels of " + x.shape());
        if (x.numel() == 0) return x;
        if (x.size(1) % parts != 0) throw in.node().refused(parts + " groups of the " + x.size(1) + " channels of " + x.shape()
            + "; they must divide them");
        return TENSORS.normalizeParts("groupNorm", x, parts, weight, bias, eps).values();
    }

    private static Kernel group(Node node) {
        double eps = node.real("epsilon", 1e-5f);
        int groups = node.integer("num_groups", 0, 1, Integer.MAX_VALUE);
        node.integer("stash_type", 1);
        boolean perGroup = node.opset() < 21;
        return (Kernel.Single) in -> {
            var x = in.floats(0);
            if (!perGroup) return OnnxValue.of(parts(in, groups, in.floats(1), in.floats(2), eps));
            int channels = x.shape().rank() < 2 ? 0 : x.size(1);
            return OnnxValue.of(parts(in, groups, repeated(in, 1, groups, channels), repeated(in, 2, groups, channels), eps));
        };
    }

    /// Of each group the number for its channels.
    private static Tensor repeated(Inputs in, int i, int groups, int channels) {
        var x = in.floats(i);
        if (!x.shape().equals(Shape.of(groups)) || channels % groups != 0) throw in.node()
            .refused("input " + i + " is of shape " + x.shape()
            + "; there must be a number for each of the " + groups + " groups, which divide the channels of "
            + in.any(0).shape());
        return x.unsqueeze(1).expand(groups, channels / groups).reshape(channels);
    }

    private static Kernel layer(Node node) {
        long axis = node.integer("axis", -1);
        float eps = node.real("epsilon", 1e-5f);
        node.integer("stash_type", 1);
        boolean more = node.hasOutput(1) || node.hasOutput(2);
        return in -> {
            var x = in.floats(0);
            int rank = x.shape().rank();
            int first = in.axis(axis, rank);
            int dims = rank - first;
            var y = OnnxValue.of(TENSORS.normalizeLast("layerNorm", x, dims, true, last(in, 1, first), in.has(2)
                ? last(in, 2, first) : null, eps));
            if (!more) return new OnnxValue[] {y};
            int[] named = IntStream.range(first, rank).toArray();
            return new OnnxValue[] {y, OnnxValue.of(x.mean(true, named)), OnnxValue.of(x.var(0, true, named).add(eps).rsqrt())};
        };
    }

    /// An input of the shape of the last dimensions, or one that is repeated to it.
    private static Tensor last(Inputs in, int i, int first) {
        var sizes = in.floats(0).shape().toArray();
        var wanted = Arrays.copyOfRange(sizes, first, sizes.length);
        var given = in.floats(i);
        return given.shape().equals(Shape.of(wanted)) ? given : given.expand(wanted);
    }

    private static Kernel dropout(Node node) {
        node.ignore("seed");
        node.real("ratio", 0.5f);
        boolean asks = node.opset() >= 12;
        return in -> {
            if (asks && in.has(2) && in.bools(2).shape().numel() == 1 && in.bools(2).values()[0]
                && (!in.has(1) || in.real(1) > 0))
                throw in.node().refused("it is to drop elements, as input 2, \"training_mode\", is true;"
                    + " models are run without that here: export it for inference");
            var mask = new boolean[in.any(0).shape().numel()];
            Arrays.fill(mask, true);
            return node.hasOutput(1) ? new OnnxValue[] {in.any(0), new OnnxValue.Bools(mask, in.any(0).shape())}
                : new OnnxValue[] {in.any(0)};
        };
    }
}
