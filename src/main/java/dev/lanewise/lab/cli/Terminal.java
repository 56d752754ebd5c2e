package dev.lanewise.lab.cli;

import dev.lanewise.file.Quote;
import java.io.PrintStream;
import java.nio.charset.CharsetEncoder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A stream that people or other programs read: it writes plain characters for those that the charset lacks, lets no control
/// character through that a file or an argument brought, and says when nobody reads any more.
public final class Terminal extends PrintStream {

    private static final Map<String, String> PLAIN = Map.ofEntries(Map.entry("─", "-"), Map.entry("━", "="), Map.entry("╸", "-"),
        Map.entry("±", "+-"), Map.entry("√", "sqrt "), Map.entry("…", "..."), Map.entry("×", "x"), Map.entry("–", "-"),
        Map.entry("·", "-"), Map.entry("≥", ">="), Map.entry("▁", "_"), Map.entry("▂", "."), Map.entry("▃", ":"),
        Map.entry("▄", "-"), Map.entry("▅", "="), Map.entry("▆", "+"), Map.entry("▇", "*"), Map.entry("█", "#"));

    /// The reader has gone, as `head` does when it has seen enough: there is nobody to work for.
    public static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Closed() { super("nobody reads the output any more", null, false, false); }
    }

    private static final int HELP_WIDTH = 80;
    private static final int HELP_INDENT = 21;

    private final boolean plain;

    private Terminal(PrintStream stream) {
        super(stream, true, stream.charset());
        CharsetEncoder encoder = stream.charset().newEncoder();
        plain = !encoder.canEncode(String.join("", PLAIN.keySet()));
    }

    public static PrintStream of(PrintStream stream) {
        return stream instanceof Terminal terminal ? terminal : new Terminal(stream);
    }

    /// @throws Closed if it can't be written
    @Override
    public void print(String text) {
        var safe = harmless("" + text);
        super.print(plain ? plain(safe) : safe);
        if (checkError()) throw new Closed();
    }

    @Override
    public void println(String text) { print(text + System.lineSeparator()); }

    @Override
    public void println() { print(System.lineSeparator()); }

    @Override
    public PrintStream format(Locale locale, String format, Object... arguments) {
        print(String.format(locale, format, arguments));
        return this;
    }

    @Override
    public PrintStream format(String format, Object... arguments) {
        return format(Locale.getDefault(Locale.Category.FORMAT), format, arguments);
    }

    /// Lines end as they are; a bar is drawn over itself by a carriage return in front, and nothing else moves the cursor.
    private static String harmless(String text) {
        var front = text.startsWith("\r") && !text.startsWith("\r\n") ? "\r" : "";
        return front + Arrays.stream(text.substring(front.length()).split("\r?\n", -1)).map(Quote::whole)
            .collect(Collectors.joining("\n"));
    }

    /// As part of one line: without line breaks, too.
    public static String oneLine(Object text) { return Quote.whole("" + text); }

    /// A word or two, and beside them text in lines of help, the further ones under the first.
    public static String hanging(String front, String text) {
        var indent = " ".repeat(Math.min(front.length(), HELP_INDENT));
        var lines = wrapped(text, Math.max(HELP_INDENT, HELP_WIDTH - indent.length()));
        return front.length() > HELP_INDENT && !front.isBlank() ? front.stripTrailing() + "\n" + " ".repeat(HELP_INDENT)
            + lines.replace("\n", "\n" + " ".repeat(HELP_INDENT))
            : front + lines.replace("\n", "\n" + indent);
    }

    /// Breaks lines between words, and behind the commas of one that is longer than a line.
    public static String wrapped(String text, int width) {
        var lines = new StringBuilder();
        int column = 0;
        for (var word : text.split(" ")) {
            var space = " ";
            for (var piece : word.length() > width ? word.split("(?<=,)") : new String[] {word}) {
                if (column > 0 && column + space.length() + piece.length() > width) {
                    lines.append('\n');
                    column = 0;
                }
                if (column == 0) space = "";
                lines.append(space).append(piece);
                column += space.length() + piece.length();
                space = "";
            }
        }
        return lines.toString();
    }

    private static String plain(String text) {
        for (var each : PLAIN.entrySet()) text = text.replace(each.getKey(), each.getValue());
        return text;
    }
}
