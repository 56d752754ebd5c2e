package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.Example;

class LinksTest {

    @Example
    void linksLeadToPagesBesideThisOne() {
        var links = new Links(List.of(new Links.Link("depth.html", "<Depth>", "a & b"), new Links.Link("gain.html", "Gain", "")));
        var xml = Xml.parse(links.html());
        assertEquals(List.of("depth.html", "gain.html"), Xml.all(xml, "a").stream().map(a -> a.getAttribute("href")).toList());
        assertEquals(List.of("<Depth>", "Gain"), Xml.texts(xml, "b"));
        assertEquals(List.of("a & b", ""), Xml.texts(xml, "p").stream().map(String::strip).toList());
    }

    /// What is drawn small has no words, and no class by which it would answer to the chart it is of.
    @Example
    void aPictureIsTheChartWithoutItsWords() {
        var charts = List.of(LineChart.titled("words").xLabel("words").series("words", new double[] {1, 2}),
            Histogram.titled("words").panel("words", new double[] {1, 2, 3}), Intervals.titled("words").row("words", 2, 1, 3),
            DecisionMap.titled("words", new double[] {0, 1}, new double[] {0, 1}, "words", "words").panel("words", (x, _) -> x),
            Bars.titled("words").groups("words").series("words", 1), Violin.titled("words").groups("words")
            .series("words", new double[] {1, 2}),
            ImageGrid.titled("words").image("words", 1, 1, new float[1]));
        for (var chart : charts) {
            var xml = Xml.parse(new Links(List.of(new Links.Link("a.html", "title", "", chart))).html());
            assertEquals(1, Xml.withClass(xml, "thumbnail").size());
            assertFalse(Xml.all(xml, "path").isEmpty() && Xml.all(xml, "rect").isEmpty(), chart.getClass().getSimpleName());
            assertEquals("title", xml.getDocumentElement().getTextContent().strip());
            assertEquals(List.of(), Xml.withClass(xml, "series"));
        }
    }

    @Example
    void whatLeadsElsewhereIsRefused() {
        for (var file : List.of("http://example.org/a.html", "../a.html", "a/b.html", "javascript:x", "a.txt", ""))
            assertThrows(IllegalArgumentException.class, () -> new Links.Link(file, "t", "x"), file);
    }
}
