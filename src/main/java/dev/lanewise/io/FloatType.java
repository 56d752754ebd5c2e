package dev.lanewise.io;

import java.nio.ByteBuffer;

/// In how many bits a float is written. What a type can't hold is rounded to the nearest, of two that are as near to the even
/// one; what rounds beyond its largest number is refused, as a weight that became infinite would be lost.
public enum FloatType {

    /// As it is: 32 bits.
    F32(Float.BYTES, Float.MAX_VALUE),
    /// IEEE 754's half precision: 16 bits, 11 of them precision; up to 65,504.
    F16(Short.BYTES, 65504),
    /// The upper half of a float: 16 bits, 8 of them precision; up to 3.39e38.
    BF16(Short.BYTES, Float.intBitsToFloat(0x7f7f0000));

    private final int bytes;
    private final float largest;

    FloatType(int bytes, float largest) {
        this.bytes = bytes;
        this.largest = largest;
    }

    /// Of one number.
    public int bytes() { return bytes; }

    /// The largest number that it holds.
    public float largest() { return largest; }

    /// The nearest number of this type, as a float; infinite beyond all.
    public float round(float value) {
        return switch (this) {
            case F32 -> value;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
            case BF16 -> Float.intBitsToFloat(upperHalf(value) << Short.SIZE);
        };
    }

    private static int upperHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        // a NaN stays one, even if all that made it one is in the lower half
        if (value != value) return bits >>> Short.SIZE | 0x40;
        return bits + 0x7fff + (bits >>> Short.SIZE & 1) >>> Short.SIZE;
    }

    /// @param bytes are written from their position on
    void encode(float[] values, int from, int count, ByteBuffer bytes) {
        switch (this) {
            case F32 -> bytes.asFloatBuffer().put(values, from, count);
            case F16 -> {
                for (int i = 0; i < count; i++) bytes.putShort(Short.BYTES * i, Float.floatToFloat16(values[from + i]));
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) bytes.putShort(Short.BYTES * i, (short) upperHalf(values[from + i]));
            }
        }
    }

    /// The index of the first number that would become infinite; negative if there is none.
    int beyond(float[] values) {
        if (this != F32) for (int i = 0; i < values.length; i++)
            if (Math.abs(values[i]) > largest && Float.isFinite(values[i]) && Float.isInfinite(round(values[i]))) return i;
        return -1;
    }
}
