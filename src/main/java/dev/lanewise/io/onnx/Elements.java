package dev.lanewise.io.onnx;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.file.MappedFile;
import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/// Makes tensors of what is stored in a file, and in files beside it.
final class Elements {

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Wire.Bytes bytes;

    Elements(Wire.Bytes bytes) { this.bytes = bytes; }

    /// @param what names it: "weight "x"", "attribute value of node …"
    OnnxValue value(Proto.Stored stored, String what) {
        var type = OnnxType.of(stored.type()).orElseThrow(() -> bytes.malformed(stored.offset(), what + " is of type "
            + stored.type() + ", which isn't read; floats, whole numbers of 8 to 64 bits and booleans are"));
        var shape = shape(stored, what);
        int numel = shape.numel();
        if (!stored.external().isEmpty()) return outside(stored, what, type, shape, raw -> ofBytes(raw, type, shape));
        var raw = stored.raw();
        if (raw != null) {
            if (raw.byteSize() != (long) numel * type.width()) throw bytes.malformed(stored.offset(), what + ", " + type.lower()
                + shape + ", has "
                + raw.byteSize() + " bytes of elements, but needs " + (long) numel * type.width() + "; the file is damaged");
            return ofBytes(raw, type, shape);
        }
        var numbers = switch (type) {
            case FLOAT -> stored.floats();
            case DOUBLE -> stored.doubles();
            case INT64 -> stored.longs();
            case UINT32, UINT64 -> stored.unsigned();
            default -> stored.ints();
        };
        if (numbers.size() != numel) throw bytes.malformed(stored.offset(), what + ", " + type.lower() + shape + ", has "
            + numbers.size() + " elements, but needs " + numel + "; the file is damaged");
        return ofNumbers(numbers, type, shape);
    }

    /// The first element that a float32 doesn't hold, as it is said; empty if there is none.
    ///
    /// @param value what was made of it
    Optional<String> inexact(Proto.Stored stored, String what, OnnxValue value) {
        if (value instanceof OnnxValue.Longs(var values, _, var type)) {
            var floats = Conversions.floats(value).toArray();
            for (int i = 0; i < values.length; i++) if (Conversions.whole(floats[i], type) != values[i]
                || floats[i] == type.beyond())
                return Optional.of("element " + i + " is " + (type == OnnxType.UINT64 ? Long.toUnsignedString(values[i])
                    : Long.toString(values[i])) + " of type " + type.lower());
        }
        if (stored.type() != OnnxType.DOUBLE.code()) return Optional.empty();
        return stored.external().isEmpty() ? inexact(stored.raw(), stored.doubles(), value)
            : outside(stored, what, OnnxType.DOUBLE, value.shape(),
            raw -> inexact(raw, stored.doubles(), value));
    }

    private static Optional<String> inexact(MemorySegment raw, Numbers doubles, OnnxValue value) {
        var floats = value.tensor().toArray();
        for (int i = 0; i < floats.length; i++) {
            double exact = raw == null ? Double.longBitsToDouble(doubles.get(i)) : raw.get(DOUBLE, 8L * i);
            if (exact != floats[i] && !Double.isNaN(exact)) return Optional.of("element " + i + " is " + exact
                + " of type double");
        }
        return Optional.empty();
    }

    private Shape shape(Proto.Stored stored, String what) {
        var sizes = new int[stored.sizes().length];
        double numel = 1;
        for (int i = 0; i < sizes.length; i++) {
            long size = stored.sizes()[i];
            numel *= size;
            if (size < 0 || size > Integer.MAX_VALUE) throw bytes.malformed(stored.offset(), what + " has sizes "
                + Arrays.toString(stored.sizes()) + "; each must be from 0 to 2^31 - 1");
            sizes[i] = (int) size;
        }
        if (numel > Integer.MAX_VALUE - 8) throw bytes.malformed(stored.offset(), what + " has sizes "
            + Arrays.toString(stored.sizes()) + ", more elements than an array holds");
        return Shape.of(sizes);
    }

    private static OnnxValue ofBytes(MemorySegment raw, OnnxType type, Shape shape) {
        int count = shape.numel();
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> {
                var values = new float[count];
                switch (type) {
                    case FLOAT -> MemorySegment.copy(raw, FLOAT, 0, values, 0, count);
                    case DOUBLE -> { for (int i = 0; i < count; i++) values[i] = (float) raw.get(DOUBLE, 8L * i); }
                    case FLOAT16 -> { for (int i = 0; i < count; i++) values[i] = Float.float16ToFloat(raw.get(SHORT, 2L * i)); }
                    default -> { for (int i = 0; i < count; i++) values[i] = Float.intBitsToFloat(raw.get(SHORT, 2L * i) << 16); }
                }
                yield OnnxValue.of(Tensor.wrap(values, shape.toArray()));
            }
            case BOOL -> {
                var values = new boolean[count];
                for (int i = 0; i < count; i++) values[i] = raw.get(ValueLayout.JAVA_BYTE, i) != 0;
                yield new OnnxValue.Bools(values, shape);
            }
            default -> {
                var values = new long[count];
                switch (type.width()) {
                    case 1 -> { for (int i = 0; i < count; i++) values[i] = type.wrapped(raw.get(ValueLayout.JAVA_BYTE, i)); }
                    case 2 -> { for (int i = 0; i < count; i++) values[i] = type.wrapped(raw.get(SHORT, 2L * i)); }
                    case 4 -> { for (int i = 0; i < count; i++) values[i] = type.wrapped(raw.get(INT, 4L * i)); }
                    default -> MemorySegment.copy(raw, LONG, 0, values, 0, count);
                }
                yield new OnnxValue.Longs(values, shape, type);
            }
        };
    }

    private static OnnxValue ofNumbers(Numbers numbers, OnnxType type, Shape shape) {
        var bits = numbers.toLongs();
        return switch (type) {
            case FLOAT -> OnnxValue.of(Tensor.wrap(numbers.toFloats(), shape.toArray()));
            case DOUBLE -> OnnxValue.of(Tensor.wrap(numbers.rounded(), shape.toArray()));
            case FLOAT16, BFLOAT16 -> {
                var values = new float[bits.length];
                for (int i = 0; i < values.length; i++)
                    values[i] = type == OnnxType.FLOAT16 ? Float.float16ToFloat((short) bits[i])
                    : Float.intBitsToFloat((int) bits[i] << 16);
                yield OnnxValue.of(Tensor.wrap(values, shape.toArray()));
            }
            case BOOL -> {
                var values = new boolean[bits.length];
                for (int i = 0; i < values.length; i++) values[i] = bits[i] != 0;
                yield new OnnxValue.Bools(values, shape);
            }
            default -> {
                for (int i = 0; i < bits.length; i++) bits[i] = type.wrapped(bits[i]);
                yield new OnnxValue.Longs(bits, shape, type);
            }
        };
    }

    // ---- files beside

    private <T> T outside(Proto.Stored stored, String what, OnnxType type, Shape shape, Function<MemorySegment, T> look) {
        var location = stored.external().getOrDefault("location", "");
        var model = bytes.source().file().orElseThrow(() -> bytes.malformed(stored.offset(), what + " lies in another file, "
            + Quote.of(location) + ", but the model isn't read from a file; read it by its path"));
        var file = beside(stored, what, model, location);
        long needed = (long) shape.numel() * type.width();
        long offset = number(stored, what, "offset", 0);
        long length = number(stored, what, "length", needed);
        long size = MappedFile.Stamp.of(bytes.operation(), file).size();
        if (length != needed || offset > size - length) throw bytes.malformed(stored.offset(), what + ", " + type.lower() + shape
            + ", is said to be "
            + length + " bytes from " + offset + " on of " + Quote.of(file) + ", which has " + size + ", but needs " + needed
            + "; the files aren't of one model");
        return Source.of(file).map(bytes.operation(), offset, length, look);
    }

    /// In the model's folder, and nowhere else: a file must not have others read what they may not.
    private Path beside(Proto.Stored stored, String what, Path model, String location) {
        var folder = model.toAbsolutePath().getParent();
        try {
            var file = folder.resolve(location).normalize();
            if (location.isEmpty() || location.contains("\\") || Path.of(location).isAbsolute()
                || !file.startsWith(folder.normalize()))
                throw outside(stored, what, location);
            // a file that is missing is reported when it is opened
            if (Files.exists(file) && !file.toRealPath().startsWith(folder.toRealPath())) throw outside(stored, what, location);
            return file;
        } catch (InvalidPathException | IOException e) {
            throw outside(stored, what, location).because(e);
        }
    }

    private MalformedFileException outside(Proto.Stored stored, String what, String location) {
        return bytes.malformed(stored.offset(), what + " is said to lie in " + Quote.of(location)
            + ", which is no file in the model's folder; other places are not read");
    }

    private long number(Proto.Stored stored, String what, String key, long otherwise) {
        var text = stored.external().get(key);
        if (text == null) return otherwise;
        try {
            long number = Long.parseLong(text);
            if (number >= 0) return number;
        } catch (NumberFormatException e) {
            // said below
        }
        throw bytes.malformed(stored.offset(), what + ": its " + key + " in another file is " + Quote.of(text)
            + "; it must be a whole number, 0 or more");
    }
}
