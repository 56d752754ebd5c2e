package dev.lanewise.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/// A strict reader of the JSON grammar (RFC 8259), for tests alone. Numbers stay text: their precision is part of what is tested.
public final class JsonReader {
    public record Num(String text) {}

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    public static Object read(String text) {
        var reader = new JsonReader(text);
        var value = reader.value();
        reader.space();
        reader.need(reader.at == text.length(), "the end");
        return value;
    }

    private Object value() {
        space();
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object object() {
        var map = new LinkedHashMap<String, Object>();
        for (var more = opens('{', '}'); more; more = continues('}')) {
            space();
            var key = string();
            space();
            take(':');
            map.put(key, value());
        }
        return map;
    }

    private List<Object> array() {
        var list = new ArrayList<>();
        for (var more = opens('[', ']'); more; more = continues(']')) {
            list.add(value());
        }
        return list;
    }

    private boolean opens(char open, char close) {
        take(open);
        space();
        var more = text.charAt(at) != close;
        at += more ? 0 : 1;
        return more;
    }

    private boolean continues(char close) {
        space();
        var more = text.charAt(at) == ',';
        take(more ? ',' : close);
        return more;
    }

    private String string() {
        take('"');
        var string = new StringBuilder();
        while (text.charAt(at) != '"') {
            var c = text.charAt(at++);
            need(c >= 0x20, "no bare control character");
            string.append(c == '\\' ? escape() : c);
        }
        at++;
        return string.toString();
    }

    private char escape() {
        var c = text.charAt(at++);
        if (c == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        var known = "\"\\/bfnrt".indexOf(c);
        need(known >= 0, "a known escape");
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private Num number() {
        var number = NUMBER.matcher(text).region(at, text.length());
        need(number.lookingAt(), "a number");
        at = number.end();
        return new Num(number.group());
    }

    private Object word(String word, Object value) {
        need(text.startsWith(word, at), word);
        at += word.length();
        return value;
    }

    private void take(char c) {
        need(text.charAt(at) == c, "'" + c + "'");
        at++;
    }

    private void space() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void need(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("expected " + what + " at " + at + " of " + text);
        }
    }
}
