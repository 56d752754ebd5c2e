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

    static String plain(String text) {
        for (var each : PLAIN.entrySet()) text = text.replace(each.getKey(), each.getValue());
        return text;
    }
}
