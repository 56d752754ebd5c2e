package dev.lanewise.io.onnx;

import dev.lanewise.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// A graph as it is written: nodes in the order in which they are added, weights and constants.
final class GraphBuilder {

    /// Of the format. Version 9 goes with version 20 of the operations.
    private static final int FORMAT = 9;
    static final long OPSET = 20;

    private final WireWriter graph = new WireWriter();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, String> constants = new HashMap<>();
    private final Map<String, Tensor> weights = new HashMap<>();
    private final Set<String> paths;

    GraphBuilder() { this(Set.of()); }

    /// @param paths of weights that there may be: nothing else is called so
    GraphBuilder(Set<String> paths) { this.paths = paths; }

    /// What sets a node: a name and a value.
    record Attribute(String name, Object value) {

        WireWriter written() {
            var out = new WireWriter().text(1, name);
            return switch (value) {
                case Float real -> out.real(2, real).integer(20, 1);
                case Long integer -> out.integer(3, integer).integer(20, 2);
                case String text -> out.text(4, text).integer(20, 3);
                case OnnxValue.Longs longs -> out.message(5, longs(longs.values(), longs.values().length)).integer(20, 4);
                case List<?> texts -> out.texts(9, texts.stream().map(String.class::cast).toList()).integer(20, 8);
                case long[] integers -> out.integers(8, integers).integer(20, 7);
                default -> throw new AssertionError(value);
            };
        }
    }

    static Attribute of(String name, long value) { return new Attribute(name, value); }

    static Attribute of(String name, float value) { return new Attribute(name, value); }

    static Attribute of(String name, List<String> values) { return new Attribute(name, values); }

    static Attribute of(String name, OnnxValue value) { return new Attribute(name, value); }

    static Attribute of(String name, String value) { return new Attribute(name, value); }

    static Attribute of(String name, long... values) { return new Attribute(name, values); }

    private String fresh(String kind) {
        String name;
        do name = kind + "_" + (counts.merge(kind, 1, Integer::sum) - 1);
        while (paths.contains(name));
        return name;
    }

    /// The name of its only output.
    String node(String type, List<String> inputs, Attribute... attributes) {
        return nodes(type, 1, inputs, attributes)
            .getFirst();
    }

    /// Calls a value by another name.
    void result(String name, String as) {
        graph.message(1, new WireWriter().text(1, name).text(2, as).text(3, as).text(4, "Identity"));
    }

    /// The names of its outputs.
    List<String> nodes(String type, int outputs, List<String> inputs, Attribute... attributes) {
        var name = fresh(type);
        var names = outputs == 1 ? List.of(name) : IntStream.range(0, outputs).mapToObj(i -> name + ":" + i).toList();
        var out = new WireWriter().texts(1, inputs).texts(2, names).text(3, name).text(4, type);
        for (var attribute : attributes) out.message(5, attribute.written());
        graph.message(1, out);
        return names;
    }

    /// A weight by its path, once however often it is asked for. The names of the input and the output aren't free.
    String weight(String path, Tensor values) {
        var name = path;
        // one that is adapted in one place, and tied in another, has other values there
        while (name.equals(Onnx.INPUT) || name.equals(Onnx.OUTPUT) || !name.equals(path) && paths.contains(name)
            || weights.getOrDefault(name, values) != values) name += "_";
        if (weights.putIfAbsent(name, values) == null) graph.message(5, tensor(name, values));
        return name;
    }

    private static WireWriter tensor(String name, Tensor values) {
        var sizes = Arrays.stream(values.shape().toArray()).asLongStream().toArray();
        return new WireWriter().integers(1, sizes).integer(2, OnnxType.FLOAT.code()).text(8, name).floats(9, values.toArray());
    }

    /// A single number, which stays one.
    String number(float value) {
        return constants.computeIfAbsent("float " + Float.floatToRawIntBits(value),
            _ -> constant(tensor("", Tensor.scalar(value))));
    }

    /// Floats that no parameter holds.
    String floats(Tensor values) { return constant(tensor("", values)); }

    /// Sizes, axes and the like: a vector.
    String integers(long... values) {
        return constants.computeIfAbsent("longs " + Arrays.toString(values), _ -> constant(longs(values, values.length)));
    }

    private static WireWriter longs(long[] values, long... sizes) {
        var raw = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return new WireWriter().integers(1, sizes).integer(2, OnnxType.INT64.code()).bytes(9, raw.array());
    }

    /// By a node, so that no one takes it for a weight.
    private String constant(WireWriter tensor) {
        var name = fresh("Constant");
        graph.message(1, new WireWriter().text(2, name).text(3, name).text(4, "Constant")
            .message(5, new WireWriter().text(1, "value").message(5, tensor).integer(20, 4)));
        return name;
    }

    /// @param sizes a number, or a name for one that may be any
    void input(String name, OnnxType type, List<String> sizes) { graph.message(11, port(name, type, sizes)); }

    /// As [#input].
    void output(String name, OnnxType type, List<String> sizes) { graph.message(12, port(name, type, sizes)); }

    private static WireWriter port(String name, OnnxType type, List<String> sizes) {
        var shape = new WireWriter();
        for (var size : sizes) shape.message(1, OnnxModel.Port.isNumber(size) ? new WireWriter().integer(1, Long.parseLong(size))
            : new WireWriter().text(2, size));
        var tensor = new WireWriter().integer(1, type.code()).message(2, shape);
        return new WireWriter().text(1, name).message(2, new WireWriter().message(1, tensor));
    }

    /// The whole file.
    byte[] toByteArray(String name) {
        graph.text(2, name);
        return new WireWriter().integer(1, FORMAT).text(2, "lanewise").message(7, graph)
            .message(8, new WireWriter().text(1, "").integer(2, OPSET))
            .toByteArray();
    }
}
