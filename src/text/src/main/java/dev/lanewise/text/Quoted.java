package dev.lanewise.text;

import java.util.stream.Collectors;

/// Texts of strangers in messages.
final class Quoted {

    private static final int LONGEST = 80;

    private Quoted() {}

    /// On one line, of bounded length, in quotes.
    static String of(String text) {
        return text.codePoints().limit(LONGEST).mapToObj(c -> switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED ->
                Character.toString(c).chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
            default -> c == '"' || c == '\\' ? "\\" + (char) c : Character.toString(c);
        }).collect(Collectors.joining("", "\"", text.codePointCount(0, text.length()) > LONGEST ? "…\"" : "\""));
    }
}
