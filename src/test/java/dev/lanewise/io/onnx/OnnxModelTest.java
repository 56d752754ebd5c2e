package dev.lanewise.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {

    private static OnnxModel read(byte[] bytes) { return OnnxModel.read(Source.of(bytes)); }

    private static byte[] written(String name) {
        var written = WrittenModels.all().get(name);
        return Onnx.bytes(written.model(), written.example());
    }

    /// Of one node, from "x" to "y".
    private static GraphBuilder graph(String... sizes) {
        var graph = new GraphBuilder();
        graph.input("x", OnnxType.FLOAT, List.of(sizes));
        return graph;
    }

    private static byte[] ending(GraphBuilder graph, String name, String... sizes) {
        graph.result(name, "y");
        graph.output("y", OnnxType.FLOAT, List.of(sizes));
        return graph.toByteArray("test");
    }

    // ---- training

    @Test
    void weightsOfRecurrentLayersAreReadAnewOnceTheyHaveChangedAndOutliveAnyScope() {
        var x = Map.of("x", OnnxValue.of(Tensor.randn(new Threefry(1), 3, 2, 4)));
        for (var kind : Map.of("LSTM", 4, "GRU", 3, "RNN", 1).entrySet()) {
            var numbers = new Threefry(5);
            var graph = graph("3", "2", "4");
            var weight = graph.weight("w", Tensor.randn(numbers, 1, kind.getValue() * 5, 4));
            var recurrent = graph.weight("r", Tensor.randn(numbers, 1, kind.getValue() * 5, 5));
            var made = graph.nodes(kind.getKey(), 2, List.of("x", weight, recurrent), GraphBuilder.of("hidden_size", 5));
            var model = read(ending(graph, made.getFirst()));
            float[] first;
            try (var _ = new Scope().open()) {
                first = model.predict(x).get("y").tensor().toArray();
            }
            assertArrayEquals(first, model.predict(x).get("y").tensor().toArray(), kind.getKey());
            // without weights the states stay where they begin
            for (var parameter : model.parameters()) parameter.load(Tensor.zeros(parameter.tensor().shape().toArray()));
            assertArrayEquals(new float[first.length], model.predict(x).get("y").tensor().toArray(), kind.getKey());
        }
    }

    @Test
    void gradientsAreThoseOfTheModelThatWasWritten() {
        var names = List.of("resnet", "tokens_first", "own", "lstm_both", "gru", "rnn_rectified");
        for (var name : names) {
            var written = WrittenModels.all().get(name);
            var read = read(Onnx.bytes(written.model(), written.example()));
            written.model().eval();
            var y = written.model().call(written.example());
            var factors = Tensor.randn(new Threefry(9), y.shape().toArray());
            y.mul(factors).sum().backward();
            read.call(written.example()).mul(factors).sum().backward();
            for (var each : written.model().namedParameters().entrySet()) {
                var expected = each.getValue().grad();
                var found = read.namedParameters().get(each.getKey()).grad();
                float scale = expected.abs().amax().item();
                assertTrue(expected.sub(found).abs().amax().item() <= 1e-4f * scale, name + ": " + each.getKey());
            }
        }
    }

    @Test
    void aModelThatWasReadIsTrainedWithALayerBehindIt() {
        var read = read(written("mlp"));
        var model = new Sequential(read.layer(), new Linear(3, 1));
        var before = read.namedParameters().get("0.weight").tensor().clone();
        model.initialize(1);
        assertArrayEquals(before.toArray(), read.namedParameters().get("0.weight").tensor().toArray());
        var x = Tensor.randn(new Threefry(2), 16, 4);
        var optimizer = new SGD(model.parameters(), 0.05f);
        float first = 0;
        float last = 0;
        for (int step = 0; step < 30; step++) {
            optimizer.zeroGrad();
            var loss = model.call(x).sub(1).square().mean();
            loss.backward();
            optimizer.step();
            last = loss.item();
            if (step == 0) first = last;
        }
        assertTrue(last < first / 4, first + " and " + last);
        assertTrue(model.namedParameters().containsKey("0.onnx.3.bias"));
    }

    // ---- forms

    /// As exporters write a transformer's layer, of operations of elements.
    @Test
    void whatBelongsTogetherIsOneOperation() {
        var random = new Threefry(5);
        var weight = Tensor.randn(random, 8, 8);
        var bias = Tensor.randn(random, 8);
        var mask = Tensor.randn(random, 1, 1, 1, 5);
        var graph = graph("2", "5", "8");
        var mean = graph.node("ReduceMean", List.of("x", graph.integers(-1)));
        var centred = graph.node("Sub", List.of("x", mean));
        var variance = graph.node("ReduceMean", List.of(graph.node("Pow", List.of(centred, graph.number(2))),
            graph.integers(-1)));
        var root = graph.node("Sqrt", List.of(graph.node("Add", List.of(variance, graph.number(1e-5f)))));
        var scaled = graph.node("Mul", List.of(graph.node("Div", List.of(centred, root)), graph.weight("norm.weight", bias)));
        var normed = graph.node("Add", List.of(scaled, graph.weight("norm.bias", bias)));
        var linear = graph.node("Add", List.of(graph.weight("bias", bias), graph.node("MatMul",
            List.of(normed, graph.weight("weight", weight)))));
        var erf = graph.node("Erf", List.of(graph.node("Div", List.of(linear, graph.number((float) Math.sqrt(2))))));
        var gelu = graph.node("Mul", List.of(graph.node("Mul", List.of(linear, graph.node("Add", List.of(erf, graph.number(1))))),
            graph.number(0.5f)));
        var heads = graph.node("Reshape", List.of(gelu, graph.integers(0, 0, 2, 4)));
        var q = graph.node("Transpose", List.of(heads), GraphBuilder.of("perm", 0, 2, 1, 3));
        var k = graph.node("Transpose", List.of(heads), GraphBuilder.of("perm", 0, 2, 3, 1));
        var scores = graph.node("Add", List.of(graph.node("Div", List.of(graph.node("MatMul", List.of(q, k)), graph.number(2))),
            graph.floats(mask)));
        var attended = graph.node("MatMul", List.of(graph.node("Softmax", List.of(scores), GraphBuilder.of("axis", 3)), q));
        var model = read(ending(graph, attended, "2", "2", "5", "4"));
        assertEquals(List.of("LayerNormalization", "MatMul", "Gelu", "Reshape", "Transpose", "Attention", "Identity"),
            model.operations().stream().filter(name -> !name.equals("Constant")).toList());

        var x = Tensor.randn(random, 2, 5, 8);
        var standard = x.sub(x.mean(true, -1)).div(x.var(0, true, -1).add(1e-5f).sqrt()).mul(bias).add(bias);
        var expected = Activation.gelu(standard.matmul(weight).add(bias)).reshape(2, 5, 2, 4).permute(0, 2, 1, 3);
        var y = Attention.scaledDotProduct(expected, expected, expected, Attention.options().scale(0.5).bias(mask));
        var found = model.call(x.requiresGrad(true));
        assertTrue(found.sub(y).abs().amax().item() <= 1e-5f * y.abs().amax().item(), found + " and " + y);
    }

    /// Scores are broadcast to a mask, too: of more batches, heads, queries or keys, or of a dimension more.
    @Test
    void aMaskMayHaveMoreThanTheScores() {
        var random = new Threefry(6);
        for (int[] sizes : new int[][] {{1, 2, 5, 5}, {3, 1, 1, 5}, {1, 4, 1, 1}, {3, 4, 5, 5}, {5}, {1, 5}, {2, 1, 1, 1, 5}}) {
            var mask = Tensor.randn(random, sizes);
            boolean single = sizes.length == 4 && sizes[1] == 4;
            var graph = graph("1", single ? "1" : "2", "5", "4");
            var k = graph.node("Transpose", List.of("x"), GraphBuilder.of("perm", 0, 1, 3, 2));
            var scaled = graph.node("Mul", List.of(graph.node("MatMul", List.of("x", k)), graph.number(0.5f)));
            var scores = graph.node("Add", List.of(scaled, graph.floats(mask)));
            var attended = graph.node("MatMul", List.of(graph.node("Softmax", List.of(scores), GraphBuilder.of("axis", -1)),
                "x"));
            var model = read(ending(graph, attended, "a", "b", "5", "4"));
            assertTrue(model.operations().contains("Attention"));
            var x = Tensor.randn(random, 1, single ? 1 : 2, 5, 4);
            var y = x.matmul(x.transpose(-1, -2)).mul(0.5f).add(mask).softmax(-1).matmul(x);
            var found = model.call(x);
            assertEquals(y.shape(), found.shape());
            assertTrue(found.sub(y).abs().amax().item() <= 1e-5f, found + " and " + y);
        }
    }

    /// What a graph gives, or reads twice, stays.
    @Test
    void whatIsReadElsewhereIsNotTakenAway() {
        var graph = graph("2", "3");
        var product = graph.node("MatMul", List.of("x", graph.weight("weight", Tensor.eye(3))));
        var sum = graph.node("Add", List.of(product, graph.weight("bias", Tensor.ones(3))));
        var model = read(ending(graph, graph.node("Mul", List.of(sum, product)), "2", "3"));
        assertEquals(List.of("MatMul", "Add", "Mul", "Identity"), model.operations());
        assertArrayEquals(new float[] {2, 6, 12, 20, 30, 42}, model.predict(Map.of("x",
            OnnxValue.of(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3))))
            .get("y").tensor().toArray(), 1e-5f);
    }

    /// Sizes beyond what floats hold.
    @Test
    void wholeNumbersStayWhole() {
        long large = (1L << 53) + 1;
        var graph = new GraphBuilder();
        graph.input("x", OnnxType.INT64, List.of("n"));
        var doubled = graph.node("Mul", List.of("x", graph.integers(2)));
        var taken = graph.node("Gather", List.of(graph.node("Concat", List.of(doubled, "x"), GraphBuilder.of("axis", 0)),
            graph.integers(-1)));
        graph.result(graph.node("Sub", List.of(taken, graph.integers(1))), "y");
        graph.output("y", OnnxType.INT64, List.of("1"));
        var y = read(graph.toByteArray("test")).predict(Map.of("x", OnnxValue.of(new long[] {3, large}, 2))).get("y");
        assertArrayEquals(new long[] {large - 1}, y.longs());
    }

    // ---- errors

    @Test
    void whatIsNotKnownIsRefusedAsItIsRead() {
        assertMalformed(ending(named("Bernoulli"), "out", "2"), "node \"out\" (Bernoulli)", "isn't known here");
        assertMalformed(ending(named("Relu", GraphBuilder.of("slope", 1f)), "out", "2"), "node \"out\" (Relu)",
            "attribute \"slope\"");
        assertMalformed(ending(named("Softmax", GraphBuilder.of("axis", 1f)), "out", "2"), "node \"out\" (Softmax)",
            "attribute \"axis\" is of kind FLOAT");
        assertMalformed(ending(graph("2"), "nothing", "2"), "it reads \"nothing\"");
        assertMalformed(new byte[0], "there is no graph");
        assertMalformed(new byte[] {0x3a, 0x7f}, "said to have 127 bytes");
    }

    private static GraphBuilder named(String type, GraphBuilder.Attribute... attributes) {
        var graph = graph("2");
        assertEquals(type + "_0", graph.node(type, List.of("x"), attributes));
        graph.result(type + "_0", "out");
        return graph;
    }

    private static void assertMalformed(byte[] bytes, String... parts) {
        var message = assertThrows(MalformedFileException.class, () -> read(bytes)).getMessage();
        for (var part : parts) assertTrue(message.contains(part.replace("node \"out\" (", "_0\" (")), message);
    }

    @Test
    void whatDoesNotFitIsRefusedAsItRuns() {
        var model = read(written("mlp"));
        assertRefused(() -> model.run(Map.of()), "inputs []");
        assertRefused(() -> model.call(Tensor.ones(2, 5)), "input \"input\" is float[2, 5]", "float[batch, 4]");
        assertRefused(() -> model.run(Map.of("input", OnnxValue.of(new long[8], 2, 4))), "is int64[2, 4]");
        var graph = graph("n");
        var reshaped = read(ending(graph, graph.node("Reshape", List.of("x", graph.integers(2, -1))), "2", "m"));
        assertRefused(() -> reshaped.call(Tensor.ones(3)), "node \"Reshape_0\" (Reshape)", "[3] can't become [2, -1]");
        var text = read(written("text"));
        assertRefused(() -> text.run(Map.of("input", OnnxValue.of(new long[] {10}, 1, 1))), "(Gather)", "index 10 at position 0");
    }

    private static void assertRefused(Runnable call, String... parts) {
        var message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        for (var part : parts) assertTrue(message.startsWith("OnnxModel: ") && message.contains(part), message);
    }

    @Test
    void namesThatCanBeNoPathsAreMadeFit() {
        var graph = graph("2");
        String y = "x";
        for (var name : List.of("a", "a.b", ".c", "d..e", "a_b", "f.g", "f")) y =
            graph.node("Add", List.of(y, graph.weight(name, Tensor.ones(2))));
        var model = read(ending(graph, y, "2"));
        assertEquals(Map.of("a", "a", "a.b", "a_b_1", ".c", "_c", "d..e", "d__e", "a_b", "a_b", "f.g", "f.g", "f", "f_1")
            .keySet(), model.paths().keySet());
        assertEquals(7, model.namedParameters().size());
        assertEquals(7, model.parameterCount() / 2);
    }

    // ---- other files

    private static byte[] external(String location, int offset) {
        var entries = new ArrayList<WireWriter>();
        for (var entry : List.of(List.of("location", location), List.of("offset", "" + offset), List.of("length", "8")))
            entries.add(new WireWriter().text(1, entry.get(0)).text(2, entry.get(1)));
        var tensor = new WireWriter().integers(1, 2).integer(2, 1).text(8, "w").integer(14, 1);
        entries.forEach(entry -> tensor.message(13, entry));
        var port = new WireWriter().message(1, new WireWriter().integer(1, 1));
        var graph = new WireWriter().message(1, new WireWriter().text(1, "w").text(2, "y").text(4, "Identity")).message(5, tensor)
            .message(12, new WireWriter().text(1, "y").message(2, port));
        return new WireWriter().integer(1, 9).message(7, graph).message(8, new WireWriter().integer(2, 20)).toByteArray();
    }

    @Test
    void weightsLieInFilesBesideAndNowhereElse(@TempDir Path folder) throws IOException {
        var inside = Files.createDirectory(folder.resolve("model"));
        var secret = Files.write(folder.resolve("secret"), new byte[16]);
        Files.write(inside.resolve("weights"), new byte[] {0, 0, 0, 0, 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40});
        var file = inside.resolve("model.onnx");
        Files.write(file, external("weights", 4));
        assertArrayEquals(new float[] {1, 2}, OnnxModel.read(file).predict(Map.of()).get("y").tensor().toArray());
        Files.createSymbolicLink(inside.resolve("link"), secret);
        for (var location : List.of("../secret", secret.toString(), "link", "", "a\\b")) {
            Files.write(file, external(location, 0));
            assertTrue(assertThrows(MalformedFileException.class, () -> OnnxModel.read(file)).getMessage()
                .contains("no file in the model's folder"), location);
        }
        Files.write(file, external("weights", 8));
        assertTrue(assertThrows(MalformedFileException.class, () -> OnnxModel.read(file)).getMessage().contains("which has 12"));
        assertThrows(MalformedFileException.class, () -> read(external("weights", 4)));
    }

    // ---- hostile input

    private static Fuzz fuzz() {
        var nodes = NodeTests.all().stream().filter(test -> List.of("test_split_variable_parts_2d_opset13", "test_constant_pad",
            "test_resize_upsample_sizes_nearest",
            "test_conv_with_strides_padding", "test_layer_normalization_2d_axis1_expanded").contains(test.name()))
            .map(NodeTests.Case::model);
        return Fuzz.of(OnnxModel::read, Stream.concat(nodes, Stream.of(written("mlp"), written("normed_first")))
            .toArray(byte[][]::new)).memory(1 << 20, 512);
    }

    @Test
    void damagedFilesAreReadOrRefused() { fuzz().run(5_000); }

    @Test
    @Tag("exhaustive")
    void manyDamagedFilesAreReadOrRefused() { fuzz().run(1_000_000, System.nanoTime()); }
}
