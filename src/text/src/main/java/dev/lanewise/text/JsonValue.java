package dev.lanewise.text;

import dev.lanewise.data.MalformedFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// A value of a JSON file that knows where it stands, so that one of another kind than asked for is refused by its place.
///
/// @param parent what it is in; null for the whole file
/// @param step   the name or the index by which it is there; null for the whole file. The way that leads here is written when a
///     message needs it: a vocabulary has tens of thousands of values
/// @param value  as [JsonParser] reads it
record JsonValue(Origin origin, JsonValue parent, Object step, Object value) {

    /// A whole file.
    JsonValue(Origin origin, Object value) { this(origin, null, null, value); }

    /// A field of this object; empty if there is none, or null.
    Optional<JsonValue> field(String name) {
        var child = map().get(name);
        return child == null ? Optional.empty() : Optional.of(new JsonValue(origin, this, name, child));
    }

    /// A field that must be there.
    JsonValue need(String name) {
        return field(name).orElseThrow(() -> malformed("it has no " + Quoted.of(name)));
    }

    Map<String, JsonValue> fields() {
        var fields = new LinkedHashMap<String, JsonValue>();
        forEach(fields::put);
        return fields;
    }

    /// Each field of this object, in the file's order.
    void forEach(BiConsumer<String, JsonValue> each) {
        map().forEach((name, child) -> each.accept((String) name, new JsonValue(origin, this, name, child)));
    }

    /// How many fields this object has.
    int size() { return map().size(); }

    List<JsonValue> elements() {
        if (!(value instanceof List<?> list)) throw malformed("an array is expected, " + got());
        var elements = new ArrayList<JsonValue>();
        for (var element : list) elements.add(new JsonValue(origin, this, elements.size(), element));
        return elements;
    }

    String text() {
        if (!(value instanceof String text)) throw malformed("a text is expected, " + got());
        return text;
    }

    boolean truth() {
        if (!(value instanceof Boolean truth)) throw malformed("true or false is expected, " + got());
        return truth;
    }

    /// A whole number that isn't negative.
    int count() {
        if (!(value instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE)) throw malformed(
            "a whole number from 0 to " + Integer.MAX_VALUE + " is expected, " + got());
        return number.intValue();
    }

    MalformedFileException malformed(String fault) {
        return origin.malformed(parent == null ? fault : place() + ": " + fault);
    }

    private Map<?, ?> map() {
        if (!(value instanceof Map<?, ?> map)) throw malformed("an object is expected, " + got());
        return map;
    }

    private String got() {
        return "got " + switch (value) {
            case null -> "null";
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "an array";
            case String text -> Quoted.of(text);
            default -> value.toString();
        };
    }

    /// Names and indices that lead to it; empty for the whole file.
    private String place() {
        if (parent == null) return "";
        var before = parent.place();
        if (step instanceof Integer index) return before + "[" + index + "]";
        var quoted = Quoted.of(step.toString());
        return (before.isEmpty() ? "" : before + ".") + quoted.substring(1, quoted.length() - 1);
    }
}
