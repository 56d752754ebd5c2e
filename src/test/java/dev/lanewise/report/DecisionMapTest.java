package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import net.jqwik.api.Example;

class DecisionMapTest {

    /// Room for "−1.00".
    private static final double LEFT = 9 + 11 * Numbers.width("−1.00");

    private static DecisionMap map() { return DecisionMap.titled("<t>", new double[] {-1, 1}, new double[] {-1, 1}, "<a>", "b"); }

    /// An even classifier of x alone: a vertical line, where it says one half, through all rows.
    @Example
    void theBoundaryIsWhereTheProbabilityIsOneHalf() {
        var path = Xml.withClass(Xml.parse(map().panel("p", (x, _) -> 0.5 + 0.4 * (x - 0.26)).svg()),
            "boundary").getFirst().getAttribute("d");
        var ends = Pattern.compile("[ML]([0-9.]+) ([0-9.]+)").matcher(path);
        int count = 0;
        for (; ends.find(); count++) assertEquals(LEFT + 400 * 1.26 / 2, Double.parseDouble(ends.group(1)), 0.06, path);
        assertEquals(2 * DecisionMap.PLACES, count);
    }

    @Example
    void eachSideHasTheColourOfItsClass() {
        var svg = Xml.parse(map().panel("p", (x, _) -> x > 0 ? 1 : 0).svg());
        var left = Xml.withClass(svg, "field").stream().filter(path -> path.getAttribute("style").equals(new Stroke(0).colour()))
            .toList();
        assertTrue(!left.isEmpty());
        for (var path : left) {
            var start = Pattern.compile("M([0-9.]+) ").matcher(path.getAttribute("d"));
            while (start.find()) assertTrue(Double.parseDouble(start.group(1)) <= LEFT + 200.05, path.getAttribute("d"));
        }
    }

    /// With three panels a side is no multiple of a tenth of a pixel.
    @Example
    void neighboursLeaveNoSeam() {
        var map = map();
        for (var panel : new String[] {"p", "q", "r"}) map.panel(panel, (x, y) -> 0.5 + 0.4 * Math.sin(3 * x + 5 * y));
        var corners = Pattern.compile("M([0-9.]+) ([0-9.]+)H([0-9.]+)V([0-9.]+)H");
        var starts = new TreeSet<String>();
        var ends = new TreeSet<String>();
        for (var path : Xml.withClass(Xml.parse(map.svg()), "field")) {
            var cell = corners.matcher(path.getAttribute("d"));
            while (cell.find()) {
                starts.addAll(List.of("x" + cell.group(1), "y" + cell.group(2)));
                ends.addAll(List.of("x" + cell.group(3), "y" + cell.group(4)));
            }
        }
        starts.removeAll(ends);
        // the left side of each panel, and the top of all
        assertEquals(4, starts.size(), starts.toString());
    }

    @Example
    void theAxesAreNamed() {
        var texts = Xml.texts(Xml.parse(map().xLabel("<x>").yLabel("<y>").panel("p", (_, _) -> 0.2).svg()), "text");
        assertTrue(texts.containsAll(List.of("<x>", "<y>")), texts.toString());
    }

    @Example
    void pointsInTheRangeAreInEveryPanelAndLabelsAreText() {
        var map = map().panel("one", (_, _) -> 0.2).panel("<two>", (_, _) -> Double.NaN).point(0, 0, 0).point(1, 1, 1)
            .point(2, 0, 1);
        var html = Xml.on(Format.PHONE, map.html());
        // two for each panel, and two in the legend
        assertEquals(6, Xml.withClass(html, "point").size());
        var texts = Xml.texts(html, "text");
        for (var text : new String[] {"<t>", "<a>", "b", "one", "<two>"}) assertTrue(texts.contains(text), text + " in " + texts);
        // the second panel is a gap
        assertEquals(1, Xml.withClass(html, "field").size());
    }

    @Example
    void mistakesAreSaid() {
        assertThrows(IllegalArgumentException.class, () -> map().point(0, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> DecisionMap.titled("t", new double[] {1, 0}, new double[] {0, 1}, "a",
            "b"));
        assertThrows(IllegalArgumentException.class, () -> DecisionMap.titled("t", new double[] {0, 1},
            new double[] {0}, "a", "b"));
    }
}
