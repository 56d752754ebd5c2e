package dev.lanewise.io.onnx;

import dev.lanewise.data.Source;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// The ONNX project's own tests of nodes, as `onnx_node_tests.py` has stored them.
final class NodeTests {

    /// @param model   the bytes of a model of one node, or of some
    /// @param inputs  in the model's order
    /// @param outputs what is expected
    record Case(String name, byte[] model, List<OnnxValue> inputs, List<OnnxValue> outputs) {

        @Override
        public String toString() { return name; }
    }

    private NodeTests() {}

    static List<Case> all() {
        var all = new ArrayList<Case>();
        try (var in = new DataInputStream(new GZIPInputStream(NodeTests.class.getResourceAsStream("node_tests.bin.gz")))) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                int length = next << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
                var name = new String(in.readNBytes(length));
                int inputs = in.readInt();
                int outputs = in.readInt();
                all.add(new Case(name, blob(in), values(in, inputs), values(in, outputs)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static byte[] blob(DataInputStream in) throws IOException { return in.readNBytes(in.readInt()); }

    private static List<OnnxValue> values(DataInputStream in, int count) throws IOException {
        var values = new ArrayList<OnnxValue>();
        for (int i = 0; i < count; i++) {
            var blob = blob(in);
            var bytes = new Wire.Bytes("NodeTests", Source.of(blob), MemorySegment.ofArray(blob));
            values.add(new Elements(bytes).value(ProtoReader.stored(new Wire(bytes, "a tensor"), 0), "value"));
        }
        return values;
    }
}
