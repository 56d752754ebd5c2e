package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.TransformerDecoderLayer;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Initializers.Mode;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.GRUCell;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.LSTMCell;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RNNCell;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.NumpyRandom;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Drawn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Layers and initializers start from PyTorch's weights, bit for bit.
class TorchWeightsTest {

    @TestFactory
    Stream<DynamicTest> startsFromPyTorchsWeights() {
        return Drawn.lines("weights.txt").stream()
            .map(line -> dynamicTest(line.toString(), () -> line.check(new Run(line).results())));
    }

    /// A line's layers, initialized as one model, and then its other calls.
    private record Run(Drawn line, TorchRandom source, List<String> crcs) {

        Run(Drawn line) { this(line, new TorchRandom(line.seed()), new ArrayList<>()); }

        List<String> results() {
            var layers = line.calls().stream().map(Run::layer).takeWhile(layer -> layer != null).toList();
            var model = new Sequential(layers.toArray(Layer[]::new)).initialize(source);
            for (var parameter : model.parameters()) crcs.add(Drawn.crc(parameter.tensor().toArray()));
            for (var call : line.calls().subList(layers.size(), line.calls().size()))
                switch (call.name()) {
                    case "dropped" -> crcs.add(Drawn.crc(dropout(layers).call(aroundZero(call.whole(0))).toArray()));
                    case "dropped_by" ->
                        crcs.add(Drawn.crc(new Dropout(call.number(0)).initialize(source).call(aroundZero(40)).toArray()));
                    default -> {
                        var module = module(call);
                        if (module == null) initialize(call);
                        else for (var parameter : module.initialize(source)
                            .parameters()) crcs.add(Drawn.crc(parameter.tensor().toArray()));
                    }
                }
            return crcs;
        }

        /// Null if it isn't a layer's.
        private static Layer layer(Drawn.Call call) {
            return switch (call.name()) {
                case "linear" -> new Linear(call.whole(0), call.whole(1));
                case "conv1d" -> new Conv1d(call.whole(0), call.whole(1), call.whole(2));
                case "conv2d" -> new Conv2d(call.whole(0), call.whole(1), options(call));
                case "conv_transpose2d" -> new ConvTranspose2d(call.whole(0), call.whole(1), options(call));
                case "embedding" -> new Embedding(call.whole(0), call.whole(1));
                case "embedding_padded" -> new Embedding(call.whole(0), call.whole(1), call.whole(2));
                case "batch_norm1d" -> new BatchNorm1d(call.whole(0));
                case "layer_norm" -> new LayerNorm(call.whole(0));
                case "dropout" -> new Dropout(0.25);
                default -> null;
            };
        }

        private static ConvOptions options(Drawn.Call call) {
            return ConvOptions.kernel(call.whole(2)).groups(call.whole(3)).stride(call.whole(4));
        }

        private static Layer dropout(List<Layer> layers) {
            return layers.stream().filter(layer -> layer instanceof Dropout).findFirst().orElseThrow();
        }

        private static Tensor aroundZero(int n) {
            var values = new float[n];
            for (int i = 0; i < n; i++) values[i] = (i - n / 2) / 7f;
            return Tensor.of(values);
        }

        /// Null if it is no module that is no layer.
        private static Module module(Drawn.Call call) {
            return switch (call.name()) {
                case "rnn" -> new RNN(call.whole(0), call.whole(1));
                case "lstm" -> new LSTM(call.whole(0), call.whole(1));
                case "gru" -> new GRU(call.whole(0), call.whole(1));
                case "rnn_cell" -> new RNNCell(call.whole(0), call.whole(1));
                case "lstm_cell" -> new LSTMCell(call.whole(0), call.whole(1));
                case "gru_cell" -> new GRUCell(call.whole(0), call.whole(1));
                case "lstm_stack" -> new LSTM(call.whole(0), call.whole(1),
                    RecurrentOptions.layers(call.whole(2)).bidirectional(true).dropout(0.5));
                case "gru_without_bias" -> new GRU(call.whole(0), call.whole(1),
                    RecurrentOptions.layers(1).bias(false).batchFirst(true));
                case "multihead" -> new MultiheadAttention(call.whole(0), call.whole(1));
                case "multihead_of_widths" -> new MultiheadAttention(call.whole(0), call.whole(1),
                    MultiheadAttention.options().keyWidth(call.whole(2)).valueWidth(call.whole(3)));
                case "multihead_without_bias" -> new MultiheadAttention(call.whole(0), call.whole(1),
                    MultiheadAttention.options().bias(false));
                case "encoder_layer" -> new TransformerEncoderLayer(call.whole(0), call.whole(1),
                    TransformerOptions.feedForward(call.whole(2)));
                case "decoder_layer" -> new TransformerDecoderLayer(call.whole(0), call.whole(1),
                    TransformerOptions.feedForward(call.whole(2)));
                default -> null;
            };
        }

        private void initialize(Drawn.Call call) {
            int[] shape = Arrays.stream(call.text(0).split("x")).mapToInt(Integer::parseInt).toArray();
            fill(initializer(call), Fan.likePyTorch(Shape.of(shape)), shape);
        }

        private static Initializer initializer(Drawn.Call call) {
            return switch (call.name()) {
                case "init_constant" -> Initializers.constant(call.number(1));
                case "init_uniform" -> Initializers.uniform(call.number(1), call.number(2));
                case "init_normal" -> Initializers.normal(call.number(1), call.number(2));
                case "init_truncated_normal" ->
                    Initializers.truncatedNormal(call.number(1), call.number(2), call.number(3), call.number(4));
                case "init_xavier_uniform" -> Initializers.xavierUniform(new Gain(call.number(1), Gain.Status.EXACT));
                case "init_xavier_normal" -> Initializers.xavierNormal(new Gain(call.number(1), Gain.Status.EXACT));
                case "init_kaiming_uniform" -> Initializers.kaimingUniform(Gain.leakyRelu(call.number(1)));
                case "init_kaiming_normal" -> Initializers.kaimingNormal(Gain.leakyRelu(call.number(1)));
                case "init_kaiming_normal_tanh" -> Initializers.kaimingNormal(Gain.TANH);
                case "init_kaiming_uniform_relu_out" -> Initializers.kaimingUniform(Gain.RELU, Mode.FAN_OUT);
                case "init_kaiming_normal_relu_out" -> Initializers.kaimingNormal(Gain.RELU, Mode.FAN_OUT);
                case "init_kaiming_uniform_out" -> Initializers.kaimingUniform(Gain.leakyRelu(call.number(1)), Mode.FAN_OUT);
                case "init_kaiming_normal_out" -> Initializers.kaimingNormal(Gain.leakyRelu(call.number(1)), Mode.FAN_OUT);
                case "init_kaiming_uniform_relu" -> Initializers.kaimingUniform(Gain.RELU);
                case "init_kaiming_normal_tanh_out" -> Initializers.kaimingNormal(Gain.TANH, Mode.FAN_OUT);
                default -> throw new AssertionError(call);
            };
        }

        private void fill(Initializer initializer, Fan fan, int... shape) {
            var tensor = Tensor.zeros(shape);
            initializer.fill(tensor, fan, source);
            crcs.add(Drawn.crc(tensor.toArray()));
        }
    }

    /// PyTorch computes bounds and standard deviations in another order of operations, all in double; rounded to float they are
    /// the same for every number of inputs, or of inputs and outputs, up to a million.
    @Test
    void scalesAreTheSameFloatsInPyTorchsOrderOfOperations() {
        for (int n = 1; n <= 1_000_000; n++) {
            assertBound(Math.sqrt(3.0) * (Math.sqrt(2 / 6.0) / Math.sqrt(n)), Initializers.torchDefault(), n);
            assertBound(1 / Math.sqrt(n), Initializers.torchDefault(), n);
            for (var gain : List.of(Gain.RELU, Gain.TANH, Gain.LINEAR)) {
                assertBound(Math.sqrt(3.0) * (gain.value() / Math.sqrt(n)), Initializers.kaimingUniform(gain), n);
                assertStd(gain.value() / Math.sqrt(n), Initializers.kaimingNormal(gain), n);
                // n inputs and outputs together; each of the two gets half
                double std = gain.value() * Math.sqrt(2.0 / n);
                if (n == 1) continue;
                assertBound(Math.sqrt(3.0) * std, Initializers.xavierUniform(gain), n / 2.0);
                assertStd(std, Initializers.xavierNormal(gain), n / 2.0);
            }
        }
    }

    private static void assertBound(double torchs, Initializer initializer, double terms) {
        assertSameFloat(torchs, initializer.distribution(new Fan(terms, terms), Shape.of(1)).upper(), terms);
    }

    private static void assertStd(double torchs, Initializer initializer, double terms) {
        assertSameFloat(torchs, ((Distribution.Normal) initializer.distribution(new Fan(terms, terms), Shape.of(1)))
            .std(), terms);
    }

    private static void assertSameFloat(double torchs, double ours, double terms) {
        // no message for each of millions
        if ((float) torchs != (float) ours) assertEquals((float) torchs, (float) ours, terms + " terms");
    }

    /// The rows that NumPy draws in double, `(rng.randn(5, 7) * 0.1).astype(np.float32)`.
    @Test
    void numpysNumbersFillWeightsToo() {
        var weight = Tensor.zeros(5, 7);
        Initializers.normal(0, 0.1).fill(weight, Fan.linear(7, 5), new NumpyRandom(420));
        var drawn = new NumpyRandom(420).randn(35);
        var expected = new float[35];
        for (int i = 0; i < 35; i++) expected[i] = (float) (0.1 * drawn[i]);
        assertArrayEquals(expected, weight.toArray());
    }
}
