package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Example;
import org.w3c.dom.Element;

class HeatMapTest {

    private static HeatMap map() { return HeatMap.titled("<t>").rows("<y>", "r1", "r2").columns("<x>", "c1", "c2", "c3"); }

    private static List<Element> cells(HeatMap map) { return Xml.withClass(Xml.parse(map.svg()), "cell"); }

    /// Half as far from 0 is half as full; 0 and what isn't finite have no colour.
    @Example
    void colourIsTheSignAndFullnessTheMagnitude() {
        var cells = cells(map().panel("p", new double[][] {{4, -2, 0}, {Double.NaN, 1, Double.POSITIVE_INFINITY}}));
        assertEquals(List.of(0, 1, 0),
            cells.stream().map(cell -> cell.getAttribute("style").equals(new Stroke(0).colour()) ? 0 : 1)
            .toList());
        double full = Double.parseDouble(cells.getFirst().getAttribute("fill-opacity"));
        assertEquals(full / 2, Double.parseDouble(cells.get(1).getAttribute("fill-opacity")), 6e-4);
        assertEquals(full / 4, Double.parseDouble(cells.get(2).getAttribute("fill-opacity")), 6e-4);
    }

    /// The second row stands below the first, the second column to the right; the second panel behind the first.
    @Example
    void cellsStandWhereTheirNumbersDo() {
        var cells = cells(map().panel("p", new double[][] {{1, 2, 3}, {4, 5, 6}})
            .panel("q", new double[][] {{1, 2, 3}, {4, 5, 6}}));
        assertEquals(12, cells.size());
        double width = number(cells.getFirst(), "width");
        for (int i = 0; i < 6; i++) {
            assertEquals(number(cells.getFirst(), "x") + i % 3 * width, number(cells.get(i), "x"), 0.2);
            assertEquals(number(cells.getFirst(), "y") + i / 3 * number(cells.getFirst(), "height"),
                number(cells.get(i), "y"), 0.2);
            assertTrue(number(cells.get(i + 6), "x") > number(cells.get(2), "x") + width, "no panel covers another");
        }
        assertTrue(number(cells.getLast(), "x") + width <= 960);
    }

    private static double number(Element element, String name) { return Double.parseDouble(element.getAttribute(name)); }

    @Example
    void numbersScalesAndNamesAreTextAndLabelsAreEscaped() {
        var texts = Xml.texts(Xml.parse(map().panel("<p>", new double[][] {{1.5, -2.5, 0}, {Double.NaN, 1e-7, 3}}).html()),
            "text");
        for (var text : new String[] {"<t>", "<x>", "<y>", "<p>", "r1", "r2", "c1", "c3", "1.5", "−2.5", "0", "NaN",
            "1.0e-7", "3.0", "fullest: ±3.0"}) assertTrue(texts.contains(text), text + " in " + texts);
    }

    @Example
    void whereNothingIsBelowZeroNothingIsSaidOfIt() {
        var texts = Xml.texts(Xml.parse(map().panel("p", new double[][] {{4, 2, 0}, {1, 1, 0}}).svg()), "text");
        assertTrue(texts.contains("fullest: 4") && texts.contains("the fuller, the more") && !texts.contains("below 0"),
            texts.toString());
    }

    @Example
    void countsAreWrittenAsCounts() {
        var texts = Xml.texts(Xml.parse(map().panel("p", new double[][] {{1, 20, 0}, {1234, -3, 5}}).svg()), "text");
        for (var text : new String[] {"1", "20", "0", "1234", "−3", "5", "fullest: ±1234"}) assertTrue(texts.contains(text),
            text + " in " + texts);
        assertTrue(Xml.texts(Xml.parse(map().panel("p", new double[][] {{1, 2, 3}, {4, 5, Double.POSITIVE_INFINITY}}).svg()),
            "text")
            .containsAll(List.of("1.0", "∞")));
    }

    /// 10 columns on a phone leave less than "0.075" takes.
    @Example
    void whereTwoDigitsHaveNoRoomThereIsOne() {
        var names = java.util.stream.IntStream.range(0, 10).mapToObj(i -> "a name " + i).toArray(String[]::new);
        var values = new double[1][10];
        values[0][3] = 0.0749;
        var map = HeatMap.titled("t").rows("", "a long name").columns("", names).panel("p", values);
        assertTrue(Xml.all(Xml.on(Format.PHONE, map.html()), "text").stream()
            .anyMatch(text -> text.getTextContent().equals("0.07")));
        assertTrue(Xml.all(Xml.on(Format.DESK, map.html()), "text").stream()
            .anyMatch(text -> text.getTextContent().equals("0.075")));
    }

    /// 40 columns leave 24 pixels each: room for "1.0", none for "−1.2e-7".
    @Example
    void numbersThatDoNotFitAreLeftOut() {
        var names = new String[40];
        var values = new double[1][40];
        for (int i = 0; i < 40; i++) {
            names[i] = "";
            values[0][i] = i == 0 ? 1 : -1.23e-7;
        }
        var texts = Xml.texts(Xml.parse(HeatMap.titled("t").rows("", "r").columns("", names).panel("p", values).svg()), "text");
        assertTrue(texts.contains("1.0") && texts.stream().noneMatch(text -> text.startsWith("−1.2")), texts.toString());
    }

    @Example
    void mistakesAreSaid() {
        for (var wrong : new double[][][] {{{1, 2, 3}}, {{1, 2}, {3, 4}}, {{1, 2, 3}, {4, 5}}, {}}) {
            var error = assertThrows(IllegalArgumentException.class, () -> map().panel("p", wrong));
            assertTrue(error.getMessage().contains("'p'") && error.getMessage().contains("2 rows and 3 columns"),
                error.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> HeatMap.titled("t").panel("p", new double[0][]));
    }

    @Example
    void namesOfColumnsThatAreTooLongStandUpright() {
        var names = java.util.stream.IntStream.range(0, 10).mapToObj(i -> "a long name " + i).toArray(String[]::new);
        var html = HeatMap.titled("t").rows("", "r").columns("", names).panel("p", new double[1][10]).html();
        assertEquals(10, Xml.all(Xml.on(Format.PHONE, html), "text").stream()
            .filter(text -> text.getAttribute("transform").endsWith("rotate(-90)")).count());
        assertEquals(0, Xml.all(Xml.on(Format.DESK, html), "text").stream()
            .filter(text -> text.getAttribute("transform").endsWith("rotate(-90)")).count());
    }
}
