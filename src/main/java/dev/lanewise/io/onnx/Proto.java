package dev.lanewise.io.onnx;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What a model's file holds, as it is written there.
final class Proto {

    private Proto() {}

    /// @param opsets   the version of each set of operations, by its domain; "" is ONNX's own
    /// @param metadata what its writer has said of it, by name
    record Model(Map<String, Long> opsets, SequencedMap<String, String> metadata, Graph graph) {}

    /// @param initializers in the file's order, as nodes are
    record Graph(List<Node> nodes, SequencedMap<String, Stored> initializers, List<Declared> inputs, List<Declared> outputs) {}

    /// @param inputs  names; "" for one that is left out
    /// @param offset  where it begins in the file
    record Node(String name, String type, String domain, List<String> inputs, List<String> outputs,
        Map<String, Attribute> attributes,
                long offset) {}

    /// The kinds of attributes that are read, in the order of the format's numbers from 1 on.
    enum Kind { FLOAT, INT, STRING, TENSOR, GRAPH, FLOATS, INTS, STRINGS }

    /// @param kind   null for one that isn't read
    /// @param offset where it begins in the file
    record Attribute(Kind kind, float real, long integer, String text, Stored tensor, float[] reals, long[] integers,
        List<String> texts,
                     long offset) {}

    /// A tensor that hasn't been made yet.
    ///
    /// @param type     the format's number of its elements' type
    /// @param raw      its elements' bytes, the lowest first; null if they are among the numbers
    /// @param external where its bytes are, if they are in another file; else empty
    /// @param offset   where it begins in the file
    record Stored(String name, long[] sizes, long type, MemorySegment raw, Numbers floats, Numbers ints, Numbers longs,
        Numbers doubles,
                  Numbers unsigned, Map<String, String> external, long offset) {}

    /// An input or output.
    ///
    /// @param type   the format's number; 0 if it isn't a tensor
    /// @param sizes  null if the rank isn't said
    /// @param offset where it begins in the file
    record Declared(String name, long type, List<Size> sizes, long offset) {}

    /// @param value -1 if it isn't said
    /// @param name  of one that may be any; "" if it has none
    record Size(long value, String name) {}
}
