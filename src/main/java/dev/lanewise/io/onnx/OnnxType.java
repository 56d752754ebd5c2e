package dev.lanewise.io.onnx;

import java.util.Locale;
import java.util.Optional;

/// The kinds of elements that a model's inputs, outputs and weights are declared to have, and that this library reads. All floats
/// are kept as 32-bit ones, and all whole numbers as `long`.
public enum OnnxType {
    /// Floats of 32 bits: what all are computed in.
    FLOAT(1, 4, Kind.FLOAT),
    /// Whole numbers from 0 to 255.
    UINT8(2, 1, Kind.WHOLE),
    /// Whole numbers of 8 bits.
    INT8(3, 1, Kind.WHOLE),
    /// Whole numbers from 0 to 65,535.
    UINT16(4, 2, Kind.WHOLE),
    /// Whole numbers of 16 bits.
    INT16(5, 2, Kind.WHOLE),
    /// Whole numbers of 32 bits.
    INT32(6, 4, Kind.WHOLE),
    /// Whole numbers of 64 bits: indices and shapes.
    INT64(7, 8, Kind.WHOLE),
    /// Truths, a byte each.
    BOOL(9, 1, Kind.TRUTH),
    /// Floats of 16 bits; each is a float of 32.
    FLOAT16(10, 2, Kind.FLOAT),
    /// Floats of 64 bits.
    DOUBLE(11, 8, Kind.FLOAT),
    /// Whole numbers from 0 to 2^32 - 1.
    UINT32(12, 4, Kind.WHOLE),
    /// Whole numbers from 0 to 2^64 - 1.
    UINT64(13, 8, Kind.WHOLE),
    /// Floats of 16 bits, the upper half of one of 32.
    BFLOAT16(16, 2, Kind.FLOAT);

    /// What holds them here.
    private enum Kind { FLOAT, WHOLE, TRUTH }

    private final int code;
    private final int width;
    private final Kind kind;

    OnnxType(int code, int width, Kind kind) {
        this.code = code;
        this.width = width;
        this.kind = kind;
    }

    /// The format's number for it.
    int code() { return code; }

    /// Bytes of an element.
    int width() { return width; }

    /// Whether [OnnxValue.Floats] hold them.
    public boolean isFloat() { return kind == Kind.FLOAT; }

    /// Whether [OnnxValue.Longs] hold them.
    public boolean isWhole() { return kind == Kind.WHOLE; }

    /// Empty for one that isn't read.
    static Optional<OnnxType> of(long code) {
        for (var type : values()) if (type.code == code) return Optional.of(type);
        return Optional.empty();
    }

    /// What is left of a whole number in so many bits; an unsigned one of 64 bits is kept as the signed one of the same bits.
    long wrapped(long value) {
        return switch (this) {
            case UINT8 -> value & 0xff;
            case INT8 -> (byte) value;
            case UINT16 -> value & 0xffff;
            case INT16 -> (short) value;
            case INT32 -> (int) value;
            case UINT32 -> value & 0xffff_ffffL;
            default -> value;
        };
    }

    /// Compares two whole numbers of this type.
    int compare(long a, long b) { return this == UINT64 ? Long.compareUnsigned(a, b) : Long.compare(a, b); }

    long max(long a, long b) { return compare(a, b) < 0 ? b : a; }

    long min(long a, long b) { return compare(a, b) > 0 ? b : a; }

    /// The least whole number of this type.
    long least() {
        return switch (this) {
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            case INT32 -> Integer.MIN_VALUE;
            case INT64 -> Long.MIN_VALUE;
            default -> 0;
        };
    }

    /// The greatest whole number of this type.
    long greatest() { return wrapped(isUnsigned() ? -1 : ~least()); }

    /// The least float above [#greatest()] of 64 bits, which a cast takes for it.
    float beyond() { return isUnsigned() ? 0x1p64f : 0x1p63f; }

    /// Whether all of it are 0 or more.
    boolean isUnsigned() { return kind == Kind.WHOLE && least() == 0; }

    /// As files and messages name it.
    String lower() { return name().toLowerCase(Locale.ROOT); }
}
