package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.Quote;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The type of a NumPy array's elements.
///
/// @param name  as NumPy writes it: "<f4"
/// @param kind  'f' float, 'i' whole, 'u' whole without a sign, 'b' boolean, 'c' complex; 'h' the upper half of a float, which
///     NumPy has not
/// @param width in bytes
record NpyType(String name, char kind, int width) {

    private static final Pattern KNOWN = Pattern.compile("([<>|=]?)(?:([fiu])([1248])|(b)(1)|(c)(8|16))");

    static NpyType of(Origin origin, String name) throws Unreadable {
        var known = KNOWN.matcher(name);
        if (!known.matches() || "f1".equals(known.group(2) + known.group(3))) throw new Unreadable(origin.malformed(
            "its elements are of type " + Quote.name(name)
                + ", but floats, whole numbers and booleans of up to 64 bits, and complex"
            + " numbers of these, are read; convert it: a.astype(np.float32)"));
        int group = known.start(2) >= 0 ? 2 : known.start(4) >= 0 ? 4 : 6;
        int width = Integer.parseInt(known.group(group + 1));
        if (width > 1 && !name.matches("[<>].*")) throw origin.malformed(
            "its elements are of type " + name + ", which leaves the byte order open; save it anew with np.save");
        return new NpyType(name, known.group(group).charAt(0), width);
    }

    /// Two floats, one after the other.
    boolean isComplex() { return kind == 'c'; }

    /// Of a complex number, the type of its parts.
    NpyType part() { return new NpyType(name, 'f', width / 2); }

    /// Elements that are nothing a tensor holds: text, dates, objects, records.
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        /// For who wants just these.
        final MalformedFileException error;

        Unreadable(MalformedFileException error) {
            super(error);
            this.error = error;
        }
    }

    ByteOrder order() { return name.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN; }

    /// @param rounded whether elements that are no floats may be rounded to one
    /// @param refusal if they may not: from what is wrong to the error
    Floats.Decoder decoder(boolean rounded, Function<String, RuntimeException> refusal) {
        if (kind == 'f' && width == Float.BYTES) return (bytes, _, to, at, count) -> bytes.asFloatBuffer().get(to, at, count);
        return (bytes, first, to, at, count) -> {
            for (int i = 0; i < count; i++) {
                if (kind == 'h') to[at + i] = Float.intBitsToFloat(bytes.getShort(Short.BYTES * i) << Short.SIZE);
                else if (kind == 'f') to[at + i] = ofFloat(rounded, refusal, bytes, i, first + i);
                else to[at + i] = ofWhole(rounded, refusal, bytes, i, first + i);
            }
        };
    }

    private float ofFloat(boolean rounded, Function<String, RuntimeException> refusal, ByteBuffer bytes, int i, long number) {
        if (width == Short.BYTES) return Float.float16ToFloat(bytes.getShort(Short.BYTES * i));
        double value = bytes.getDouble(Double.BYTES * i);
        if (!rounded && !Double.isNaN(value) && (float) value != value) throw inexact(refusal, number, value);
        return (float) value;
    }

    private float ofWhole(boolean rounded, Function<String, RuntimeException> refusal, ByteBuffer bytes, int i, long number) {
        long value = switch (width) {
            case 1 -> bytes.get(i);
            case 2 -> bytes.getShort(Short.BYTES * i);
            case 4 -> bytes.getInt(Integer.BYTES * i);
            default -> bytes.getLong(Long.BYTES * i);
        };
        if (kind == 'b') return value == 0 ? 0 : 1;
        if (kind == 'u' && width < Long.BYTES) value &= (1L << Byte.SIZE * width) - 1;
        // from 2^63 on: halved, so that the sign is right, with the lost bit kept where rounding sees it
        boolean high = kind == 'u' && value < 0;
        float nearest = high ? 2 * (float) (value >>> 1 | value & 1) : value;
        if (!rounded && !exact(value, high)) throw inexact(refusal, number, high ? Long.toUnsignedString(value) : value);
        return nearest;
    }

    /// Whether the highest 1 and the lowest are within a float's 24 bits.
    private static boolean exact(long value, boolean unsigned) {
        long magnitude = unsigned ? value : Math.abs(value);
        return magnitude == 0
            || Long.SIZE - Long.numberOfLeadingZeros(magnitude) - Long.numberOfTrailingZeros(magnitude) <= Float.PRECISION;
    }

    private RuntimeException inexact(Function<String, RuntimeException> refusal, long number, Object value) {
        return refusal.apply("element " + number + " is " + value + " of type " + name + ", which is no float32");
    }
}
