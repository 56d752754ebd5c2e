package dev.lanewise.io.onnx;

import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.AdaptiveMaxPool1d;
import dev.lanewise.nn.AvgPool1d;
import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.CELU;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.ELU;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Hardshrink;
import dev.lanewise.nn.Hardsigmoid;
import dev.lanewise.nn.Hardswish;
import dev.lanewise.nn.Hardtanh;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.InstanceNorm1d;
import dev.lanewise.nn.InstanceNorm2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LoRA;
import dev.lanewise.nn.LogSigmoid;
import dev.lanewise.nn.LogSoftmax;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.Mish;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.PReLU;
import dev.lanewise.nn.PixelShuffle;
import dev.lanewise.nn.PixelUnshuffle;
import dev.lanewise.nn.PoolOptions;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.SELU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SiLU;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.Sin;
import dev.lanewise.nn.Softmax;
import dev.lanewise.nn.Softplus;
import dev.lanewise.nn.Softshrink;
import dev.lanewise.nn.Softsign;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.Tanhshrink;
import dev.lanewise.nn.Threshold;
import dev.lanewise.nn.Unflatten;
import dev.lanewise.nn.Upsample;
import dev.lanewise.nn.UpsampleOptions;
import dev.lanewise.nn.attention.LearnedPositions;
import dev.lanewise.nn.attention.SinusoidalPositions;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Models of every kind of layer that is written. As a program it writes them into a folder, with an input and an output each,
/// for `onnx_written.py` to run them by ONNX Runtime.
final class WrittenModels {

    /// @param example an input
    record Written(Layer model, Tensor example) {}

    private static final Threefry NUMBERS = new Threefry(3);
    private static final Tensor ROWS = Tensor.randn(NUMBERS, 3, 4);
    private static final Tensor LINES = Tensor.randn(NUMBERS, 2, 4, 12);
    private static final Tensor IMAGES = Tensor.randn(NUMBERS, 2, 4, 8, 8);
    private static final Tensor TOKENS = Tensor.randn(NUMBERS, 2, 5, 8);
    private static final Tensor INDICES = Tensor.of(new float[] {1, 2, 3, 4, 5, 0, 3, 2, 1, 7}, 2, 5);

    private WrittenModels() {}

    static Map<String, Written> all() {
        var all = new LinkedHashMap<String, Written>();
        activations().forEach((name, layer) -> put(all, name, layer, ROWS));
        put(all, "mlp", new Sequential(new Linear(4, 8), new ReLU(), new Dropout(0.5), new Linear(8, 3)), ROWS);
        put(all, "linear", new Linear(8, 3, false), TOKENS);
        put(all, "lora", new Sequential(new LoRA(new Linear(4, 8), 2, 4)), ROWS);
        put(all, "own", new Own(), ROWS);
        put(all, "cnn", new Sequential(new Conv2d(4, 6, ConvOptions.kernel(3).padding(1).stride(2)), new BatchNorm2d(6),
            new ReLU(), new MaxPool2d(2),
            new Flatten(), new Linear(24, 5)), IMAGES);
        put(all, "resnet", new Sequential(new Conv2d(4, 8, ConvOptions.kernel(3).padding(1)),
            new Residual(new Sequential(new BatchNorm2d(8),
            new ReLU(), new Conv2d(8, 16, ConvOptions.kernel(3).stride(2).padding(1).groups(2))),
            new Conv2d(8, 16, ConvOptions.kernel(1).stride(2))),
            new AdaptiveAvgPool2d(1), new Flatten(), new Linear(16, 3)), IMAGES);
        put(all, "unflatten", new Sequential(new Linear(4, 12), new Unflatten(1, 3, -1, 2),
            new Conv2d(3, 2, ConvOptions.kernel(2))), ROWS);
        put(all, "lines", new Sequential(new Conv1d(4, 6, ConvOptions.kernel(3).padding(2).dilation(2)),
            new AvgPool1d(PoolOptions.kernel(3).stride(2).padding(1)), new InstanceNorm1d(6), new GELU(),
            new AdaptiveMaxPool1d(3)), LINES);
        put(all, "transposed", new ConvTranspose2d(4, 6, ConvOptions.kernel(3).stride(2).padding(1).outputPadding(1).groups(2)),
            IMAGES);
        put(all, "unbatched", new Sequential(new Conv2d(4, 6, ConvOptions.kernel(3)),
            new AvgPool2d(PoolOptions.kernel(3).stride(2).padding(1).countIncludePad(false))), IMAGES.select(0, 0));
        put(all, "ceiling", new Sequential(new MaxPool2d(PoolOptions.kernel(3).stride(2).ceilMode(true)),
            new AvgPool2d(PoolOptions.kernel(2).stride(3).ceilMode(true))), IMAGES);
        put(all, "norms", new Sequential(new GroupNorm(2, 4), new LayerNorm(Shape.of(8, 8), 1e-3, false), new InstanceNorm2d(4),
            new RMSNorm(8)), IMAGES);
        put(all, "doubled", new Upsample(2), IMAGES);
        put(all, "linearly", new Sequential(new Upsample(UpsampleOptions.size(5, 11).mode(UpsampleOptions.Mode.LINEAR)),
            new Upsample(UpsampleOptions.size(9, 7).mode(UpsampleOptions.Mode.LINEAR).alignCorners(true))), IMAGES);
        put(all, "shuffled", new Sequential(new PixelUnshuffle(2), new Tanh(), new PixelShuffle(4)), IMAGES);
        put(all, "text", new Sequential(new Embedding(10, 8), new LearnedPositions(12, 8), new TransformerEncoder(2,
            () -> new TransformerEncoderLayer(8, 2, TransformerOptions.feedForward(16).batchFirst(true))), new Linear(8, 4)),
            INDICES);
        put(all, "normed_first", new Sequential(new Embedding(10, 8), new SinusoidalPositions(8), new TransformerEncoder(1,
            () -> new TransformerEncoderLayer(8, 2, TransformerOptions.feedForward(16).batchFirst(true).normFirst(true)),
            new LayerNorm(8))), INDICES);
        for (var form : List.of(RecurrentOptions.layers(1), RecurrentOptions.layers(2).bidirectional(true).batchFirst(true),
            RecurrentOptions.layers(1).bias(false).batchFirst(true))) {
            var name = (form.bidirectional() ? "_both" : "") + (form.bias() == null ? "_without" : "");
            put(all, "lstm" + name, new Remembering(new LSTM(8, 6, form)), TOKENS);
            put(all, "gru" + name, new Remembering(new GRU(8, 6, form)), TOKENS);
            put(all, "rnn" + name, new Remembering(new RNN(8, 6, form)), TOKENS);
        }
        put(all, "rnn_rectified", new Remembering(new RNN(8, 6, RNN.Activation.RELU,
            RecurrentOptions.layers(1).bidirectional(true))), TOKENS.select(0, 0));
        put(all, "tokens_first", new TransformerEncoderLayer(8, 2, TransformerOptions.feedForward(16)), TOKENS);
        return all;
    }

    private static Map<String, Layer> activations() {
        return Map.ofEntries(Map.entry("celu", new CELU(1.5)), Map.entry("elu", new ELU(0.7)), Map.entry("gelu", new GELU()),
            Map.entry("gelu_tanh", new GELU(GELU.Approximation.TANH)), Map.entry("hardshrink", new Hardshrink(0.4)),
            Map.entry("glu", new GLU(1)),
            Map.entry("hardsigmoid", new Hardsigmoid()), Map.entry("hardswish", new Hardswish()),
            Map.entry("hardtanh", new Hardtanh(-0.3, 0.8)),
            Map.entry("leaky_relu", new LeakyReLU(0.2)), Map.entry("log_sigmoid", new LogSigmoid()),
            Map.entry("mish", new Mish()),
            Map.entry("prelu", new PReLU(4, 0.3)), Map.entry("selu", new SELU()), Map.entry("silu", new SiLU()),
            Map.entry("sigmoid", new Sigmoid()),
            Map.entry("softplus", new Softplus(2, 10)), Map.entry("softshrink", new Softshrink(0.3)),
            Map.entry("softsign", new Softsign()),
            Map.entry("tanhshrink", new Tanhshrink()), Map.entry("threshold", new Threshold(0.1, -2)),
            Map.entry("softmax", new Softmax(-1)),
            Map.entry("log_softmax", new LogSoftmax(1)), Map.entry("sin", new Sin()));
    }

    private static void put(Map<String, Written> all, String name, Layer model, Tensor example) {
        model.initialize(7);
        model.namedBuffers().values().forEach(buffer -> buffer.load(Tensor.rand(new Threefry(5), buffer.shape().toArray())
            .add(0.5f)));
        all.put(name, new Written(model, example));
    }

    /// Layers of its own, and functions of elements.
    static final class Own extends Layer {

        private final Linear direct = register("direct", new Linear(4, 4));
        private final Layer branch = register("branch", new Sequential(new Identity(), new Linear(4, 4), new ReLU()));

        @Override
        public Tensor forward(Tensor x) { return direct.call(x).tanh().add(branch.call(x)).mul(x).clamp(-0.5f, 0.9f); }
    }

    /// What was made at each step and in the last, in both directions where there are, and the states behind it.
    static final class Remembering extends Layer {

        private final Module memory;
        private final Linear head;

        Remembering(Module memory) {
            this.memory = register("memory", memory);
            boolean both = memory.namedParameters().containsKey("weight_ih_l0_reverse");
            this.head = register("head", new Linear(both ? 12 : 6, 6));
        }

        /// `[…, time, width]` and states of all layers and directions to a row for each sequence.
        @Override
        public Tensor forward(Tensor x) {
            return switch (memory) {
                case LSTM lstm -> {
                    var y = lstm.call(x);
                    yield of(lstm.options(), y.output()).add(y.h().select(0, -1)).mul(y.c().select(0, 0));
                }
                case GRU gru -> {
                    var y = gru.call(x);
                    yield of(gru.options(), y.output()).add(y.h().select(0, -1)).relu();
                }
                case RNN rnn -> {
                    var y = rnn.call(x);
                    yield of(rnn.options(), y.output()).tanh().add(y.h().select(0, 0));
                }
                default -> throw new AssertionError(memory);
            };
        }

        private Tensor of(RecurrentOptions options, Tensor output) {
            int time = output.shape().rank() == 3 && options.batchFirst() ? 1 : 0;
            return head.call(output.select(time, 1)).add(head.call(output.select(time, -1)))
                .add(output.slice(-1, 0, 6).select(time, 0));
        }
    }

    static void main(String[] arguments) throws IOException {
        var folder = Files.createDirectories(Path.of(arguments[0]));
        for (var each : all().entrySet()) {
            var written = each.getValue();
            Onnx.write(written.model, written.example, folder.resolve(each.getKey() + ".onnx"));
            Files.write(folder.resolve(each.getKey() + ".input"), bytes(written.example));
            Files.write(folder.resolve(each.getKey() + ".output"), bytes(written.model.predict(written.example)));
        }
    }

    private static byte[] bytes(Tensor x) {
        var bytes = ByteBuffer.allocate(Float.BYTES * x.numel()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(x.toArray());
        return bytes.array();
    }
}
