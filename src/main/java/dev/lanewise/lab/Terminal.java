package dev.lanewise.lab;

import java.io.PrintStream;
import java.util.Map;

/// Text for terminals that can't show every character.
final class Terminal {

    private static final Map<String, String> PLAIN = Map.of(
        "─", "-", "━", "=", "╸", "-", "±", "+-", "√", "sqrt ", "…", "...", "×", "x", "–", "-", "·", "-");

    private Terminal() {}

    /// The stream itself, or one that writes plain characters for those its charset lacks.
    static PrintStream printable(PrintStream stream) {
        var all = String.join("", PLAIN.keySet());
        if (stream.charset().newEncoder().canEncode(all)) return stream;
        return new PrintStream(stream, true, stream.charset()) {
            @Override
            public void print(String text) { super.print(plain(text)); }

            @Override
            public void println(String text) { super.println(plain(text)); }
        };
    }

    /// Breaks lines between words.
    static String wrapped(String text, int width) {
        var lines = new StringBuilder();
        int column = 0;
        for (var word : text.split(" ")) {
            if (column > 0 && column + 1 + word.length() > width) {
                lines.append('\n');
                column = 0;
            }
            if (column > 0) lines.append(' ');
            lines.append(word);
            column += word.length() + (column > 0 ? 1 : 0);
        }
        return lines.toString();
    }

    static String plain(String text) {
        for (var each : PLAIN.entrySet()) text = text.replace(each.getKey(), each.getValue());
        return text;
    }
}
