package dev.lanewise.file;

import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/// Text that a stranger wrote, made fit for a message: of bounded length, on one line, without what a terminal obeys or what
/// turns the reading direction. Controls, format characters and halves of surrogate pairs become escapes such as `\u001b`.
public final class Quote {

    /// Characters of a text, or of a path, that are shown.
    private static final int LONGEST = 80;
    private static final int LONGEST_PATH = 1000;
    /// Names of a list that are shown.
    private static final int MOST_NAMES = 10;

    private Quote() {}

    /// In double quotes; quotes and backslashes within are escaped. A longer text ends in an ellipsis, and its length follows.
    public static String of(CharSequence text) { return shown(text, LONGEST, "\""); }

    /// As [#of], without quotes.
    public static String name(CharSequence text) { return shown(text, LONGEST, ""); }

    /// As [#name], of a longer text, such as a JDK's message.
    public static String bare(CharSequence text) { return shown(text, LONGEST_PATH, ""); }

    /// As [#bare], however long the text is: for one of our own that may hold a stranger's.
    public static String whole(CharSequence text) { return shown(text, Integer.MAX_VALUE, ""); }

    /// A path as it was given.
    public static String of(Path file) { return bare(file.toString()); }

    /// Names with commas between; of many, the first and how many more there are.
    public static String names(Collection<? extends CharSequence> names) { return list(names, ""); }

    /// As [#names], each in quotes: for texts that may hold commas or spaces, or nothing.
    public static String list(Collection<? extends CharSequence> texts) { return list(texts, "\""); }

    private static String list(Collection<? extends CharSequence> names, String mark) {
        var shown = names.stream().limit(MOST_NAMES).map(name -> shown(name, LONGEST, mark)).collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMES ? shown : shown + ", … and " + (names.size() - MOST_NAMES) + " more";
    }

    /// [#names] in brackets.
    public static String set(Collection<? extends CharSequence> names) { return "[" + names(names) + "]"; }

    private static String shown(CharSequence text, int longest, String mark) {
        if (text == null) return "null";
        var shown = new StringBuilder(mark);
        int at = 0;
        for (int count = 0; at < text.length() && count < longest; count++) {
            int c = Character.codePointAt(text, at);
            if (!mark.isEmpty() && (c == '"' || c == '\\')) shown.append('\\').append((char) c);
            else append(shown, c);
            at += Character.charCount(c);
        }
        if (at == text.length()) return shown.append(mark).toString();
        return shown.append('…').append(mark).append(" (").append(text.length()).append(" characters)").toString();
    }

    private static void append(StringBuilder shown, int c) {
        switch (c) {
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
                if (isPlain(c)) shown.appendCodePoint(c);
                else for (char unit : Character.toChars(c)) escape(shown, unit);
            }
        }
    }

    /// Whether a character stands for itself: nothing that a terminal, an editor or a line-based tool might act on.
    public static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /// Appends a char as a Unicode escape of four hexadecimal digits.
    public static void escape(StringBuilder shown, char unit) {
        shown.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) shown.append(Character.forDigit(unit >> shift & 0xf, 16));
    }
}
