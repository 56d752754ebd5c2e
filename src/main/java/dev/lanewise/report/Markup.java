package dev.lanewise.report;

import java.util.ArrayDeque;
import java.util.Deque;

/// Writes elements that are right both as HTML and as XML, and escapes whatever goes between them.
final class Markup {
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
