package dev.lanewise.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/// Writes elements that are right both as HTML and as XML, and escapes whatever goes between them.
final class Markup {
    private static final String NUMBER = "(?<![\\w.])[−-]?\\d[\\d.,]*(?:e[+-]?\\d+)?";
    /// What a line isn't broken in, though it has hyphens or spaces: an option's name, a number with its error and its unit.
    private static final Pattern WHOLE = Pattern.compile("(?<![\\w-])--[a-z][\\w-]*|" + NUMBER
        + "(?: ± \\d[\\d.,]*(?:e[+-]?\\d+)?)?(?: %)?");
    /// In a table's cell there may be no room for more than the number.
    private static final Pattern NARROW = Pattern.compile(NUMBER);

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> unclosed = new ArrayDeque<>();

    /// Opens an element; attributes are name, value, name, value …
    Markup open(String element, Object... attributes) {
        tag(element, attributes).append('>');
        unclosed.push(element);
        return this;
    }

    Markup close() {
        out.append("</").append(unclosed.pop()).append(">\n");
        return this;
    }

    Markup element(String element, String text, Object... attributes) {
        return open(element, attributes).text(text).close();
    }

    /// An element without content. In HTML only void and SVG elements may be written so.
    Markup empty(String element, Object... attributes) {
        tag(element, attributes).append("/>\n");
        return this;
    }

    Markup text(String text) {
        out.append(escape(text));
        return this;
    }

    /// Text of HTML, in which no line ends within a number. Text of SVG isn't broken, and may not have this.
    Markup prose(String text) { return whole(WHOLE, text); }

    /// As [#prose(String)], of a table's cell.
    Markup cell(String text) { return whole(NARROW, text); }

    private Markup whole(Pattern unbroken, String text) {
        int end = 0;
        for (var match = unbroken.matcher(text); match.find(); end = match.end()) {
            text(text.substring(end, match.start()));
            if (match.group().indexOf('-', 1) < 0 && match.group().indexOf(' ') < 0) text(match.group());
            else raw("<span class=\"whole\">").text(match.group()).raw("</span>");
        }
        return text(text.substring(end));
    }

    /// Adds markup that is already escaped.
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }

    private StringBuilder tag(String element, Object... attributes) {
        out.append('<').append(element);
        for (var i = 0; i < attributes.length; i += 2) {
            var value = attributes[i + 1] instanceof Double number ? Numbers.pixel(number) : attributes[i + 1].toString();
            out.append(' ').append(attributes[i]).append("=\"").append(escape(value)).append('"');
        }
        return out;
    }

    /// {@return `text` for element content and attribute values alike} What XML cannot carry at all (most control characters,
    /// lone surrogates) becomes U+FFFD, so that no text from outside can break a page.
    static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                // A parser would turn these into a space or a line feed.
                case '\t', '\n', '\r' -> escaped.append("&#").append(c).append(';');
                default -> escaped.appendCodePoint(isXml(c) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    private static boolean isXml(int c) {
        return c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
    }
}
