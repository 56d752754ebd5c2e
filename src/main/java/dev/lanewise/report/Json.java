package dev.lanewise.report;

import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Array;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Writes values as JSON (RFC 8259). It does not read.
///
/// | Java | JSON |
/// |---|---|
/// | record | object of its components, in their order and by their names |
/// | `Map` with `String` keys | object, in the map's order |
/// | `List`, any array | array |
/// | `String`, `Boolean`, `null` | the same |
/// | enum constant | its name as a string |
/// | `Optional` | its value; an empty one `null`, and as a component of a record it is left out |
/// | `Byte`, `Short`, `Integer`, `Long` | number |
/// | `Float`, `Double` | the shortest number that reads back as the same value; **NaN and infinities become `null`**, as JSON has none |
///
/// ```java
/// record Run(String init, float[] losses) {}
/// Json.write(Path.of("run.json"), new Run("zeros", new float[] {2.3026f, 2.3025f}));
/// ```
///
/// On the module path a record is public in an exported package, or its package is opened to `dev.lanewise`.
public final class Json {

    /// On a record's component, a record or a map: its entries stand in the place of the component. Keys must not come twice.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    public @interface Inline {}

    /// On a record's component: it isn't written.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    public @interface Omit {}

    private static final String INDENT = "  ";
    /// Objects and arrays within each other: as deep as readers commonly go, and not so deep that a thread's stack ends.
    private static final int DEEPEST = 500;

    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /// {@return the value as JSON text} Indented by two spaces, arrays of numbers on one line.
    ///
    /// @throws IllegalArgumentException if the value holds something that is not in the table above, a record that can't be
    ///     read, a key twice, or objects and arrays more than 500 deep, as one that holds itself does
    public static String text(Object value) {
        var json = new Json();
        json.value(value, 0);
        return json.out.append('\n').toString();
    }

    /// Writes the value as JSON text in UTF-8. The file appears whole or not at all; missing folders are made.
    ///
    /// @throws IllegalArgumentException if the value cannot be written as JSON, or `file` is a folder
    /// @throws UncheckedIOException     if the file cannot be written
    public static void write(Path file, Object value) {
        TextFiles.write("json", file, text(value));
    }

    private void value(Object value, int depth) {
        requireFlat(depth);
        switch (value) {
            case null -> out.append("null");
            case String text -> string(text);
            case Boolean truth -> out.append(truth);
            case Float number -> out.append(Float.isFinite(number) ? number : null);
            case Double number -> out.append(Double.isFinite(number) ? number : null);
            case Byte _, Short _, Integer _, Long _ -> out.append(value);
            case Enum<?> constant -> string(constant.name());
            case Optional<?> optional -> value(optional.orElse(null), depth);
            case Record record -> object(entries(record, depth), depth);
            case Map<?, ?> map -> object(entries(map), depth);
            case List<?> list -> array(list, depth);
            case Object array when array.getClass().isArray() ->
                array(IntStream.range(0, Array.getLength(array)).mapToObj(i -> Array.get(array, i)).toList(), depth);
            default -> throw new IllegalArgumentException(
                "json: cannot write a %s; turn it into a record, map, list, string, number, boolean or null"
                    .formatted(value.getClass().getName()));
        }
    }

    private static Map<String, Object> entries(Map<?, ?> map) {
        var entries = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) throw new IllegalArgumentException(
                "json: a key must be a string, got " + (key == null ? "null" : "a " + key.getClass().getName()));
            entries.put(name, value);
        });
        return entries;
    }

    private static Map<String, Object> entries(Record record, int depth) {
        requireFlat(depth);
        var entries = new LinkedHashMap<String, Object>();
        for (var component : record.getClass().getRecordComponents()) {
            if (component.isAnnotationPresent(Omit.class)) continue;
            var value = component(record, component);
            if (component.isAnnotationPresent(Inline.class)) inlined(record, component, value, depth + 1).forEach((key, each) ->
                put(entries, record, key, each));
            else if (!(value instanceof Optional<?> optional)) put(entries, record, component.getName(), value);
            else optional.ifPresent(present -> put(entries, record, component.getName(), present));
        }
        return entries;
    }

    private static void put(Map<String, Object> entries, Record record, String key, Object value) {
        if (entries.containsKey(key)) throw new IllegalArgumentException("json: " + record.getClass()
            .getName() + " has the key \""
            + key + "\" twice; name the component or the inlined entry otherwise");
        entries.put(key, value);
    }

    private static Map<String, Object> inlined(Record record, RecordComponent component, Object value, int depth) {
        return switch (value) {
            case Record inner -> entries(inner, depth);
            case Map<?, ?> map -> entries(map);
            case null, default -> throw new IllegalArgumentException("json: " + record.getClass()
                .getName() + "." + component.getName()
                + " can't be inlined: only a record or a map can, and it is "
                + (value == null ? "null" : "a " + value.getClass().getName()));
        };
    }

    private static Object component(Record record, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (IllegalAccessException | InaccessibleObjectException e) {
            throw new IllegalArgumentException("json: " + record.getClass()
                .getName() + " can't be read from here; make it public in an"
                + " exported package, or open its package to dev.lanewise", e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("json: " + record.getClass().getName() + "." + component.getName() + "() failed: "
                + e.getCause(), e.getCause());
        }
    }

    private static void requireFlat(int depth) {
        if (depth > DEEPEST) throw new IllegalArgumentException("json: objects and arrays are nested more than " + DEEPEST
            + " deep; write a flatter value, and none that holds itself");
    }

    private void object(Map<String, Object> entries, int depth) {
        if (entries.isEmpty()) {
            out.append("{}");
            return;
        }
        var inner = newline(depth + 1);
        var separator = "{" + inner;
        for (var entry : entries.entrySet()) {
            out.append(separator);
            string(entry.getKey());
            out.append(": ");
            value(entry.getValue(), depth + 1);
            separator = "," + inner;
        }
        out.append(newline(depth)).append('}');
    }

    private void array(List<?> list, int depth) {
        var oneLine = list.stream().allMatch(Number.class::isInstance);
        var inner = newline(depth + 1);
        var separator = oneLine ? "[" : "[" + inner;
        for (var element : list) {
            out.append(separator);
            value(element, depth + 1);
            separator = oneLine ? ", " : "," + inner;
        }
        out.append(list.isEmpty() ? "[" : oneLine ? "" : newline(depth)).append(']');
    }

    private static String newline(int depth) {
        return "\n" + INDENT.repeat(depth);
    }

    private void string(String text) {
        out.append('"');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    // UTF-8 has no lone surrogates: only the escape can carry them.
                    if (c < 0x20 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                        out.append("\\u").append(HexFormat.of().toHexDigits((char) c));
                    else out.appendCodePoint(c);
                }
            }
        });
        out.append('"');
    }
}
