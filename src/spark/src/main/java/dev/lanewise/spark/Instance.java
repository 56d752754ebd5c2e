package dev.lanewise.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import java.io.Serializable;
import java.nio.ByteBuffer;

/// A row of a table.
///
/// @param x features
/// @param y the label or the target
@DefaultSerializer(RecordSerializer.class)
record Instance(float[] x, float y) implements Serializable {

    /// Of its [#content()].
    static Instance of(byte[] content) {
        var numbers = ByteBuffer.wrap(content).asFloatBuffer();
        float y = numbers.get();
        var x = new float[numbers.remaining()];
        numbers.get(x);
        return new Instance(x, y);
    }

    byte[] content() {
        var content = ByteBuffer.allocate((x.length + 1) * Float.BYTES).putFloat(y);
        for (float each : x) content.putFloat(each);
        return content.array();
    }

    /// @throws IllegalArgumentException if it isn't of so many finite features
    void check(int features) {
        if (x.length != features) throw new IllegalArgumentException(
            "it has " + x.length + " features, but the first row has " + features);
        for (int i = 0; i < features; i++) requireFinite("feature " + i, x[i]);
        requireFinite("the label", y);
    }

    private static void requireFinite(String what, float value) {
        if (!Float.isFinite(value)) throw new IllegalArgumentException(
            what + " is " + value + "; fill in or leave out what is missing before");
    }
}
