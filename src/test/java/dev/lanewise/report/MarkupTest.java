package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class MarkupTest {

    @Property
    void anyTextComesBackFromElementsAndAttributes(@ForAll String text) {
        var element = Xml.parse(new Markup().element("a", text, "b", text).toString()).getDocumentElement();
        assertEquals(carried(text), element.getTextContent());
        assertEquals(carried(text), element.getAttribute("b"));
    }

    @Property
    void anyTextComesBackFromProseAndCells(@ForAll String text) {
        assertEquals(carried(text), Xml.parse(new Markup().open("p").prose(text).close().toString()).getDocumentElement()
            .getTextContent());
        assertEquals(carried(text), Xml.parse(new Markup().open("p").cell(text).close().toString()).getDocumentElement()
            .getTextContent());
    }

    /// A hyphen and a space are places where a line may end.
    @Example
    void noLineEndsWithinANumberOrAnOption() {
        assertEquals(List.of("5e-08", "9.10 ± 0.53 %", "-3.4e-05", "--download", "0.0 %", "1 ± 2e-3"),
            whole(new Markup().open("p")
            .prose("within 5e-08, 9.10 ± 0.53 %; layers of 784-256-10 (−3, -3.4e-05), --download; x1-3 and 0.0 %, 1 ± 2e-3.")
            .close()));
        assertEquals(List.of("8.0e-04", "1e-7"), whole(new Markup().open("p").cell("8.0e-04 / 1e-7 ± 3 %").close()));
    }

    private static List<String> whole(Markup markup) { return Xml.texts(Xml.parse(markup.toString()), "span"); }

    @Example
    void whatXmlCannotCarryIsReplaced() {
        assertEquals("a\uFFFDb\uFFFDc\uFFFD😀", Markup.escape("a\u0000b\uD800c\uFFFF😀"));
    }

    @Example
    void spaceIsKept() {
        anyTextComesBackFromElementsAndAttributes(" a\tb\nc\rd\r\ne ");
    }

    @Example
    void markupInTextIsShown() {
        assertEquals("&lt;script&gt; &amp; &quot;&#39;", Markup.escape("<script> & \"'"));
    }

    /// What XML 1.0 allows of a text, written down independently as the production `Char`.
    static String carried(String text) {
        return text.replaceAll("[^\\x09\\x0A\\x0D\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "\uFFFD");
    }
}
