package dev.lanewise.report;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Writes values as JSON (RFC 8259). It does not read.
///
/// | Java | JSON |
/// |---|---|
/// | `Map` with `String` keys | object, in the map's order |
/// | `List`, `float[]`, `double[]`, `int[]`, `long[]` | array |
/// | `String`, `Boolean`, `null` | the same |
/// | `Byte`, `Short`, `Integer`, `Long` | number |
/// | `Float`, `Double` | the shortest number that reads back as the same value; **NaN and infinities become `null`**, as JSON has none |
///
/// ```java
/// var run = new LinkedHashMap<String, Object>();
/// run.put("init", "zeros");
/// run.put("losses", new float[] {2.3026f, 2.3025f});
/// Json.write(Path.of("run.json"), run);
/// ```
public final class Json {
    private static final String INDENT = "  ";
    /// Maps and lists within each other: as deep as readers commonly go, and not so deep that a thread's stack ends.
    private static final int DEEPEST = 500;

    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /// {@return the value as JSON text} Indented by two spaces, arrays of numbers on one line.
    ///
    /// @throws IllegalArgumentException if the value holds something that is not in the table above, or maps and lists more than
    ///     500 deep, as one that holds itself does
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
        if (depth > DEEPEST) throw new IllegalArgumentException("json: maps and lists are nested more than " + DEEPEST
            + " deep; write a flatter value, and none that holds itself");
        switch (value) {
            case null -> out.append("null");
            case String text -> string(text);
            case Boolean truth -> out.append(truth);
            case Float number -> out.append(Float.isFinite(number) ? number : null);
            case Double number -> out.append(Double.isFinite(number) ? number : null);
            case Byte _, Short _, Integer _, Long _ -> out.append(value);
            case Map<?, ?> map -> object(map, depth);
            case List<?> list -> array(list, depth);
            case float[] numbers -> {
                var boxed = new Float[numbers.length];
                Arrays.setAll(boxed, i -> numbers[i]);
                array(Arrays.asList(boxed), depth);
            }
            case double[] numbers -> array(Arrays.stream(numbers).boxed().toList(), depth);
            case int[] numbers -> array(Arrays.stream(numbers).boxed().toList(), depth);
            case long[] numbers -> array(Arrays.stream(numbers).boxed().toList(), depth);
            default -> throw new IllegalArgumentException(
                    "json: cannot write a %s; turn it into a map, list, string, number, boolean or null".formatted(value.getClass().getName()));
        }
    }

    private void object(Map<?, ?> map, int depth) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        var inner = newline(depth + 1);
        var separator = "{" + inner;
        for (var entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) throw new IllegalArgumentException(
                "json: a key must be a string, got " + (entry.getKey() == null ? "null"
                    : "a " + entry.getKey().getClass().getName()));
            out.append(separator);
            string(key);
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
