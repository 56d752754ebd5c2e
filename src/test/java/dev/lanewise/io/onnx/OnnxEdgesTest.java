package dev.lanewise.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Source;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Operations where their arguments are at their ends; what is expected is what ONNX Runtime gives, or the specification says.
class OnnxEdgesTest {

    private interface Node {
        String of(GraphBuilder graph);
    }

    /// Of one input, "x", whose sizes have the names that are given.
    private static OnnxValue run(OnnxValue x, List<String> sizes, Node node) {
        var graph = new GraphBuilder();
        graph.input("x", x.type(), sizes);
        graph.result(node.of(graph), "y");
        graph.output("y", OnnxType.FLOAT, List.of());
        return OnnxModel.read(Source.of(graph.toByteArray("test"))).predict(Map.of("x", x)).get("y");
    }

    private static OnnxValue run(OnnxValue x, Node node) {
        var sizes = new ArrayList<String>();
        for (int size : x.shape().toArray()) sizes.add(Integer.toString(size));
        return run(x, sizes, node);
    }

    private static OnnxValue floats(int... shape) {
        return OnnxValue.of(Tensor.arange(0, Shape.of(shape).numel(), 1).reshape(shape));
    }

    private static OnnxValue unsigned(long... values) {
        return new OnnxValue.Longs(values, Shape.of(values.length), OnnxType.UINT64);
    }

    @Test
    void aSliceBackwardsFromBeforeTheFirstElementBeginsAtIt() {
        for (var x : List.of(floats(5), OnnxValue.of(new long[] {0, 1, 2, 3, 4}, 5))) {
            var y = run(x, graph -> graph.node("Slice", List.of("x", graph.integers(-9), graph.integers(Long.MIN_VALUE),
                graph.integers(0), graph.integers(-1))));
            assertEquals(Shape.of(1), y.shape());
            assertArrayEquals(new float[] {0}, Conversions.floats(y).toArray());
        }
        assertEquals(Shape.of(0), run(floats(0), graph -> graph.node("Slice",
            List.of("x", graph.integers(-9), graph.integers(Long.MIN_VALUE),
            graph.integers(0), graph.integers(-1)))).shape());
    }

    @Test
    void whatPaddingCutsOffPadsNothing() {
        for (var x : List.of(OnnxValue.of(Tensor.of(1, 2, 3, 4)), OnnxValue.of(new long[] {1, 2, 3, 4}, 4))) {
            var y = run(x, graph -> graph.node("Pad", List.of("x", graph.integers(-1, 2)), GraphBuilder.of("mode", "wrap")));
            assertArrayEquals(new float[] {2, 3, 4, 2, 3}, Conversions.floats(y).toArray());
            var reflected = run(x, graph -> graph.node("Pad", List.of("x", graph.integers(-2, 1)), GraphBuilder.of("mode",
                "reflect")));
            assertArrayEquals(new float[] {3, 4, 3}, Conversions.floats(reflected).toArray());
        }
        assertRefused("padded by " + Long.MIN_VALUE, () -> run(floats(4), graph -> graph.node("Pad",
            List.of("x", graph.integers(Long.MIN_VALUE, 0)))));
        assertRefused("no elements of which", () -> run(floats(2), graph -> graph.node("Pad",
            List.of("x", graph.integers(-2, 1)), GraphBuilder.of("mode", "edge"))));
    }

    @Test
    void elementsOfAnotherKindAreRefusedByTheNode() {
        var x = OnnxValue.of(new long[] {1, 2}, 2);
        assertRefused("(Mean): input 0 is int64[2]", () -> run(x, graph -> graph.node("Mean", List.of("x", "x"))));
        assertRefused("(Pad): what it is padded with is float[]", () -> run(x, graph -> graph.node("Pad",
            List.of("x", graph.integers(1, 0), graph.number(0)))));
        assertRefused("(Pad): what it is padded with is int64[0]", () -> run(x, graph -> graph.node("Pad",
            List.of("x", graph.integers(1, 0), graph.integers()))));
    }

    private static void assertRefused(String part, Runnable call) {
        var message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.startsWith("OnnxModel: ") && message.contains(part), message);
    }

    private static long[] range(long from, long to, long step) {
        return run(OnnxValue.of(new long[] {from, to, step}, 3), graph -> {
            var parts = graph.nodes("Split", 3, List.of("x"), GraphBuilder.of("num_outputs", 3));
            return graph.node("Range", parts);
        }).longs();
    }

    @Test
    void rangesAreExactBeyondWhatFloatsHold() {
        long far = 1L << 62;
        assertArrayEquals(new long[] {far, far + 1, far + 2}, range(far, far + 3, 1));
        assertArrayEquals(new long[] {far, far - 2}, range(far, far - 3, -2));
        assertArrayEquals(new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE - 1}, range(Long.MIN_VALUE, Long.MAX_VALUE,
            Long.MAX_VALUE));
        assertArrayEquals(new long[] {Long.MAX_VALUE, -1}, range(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE));
        assertArrayEquals(new long[0], range(3, 3, 1));
        assertArrayEquals(new long[0], range(Long.MAX_VALUE, Long.MIN_VALUE, 1));
        assertRefused("more numbers than an array holds", () -> range(Long.MIN_VALUE, Long.MAX_VALUE, 1));
        assertEquals(0, run(floats(1), graph -> graph.node("Range",
            List.of(graph.number(0), graph.number(-3), graph.number(1)))).shape().numel());
    }

    @Test
    void numbersOfSixtyFourBitsWithoutASignHaveNone() {
        var x = unsigned(-1, 0, 5);
        assertArrayEquals(new long[] {-1, 0, 5}, run(x, graph -> graph.node("Abs", List.of("x"))).longs());
        assertArrayEquals(new long[] {1, 0, 1}, run(x, graph -> graph.node("Sign", List.of("x"))).longs());
        assertArrayEquals(new long[] {-1}, run(x, graph -> graph.node("ReduceMax", List.of("x"))).longs());
        assertArrayEquals(new long[] {0}, run(x, graph -> graph.node("ReduceMin", List.of("x"))).longs());
        assertArrayEquals(new long[] {4}, run(x, graph -> graph.node("ReduceL1", List.of("x"))).longs());
        assertArrayEquals(new long[] {0, 0, 5}, run(unsigned(-6, 0, 5), graph -> graph.node("Mod",
            List.of("x", cast(graph, 10)))).longs());
        assertArrayEquals(new long[] {10, 0, 5}, run(x, graph -> graph.node("Clip", List.of("x", "", cast(graph, 10)))).longs());
        assertArrayEquals(new long[] {-1, 10, 10}, run(x, graph -> graph.node("Max", List.of("x", cast(graph, 10)))).longs());
        assertArrayEquals(new long[] {1L << 63, 0xc000L << 48, 3, 0},
            run(OnnxValue.of(Tensor.of(0x1p63f, 0x1.8p63f, 3.9f, Float.NaN)),
            graph -> graph.node("Cast", List.of("x"), GraphBuilder.of("to", OnnxType.UINT64.code()))).longs());
        // beyond the middle of two floats by the last bit alone
        assertArrayEquals(new float[] {0x1.000002p63f}, run(unsigned((1L << 63) + (1L << 39) + 1),
            graph -> graph.node("Cast", List.of("x"), GraphBuilder.of("to", OnnxType.FLOAT.code()))).tensor().toArray());
    }

    private static String cast(GraphBuilder graph, long value) {
        var number = graph.node("Squeeze", List.of(graph.integers(value)));
        return graph.node("Cast", List.of(number), GraphBuilder.of("to", OnnxType.UINT64.code()));
    }

    @Test
    void theLargestOfNothingIsTheLeastOfItsType() {
        for (var type : OnnxType.values()) if (type.isWhole()) {
            var none = new OnnxValue.Longs(new long[0], Shape.of(0), type);
            assertArrayEquals(new long[] {type.least()}, run(none, graph -> graph.node("ReduceMax", List.of("x"))).longs(),
                type.lower());
            assertArrayEquals(new long[] {type.greatest()}, run(none, graph -> graph.node("ReduceMin", List.of("x"))).longs(),
                type.lower());
            assertEquals(type.wrapped(type.greatest() + 1), type.least(), type.lower());
        }
        assertEquals(127, OnnxType.INT8.greatest());
        assertEquals(-1, OnnxType.UINT64.greatest());
    }

    /// A number of 64 bits given where the file has 32 is computed with as one of 32.
    @Test
    void wholeNumbersAreOfTheWidthThatTheFileSays() {
        var graph = new GraphBuilder();
        graph.input("x", OnnxType.INT32, List.of("n"));
        graph.result(graph.node("Add", List.of("x", "x")), "y");
        graph.output("y", OnnxType.INT32, List.of("n"));
        var model = OnnxModel.read(Source.of(graph.toByteArray("test")));
        var y = model.predict(Map.of("x", OnnxValue.of(new long[] {Integer.MAX_VALUE, 3}, 2))).get("y");
        assertEquals(OnnxType.INT32, y.type());
        assertArrayEquals(new long[] {-2, 6}, y.longs());
        assertRefused("2147483648, which is no int32", () -> model.predict(Map.of("x", OnnxValue.of(new long[] {1L << 31}, 1))));
        assertRefused("18446744073709551615, which is no int32", () -> model.predict(Map.of("x", unsigned(-1))));
    }

    @Test
    void aSizeMayHaveANameThatBeginsWithADigit() {
        var y = run(floats(6, 2), List.of("2*batch", "2"), graph -> graph.node("Relu", List.of("x")));
        assertEquals(Shape.of(6, 2), y.shape());
    }

    @Test
    void windowsAreOfAsManyDimensionsAsTheInput() {
        var image = floats(1, 1, 4, 4);
        var line = floats(1, 1, 4);
        assertRefused("windows over 1 dimension", () -> run(image, graph -> graph.node("MaxPool", List.of("x"),
            GraphBuilder.of("kernel_shape", new long[] {2}))));
        assertRefused("windows over 2 dimensions", () -> run(line, graph -> graph.node("AveragePool", List.of("x"),
            GraphBuilder.of("kernel_shape", 1, 2))));
        assertRefused("windows over 1 dimension", () -> run(image, graph -> graph.node("Conv",
            List.of("x", graph.floats(Tensor.ones(1, 1, 3, 3))),
            GraphBuilder.of("pads", 1, 1))));
    }

    /// Nothing is made for elements that there aren't.
    @Test
    void nothingRepeatedOftenIsNothing() {
        var x = OnnxValue.of(new long[] {1}, 1, 1);
        assertEquals(Shape.of(1 << 30, 0), run(x, graph -> graph.node("Tile", List.of("x", graph.integers(1 << 30, 0)))).shape());
        assertEquals(Shape.of(1 << 30, 0), run(x, graph -> graph.node("Expand",
            List.of("x", graph.integers(1 << 30, 0)))).shape());
        assertRefused("Tile", () -> run(x, graph -> graph.node("Tile", List.of("x", graph.integers(1 << 30, 1 << 30)))));
    }

    @Test
    void aConstantOfMoreDimensionsGivesThemToTheResult() {
        var y = run(OnnxValue.of(Tensor.of(1, 2)), graph -> {
            var error = graph.node("Erf", List.of(graph.node("Div",
                List.of("x", graph.floats(Tensor.full((float) Math.sqrt(2), 1, 1))))));
            var product = graph.node("Mul", List.of("x", graph.node("Add", List.of(error, graph.number(1)))));
            return graph.node("Mul", List.of(product, graph.number(0.5f)));
        });
        assertEquals(Shape.of(1, 2), y.shape());
        assertArrayEquals(new float[] {0.8413447f, 1.9544997f}, y.tensor().toArray(), 1e-6f);
    }

    /// A place of an image that is made 10^30 times smaller looks at as many elements, of which there are four.
    @Test
    void whatLooksAtMoreThanThereIsTimeForIsRefused() {
        assertRefused("(Resize): it would take", () -> run(floats(4), graph -> graph.node("Resize",
            List.of("x", graph.floats(Tensor.of(-1e30f, 1e30f)), graph.floats(Tensor.of(1e-30f))),
            GraphBuilder.of("mode", "linear"), GraphBuilder.of("antialias", 1),
            GraphBuilder.of("coordinate_transformation_mode", "tf_crop_and_resize"))));
    }
}
