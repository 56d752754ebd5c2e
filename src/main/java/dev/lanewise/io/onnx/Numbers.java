package dev.lanewise.io.onnx;

import java.util.Arrays;

/// Numbers of which it isn't known how many there will be, as bits.
final class Numbers {

    private static final long[] NOTHING = {};
    /// For what a file doesn't say: nothing is added to it.
    static final Numbers NONE = new Numbers();

    private long[] bits = NOTHING;
    private int size;

    /// These, if any were added, else new ones to add to.
    Numbers open() { return this == NONE ? new Numbers() : this; }

    void add(long value) {
        if (size == bits.length) bits = Arrays.copyOf(bits, Math.max(8, Math.toIntExact(Math.min(2L * size,
            Integer.MAX_VALUE - 8))));
        bits[size++] = value;
    }

    int size() { return size; }

    /// The bits of one of them.
    long get(int i) { return bits[i]; }

    long[] toLongs() { return size == 0 ? NOTHING : Arrays.copyOf(bits, size); }

    /// Of floats' bits.
    float[] toFloats() {
        var floats = new float[size];
        for (int i = 0; i < size; i++) floats[i] = Float.intBitsToFloat((int) bits[i]);
        return floats;
    }

    /// Of doubles' bits, each rounded to a float.
    float[] rounded() {
        var floats = new float[size];
        for (int i = 0; i < size; i++) floats[i] = (float) Double.longBitsToDouble(bits[i]);
        return floats;
    }
}
