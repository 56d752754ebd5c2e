package dev.lanewise.io.onnx;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A node as its operation is made: its attributes, each of one kind, and the version of the operations that it is of.
final class Node {

    private static final int LONGEST_FAULT = 1200;

    private final Proto.Node proto;
    private final long opset;
    private final Wire.Bytes bytes;
    private final Elements elements;
    private final Set<String> read = new HashSet<>();

    Node(Proto.Node proto, long opset, Wire.Bytes bytes, Elements elements) {
        this.proto = proto;
        this.opset = opset;
        this.bytes = bytes;
        this.elements = elements;
    }

    String type() { return proto.type(); }

    /// One of the same name and outputs, of another operation, whose attributes are in what it computes.
    Node as(String type, List<String> inputs) {
        return new Node(new Proto.Node(proto.name(), type, proto.domain(), inputs, proto.outputs(), Map.of(), proto.offset()),
            opset, bytes, elements);
    }

    /// The version of the set of operations.
    long opset() { return opset; }

    List<String> inputs() { return proto.inputs(); }

    List<String> outputs() { return proto.outputs(); }

    /// Whether an input is given.
    boolean hasInput(int i) { return i < inputs().size() && !inputs().get(i).isEmpty(); }

    /// Whether an output is asked for.
    boolean hasOutput(int i) { return i < outputs().size() && !outputs().get(i).isEmpty(); }

    /// What messages call it by.
    @Override
    public String toString() {
        var made = outputs().stream().filter(output -> !output.isEmpty()).findFirst();
        var named = !proto.name().isEmpty() || made.isEmpty() ? Quote.of(proto.name()) : "that makes " + Quote.of(made.get());
        return "node " + named + " (" + Quote.name(proto.type()) + ")";
    }

    // ---- what is wrong

    /// With the file.
    MalformedFileException malformed(String fault) { return bytes.malformed(proto.offset(), this + ": " + shortened(fault)); }

    /// With an attribute.
    MalformedFileException malformed(String attribute, String fault) {
        var there = proto.attributes().get(attribute);
        return bytes.malformed(there == null ? proto.offset() : there.offset(), this + ": attribute " + Quote.of(attribute) + " "
            + shortened(fault));
    }

    /// With what it is given as the model runs.
    IllegalArgumentException refused(String fault) {
        return new IllegalArgumentException("OnnxModel: " + this + ": "
            + shortened(fault));
    }

    /// Sizes and axes may be thousands: their beginning, and what is said behind them.
    private static String shortened(String fault) {
        return fault.length() <= LONGEST_FAULT ? fault : fault.substring(0, LONGEST_FAULT / 2) + " … "
            + fault.substring(fault.length() - LONGEST_FAULT / 2);
    }

    // ---- attributes

    boolean has(String name) { return proto.attributes().containsKey(name); }

    private Proto.Attribute attribute(String name, Proto.Kind kind) {
        read.add(name);
        var attribute = proto.attributes().get(name);
        if (attribute != null && attribute.kind() != kind) throw malformed(name, "is of kind "
            + (attribute.kind() == null ? "unknown" : attribute.kind()) + "; it must be " + kind);
        return attribute;
    }

    long integer(String name, long otherwise) {
        var attribute = attribute(name, Proto.Kind.INT);
        return attribute == null ? otherwise : attribute.integer();
    }

    /// As [#integer], of what must be within bounds.
    int integer(String name, int otherwise, int from, int to) {
        long value = integer(name, otherwise);
        if (value < from || value > to) throw malformed(name, "is " + value + "; it must be from " + from + " to " + to);
        return (int) value;
    }

    boolean flag(String name, boolean otherwise) { return integer(name, otherwise ? 1 : 0, 0, 1) == 1; }

    /// Null if there is none.
    long[] integers(String name) {
        var attribute = attribute(name, Proto.Kind.INTS);
        return attribute == null ? null : attribute.integers();
    }

    float real(String name, float otherwise) {
        var attribute = attribute(name, Proto.Kind.FLOAT);
        return attribute == null ? otherwise : attribute.real();
    }

    float[] reals(String name) {
        var attribute = attribute(name, Proto.Kind.FLOATS);
        return attribute == null ? null : attribute.reals();
    }

    String text(String name, String otherwise) {
        var attribute = attribute(name, Proto.Kind.STRING);
        return attribute == null ? otherwise : attribute.text();
    }

    /// Empty if there are none.
    List<String> texts(String name) {
        var attribute = attribute(name, Proto.Kind.STRINGS);
        return attribute == null ? List.of() : attribute.texts();
    }

    /// As [#text], one of some.
    String choice(String name, String otherwise, List<String> choice) {
        var text = text(name, otherwise);
        if (!choice.contains(text)) throw malformed(name, "is " + Quote.of(text) + "; of its values, " + String.join(", ", choice)
            + " are known here");
        return text;
    }

    /// Null if there is none.
    OnnxValue tensor(String name) {
        var attribute = attribute(name, Proto.Kind.TENSOR);
        if (attribute == null) return null;
        if (attribute.tensor() == null) throw malformed(name, "has no tensor");
        return elements.value(attribute.tensor(), this + ": attribute " + Quote.of(name));
    }

    /// For an attribute that changes nothing of what is computed here.
    void ignore(String name) { read.add(name); }

    /// Refuses what wasn't read: it would change what the node does in a way that isn't known.
    void checkAllRead() {
        for (var name : proto.attributes().keySet()) if (!read.contains(name))
            throw malformed(name, "isn't known of this operation in version " + opset + " of the operations");
    }
}
