package dev.lanewise.io.onnx;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A message in Protocol Buffers' wire format, field by field: a number and a kind, then a varint, four or eight bytes, or a
/// length and as many bytes, which may be a message in turn.
///
/// Nothing is believed: each length is held against what is left of the message around it, so that nothing is allocated for what
/// isn't there.
final class Wire {

    private static final int VARINT = 0;
    private static final int EIGHT = 1;
    private static final int BYTES = 2;
    private static final int FOUR = 5;
    /// A varint's bytes have seven bits each.
    private static final int LONGEST_VARINT = 10;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// All bytes of a source.
    record Bytes(String operation, Source source, MemorySegment segment) {

        MalformedFileException malformed(long offset, String fault) {
            return MalformedFileException.atByte(operation, source,
                offset, fault);
        }
    }

    private final Bytes bytes;
    private final long end;
    private final String what;
    private long at;
    private int field;
    private int kind;
    private long begin;

    /// @param what is read, for messages: "a model"
    Wire(Bytes bytes, String what) { this(bytes, 0, bytes.segment.byteSize(), what); }

    /// At a field of the file.
    static Wire at(Bytes bytes, long offset) {
        var wire = new Wire(bytes, offset, bytes.segment.byteSize(), "the graph");
        wire.next();
        return wire;
    }

    private Wire(Bytes bytes, long from, long end, String what) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.what = what;
    }

    /// Goes on to the next field; false at the end.
    boolean next() {
        if (at == end) return false;
        begin = at;
        long tag = varint();
        field = (int) (tag >>> 3);
        kind = (int) (tag & 7);
        if (tag >>> 3 < 1 || tag >>> 3 > 0x1fff_ffff) throw malformed(begin, "a field of number " + (tag >>> 3) + " in " + what
            + "; there is none of that number in any file of this format");
        return true;
    }

    /// The number of the field that is next.
    int field() { return field; }

    /// Where the field begins in the file.
    long begin() { return begin; }

    Bytes bytes() { return bytes; }

    MalformedFileException malformed(long offset, String fault) { return bytes.malformed(offset, fault); }

    /// At the field.
    MalformedFileException malformed(String fault) { return malformed(begin, fault); }

    /// Leaves out a field, whatever it is.
    void skip() {
        switch (kind) {
            case VARINT -> varint();
            case EIGHT -> take(8);
            case BYTES -> take(length());
            case FOUR -> take(4);
            default -> throw malformed(begin, "field " + field + " of " + what + " is of kind " + kind
                + ", which the format hasn't");
        }
    }

    /// A whole number.
    long integer() {
        require(VARINT);
        return varint();
    }

    /// A float.
    float real() {
        require(FOUR);
        return Float.intBitsToFloat(bytes.segment.get(INT, take(4)));
    }

    /// A message within this one.
    Wire message(String name) {
        require(BYTES);
        long length = length();
        long from = take(length);
        return new Wire(bytes, from, from + length, name);
    }

    /// Bytes as they lie in the file.
    MemorySegment slice() {
        require(BYTES);
        long length = length();
        return bytes.segment.asSlice(take(length), length);
    }

    /// UTF-8.
    String text() {
        require(BYTES);
        long length = length();
        if (length > Integer.MAX_VALUE - 8) throw malformed(begin, "a text of " + length + " bytes in " + what
            + "; no text is so long");
        var raw = new byte[(int) length];
        MemorySegment.copy(bytes.segment, ValueLayout.JAVA_BYTE, take(length), raw, 0, raw.length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
        } catch (CharacterCodingException e) {
            throw malformed(begin, "a text in " + what + ", field " + field + ", is not UTF-8: "
                + Quote.of(new String(raw, StandardCharsets.UTF_8))).because(e);
        }
    }

    /// The field's whole number, or all that are packed in it, behind those before.
    Numbers integers(Numbers before) {
        var to = before.open();
        if (kind == VARINT) {
            to.add(varint());
            return to;
        }
        require(BYTES);
        long stop = stop();
        while (at < stop) {
            to.add(varint());
            if (at > stop) throw malformed(begin, "packed numbers of " + what + ", field " + field + ", end within one");
        }
        return to;
    }

    /// The field's float, or all that are packed in it, as their bits.
    Numbers reals(Numbers before) {
        var to = before.open();
        if (kind == FOUR) to.add(bytes.segment.get(INT, take(4)));
        else for (int count = packed(4); count > 0; count--, at += 4) to.add(bytes.segment.get(INT, at));
        return to;
    }

    /// The field's double, or all that are packed in it, as their bits.
    Numbers doubles(Numbers before) {
        var to = before.open();
        if (kind == EIGHT) to.add(bytes.segment.get(LONG, take(8)));
        else for (int count = packed(8); count > 0; count--, at += 8) to.add(bytes.segment.get(LONG, at));
        return to;
    }

    private int packed(int width) {
        require(BYTES);
        long length = stop() - at;
        if (length % width != 0) throw malformed(begin, "packed numbers of " + what + ", field " + field + ", have " + length
            + " bytes, which " + width + " doesn't divide");
        if (length / width > Integer.MAX_VALUE - 8) throw malformed(begin, length / width + " numbers in " + what
            + ", more than an array holds");
        return (int) (length / width);
    }

    /// Where the bytes end that a length before them counts.
    private long stop() {
        long length = length();
        long from = take(length);
        at = from;
        return from + length;
    }

    private void require(int expected) {
        if (kind != expected) throw malformed(begin, "field " + field + " of " + what + " is of kind " + kind + ", where "
            + expected + " is expected; the file is damaged, or no ONNX model");
    }

    private long length() {
        long length = varint();
        if (length < 0 || length > end - at) throw malformed(begin, "field " + field + " of " + what + " is said to have "
            + Long.toUnsignedString(length) + " bytes, but " + (end - at)
            + " are left; the file is damaged or cut off, or no ONNX model");
        return length;
    }

    private long take(long count) {
        if (count > end - at) throw malformed(begin, "field " + field + " of " + what + " needs " + count + " bytes, but "
            + (end - at) + " are left; the file is damaged or cut off");
        long from = at;
        at += count;
        return from;
    }

    private long varint() {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            if (at == end) throw malformed(begin, what + " ends within a number; the file is damaged or cut off");
            long one = bytes.segment.get(ValueLayout.JAVA_BYTE, at++);
            value |= (one & 0x7f) << 7 * i;
            if (one >= 0) return value;
        }
        throw malformed(begin, "a number in " + what + " has more than " + LONGEST_VARINT
            + " bytes; the file is damaged, or no ONNX model");
    }
}
