package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
