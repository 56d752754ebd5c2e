package dev.lanewise.io;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What the header of a safetensors file says.
///
/// @param entries  by name
/// @param metadata text by name
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {

    /// The name that is no tensor's.
    static final String METADATA = "__metadata__";
    static final String F32 = "F32";

    /// @param shape outermost size first
    /// @param begin where its bytes begin, counted from the end of the header
    /// @param end   where they end
    record Entry(String dtype, List<Long> shape, long begin, long end) {

        int[] sizes() { return shape.stream().mapToInt(Math::toIntExact).toArray(); }

        int numel() { return Shape.of(sizes()).numel(); }

        /// Beyond what an array holds, too.
        ///
        /// @throws ArithmeticException if they are more than a long holds
        long elements() { return shape.stream().reduce(1L, Math::multiplyExact); }

        /// Null if it is none that is read.
        NpyType type() {
            return switch (dtype) {
                case F32, "F16", "F64" -> new NpyType(dtype, 'f', bits() / Byte.SIZE);
                case "BF16" -> new NpyType(dtype, 'h', Short.BYTES);
                case "BOOL" -> new NpyType(dtype, 'b', 1);
                case "I8", "I16", "I32", "I64" -> new NpyType(dtype, 'i', bits() / Byte.SIZE);
                case "U8", "U16", "U32", "U64" -> new NpyType(dtype, 'u', bits() / Byte.SIZE);
                default -> null;
            };
        }

        /// @throws dev.lanewise.data.MalformedFileException if it is none that is read
        NpyType readable(Origin origin) {
            var type = type();
            if (type == null) throw origin.malformed("is of type " + Quote.name(dtype)
                + ", but F32, F16, BF16, F64, C64, whole numbers and booleans are read; convert it"
                + " in Python: {name: t.float() for name, t in load_file(…).items()}");
            return type;
        }

        /// Of an element; 0 if the format has no such type.
        int bits() {
            return switch (dtype) {
                case "F4" -> 4;
                case "F6_E2M3", "F6_E3M2" -> 6;
                case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ" -> Byte.SIZE;
                case "I16", "U16", "F16", "BF16" -> Short.SIZE;
                case "I32", "U32", F32 -> Integer.SIZE;
                case "F64", "I64", "U64" -> Long.SIZE;
                default -> 0;
            };
        }
    }

    /// @param origin what messages begin with
    static SafetensorsHeader of(String origin, SequencedMap<String, FloatType> types, Map<String, Shape> shapes,
                                Map<String, String> metadata) {
        var entries = new LinkedHashMap<String, Entry>();
        long at = 0;
        for (var named : types.entrySet()) {
            if (named.getKey().equals(METADATA)) throw new IllegalArgumentException(origin + "a tensor is named "
                + METADATA + ", which is the name of the text that goes with the tensors; give it another name");
            var shape = shapes.get(named.getKey());
            long end = at + (long) named.getValue().bytes() * shape.numel();
            var sizes = Arrays.stream(shape.toArray()).mapToObj(size -> (long) size).toList();
            entries.put(named.getKey(), new Entry(named.getValue().name(), sizes, at, end));
            at = end;
        }
        return new SafetensorsHeader(entries, metadata);
    }

    static SafetensorsHeader parse(Origin origin, byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new SafetensorsParser(origin, text).header();
        } catch (CharacterCodingException e) {
            throw origin.malformed(Long.BYTES, "its header is not UTF-8; it is no safetensors file, or was damaged").because(e);
        }
    }

    List<Map.Entry<String, Entry>> inOrderOfBytes() {
        return entries.entrySet().stream().sorted(Map.Entry.comparingByValue(
            Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))).toList();
    }

    /// @param arrays whether each tensor must be one that is read, and fit into an array
    /// @return how many bytes there are of all tensors
    long check(Origin origin, boolean arrays) {
        entries.forEach((name, entry) -> check(origin.tensor(name), entry, arrays));
        long at = 0;
        String before = "the header";
        for (var named : inOrderOfBytes()) {
            var entry = named.getValue();
            if (entry.begin != at) throw origin.malformed("tensor " + Quote.of(named.getKey()) + " begins at byte "
                + entry.begin + ", but " + before + " ends at " + at + "; tensors may neither overlap nor leave gaps, so the file"
                + " is damaged");
            at = entry.end;
            before = Quote.of(named.getKey());
        }
        return at;
    }

    private static void check(Origin tensor, Entry entry, boolean arrays) {
        if (entry.bits() == 0) throw tensor.malformed("is of type " + Quote.name(entry.dtype)
            + ", which the format doesn't know; the file"
            + " is damaged, or newer than this reader");
        if (arrays) entry.readable(tensor);
        if (entry.end < entry.begin) throw tensor.malformed("ends at byte " + entry.end + ", before it begins, at " + entry.begin
            + "; the file is damaged");
        if (arrays) for (long size : entry.shape) if (size > Integer.MAX_VALUE) throw tensor.malformed("has shape "
            + Quote.name(entry.shape.toString()) + (entry.shape.contains(0L)
            ? ", of no elements, but with a size above 2,147,483,647, which"
            + " a shape here can't have; leave it out, by SafetensorsFile"
            : ", beyond what a Java array holds; read it in parts, by"
            + " SafetensorsFile"));
        var shaped = "has shape " + Quote.name(entry.shape.toString()) + ": ";
        long bits;
        try {
            bits = Math.multiplyExact(entry.bits(), entry.elements());
            if (arrays) entry.numel();
        } catch (ArithmeticException e) {
            throw tensor.malformed(shaped + "it takes more bytes than a file has; the file is damaged").because(e);
        } catch (IllegalArgumentException e) {
            throw tensor.malformed(shaped + Quote.bare(e.getMessage())).because(e);
        }
        if (bits % Byte.SIZE != 0) throw tensor.malformed(shaped + "its last element ends within a byte; the file is damaged");
        if (bits / Byte.SIZE != entry.end - entry.begin) throw tensor.malformed(shaped + "it takes " + bits / Byte.SIZE
            + " bytes, but "
            + (entry.end - entry.begin) + " are its own; the file is damaged");
    }

    /// The JSON text in UTF-8, filled with spaces so that the elements begin at a multiple of 8 bytes.
    ///
    /// @param origin what messages begin with
    byte[] bytes(String origin) {
        var json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            string(origin, json, METADATA).append(":{");
            metadata.forEach((key, value) -> string(origin, string(origin, json, key).append(':'), value).append(','));
            json.setCharAt(json.length() - 1, '}');
            json.append(',');
        }
        entries.forEach((name, entry) -> string(origin, json, name)
            .append(":{\"dtype\":\"").append(entry.dtype).append("\",\"shape\":")
            .append(entry.shape.toString().replace(" ", "")).append(",\"data_offsets\":[").append(entry.begin).append(',')
            .append(entry.end).append("]},"));
        if (json.length() > 1) json.setLength(json.length() - 1);
        var text = utf8(origin, json.append('}'));
        int length = Math.addExact(text.length, 7) & -8;
        if (length > Safetensors.LONGEST_HEADER) throw new IllegalArgumentException(
            origin + "names and metadata make a header of " + length + " bytes, but "
                + Safetensors.LONGEST_HEADER + " are the most that readers take; write several files");
        var padded = Arrays.copyOf(text, length);
        Arrays.fill(padded, text.length, length, (byte) ' ');
        return padded;
    }

    private static byte[] utf8(String origin, CharSequence text) {
        try {
            var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOf(encoded.array(), encoded.limit());
        } catch (CharacterCodingException e) {
            throw new AssertionError(origin + "each text was looked at", e);
        }
    }

    private static StringBuilder string(String origin, StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int named = "\b\f\n\r\t\"\\".indexOf(c);
            if (named >= 0) json.append('\\').append("bfnrt\"\\".charAt(named));
            else if (c < ' ') json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            else json.append(c);
            if (!Character.isSurrogate(c)) continue;
            if (!Character.isSurrogatePair(c, i + 1 < text.length() ? text.charAt(i + 1) : 0)) throw new IllegalArgumentException(
                origin + "the name or text " + Quote.of(text) + " holds half a surrogate pair, which is no Unicode; correct it");
            json.append(text.charAt(++i));
        }
        return json.append('"');
    }
}
