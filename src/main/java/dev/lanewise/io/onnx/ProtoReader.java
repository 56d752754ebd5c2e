package dev.lanewise.io.onnx;

import dev.lanewise.file.Quote;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a model's messages; the numbers of fields are those of `onnx.proto`. What isn't needed is left out.
final class ProtoReader {

    private static final int EXTERNAL = 1;
    /// A graph's nodes are few thousands, and a rank that anyone uses is far below this.
    private static final int MOST_SIZES = 64;

    private ProtoReader() {}

    static Proto.Model model(Wire.Bytes bytes) {
        var wire = new Wire(bytes, "the model");
        var opsets = new HashMap<String, Long>();
        var metadata = new LinkedHashMap<String, String>();
        Proto.Graph graph = null;
        long version = 0;
        while (wire.next()) switch (wire.field()) {
            case 1 -> version = wire.integer();
            case 7 -> {
                if (graph != null) throw wire.malformed("the model has a second graph; the file is damaged");
                graph = graph(wire.message("the graph"));
            }
            case 8 -> opset(wire.message("a set of operations"), opsets);
            case 14 -> entry(wire.message("an entry"), metadata);
            default -> wire.skip();
        }
        if (graph == null) throw bytes.malformed(0, "there is no graph; it is no ONNX model");
        if (version < 3) throw bytes.malformed(0, "the format's version is " + version
            + "; models of version 3 or later are read, so convert it" + " by onnx.version_converter");
        return new Proto.Model(opsets, metadata, graph);
    }

    private static void opset(Wire wire, Map<String, Long> to) {
        var domain = "";
        long version = 0;
        while (wire.next()) switch (wire.field()) {
            case 1 -> domain = wire.text();
            case 2 -> version = wire.integer();
            default -> wire.skip();
        }
        to.put(domain.equals("ai.onnx") ? "" : domain, version);
    }

    private static Proto.Graph graph(Wire wire) {
        var nodes = new ArrayList<Proto.Node>();
        var initializers = new LinkedHashMap<String, Proto.Stored>();
        var inputs = new ArrayList<Proto.Declared>();
        var outputs = new ArrayList<Proto.Declared>();
        while (wire.next()) switch (wire.field()) {
            case 1 -> nodes.add(node(wire.message("a node"), wire.begin()));
            case 5 -> {
                var tensor = stored(wire.message("a tensor"), wire.begin());
                if (initializers.putIfAbsent(tensor.name(), tensor) != null) throw wire.malformed("two tensors are called "
                    + Quote.of(tensor.name()) + "; each needs a name of its own");
            }
            case 11 -> inputs.add(declared(wire.message("an input"), wire.begin()));
            case 12 -> outputs.add(declared(wire.message("an output"), wire.begin()));
            case 15 -> throw wire.malformed("there is a sparse tensor, which isn't read; store it as a dense one");
            default -> wire.skip();
        }
        return new Proto.Graph(nodes, initializers, inputs, outputs);
    }

    private static Proto.Node node(Wire wire, long offset) {
        var inputs = new ArrayList<String>();
        var outputs = new ArrayList<String>();
        var attributes = new LinkedHashMap<String, Proto.Attribute>();
        var name = "";
        var type = "";
        var domain = "";
        while (wire.next()) switch (wire.field()) {
            case 1 -> inputs.add(wire.text());
            case 2 -> outputs.add(wire.text());
            case 3 -> name = wire.text();
            case 4 -> type = wire.text();
            case 5 -> attribute(wire.message("an attribute"), wire.begin(), attributes);
            case 7 -> domain = wire.text();
            default -> wire.skip();
        }
        if (type.isEmpty()) throw wire.malformed(offset, "a node " + Quote.of(name)
            + " names no operation; the file is damaged, or no ONNX model");
        return new Proto.Node(name, type, domain.equals("ai.onnx") ? "" : domain, List.copyOf(inputs), List.copyOf(outputs),
            Collections.unmodifiableMap(attributes), offset);
    }

    private static void attribute(Wire wire, long offset, Map<String, Proto.Attribute> to) {
        var name = "";
        long kind = 0;
        float real = 0;
        long integer = 0;
        var text = "";
        Proto.Stored tensor = null;
        var reals = Numbers.NONE;
        var integers = Numbers.NONE;
        var texts = new ArrayList<String>();
        while (wire.next()) switch (wire.field()) {
            case 1 -> name = wire.text();
            case 2 -> real = wire.real();
            case 3 -> integer = wire.integer();
            case 4 -> text = wire.text();
            case 5 -> tensor = stored(wire.message("a tensor"), wire.begin());
            case 7 -> reals = wire.reals(reals);
            case 8 -> integers = wire.integers(integers);
            case 9 -> texts.add(wire.text());
            case 20 -> kind = wire.integer();
            default -> wire.skip();
        }
        if (name.isEmpty()) throw wire.malformed(offset, "an attribute has no name; the file is damaged, or no ONNX model");
        var known = kind >= 1 && kind <= Proto.Kind.values().length ? Proto.Kind.values()[(int) kind - 1] : null;
        var attribute = new Proto.Attribute(known, real, integer, text, tensor, reals.toFloats(), integers.toLongs(),
            List.copyOf(texts), offset);
        if (to.putIfAbsent(name, attribute) != null) throw wire.malformed(offset, "a node has two attributes " + Quote.of(name));
    }

    static Proto.Stored stored(Wire wire, long offset) {
        var sizes = Numbers.NONE;
        long type = 0;
        var name = "";
        MemorySegment raw = null;
        var floats = Numbers.NONE;
        var ints = Numbers.NONE;
        var longs = Numbers.NONE;
        var doubles = Numbers.NONE;
        var unsigned = Numbers.NONE;
        var external = new HashMap<String, String>();
        long location = 0;
        while (wire.next()) switch (wire.field()) {
            case 1 -> sizes = wire.integers(sizes);
            case 2 -> type = wire.integer();
            case 3 -> throw wire.malformed("a tensor is cut into segments, which are not read");
            case 4 -> floats = wire.reals(floats);
            case 5 -> ints = wire.integers(ints);
            case 7 -> longs = wire.integers(longs);
            case 8 -> name = wire.text();
            case 9 -> raw = wire.slice();
            case 10 -> doubles = wire.doubles(doubles);
            case 11 -> unsigned = wire.integers(unsigned);
            case 13 -> entry(wire.message("an entry"), external);
            case 14 -> location = wire.integer();
            default -> wire.skip();
        }
        if (sizes.size() > MOST_SIZES) throw wire.malformed(offset, "a tensor of " + sizes.size()
            + " dimensions; there are no more than " + MOST_SIZES + " in a model");
        return new Proto.Stored(name, sizes.toLongs(), type, raw, floats, ints, longs, doubles, unsigned,
            location == EXTERNAL ? Map.copyOf(external) : Map.of(), offset);
    }

    private static void entry(Wire wire, Map<String, String> to) {
        var key = "";
        var value = "";
        while (wire.next()) switch (wire.field()) {
            case 1 -> key = wire.text();
            case 2 -> value = wire.text();
            default -> wire.skip();
        }
        to.put(key, value);
    }

    private static Proto.Declared declared(Wire wire, long offset) {
        var name = "";
        var declared = new Proto.Declared("", 0, null, offset);
        while (wire.next()) switch (wire.field()) {
            case 1 -> name = wire.text();
            case 2 -> {
                var type = wire.message("a type");
                while (type.next()) if (type.field() == 1) declared = tensorType(type.message("a tensor's type"), offset);
                else type.skip();
            }
            default -> wire.skip();
        }
        return new Proto.Declared(name, declared.type(), declared.sizes(), offset);
    }

    private static Proto.Declared tensorType(Wire wire, long offset) {
        long type = 0;
        List<Proto.Size> sizes = null;
        while (wire.next()) switch (wire.field()) {
            case 1 -> type = wire.integer();
            case 2 -> {
                sizes = new ArrayList<>();
                var shape = wire.message("a shape");
                while (shape.next()) if (shape.field() == 1) sizes.add(size(shape.message("a size")));
                else shape.skip();
            }
            default -> wire.skip();
        }
        return new Proto.Declared("", type, sizes, offset);
    }

    private static Proto.Size size(Wire wire) {
        long value = -1;
        var name = "";
        while (wire.next()) switch (wire.field()) {
            case 1 -> value = wire.integer();
            case 2 -> name = wire.text();
            default -> wire.skip();
        }
        return new Proto.Size(value, name);
    }
}
