package dev.lanewise.io.onnx;

import dev.lanewise.nn.AdaptiveAvgPool1d;
import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.AdaptiveMaxPool1d;
import dev.lanewise.nn.AdaptiveMaxPool2d;
import dev.lanewise.nn.AvgPool1d;
import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.BatchNorm;
import dev.lanewise.nn.Buffer;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Dropout1d;
import dev.lanewise.nn.Dropout2d;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.InstanceNorm;
import dev.lanewise.nn.InstanceNorm1d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LoRA;
import dev.lanewise.nn.LogSoftmax;
import dev.lanewise.nn.MaxPool1d;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.PReLU;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.PixelShuffle;
import dev.lanewise.nn.PixelUnshuffle;
import dev.lanewise.nn.PoolOptions;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.ResidualSum;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Softmax;
import dev.lanewise.nn.Unflatten;
import dev.lanewise.nn.Upsample;
import dev.lanewise.nn.UpsampleOptions;
import dev.lanewise.nn.attention.LearnedPositions;
import dev.lanewise.nn.attention.SinusoidalPositions;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Unfold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Layers as nodes. Each is run on what the one before made of the example, so that shapes are known.
final class Exporter {

    private static final String OPERATION = "Onnx.write: ";

    private final GraphBuilder graph;
    private final Map<Parameter, String> paths = new IdentityHashMap<>();
    private final Map<Buffer, String> statistics = new IdentityHashMap<>();
    private final Map<Module, String> places = new IdentityHashMap<>();
    private final AttentionExporter attention;
    /// The weights of what is adapted, once for each.
    private final Map<LoRA, Tensor> merged = new IdentityHashMap<>();
    private final RecurrentExporter recurrent;

    private Exporter(Layer model) {
        model.namedParameters().forEach((path, parameter) -> paths.put(parameter, path));
        model.namedBuffers().forEach((path, buffer) -> statistics.put(buffer, path));
        model.namedModules().forEach((path, module) -> places.put(module, path));
        var names = new HashSet<>(paths.values());
        names.addAll(statistics.values());
        this.graph = new GraphBuilder(names);
        this.attention = new AttentionExporter(this, graph);
        this.recurrent = new RecurrentExporter(this, graph);
    }

    /// A value of the graph, and what it is for the example.
    ///
    /// @param isIndex whether the graph has whole numbers there, which the example has as floats
    record Value(String name, Tensor example, boolean isIndex) {

        int rank() { return example.shape().rank(); }

        int size(int dim) { return example.size(dim); }
    }

    /// @param sizes of the input: numbers, and names for those that may be any
    static byte[] bytes(Layer model, Tensor example, boolean indices, List<String> sizes) {
        boolean fixed = sizes.stream().allMatch(OnnxModel.Port::isNumber);
        return bytes(model, example, indices, sizes, y -> IntStream.range(0, y.rank())
            .mapToObj(dim -> fixed ? Integer.toString(y.size(dim)) : result(dim)).toList());
    }

    /// What a size of the output is called that isn't one of the input's.
    static String result(int dim) { return Onnx.OUTPUT + "_" + dim; }

    /// @param results likewise of the output, by the example's
    static byte[] bytes(Layer model, Tensor example, boolean indices, List<String> sizes, Function<Shape, List<String>> results) {
        var exporter = new Exporter(model);
        exporter.graph.input(Onnx.INPUT, indices ? OnnxType.INT64 : OnnxType.FLOAT, sizes);
        var y = exporter.layer(model, new Value(Onnx.INPUT, example.detach(), indices));
        exporter.graph.result(y.name(), Onnx.OUTPUT);
        exporter.graph.output(Onnx.OUTPUT, OnnxType.FLOAT, results.apply(y.example().shape()));
        return exporter.graph.toByteArray(model.getClass().getSimpleName());
    }

    // ---- what others ask

    String weight(Parameter parameter) { return graph.weight(paths.get(parameter), parameter.tensor()); }

    private String statistic(Buffer buffer) { return graph.weight(statistics.get(buffer), buffer.tensor()); }

    /// A weight, or the same number for all.
    private String weight(Parameter parameter, float otherwise, int count) {
        return parameter == null ? graph.floats(Tensor.full(otherwise, count)) : weight(parameter);
    }

    String times(String name, double factor) {
        return factor == 1 ? name : graph.node("Mul", List.of(name, graph.number((float) factor)));
    }

    IllegalArgumentException refused(Module module, String why) {
        return new IllegalArgumentException(refusal(module) + why);
    }

    private String refusal(Module module) {
        var path = places.get(module);
        return OPERATION + "nothing was written; " + (path == null || path.isEmpty() ? "the model" : "\"" + path + "\"") + ", "
            + module.getClass().getSimpleName() + ", can't be written: ";
    }

    // ---- layers

    /// What a layer makes of a value.
    Value layer(Layer layer, Value x) {
        if (layer instanceof Sequential chain) {
            var y = x;
            for (var each : chain.layers()) y = layer(each, y);
            return y;
        }
        if (layer instanceof TransformerEncoder encoder) {
            var y = x;
            for (var each : encoder.layers()) y = layer(each, y);
            return encoder.children().get("norm") instanceof LayerNorm norm ? layer(norm, y) : y;
        }
        if (x.isIndex() && !(layer instanceof Embedding)) x = new Value(graph.node("Cast", List.of(x.name()),
            GraphBuilder.of("to", OnnxType.FLOAT.code())),
            x.example(), false);
        return new Value(name(layer, x), layer.predict(x.example()), false);
    }

    private String name(Layer layer, Value x) {
        return switch (layer) {
            case Identity _, Dropout _, Dropout1d _, Dropout2d _ -> x.name();
            case Linear linear -> linear(linear, times(x.name(), linear.multiplier()), x.rank());
            case LoRA lora -> lora(lora, x);
            case Conv1d conv -> convolution("Conv", conv, conv.weight(), conv.bias(), conv.options(), 1,
                times(x.name(), conv.multiplier()), x);
            case Conv2d conv -> convolution("Conv", conv, conv.weight(), conv.bias(), conv.options(), 2,
                times(x.name(), conv.multiplier()), x);
            case ConvTranspose2d conv -> convolution("ConvTranspose", conv, conv.weight(), conv.bias(), conv.options(), 2,
                times(x.name(), conv.multiplier()), x);
            case MaxPool1d pool -> pool("MaxPool", pool.options(), 1, x);
            case MaxPool2d pool -> pool("MaxPool", pool.options(), 2, x);
            case AvgPool1d pool -> average(pool, pool.options(), 1, x);
            case AvgPool2d pool -> average(pool, pool.options(), 2, x);
            case AdaptiveAvgPool1d pool -> adaptive("Average", pool, x, pool.size());
            case AdaptiveAvgPool2d pool -> adaptive("Average", pool, x, pool.rows(), pool.columns());
            case AdaptiveMaxPool1d pool -> adaptive("Max", pool, x, pool.size());
            case AdaptiveMaxPool2d pool -> adaptive("Max", pool, x, pool.rows(), pool.columns());
            case BatchNorm norm -> batchNorm(norm, norm.weight(), norm.bias(), norm.runningMean(), norm.runningVar(), norm.eps(),
                x);
            case InstanceNorm norm -> instanceNorm(norm, x);
            case LayerNorm norm -> layerNorm(norm, x.name());
            case RMSNorm norm -> rmsNorm(norm, x.name());
            case GroupNorm norm -> groupNorm(norm, x);
            case Embedding embedding -> embedding(embedding, x);
            case Flatten flatten -> flatten(flatten, x);
            case Unflatten unflatten -> unflatten(unflatten, x);
            case Softmax softmax -> graph.node("Softmax", List.of(x.name()), GraphBuilder.of("axis", softmax.dim()));
            case LogSoftmax softmax -> graph.node("LogSoftmax", List.of(x.name()), GraphBuilder.of("axis", softmax.dim()));
            case GLU glu -> {
                var halves = graph.nodes("Split", 2, List.of(x.name()), GraphBuilder.of("axis", glu.dim()),
                    GraphBuilder.of("num_outputs", 2));
                yield graph.node("Mul", List.of(halves.get(0), graph.node("Sigmoid", List.of(halves.get(1)))));
            }
            case PReLU prelu -> prelu(prelu, x);
            case Residual residual -> residual(residual, x);
            case Upsample upsample -> upsample(upsample, x);
            case PixelShuffle shuffle -> images(x, 2, name -> graph.node("DepthToSpace", List.of(name),
                GraphBuilder.of("blocksize", shuffle.factor()),
                GraphBuilder.of("mode", "CRD")));
            case PixelUnshuffle unshuffle -> unshuffled(unshuffle.factor(), x, layer.predict(x.example()));
            case LearnedPositions positions -> attention.positions(weight(positions.weight()), x);
            case SinusoidalPositions _ -> attention.positions(graph.floats(SinusoidalPositions.table(x.size(-2), x.size(-1))), x);
            case TransformerEncoderLayer encoder -> attention.encoderLayer(encoder, x);
            default -> seen(layer, x);
        };
    }

    /// A layer of which only what it computes is known.
    private String seen(Layer layer, Value x) { return formulas(layer).ofLayer(layer, x.name(), x.example()); }

    /// A function of elements that is a part of a module.
    String function(Module module, UnaryOperator<Tensor> function, Value x) {
        return formulas(module)
            .of(function, x.name(), x.example());
    }

    private Formulas formulas(Module module) {
        return new Formulas(graph, module, this::weight, new Formulas.Writer() {
            @Override
            public String write(Layer layer, String input, Tensor example) {
                return layer(layer, new Value(input, example, false))
                    .name();
            }

            @Override
            public RecurrentExporter.States write(Module layer, String input,
                int rank) { return recurrent.write(layer, input, rank); }
        }, refusal(module));
    }

    String linear(Linear linear, String x, int rank) {
        if (rank == 2 && linear.bias() != null) return graph.node("Gemm", List.of(x, weight(linear.weight()),
            weight(linear.bias())), GraphBuilder.of("transB", 1));
        return product(x, weight(linear.weight()), linear.bias() == null ? null : weight(linear.bias()));
    }

    /// @param weight `[out, in]`
    /// @param bias   null for none
    String product(String x, String weight, String bias) {
        var y = graph.node("MatMul", List.of(x, graph.node("Transpose", List.of(weight), GraphBuilder.of("perm", 1, 0))));
        return bias == null ? y : graph.node("Add", List.of(y, bias));
    }

    private String lora(LoRA lora, Value x) {
        var base = lora.base();
        if (base.multiplier() != 1) throw refused(lora, "its base has a multiplier, " + base.multiplier());
        var weight = graph.weight(paths.get(base.weight()), merged.computeIfAbsent(lora, LoRA::mergedWeight));
        return product(x.name(), weight, base.bias() == null ? null : weight(base.bias()));
    }

    // ---- windows

    private interface OfName {
        String of(String name);
    }

    /// Something that is done with batches, with an image or a line alone, too.
    private String images(Value x, int dims, OfName operator) {
        if (x.rank() == dims + 2) return operator.of(x.name());
        var one = graph.node("Unsqueeze", List.of(x.name(), graph.integers(0)));
        return graph.node("Squeeze", List.of(operator.of(one), graph.integers(0)));
    }

    private static long[] of(int dims, int rows, int columns) { return dims == 1 ? new long[] {columns}
        : new long[] {rows, columns}; }

    private static long[] pads(int dims, int rows, int columns) {
        return dims == 1 ? new long[] {columns, columns} : new long[] {rows, columns, rows, columns};
    }

    private String convolution(String type, Layer layer, Parameter weight, Parameter bias, ConvOptions options, int dims,
        String name, Value x) {
        Unfold.Axis r = options.window().rows();
        Unfold.Axis c = options.window().columns();
        var attributes = new ArrayList<>(List.of(GraphBuilder.of("kernel_shape", of(dims, r.kernel(), c.kernel())),
            GraphBuilder.of("strides", of(dims, r.stride(), c.stride())), GraphBuilder.of("dilations",
            of(dims, r.dilation(), c.dilation())),
            GraphBuilder.of("pads", pads(dims, r.padding(), c.padding())), GraphBuilder.of("group", options.groups())));
        if (type.equals("ConvTranspose"))
            attributes.add(GraphBuilder.of("output_padding", of(dims, options.outputPadding().rows(),
            options.outputPadding().columns())));
        var inputs = new ArrayList<>(List.of(weight(weight)));
        if (bias != null) inputs.add(weight(bias));
        return images(new Value(name, x.example(), false), dims, image -> {
            inputs.addFirst(image);
            return graph.node(type, inputs, attributes.toArray(GraphBuilder.Attribute[]::new));
        });
    }

    private String pool(String type, PoolOptions options, int dims, Value x, GraphBuilder.Attribute... more) {
        var r = options.rows();
        var c = options.columns();
        var attributes = new ArrayList<>(List.of(GraphBuilder.of("kernel_shape", of(dims, r.kernel(), c.kernel())),
            GraphBuilder.of("strides", of(dims, r.stride(), c.stride())), GraphBuilder.of("pads",
            pads(dims, r.padding(), c.padding())),
            GraphBuilder.of("dilations", of(dims, r.dilation(), c.dilation())),
            GraphBuilder.of("ceil_mode", options.ceilMode() ? 1 : 0)));
        attributes.addAll(List.of(more));
        return images(x, dims, name -> graph.node(type, List.of(name), attributes.toArray(GraphBuilder.Attribute[]::new)));
    }

    private String average(Layer layer, PoolOptions options, int dims, Value x) {
        if (options.divisorOverride() != 0) throw refused(layer, "there is no average with a divisor of its own, "
            + options.divisorOverride() + ", in ONNX");
        return pool("AveragePool", options, dims, x, GraphBuilder.of("count_include_pad", options.countIncludePad() ? 1 : 0));
    }

    private String adaptive(String kind, Layer layer, Value x, int... sizes) {
        int dims = sizes.length;
        if (Arrays.stream(sizes).allMatch(size -> size == 1)) return images(x, dims,
            name -> graph.node("Global" + kind + "Pool", List.of(name)));
        var kernel = new long[dims];
        for (int i = 0; i < dims; i++) {
            int size = x.size(i - dims);
            if (size % sizes[i] != 0) throw refused(layer, "its windows over an input of " + x.example().shape()
                + " aren't all of one size");
            kernel[i] = size / sizes[i];
        }
        return images(x, dims, name -> graph.node(kind + "Pool", List.of(name), GraphBuilder.of("kernel_shape", kernel),
            GraphBuilder.of("strides", kernel)));
    }

    private String upsample(Upsample layer, Value x) {
        var options = layer.options();
        int dims = x.rank() - 2;
        var sides = dims == 1 ? List.of(options.columns()) : List.of(options.rows(), options.columns());
        boolean scaled = sides.stream().allMatch(side -> side.scale() > 0);
        var y = layer.predict(x.example());
        var axes = IntStream.range(2, x.rank()).asLongStream().toArray();
        var scales = scaled ? graph.floats(Tensor.of(dims == 1 ? new float[] {(float) options.columns().scale()}
            : new float[] {(float) options.rows().scale(), (float) options.columns().scale()})) : "";
        var sizes = scaled ? "" : graph.integers(Arrays.stream(y.shape().toArray(), 2, y.shape().rank()).asLongStream()
            .toArray());
        boolean linear = options.mode() == UpsampleOptions.Mode.LINEAR;
        var inputs = scaled ? List.of(x.name(), "", scales) : List.of(x.name(), "", "", sizes);
        return graph.node("Resize", inputs, GraphBuilder.of("axes", axes), GraphBuilder.of("mode", linear ? "linear" : "nearest"),
            GraphBuilder.of("coordinate_transformation_mode", !linear ? "asymmetric" : options.alignCorners() ? "align_corners"
            : "half_pixel"),
            GraphBuilder.of("nearest_mode", "floor"));
    }

    /// Places within blocks, each channel's together.
    private String unshuffled(int factor, Value x, Tensor y) {
        long channels = x.size(-3);
        return images(x, 2, name -> {
            var blocks = graph.node("SpaceToDepth", List.of(name), GraphBuilder.of("blocksize", factor));
            var apart = graph.node("Reshape", List.of(blocks, graph.integers(0, (long) factor * factor, channels, -1)));
            var turned = graph.node("Transpose", List.of(apart), GraphBuilder.of("perm", 0, 2, 1, 3));
            return graph.node("Reshape", List.of(turned, graph.integers(0, y.size(-3), y.size(-2), y.size(-1))));
        });
    }

    // ---- norms

    private String batchNorm(Layer layer, Parameter weight, Parameter bias, Buffer mean, Buffer variance, double eps, Value x) {
        if (mean == null) throw refused(layer,
            "it goes by the statistics of each batch, which nothing in ONNX does for inference");
        int channels = mean.shape().numel();
        return graph.node("BatchNormalization", List.of(x.name(), weight(weight, 1, channels), weight(bias, 0, channels),
            statistic(mean), statistic(variance)),
            GraphBuilder.of("epsilon", (float) eps));
    }

    private String instanceNorm(InstanceNorm norm, Value x) {
        int dims = norm instanceof InstanceNorm1d ? 1 : 2;
        int channels = x.size(-dims - 1);
        if (norm.runningMean() != null) return images(x, dims, name -> batchNorm(norm, norm.weight(), norm.bias(),
            norm.runningMean(), norm.runningVar(),
            norm.eps(), new Value(name, x.example(), false)));
        return images(x, dims, name -> graph.node("InstanceNormalization", List.of(name, weight(norm.weight(), 1, channels),
            weight(norm.bias(), 0, channels)),
            GraphBuilder.of("epsilon", (float) norm.eps())));
    }

    String layerNorm(LayerNorm norm, String x) {
        var shape = norm.normalizedShape();
        var inputs = new ArrayList<>(List.of(x, norm.weight() == null ? graph.floats(Tensor.full(1, shape.toArray()))
            : weight(norm.weight())));
        if (norm.bias() != null) inputs.add(weight(norm.bias()));
        return graph.node("LayerNormalization", inputs, GraphBuilder.of("axis", -shape.rank()),
            GraphBuilder.of("epsilon", (float) norm.eps()));
    }

    private String rmsNorm(RMSNorm norm, String x) {
        var axes = IntStream.range(-norm.normalizedShape().rank(), 0).asLongStream().toArray();
        var mean = graph.node("ReduceMean", List.of(graph.node("Mul", List.of(x, x)), graph.integers(axes)));
        var root = graph.node("Sqrt", List.of(graph.node("Add", List.of(mean, graph.number((float) norm.eps())))));
        var y = graph.node("Div", List.of(x, root));
        return norm.weight() == null ? y : graph.node("Mul", List.of(y, weight(norm.weight())));
    }

    private String groupNorm(GroupNorm norm, Value x) {
        int groups = norm.groups();
        int channels = x.size(1);
        var parted = graph.node("Reshape", List.of(x.name(), graph.integers(0, groups, -1)));
        var normed = graph.node("InstanceNormalization", List.of(parted, graph.floats(Tensor.ones(groups)),
            graph.floats(Tensor.zeros(groups))),
            GraphBuilder.of("epsilon", (float) norm.eps()));
        var y = graph.node("Reshape", List.of(normed, graph.node("Shape", List.of(x.name()))));
        if (norm.weight() != null) y = graph.node("Mul", List.of(y, perChannel(norm.weight(), channels, x.rank())));
        return norm.bias() == null ? y : graph.node("Add", List.of(y, perChannel(norm.bias(), channels, x.rank())));
    }

    /// As it is repeated over places.
    private String perChannel(Parameter parameter, int channels, int rank) {
        var sizes = new long[rank - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = channels;
        return graph.node("Reshape", List.of(weight(parameter), graph.integers(sizes)));
    }

    // ---- others

    private String embedding(Embedding embedding, Value x) {
        var indices = x.isIndex() ? x.name() : graph.node("Cast", List.of(x.name()),
            GraphBuilder.of("to", OnnxType.INT64.code()));
        return times(graph.node("Gather", List.of(weight(embedding.weight()), indices)), embedding.multiplier());
    }

    private String flatten(Flatten layer, Value x) {
        int rank = x.rank();
        int first = layer.startDim() < 0 ? layer.startDim() + rank : layer.startDim();
        int last = layer.endDim() < 0 ? layer.endDim() + rank : layer.endDim();
        if (rank == 0) return graph.node("Reshape", List.of(x.name(), graph.integers(1)));
        var sizes = IntStream.range(0, rank).filter(dim -> dim <= first || dim > last)
            .mapToLong(dim -> dim < first ? 0 : dim == first ? -1 : x.size(dim)).toArray();
        return graph.node("Reshape", List.of(x.name(), graph.integers(sizes)));
    }

    private String unflatten(Unflatten layer, Value x) {
        int at = layer.dim() < 0 ? layer.dim() + x.rank() : layer.dim();
        var sizes = LongStream.concat(LongStream.concat(LongStream.generate(() -> 0).limit(at),
            Arrays.stream(layer.sizes()).asLongStream()), IntStream.range(at + 1, x.rank()).mapToLong(x::size));
        return graph.node("Reshape", List.of(x.name(), graph.integers(sizes.toArray())));
    }

    private String prelu(PReLU prelu, Value x) {
        int channels = prelu.weight().shape().numel();
        return graph.node("PRelu", List.of(x.name(), channels == 1 ? weight(prelu.weight())
            : perChannel(prelu.weight(), channels, x.rank())));
    }

    private String residual(Residual residual, Value x) {
        var branch = layer(residual.body(), x).name();
        if (residual.scale() != null) branch = graph.node("Mul", List.of(branch, weight(residual.scale())));
        return sum(residual.sums().getFirst(), layer(residual.shortcut(), x).name(), branch);
    }

    /// What skips a branch and what the branch makes.
    String sum(ResidualSum sum, String skipped, String made) {
        return graph.node("Add", List.of(times(skipped, sum.skip()), times(made, sum.branch())));
    }
}
