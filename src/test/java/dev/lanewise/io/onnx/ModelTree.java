package dev.lanewise.io.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A model's file as a tree of its messages, so that it can be changed without damage to their lengths: what comes out is read,
/// mostly, and says something else.
final class ModelTree {

    /// Which fields are messages, and of which kind.
    private enum Kind {
        MODEL, GRAPH, NODE, ATTRIBUTE, TENSOR, PORT, TYPE, TENSOR_TYPE, SHAPE, SIZE, OPSET, NONE;

        Kind of(int field) { return MESSAGES.getOrDefault(this, Map.of()).getOrDefault(field, NONE); }

        /// Whether a field's bytes are whole numbers one behind the other.
        boolean isPacked(int field) {
            return this == TENSOR && (field == 1 || field == 5 || field == 7 || field == 11)
                || this == ATTRIBUTE && field == 8;
        }

        boolean isText(int field) {
            return this == NODE && field <= 4 || this == ATTRIBUTE && (field == 1 || field == 4)
                || this == TENSOR && field == 8;
        }
    }

    private static final Map<Kind, Map<Integer, Kind>> MESSAGES = Map.of(Kind.MODEL, Map.of(7, Kind.GRAPH, 8, Kind.OPSET),
        Kind.GRAPH, Map.of(1, Kind.NODE, 5, Kind.TENSOR, 11, Kind.PORT, 12, Kind.PORT), Kind.NODE, Map.of(5, Kind.ATTRIBUTE),
        Kind.ATTRIBUTE, Map.of(5, Kind.TENSOR), Kind.PORT, Map.of(2, Kind.TYPE), Kind.TYPE, Map.of(1, Kind.TENSOR_TYPE),
        Kind.TENSOR_TYPE, Map.of(2, Kind.SHAPE), Kind.SHAPE, Map.of(1, Kind.SIZE));
    private static final long[] NUMBERS = {0, 1, 2, 3, 4, 5, 7, 64, 1000, 65536, 1 << 28, Integer.MAX_VALUE, 1L << 31, 1L << 40,
        Long.MAX_VALUE, -1, -2, -3,
        -65536, Integer.MIN_VALUE, Long.MIN_VALUE};
    private static final float[] REALS = {0, -0f, 1, -1, 0.5f, 2, 1e-30f, 1e30f, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.MIN_VALUE};
    private static final List<String> TYPES = Operators.names().stream().sorted().toList();

    /// @param number of a varint or a float's bits
    private static final class Field {
        private final int field;
        private final int kind;
        private long number;
        private byte[] bytes;
        private ModelTree message;

        private Field(int field, int kind) {
            this.field = field;
            this.kind = kind;
        }

        private Field copy() {
            var copy = new Field(field, kind);
            copy.number = number;
            copy.bytes = bytes;
            copy.message = message == null ? null : message.copy();
            return copy;
        }
    }

    private final Kind kind;
    private final List<Field> fields = new ArrayList<>();

    private ModelTree(Kind kind) { this.kind = kind; }

    private ModelTree copy() {
        var copy = new ModelTree(kind);
        fields.forEach(field -> copy.fields.add(field.copy()));
        return copy;
    }

    /// Of a whole model.
    static ModelTree of(byte[] bytes) { return new ModelTree(Kind.MODEL).read(bytes); }

    private ModelTree read(byte[] bytes) {
        for (int at = 0; at < bytes.length;) {
            var tag = varint(bytes, at);
            at = (int) tag[1];
            var field = new Field((int) (tag[0] >>> 3), (int) (tag[0] & 7));
            if (field.kind == 0) {
                var value = varint(bytes, at);
                field.number = value[0];
                at = (int) value[1];
            } else {
                var length = field.kind == 2 ? varint(bytes, at) : new long[] {field.kind == 5 ? 4 : 8, at};
                at = (int) length[1] + (int) length[0];
                field.bytes = Arrays.copyOfRange(bytes, (int) length[1], at);
                var message = kind.of(field.field);
                if (field.kind == 2 && message != Kind.NONE) field.message = new ModelTree(message).read(field.bytes);
            }
            fields.add(field);
        }
        return this;
    }

    private static long[] varint(byte[] bytes, int at) {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte one = bytes[at++];
            value |= (long) (one & 0x7f) << shift;
            if (one >= 0) return new long[] {value, at};
        }
    }

    byte[] bytes() { return written().toByteArray(); }

    private WireWriter written() {
        var out = new WireWriter();
        for (var field : fields) switch (field.kind) {
            case 0 -> out.integer(field.field, field.number);
            case 5 -> out.real(field.field, floatOf(field.bytes));
            case 2 -> {
                if (field.message != null) out.message(field.field, field.message.written());
                else out.bytes(field.field, field.bytes);
            }
            default -> { } // doubles are in no model here
        }
        return out;
    }

    private static float floatOf(byte[] bytes) {
        return MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    }

    private static byte[] bytesOf(float value) {
        var bytes = new byte[4];
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0, value);
        return bytes;
    }

    /// Makes an input a weight that the file brings along.
    ModelTree fixed(String name, OnnxValue value) {
        var sizes = Arrays.stream(value.shape().toArray()).asLongStream().toArray();
        var tensor = new WireWriter().integers(1, sizes).integer(2, value.type().code()).text(8, name);
        if (value instanceof OnnxValue.Longs longs) tensor.integers(longs.type() == OnnxType.INT64 ? 7
            : longs.type() == OnnxType.UINT64 || longs.type() == OnnxType.UINT32 ? 11 : 5, longs.values());
        else if (value instanceof OnnxValue.Bools bools) {
            var ints = new long[bools.values().length];
            for (int i = 0; i < ints.length; i++) ints[i] = bools.values()[i] ? 1 : 0;
            tensor.integers(5, ints);
        } else tensor.floats(4, value.tensor().toArray());
        var field = new Field(5, 2);
        field.message = new ModelTree(Kind.TENSOR).read(tensor.toByteArray());
        fields.stream().filter(each -> each.field == 7).findFirst().orElseThrow().message.fields.add(field);
        return this;
    }

    // ---- changes

    private interface Visit {
        void of(ModelTree within, Field field);
    }

    private void each(Visit visit) {
        for (var field : List.copyOf(fields)) {
            visit.of(this, field);
            if (field.message != null) field.message.each(visit);
        }
    }

    /// A model that says something else in one place.
    static byte[] changed(SplittableRandom random, byte[] model) {
        var tree = of(model);
        var places = new ArrayList<ModelTree>();
        var all = new ArrayList<Field>();
        tree.each((within, field) -> {
            // what a node does and with what, rather than names and what is left out
            if (within.kind == Kind.MODEL && field.field < 7 || within.kind == Kind.NODE && field.field == 3
                || within.kind == Kind.NONE) return;
            places.add(within);
            all.add(field);
        });
        if (all.isEmpty()) return model;
        int at = random.nextInt(all.size());
        change(random, places.get(at), all.get(at), all);
        return tree.bytes();
    }

    private static void change(SplittableRandom random, ModelTree within, Field field, List<Field> all) {
        int how = random.nextInt(field.message != null ? 4 : 12);
        if (how == 0) within.fields.remove(field);
        else if (how == 1) within.fields.add(random.nextInt(within.fields.size() + 1), field.copy());
        else if (field.message != null) {
            // another of its kind, as another node's attribute
            var others = all.stream().filter(other -> other.message != null && other.message.kind == field.message.kind).toList();
            field.message = others.get(random.nextInt(others.size())).message.copy();
        } else if (field.kind == 0) field.number = number(random, field.number);
        else if (field.kind == 5) field.bytes = bytesOf(REALS[random.nextInt(REALS.length)]);
        else if (within.kind.isPacked(field.field)) field.bytes = numbers(random, field.bytes);
        else if (within.kind.isText(field.field)) field.bytes = text(random, within, field, all);
        else if (field.bytes.length > 0) field.bytes = raw(random, field.bytes);
    }

    private static long number(SplittableRandom random, long before) {
        return random.nextInt(3) == 0 ? before + random.nextInt(-2, 3) : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private static byte[] numbers(SplittableRandom random, byte[] packed) {
        var numbers = new ArrayList<Long>();
        for (int at = 0; at < packed.length;) {
            var value = varint(packed, at);
            numbers.add(value[0]);
            at = (int) value[1];
        }
        int at = numbers.isEmpty() ? 0 : random.nextInt(numbers.size());
        int how = numbers.isEmpty() ? 0 : random.nextInt(6);
        if (how == 0) numbers.add(at, number(random, 1));
        else if (how == 1) numbers.remove(at);
        else numbers.set(at, number(random, numbers.get(at)));
        var written = new WireWriter().integers(1, numbers.stream().mapToLong(each -> each).toArray()).toByteArray();
        return Arrays.copyOfRange(written, (int) varint(written, 1)[1], written.length);
    }

    private static byte[] text(SplittableRandom random, ModelTree within, Field field, List<Field> all) {
        if (within.kind == Kind.NODE && field.field == 4 && random.nextInt(3) > 0) return TYPES.get(random.nextInt(TYPES.size()))
            .getBytes(StandardCharsets.US_ASCII);
        if (random.nextInt(6) == 0) return new byte[0];
        var texts = all.stream().filter(other -> other.kind == 2 && other.message == null).toList();
        return texts.get(random.nextInt(texts.size())).bytes;
    }

    /// Elements of eight bytes or of four.
    private static byte[] raw(SplittableRandom random, byte[] bytes) {
        var changed = bytes.clone();
        int width = bytes.length % 8 == 0 && random.nextBoolean() ? 8 : Math.min(4, bytes.length);
        int at = random.nextInt(bytes.length / width) * width;
        long value = width == 8 ? number(random, changed[at]) : Float.floatToRawIntBits(REALS[random.nextInt(REALS.length)]);
        for (int i = 0; i < width; i++) changed[at + i] = (byte) (value >> 8 * i);
        return changed;
    }
}
