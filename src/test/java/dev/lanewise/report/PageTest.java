package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class PageTest {

    private static final Set<String> BREAKS = Set.of("text", "wbr");

    @Property(tries = 200)
    void anyTextIsShownAndNeverObeyed(@ForAll @NotEmpty String text) {
        var page = Xml.parse(everything(text).html());
        var shown = MarkupTest.carried(text);
        for (var element : List.of("h1", "h2", "p", "dt", "dd", "th", "td", "desc")) {
            var found = Xml.texts(page, element);
            assertTrue(found.stream().anyMatch(content -> content.contains(shown)), element);
        }
        assertEquals(elements(everything("plain").html()), elements(everything(text).html()));
    }

    /// But for lines into which titles are broken, plots that have names too long for a phone, and places where a long name may
    /// break.
    private static long elements(String html) {
        return Xml.all(Xml.on(Format.DESK, html), "*").stream().map(Element::getTagName).filter(name -> !BREAKS.contains(name))
            .count();
    }

    @Test
    void nothingIsLoadedFromElsewhere() {
        var page = Xml.parse(everything("text").html());
        for (var element : List.of("script", "link", "img", "iframe", "object", "use", "image")) {
            assertEquals(List.of(), Xml.texts(page, element), element);
        }
        assertTrue(!PageStyle.CSS.contains("url(") && !PageStyle.CSS.contains("@import"));
    }

    @Test
    void theStyleNeedsNoEscaping() {
        assertEquals(PageStyle.CSS, PageStyle.CSS.replaceAll("[<&]", ""));
        for (var hue = 0; hue < Stroke.LIGHT.size(); hue++) {
            assertTrue(PageStyle.CSS.contains(Stroke.variable(hue) + ":" + Stroke.LIGHT.get(hue)));
            assertTrue(PageStyle.CSS.contains(Stroke.variable(hue) + ":" + Stroke.DARK.get(hue)));
        }
    }

    @Test
    void headingsAndBlocksKeepTheirOrder() {
        var page = Xml.parse(Page.titled("t").section("one", new Paragraph("a"))
            .section("two", new Paragraph("b"), new Paragraph("c")).html());
        assertEquals(List.of("one", "two"), Xml.texts(page, "h2"));
        assertEquals(List.of("a", "b", "c"), Xml.texts(page, "p"));
    }

    @Test
    void factsKeepTheirOrderAndTheFirstStays() {
        var seed = new Facts().and("seed", 42);
        var page = Xml.parse(seed.and("data", null).and("seed", 7).html());
        assertEquals(List.of("seed", "data"), Xml.texts(page, "dt"));
        assertEquals(List.of("7", "null"), Xml.texts(page, "dd"));
        assertEquals("42", seed.entries().get("seed"));
    }

    @Test
    void linksToThePagesAroundItStandAboveAndBelow() {
        assertEquals(List.of(), Xml.all(Xml.parse(Page.titled("t").html()), "nav"));
        var page = Xml.parse(Page.titled("t").around(List.of(new Links.Link("index.html", "All <experiments>", ""))).html());
        assertEquals(2, Xml.all(page, "nav").size());
        assertEquals(List.of("All <experiments>", "All <experiments>"), Xml.texts(page, "a"));
    }

    @Test
    void whatIsFoldedIsThere() {
        var page = Xml.parse(Page.titled("t").section("s", new Folded("The <numbers>", new Paragraph("inside"))).html());
        assertEquals(List.of("The <numbers>"), Xml.texts(page, "summary"));
        assertEquals(List.of("inside"), Xml.texts(page, "p"));
    }

    @Test
    void writesWhatItShows(@TempDir Path folder) throws IOException {
        var page = everything("größer");
        page.write(folder.resolve("new/report.html"));
        assertEquals(page.html(), Files.readString(folder.resolve("new/report.html")));
        assertTrue(page.html().startsWith("<!DOCTYPE html>"));
    }

    private static Page everything(String text) {
        return Page.titled(text).lead(text).section(text, new Paragraph(text), new Facts().and(text, text),
                new Table(Column.text(text)).row(text),
                LineChart.titled(text).xLabel(text).yLabel(text).series(text, new double[] {1, 2}),
                Intervals.titled(text).xLabel(text).row(text, 1, 0, 2).mark(text, 3),
                Violin.titled(text).groups(text).xLabel(text).yLabel(text).series(text, new double[] {1, 2}),
                Bars.titled(text).groups(text).xLabel(text).yLabel(text).series(text, 1),
                ImageGrid.titled(text).panel(text).image(text, 1, 1, new float[1]));
    }
}
