package dev.lanewise.text;

import dev.lanewise.data.MalformedFileException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads JSON by RFC 8259: objects as maps in their order, arrays as lists, strings, booleans, null, whole numbers that fit as
/// [Long], others as [Double]. A key twice is refused, as is what is nested more than 100 deep.
final class JsonParser {

    private static final int DEEPEST = 100;
    /// What stays below 2^63 however it goes on.
    private static final int MOST_DIGITS = 18;

    private final Origin origin;
    /// Not a string, whose characters interpreted code, which reads the better part of a file, is slower to get.
    private final char[] text;
    private int at;

    private JsonParser(Origin origin, CharBuffer text) {
        this.origin = origin;
        this.text = new char[text.remaining()];
        text.get(this.text);
    }

    static JsonValue parse(Origin origin, byte[] bytes) {
        var parser = new JsonParser(origin, origin.text(bytes));
        var value = parser.value(0);
        if (parser.peek() != 0 || parser.at < parser.text.length) throw parser.expected("the end");
        return new JsonValue(origin, value);
    }

    private Object value(int depth) {
        if (depth > DEEPEST) throw expected("a value that is less than " + DEEPEST + " deep");
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        var fields = new LinkedHashMap<String, Object>();
        take('{');
        if (passes('}')) return fields;
        do {
            if (peek() != '"') throw expected("a name in quotes");
            int from = at;
            var name = string();
            if (fields.containsKey(name)) {
                at = from;
                throw expected("a name that wasn't there, not " + Quoted.of(name) + " twice,");
            }
            take(':');
            fields.put(name, value(depth + 1));
        } while (passes(','));
        take('}');
        return fields;
    }

    private List<Object> array(int depth) {
        var elements = new ArrayList<>();
        take('[');
        if (passes(']')) return elements;
        do elements.add(value(depth + 1)); while (passes(','));
        take(']');
        return elements;
    }

    private String string() {
        take('"');
        int end = at;
        while (end < text.length && text[end] != '"' && text[end] != '\\' && text[end] >= ' ') end++;
        if (end < text.length && text[end] == '"') {
            var plain = new String(text, at, end - at);
            at = end + 1;
            return plain;
        }
        var string = new StringBuilder();
        for (char c; (c = next()) != '"';) {
            if (c < ' ') throw expectedBefore("no bare control character");
            string.append(c == '\\' ? escape() : c);
        }
        return string.toString();
    }

    private char escape() {
        char c = next();
        int known = "bfnrt\"\\/".indexOf(c);
        if (known >= 0) return "\b\f\n\r\t\"\\/".charAt(known);
        if (c != 'u') throw expectedBefore("a known escape");
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char digit = next();
            int value = digit < 128 ? Character.digit(digit, 16) : -1;
            if (value < 0) throw expectedBefore("four hexadecimal digits");
            code = 16 * code + value;
        }
        return (char) code;
    }

    private Object word(String word, Object value) {
        if (!word.contentEquals(CharBuffer.wrap(text, at, Math.min(word.length(), text.length - at)))) throw expected("a value");
        at += word.length();
        return value;
    }

    private Number number() {
        int from = at;
        if (at < text.length && text[at] == '-') at++;
        int first = at;
        int whole = digits();
        if (whole == 0 || whole > 1 && text[first] == '0') {
            at = from;
            throw expected("a value");
        }
        boolean fraction = at < text.length && text[at] == '.';
        if (fraction) {
            at++;
            if (digits() == 0) throw expected("a digit");
        }
        boolean power = at < text.length && (text[at] == 'e' || text[at] == 'E');
        if (power) {
            at++;
            if (at < text.length && (text[at] == '+' || text[at] == '-')) at++;
            if (digits() == 0) throw expected("a digit");
        }
        if (!fraction && !power && whole <= MOST_DIGITS) return whole(from);
        return Double.parseDouble(new String(text, from, at - from));
    }

    /// Of few digits, behind a sign or not.
    private long whole(int from) {
        long value = 0;
        for (int i = text[from] == '-' ? from + 1 : from; i < at; i++) value = 10 * value + text[i] - '0';
        return text[from] == '-' ? -value : value;
    }

    private int digits() {
        int from = at;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') at++;
        return at - from;
    }

    private char next() {
        if (at == text.length) throw expected("more");
        return text[at++];
    }

    private void take(char c) {
        if (!passes(c)) throw expected("'" + c + "'");
    }

    private boolean passes(char c) {
        boolean is = peek() == c && at < text.length;
        if (is) at++;
        return is;
    }

    /// Goes beyond white space: the character that is next; 0 at the end.
    private char peek() {
        while (at < text.length && isSpace(text[at])) at++;
        return at < text.length ? text[at] : 0;
    }

    private static boolean isSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

    private MalformedFileException expectedBefore(String what) {
        at--;
        return expected(what);
    }

    private MalformedFileException expected(String what) {
        return origin.malformedAt(new String(text, 0, at).getBytes(StandardCharsets.UTF_8).length, what
            + " is expected; it is no JSON, or was damaged");
    }
}
