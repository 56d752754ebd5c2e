package dev.lanewise.io.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Source;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Allocated;
import dev.lanewise.testing.Fuzz;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models whose attributes, shapes, weights and operations were changed, read and run: a result, or an error that names what is
/// wrong with the file, or the node; within memory and time that the bound allows.
class HostileModelsTest {

    private static final long STEPS = 1 << 20;
    private static final int MOST_ELEMENTS = 1 << 12;
    private static final Pattern REFUSED = Pattern.compile("OnnxModel: (node .* \\(\\w+\\): |inputs? ).+", Pattern.DOTALL);

    /// Each of the project's own tests of nodes, with what isn't floats in the file itself, and some networks.
    private static byte[][] examples() {
        var examples = new ArrayList<byte[]>();
        for (var test : NodeTests.all()) {
            OnnxModel model;
            try {
                model = OnnxModel.read(Source.of(test.model()));
                var inputs = new HashMap<String, OnnxValue>();
                for (int i = 0; i < model.inputs().size(); i++) inputs.put(model.inputs().get(i).name(), test.inputs().get(i));
                model.predict(inputs);
            } catch (RuntimeException e) {
                continue; // what isn't known, which other tests say
            }
            var tree = ModelTree.of(test.model());
            for (int i = 0; i < model.inputs().size(); i++)
                if (!model.inputs().get(i).type().isFloat()) tree.fixed(model.inputs().get(i).name(), test.inputs().get(i));
            try {
                run(Source.of(tree.bytes()));
            } catch (RuntimeException e) {
                continue; // floats that were drawn are no depths
            }
            examples.add(tree.bytes());
        }
        for (var name : List.of("mlp", "cnn", "lines", "transposed", "norms", "linearly", "shuffled", "text", "tokens_first")) {
            var written = WrittenModels.all().get(name);
            examples.add(Onnx.bytes(written.model(), written.example()));
        }
        return examples.toArray(byte[][]::new);
    }

    private static void run(Source source) {
        var model = OnnxModel.read(source).bounded(STEPS);
        var inputs = new HashMap<String, OnnxValue>();
        for (var port : model.inputs()) {
            var sizes = port.sizes().orElse(List.of()).stream().mapToLong(size -> OnnxModel.Port.isNumber(size)
                ? Long.parseLong(size) : 2).toArray();
            double elements = Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
            // no one gives it what it takes
            if (!(elements <= MOST_ELEMENTS) || Arrays.stream(sizes).anyMatch(size -> size > Integer.MAX_VALUE)) return;
            inputs.put(port.name(), value(port.type(), Arrays.stream(sizes).mapToInt(size -> (int) size).toArray()));
        }
        try {
            for (var each : model.predict(inputs).values()) each.shape();
        } catch (IllegalArgumentException e) {
            if (!REFUSED.matcher(e.getMessage()).matches()) throw new AssertionError("neither node nor input is named: "
                + e.getMessage(), e);
            throw new IllegalArgumentException("input: " + e.getMessage(), e);
        }
    }

    private static OnnxValue value(OnnxType type, int... sizes) {
        int numel = Shape.of(sizes).numel();
        if (type.isFloat()) return OnnxValue.of(Tensor.randn(new Threefry(numel), sizes));
        if (type == OnnxType.BOOL) {
            var values = new boolean[numel];
            for (int i = 0; i < numel; i++) values[i] = i % 3 == 0;
            return OnnxValue.of(values, sizes);
        }
        var values = new long[numel];
        for (int i = 0; i < numel; i++) values[i] = i % 5;
        return new OnnxValue.Longs(values, Shape.of(sizes), type);
    }

    /// What asks for more than any machine has, in a file of some hundred bytes.
    @ParameterizedTest
    @ValueSource(strings = {"Expand", "Tile", "ConstantOfShape", "Range", "Pad", "Resize", "OneHot", "Concat", "MatMul", "Mul",
        "Gather", "Einsum", "Where"})
    void whatWouldBeHugeIsRefusedBeforeItIsMade(String type) {
        var graph = new GraphBuilder();
        graph.input("x", OnnxType.FLOAT, List.of("1", "n"));
        var column = graph.node("Reshape", List.of("x", graph.integers(-1, 1)));
        var y = switch (type) {
            case "Expand" -> graph.node(type, List.of("x", graph.integers(1 << 18, 1 << 12)));
            case "Tile" -> graph.node(type, List.of("x", graph.integers(1 << 15, 1 << 15)));
            case "ConstantOfShape" -> graph.node(type, List.of(graph.integers(1 << 15, 1 << 15)));
            case "Range" -> graph.node(type, List.of(graph.number(0), graph.number(1), graph.number(1e-9f)));
            case "Pad" -> graph.node(type, List.of("x", graph.integers(0, 1 << 28, 0, 1 << 28)));
            case "Resize" -> graph.node(type, List.of("x", "", "", graph.integers(1 << 15, 1 << 15)));
            case "OneHot" -> graph.node(type, List.of(graph.integers(new long[1 << 12]),
                graph.node("Squeeze", List.of(graph.integers(1 << 18))), graph.integers(0, 1)));
            case "Concat" -> {
                String both = "x";
                for (int i = 0; i < 28; i++) both = graph.node(type, List.of(both, both), GraphBuilder.of("axis", 0));
                yield both;
            }
            case "MatMul" -> graph.node(type, List.of(graph.node("Expand", List.of(column, graph.integers(1 << 11, 1 << 11))),
                graph.node("Expand", List.of(column, graph.integers(1 << 11, 1 << 11)))));
            case "Mul" -> graph.node(type, List.of(graph.node("Expand", List.of(column, graph.integers(1 << 16, 1))),
                graph.node("Expand", List.of("x",
                graph.integers(1, 1 << 14)))));
            case "Gather" -> graph.node(type, List.of(graph.node("Expand", List.of("x", graph.integers(1, 1 << 16))),
                graph.node("ConstantOfShape", List.of(graph.integers(1 << 14)),
                GraphBuilder.of("value", OnnxValue.of(new long[1], 1)))));
            case "Einsum" -> graph.node(type, List.of(graph.node("Expand", List.of(column, graph.integers(1 << 16, 1))),
                graph.node("Expand", List.of("x",
                graph.integers(1, 1 << 14)))), GraphBuilder.of("equation", "ij,jk->ik"));
            default -> graph.node(type, List.of(graph.node("Greater", List.of(column, graph.number(0))),
                graph.node("Expand", List.of("x",
                graph.integers(1, 1 << 16))), graph.node("Expand", List.of(column, graph.integers(1 << 14, 1)))));
        };
        graph.result(y, "y");
        graph.output("y", OnnxType.FLOAT, List.of());
        var model = OnnxModel.read(Source.of(graph.toByteArray("test"))).bounded(1 << 26);
        var inputs = Map.of("x", OnnxValue.of(Tensor.ones(1, 1)));
        long allocated = Allocated.by(() -> {
            var message = assertThrows(IllegalArgumentException.class, () -> model.predict(inputs)).getMessage();
            assertTrue(message.contains("(" + type + ")") && (message.contains("beyond the 67,108,864")
                || message.contains("Java may take memory")), message);
        });
        assertTrue(allocated < 1 << 29, allocated + " bytes");
    }

    /// Once its message had a number for each of a thousand amounts.
    private static final String TILE_OF_A_THOUSAND_AMOUNTS =
        "CAcSDGJhY2tlbmQtdGVzdDpkCg8KAXgKAXkSAXoiBFRpbGUSFXRlc3RfdGlsZV9wcmVjb21wdXRlZF"
        + "oTCgF4Eg4KDAgBEggKAggCCgIIAloQCgF5EgsKCQgHEgUKAwjoB2ITCgF6Eg4KDAgBEggKAggECgIIBEIECgAQDQ==";

    private static Fuzz fuzz() {
        // vectors lie on the heap until loops are compiled
        return Fuzz.of(HostileModelsTest::run, examples()).changing(ModelTree::changed)
            .refusing(e -> e instanceof IllegalArgumentException
            && e.getMessage().startsWith("input: OnnxModel: ")).memory(256 << 20, 512)
            .corpus(TILE_OF_A_THOUSAND_AMOUNTS);
    }

    @Test
    void changedModelsRunOrAreRefused() { fuzz().run(5_000); }

    @Test
    @Tag("exhaustive")
    void manyChangedModelsRunOrAreRefused() { fuzz().run(1_000_000, System.nanoTime()); }
}
