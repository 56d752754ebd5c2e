package dev.lanewise.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Source;
import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.data.Source;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LoRA;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriteTest {

    /// The digests that `onnx_written.py` gives of files which ONNX's checker accepts, and of which ONNX Runtime makes the same
    /// within 1e-5.
    @Test
    void filesAreThoseThatOnnxRuntimeRuns() throws IOException, NoSuchAlgorithmException {
        var written = new TreeMap<String, String>();
        for (var each : WrittenModels.all().entrySet()) {
            var bytes = Onnx.bytes(each.getValue().model(), each.getValue().example());
            written.put(each.getKey(), HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8));
        }
        try (var stream = OnnxWriteTest.class.getResourceAsStream("written.txt")) {
            var run = new String(stream.readAllBytes(), StandardCharsets.US_ASCII).lines().map(line -> line.split(" "))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
            assertEquals(new TreeMap<>(run), written);
        }
    }

    @Test
    void whatIsWrittenIsReadAgainWithItsWeights(@TempDir Path folder) {
        var text = WrittenModels.all().get("text");
        var file = folder.resolve("text.onnx");
        Onnx.write(text.model(), text.example(), file);
        var read = OnnxModel.read(file);
        assertEquals(text.model().namedParameters().keySet(), read.namedParameters().keySet());
        assertEquals("[input: int64[batch, size_1]]", read.inputs().toString());
        read.namedParameters().forEach((name, parameter) -> assertEquals(
            text.model().namedParameters().get(name).tensor().shape(), parameter.shape(), name));
        var longer = Tensor.of(new float[] {1, 2, 3, 4, 5, 0, 3, 2, 1, 7, 7, 7}, 1, 12);
        assertClose(text.model().predict(longer), read.predict(Map.of("input",
            Conversions.cast(OnnxValue.of(longer), OnnxType.INT64))).get("output").tensor());
    }

    /// Rows are called what they are in the input; so are other sizes that stay what they are.
    @Test
    void theOutputsSizesAreTheInputs() {
        for (var each : Map.of("mlp", "[output: float[batch, 3]]", "text", "[output: float[batch, size_1, output_2]]",
            "unflatten", "[output: float[batch, 2, 1, 1]]").entrySet()) {
            var model = WrittenModels.all().get(each.getKey());
            assertEquals(each.getValue(), OnnxModel.read(Source.of(Onnx.bytes(model.model(), model.example()))).outputs()
                .toString(), each.getKey());
        }
    }

    /// A weight that is adapted in one place is as it was in the others, whichever comes first.
    @Test
    void aTiedWeightMayBeAdapted() {
        for (boolean first : new boolean[] {true, false}) {
            var base = new Linear(4, 4);
            var adapted = new LoRA(base, 2, 4);
            var tied = new Linear(base.weight(), null);
            var model = new Sequential(first ? new Layer[] {adapted, tied, adapted} : new Layer[] {tied, adapted, tied})
                .initialize(3);
            InPlace.copy(Tensor.randn(new Threefry(6), 4, 2), adapted.b().tensor());
            var x = Tensor.randn(new Threefry(4), 3, 4);
            var read = OnnxModel.read(Source.of(Onnx.bytes(model, x)));
            assertClose(model.predict(x), read.predict(Map.of("input", OnnxValue.of(x))).get("output").tensor());
            assertEquals(3, read.namedParameters().size(), "each is there once: " + read.namedParameters().keySet());
        }
    }

    @Test
    void whatHasNoOperationIsRefusedByItsPlace() {
        assertRefused(new Sequential(new Linear(4, 4), new Squaring()), Tensor.ones(2, 4), "\"1\", Squaring", "\"matmul\"");
        assertRefused(new Sequential(new AdaptiveAvgPool2d(3)), Tensor.ones(1, 2, 8, 8), "\"0\", AdaptiveAvgPool2d",
            "aren't all of one size");
        assertRefused(new BatchNorm2d(2, BatchNorm2d.options().trackRunningStats(false)), Tensor.ones(2, 2, 3, 3),
            "the model, BatchNorm2d", "statistics");
    }

    /// A comparison has no gradient, so that nobody sees it: that the file would be wrong shows when it is read back.
    @Test
    void whatIsNotSeenIsFound() {
        assertRefused(new Hidden(), Tensor.randn(new Threefry(1), 3, 4), "Hidden",
            "than what would be in the file");
    }

    /// Whatever they are called: names of nodes, of the input and of the output too.
    @Test
    void parametersOfALayerOfOnesOwnStayParameters() {
        var x = Tensor.randn(new Threefry(1), 3, 4);
        for (var name : List.of("scale", "Mul_0", "Relu_0", "Constant_0", "Add_0", "input", "output")) {
            var model = new Scaled(name);
            model.initialize(2);
            var read = OnnxModel.read(Source.of(Onnx.bytes(model, x)));
            assertEquals(model.parameterCount(), read.parameterCount(), name);
            var path = name.endsWith("put") ? name + "_" : name;
            assertEquals(Set.of(path, "child.weight"), read.namedParameters().keySet());
            assertArrayEquals(model.scale.tensor().toArray(), read.namedParameters().get(path).tensor().toArray());
            assertClose(model.predict(x), read.predict(Map.of("input", OnnxValue.of(x))).get("output").tensor());
        }
    }

    /// Reads its child's weight itself.
    private static final class Scaled extends Layer {
        private final Parameter scale;
        private final Linear child = register("child", new Linear(4, 1, false));

        Scaled(String name) {
            this.scale = register(new Parameter(name, Shape.of(4), Fan.linear(4, 4),
                Initializers.normal(0, 1)));
        }

        @Override
        public Tensor forward(Tensor x) {
            return x.mul(scale.tensor()).relu().add(scale.tensor()).mul(child.weight().tensor())
                .add(0.5f);
        }
    }

    @Test
    void nothingIsWrittenOfWhatIsRefused(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("model.onnx"), "before");
        assertThrows(IllegalArgumentException.class, () -> Onnx.write(new Squaring(), Tensor.ones(2, 2), file));
        assertThrows(IllegalStateException.class, () -> Onnx.write(new Linear(2, 2), Tensor.ones(2, 2), file));
        assertThrows(IllegalArgumentException.class, () -> Onnx.write((Layer) new Linear(2, 2).initialize(1), Tensor.ones(2, 3),
            file));
        assertEquals("before", Files.readString(file));
    }

    @Test
    void recurrentLayersAreWrittenFromZerosAlone() {
        assertRefused(new Started(), Tensor.ones(2, 3, 4), "Started", "starts from given states");
        var model = WrittenModels.all().get("lstm_both");
        var read = OnnxModel.read(Source.of(Onnx.bytes(model.model(), model.example())));
        assertEquals(model.model().namedParameters().keySet(), read.namedParameters().keySet());
        // as many sequences as there are, of any length
        assertEquals("[input: float[batch, size_1, 8]]", read.inputs().toString());
    }

    private static final class Started extends Layer {
        private final GRU gru = register("gru", new GRU(4, 4));

        @Override
        public Tensor forward(Tensor x) { return gru.call(x, Tensor.ones(1, 3, 4)).output(); }
    }

    private static final class Squaring extends Layer {
        @Override
        public Tensor forward(Tensor x) { return x.matmul(x.t()).matmul(x); }
    }

    private static final class Hidden extends Layer {
        @Override
        public Tensor forward(Tensor x) { return x.mul(x.gt(0f)); }
    }

    private static void assertRefused(Layer model, Tensor example, String... parts) {
        model.initialize(1);
        var message = assertThrows(IllegalArgumentException.class, () -> Onnx.bytes(model, example)).getMessage();
        for (var part : parts) assertTrue(message.contains(part), message);
    }

    private static void assertClose(Tensor expected, Tensor found) {
        assertEquals(expected.shape(), found.shape());
        float scale = expected.abs().amax().item();
        assertTrue(expected.sub(found).abs().amax().item() <= 1e-5 * scale, expected + " and " + found);
    }
}
