package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.NormalDistribution;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Violins and bars: what is in the picture, and that it hides nothing.
class GroupChartsTest {

    @Property(tries = 300)
    void anySamplesMakeAnImage(@ForAll("samples") double[] first, @ForAll("samples") double[] second, @ForAll boolean log) {
        var violins = Violin.titled("v").groups("a", "b").series("s", first, second).series("t", second, first);
        var image = Xml.on(Format.PHONE, (log ? violins.logY() : violins).html());
        var shown = 0;
        for (var sample : List.of(first, second))
            if (Arrays.stream(sample).anyMatch(v -> Double.isFinite(v) && (!log || v > 0))) shown += 2;
        assertEquals(shown, Xml.withClass(image, "violin").size());
        for (var path : Xml.all(image, "path"))
            assertTrue(path.getAttribute("d").matches("[-MLVhZ0-9. ]*"), () -> "numbers alone: " + path.getAttribute("d"));
        var bars = Xml.on(Format.DESK, Bars.titled("b").groups(names(first.length)).series("s", first).html());
        assertEquals(Arrays.stream(first).filter(Double::isFinite).count(), Xml.withClass(bars, "bar").size());
    }

    private static String[] names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "g" + i).toArray(String[]::new);
    }

    @Provide
    Arbitrary<double[]> samples() {
        return Arbitraries.oneOf(Arbitraries.doubles().between(-3, 3), Arbitraries.doubles(),
                Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, 0.0, 2.5)).array(double[].class).ofMinSize(1).ofMaxSize(9);
    }

    @Example
    void everySeriesIsInTheLegendAndTextIsText() {
        var image = Xml.on(Format.DESK, Violin.titled("<script>").groups("<b>").xLabel("&").yLabel("\"")
            .series("<script>", new double[] {1,
            2}).html());
        assertEquals(List.of(), Xml.all(image, "script"));
        assertEquals(1, Xml.withClass(image, "entry").size());
        assertEquals(3, Xml.texts(image, "text").stream().filter(text -> text.equals("<script>") || text.equals("<b>")).count());
    }

    @Example
    void saysWhatHasNoPlace() {
        var image = Xml.parse(Violin.titled("t").groups("g").logY().series("s", new double[] {1, 2, 0, -1, Double.NaN}).html());
        assertTrue(Xml.texts(image, "text").containsAll(List.of("1 of 5 not finite", "2 of 5 not above 0, not shown")));
        var bars = Xml.parse(Bars.titled("t").groups("g", "h").series("s", 1, Double.NaN).html());
        assertTrue(Xml.texts(bars, "text").contains("1 of 2 not finite"));
    }

    @Example
    void theTableHasWhatTheViolinsShow() {
        var violins = Violin.titled("t").groups("g", "h").logY().series("s", new double[] {4, -1, 1, 3, 5, 2, Double.NaN},
            new double[] {0});
        assertEquals(List.of("s", "3.0 (2.0 … 4.0)", "–"), Xml.texts(Xml.parse(violins.numbers().html()), "td"));
        assertEquals(List.of("median (middle half)", "g", "h"), Xml.texts(Xml.parse(violins.numbers().html()), "th"));
    }

    /// The density of normal values falls to exp(-1/2) of its greatest at one deviation; the kernel widens it, a little.
    @Example
    void aViolinIsAsWideAsItsValuesAreDense() {
        var quantiles = IntStream.range(1, 4000).mapToDouble(i -> normalQuantile(i / 4000.0)).toArray();
        var spread = Spread.of(quantiles);
        assertEquals(0, spread.median(), 1e-9);
        assertEquals(0.6745, spread.high(), 1e-3);
        assertEquals(-0.6745, spread.low(), 1e-3);
        for (var i = 0; i < spread.at().length; i++) {
            var x = spread.at()[i];
            if (Math.abs(x) < 2) assertEquals(Math.exp(-x * x / 2), spread.widths()[i], 0.04, "at " + x);
        }
    }

    private static double normalQuantile(double p) {
        var low = -10.0;
        var high = 10.0;
        while (high - low > 1e-9) {
            var middle = (low + high) / 2;
            if (NormalDistribution.below(middle) < p) low = middle;
            else high = middle;
        }
        return low;
    }

    @Example
    void equalValuesAreALine() {
        var spread = Spread.of(new double[] {2, 2, 2, 2});
        assertEquals(1, spread.at().length);
        assertEquals(2, spread.median());
    }

    /// Bars stand on 0, and twice the value is twice the height.
    @Example
    void barsBeginAtZero() {
        var bars = Xml.withClass(Xml.on(Format.DESK, Bars.titled("t").groups("a", "b", "c").series("s", 10, 20, -5).html()),
            "bar");
        var heights = bars.stream().mapToDouble(bar -> Double.parseDouble(bar.getAttribute("height"))).toArray();
        assertEquals(2 * heights[0], heights[1], 0.2);
        assertEquals(heights[0] / 2, heights[2], 0.2);
        var feet = bars.stream().limit(2).mapToDouble(bar ->
                Double.parseDouble(bar.getAttribute("y")) + Double.parseDouble(bar.getAttribute("height"))).toArray();
        assertEquals(feet[0], feet[1], 0.2);
        assertEquals(feet[0], Double.parseDouble(bars.get(2).getAttribute("y")), 0.2);
    }

    /// Without a negative value, too: 40 is not drawn as if it were twice 30.
    @Example
    void barsAreNotCutOff() {
        var bars = Xml.withClass(Xml.on(Format.DESK, Bars.titled("t").groups("a", "b").series("s", 30, 40).html()), "bar");
        var heights = bars.stream().mapToDouble(bar -> Double.parseDouble(bar.getAttribute("height"))).toArray();
        assertEquals(4.0 / 3, heights[1] / heights[0], 0.01);
    }

    /// Neighbours stand beside each other: no bar covers another.
    @Example
    void nothingCoversItsNeighbour() {
        var bars = Xml.withClass(Xml.on(Format.DESK, Bars.titled("t").groups("a", "b").series("s", 1, 2).series("t", 3, 4)
            .html()), "bar");
        var spans = bars.stream().map(bar -> new Bounds(Double.parseDouble(bar.getAttribute("x")),
                Double.parseDouble(bar.getAttribute("x")) + Double.parseDouble(bar.getAttribute("width"))))
                .sorted(java.util.Comparator.comparingDouble(Bounds::min)).toList();
        for (var i = 1; i < spans.size(); i++) assertTrue(spans.get(i - 1).max() < spans.get(i).min(), spans.toString());
    }

    /// Where names would run into each other, they are broken into lines, below which the plot has room.
    @Example
    void onAPhoneNamesStandApart() {
        var narrow = Xml.on(Format.PHONE, Bars.titled("t").groups("a", "b").series("s", 1, 2).html());
        var broad = Xml.on(Format.PHONE,
            Bars.titled("t").groups("a name that is longer than half", "a.path.of.one.word.that.is.too.long.as.well")
            .series("s", 1, 2).html());
        assertEquals(List.of("a", "b"), Xml.texts(narrow, "text").stream().filter(text -> text.matches("[ab]")).toList());
        var room = (Format.PHONE.width() - 14) / 2;
        for (var part : List.of("a name that is longer", "than half", "a.path.of.one.word.", "that.is.too.long.as.", "well")) {
            assertTrue(Xml.texts(broad, "text").contains(part), part + " in " + Xml.texts(broad, "text"));
            assertTrue(12 * Numbers.width(part) < room, part);
        }
        assertTrue(height(broad) > height(narrow));
    }

    private static double height(org.w3c.dom.Document figure) {
        return Double.parseDouble(Xml.all(figure, "svg").getFirst().getAttribute("height"));
    }

    @Example
    void refusesWhatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> Violin.titled("t").series("s", new double[] {1}));
        assertThrows(IllegalArgumentException.class, () -> Violin.titled("t").groups());
        assertThrows(IllegalArgumentException.class, () -> Bars.titled("t").groups("a").series("s", 1, 2));
        assertThrows(IllegalArgumentException.class, () -> Bars.titled("t").groups("a").series("s", 1).groups("b"));
    }
}
