package dev.lanewise.io.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A message in Protocol Buffers' wire format, as it is written: see [Wire].
final class WireWriter {

    private static final int VARINT = 0;
    private static final int BYTES = 2;
    private static final int FOUR = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WireWriter integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    WireWriter real(int field, float value) {
        tag(field, FOUR);
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < 32; shift += 8) out.write(bits >>> shift);
        return this;
    }

    WireWriter text(int field, String value) { return bytes(field, value.getBytes(StandardCharsets.UTF_8)); }

    WireWriter texts(int field, List<String> values) {
        for (var value : values) text(field, value);
        return this;
    }

    WireWriter message(int field, WireWriter message) { return bytes(field, message.out.toByteArray()); }

    WireWriter bytes(int field, byte[] value) {
        tag(field, BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    /// Packed.
    WireWriter integers(int field, long... values) {
        var packed = new WireWriter();
        for (long value : values) packed.varint(value);
        return message(field, packed);
    }

    /// Four bytes each.
    WireWriter floats(int field, float[] values) {
        var bytes = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes(field, bytes.array());
    }

    private void tag(int field, int kind) { varint((long) field << 3 | kind); }

    private void varint(long value) {
        while ((value & ~0x7fL) != 0) {
            out.write((int) (value & 0x7f | 0x80));
            value >>>= 7;
        }
        out.write((int) value);
    }

    byte[] toByteArray() { return out.toByteArray(); }
}
