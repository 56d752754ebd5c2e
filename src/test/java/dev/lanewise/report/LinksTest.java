package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.Example;

class LinksTest {

    @Example
    void linksLeadToPagesBesideThisOne() {
        var links = new Links(List.of(new Links.Link("depth.html", "<Depth>", "a & b"), new Links.Link("gain.html", "Gain", "")));
        var xml = Xml.parse(links.html());
        assertEquals(List.of("depth.html", "gain.html"), Xml.all(xml, "a").stream().map(a -> a.getAttribute("href")).toList());
        assertEquals(List.of("<Depth>", "Gain"), Xml.texts(xml, "a"));
        assertEquals(List.of("a & b", ""), Xml.texts(xml, "dd").stream().map(String::strip).toList());
    }

    @Example
    void whatLeadsElsewhereIsRefused() {
        for (var file : List.of("http://example.org/a.html", "../a.html", "a/b.html", "javascript:x", "a.txt", ""))
            assertThrows(IllegalArgumentException.class, () -> new Links.Link(file, "t", "x"), file);
    }
}
