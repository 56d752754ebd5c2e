package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class LineChartTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    @Property(tries = 500)
    void anySeriesMakesAnImage(@ForAll("manySeries") List<double[]> many, @ForAll boolean log, @ForAll boolean robust,
        @ForAll boolean smooth) {
        var chart = LineChart.titled("any");
        for (var i = 0; i < many.size(); i++) {
            chart.series("s" + i, many.get(i));
        }
        chart = log ? chart.logY() : chart;
        chart = robust ? chart.robustRange() : chart;
        chart = smooth ? chart.smoothing(3) : chart;
        for (var image : List.of(Xml.parse(chart.svg()), Xml.on(Format.DESK, chart.html()), Xml.on(Format.PHONE, chart.html()))) {
            assertEquals(many.size(), Xml.withClass(image, "series").size());
            assertEquals(many.size(), Xml.withClass(image, "entry").size());
            for (var path : Xml.all(image, "path")) {
                assertTrue(path.getAttribute("d").matches("[-MLhmvlz0-9. ]*"), () -> "numbers alone: " + path.getAttribute("d"));
            }
        }
    }

    @Provide
    Arbitrary<List<double[]>> manySeries() {
        var values = Arbitraries.oneOf(Arbitraries.doubles().between(-3, 3), Arbitraries.doubles(),
                Arbitraries.of(NAN, INF, -INF, 0.0, 2.5, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE));
        return values.array(double[].class).ofMaxSize(8).list().ofMaxSize(14);
    }

    @Example
    void namesItselfToThoseWhoDoNotSeeIt() {
        var image = Xml.parse(LineChart.titled("Loss").series("zeros", new float[] {3, 2.5f}).svg());
        var root = image.getDocumentElement();
        assertEquals("svg http://www.w3.org/2000/svg img Loss",
                String.join(" ", root.getTagName(), root.getAttribute("xmlns"), root.getAttribute("role"),
                    root.getAttribute("aria-label")));
        assertEquals("Loss", Xml.texts(image, "title").getFirst());
        assertEquals(List.of("Line chart. zeros: last 2.50."), Xml.texts(image, "desc"));
    }

    /// As far as letters' widths are known; the browser's tests see them.
    @Property(tries = 200)
    void onAPhoneWordsAndNumbersFit(@ForAll @IntRange(min = 0, max = 40) int words,
        @ForAll @IntRange(min = 1, max = 1_000_000) int count) {
        var chart = LineChart.titled("second moments ".repeat(words)).yLabel("mean square ".repeat(words / 4)).wholeX()
                .series("s", new double[] {1, count}, new double[] {1, 1e-200}).logY();
        var phone = Xml.withClass(Xml.parse(chart.html()), "phone").getFirst();
        assertEquals("360", ((Element) phone.getElementsByTagName("svg").item(0)).getAttribute("width"));
        var rows = new HashMap<String, List<double[]>>();
        var texts = phone.getElementsByTagName("text");
        for (var i = 0; i < texts.getLength(); i++) {
            var text = (Element) texts.item(i);
            var size = text.getAttribute("font-size").isEmpty() ? 12 : Double.parseDouble(text.getAttribute("font-size"));
            var width = size * Numbers.width(text.getTextContent());
            var x = Double.parseDouble(text.getAttribute("x"));
            var start = switch (text.getAttribute("text-anchor")) {
                case "middle" -> x - width / 2;
                case "end" -> x - width;
                default -> x;
            };
            assertTrue(start >= 0 && start + width <= 360 + 14, () -> text.getTextContent() + " from " + start);
            rows.computeIfAbsent(text.getAttribute("y"), _ -> new ArrayList<>()).add(new double[] {start, start + width});
        }
        rows.values().forEach(row -> {
            row.sort(Comparator.comparingDouble(each -> each[0]));
            for (var i = 1; i < row.size(); i++) assertTrue(row.get(i - 1)[1] < row.get(i)[0],
                () -> "texts overlap at " + words + " words, " + count);
        });
        assertTrue(rows.size() > 3);
    }

    /// Equal factors are equally far apart, and marked as they are.
    @Example
    void aLogarithmicAxisIsMarkedAtItsPoints() {
        var chart = LineChart.titled("t").logX().series("s", new double[] {32, 64, 256}, new double[] {1, 1, 1});
        var marks = Xml.all(Xml.parse(chart.svg()), "text").stream()
            .filter(text -> List.of("32", "64", "256").contains(text.getTextContent()))
                .mapToDouble(text -> Double.parseDouble(text.getAttribute("x"))).toArray();
        assertEquals(3, marks.length);
        assertEquals(2 * (marks[1] - marks[0]), marks[2] - marks[1], 0.3);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> chart.series("z", new double[] {0}, new double[] {1}).svg())
            .getMessage().startsWith("logX:"));
    }

    @Example
    void everyLineHasATooltip() {
        var image = Xml.parse(LineChart.titled("Loss").series("zeros", new float[] {3, 2.5f}).svg());
        for (var element : List.of("series", "entry")) {
            var tooltip = Xml.withClass(image, element).getFirst().getElementsByTagName("title").item(0);
            assertEquals("zeros: last 2.50", tooltip.getTextContent());
        }
    }

    @Example
    void theLegendIsInTheOrderInWhichTheLinesEnd() {
        var image = Xml.parse(LineChart.titled("t").series("low", new double[] {9, 1}).series("none", new double[] {NAN})
                .series("high", new double[] {0, 3}).series("middle", new double[] {5, 2}).svg());
        assertEquals(List.of("high", "middle", "low", "none"), names(image));
    }

    @Example
    void theLegendIsInTheOrderOfTheSeriesWhereAskedFor() {
        var image = Xml.parse(LineChart.titled("t").series("low", new double[] {9, 1}).series("high", new double[] {0, 3})
                .series("middle", new double[] {5, 2}).legendAsAdded().svg());
        assertEquals(List.of("low", "high", "middle"), names(image));
    }

    /// As narrow as a phone, below everything that the plot has; letters stay as large.
    @Example
    void theLegendIsBelowWhereAskedFor() {
        var wide = Xml.parse(LineChart.titled("t").xLabel("layer").series("s", new double[] {9, 1}).svg());
        var narrow = Xml.parse(LineChart.titled("t").xLabel("layer").series("s", new double[] {9, 1}).legendBelow().svg());
        assertEquals("360", narrow.getDocumentElement().getAttribute("width"));
        assertEquals(wide.getDocumentElement().getAttribute("font-size"),
            narrow.getDocumentElement().getAttribute("font-size"));
        var legend = Xml.withClass(narrow, "entry").getFirst().getParentNode().getParentNode().getAttributes()
            .getNamedItem("transform").getNodeValue();
        var down = Double.parseDouble(legend.replaceFirst(".* (.*)\\)", "$1"));
        assertTrue(down + Legend.ROOM >= 320
            && down < Double.parseDouble(narrow.getDocumentElement().getAttribute("height")), legend);
        assertEquals(Xml.texts(wide, "title"), Xml.texts(narrow, "title"));
    }

    /// Beside names stands the value that the chart is about, over them which it is; the order is that of these values.
    @Example
    void theLegendHasTheValueThatCounts() {
        for (var beside : LineChart.Beside.values()) {
            var image = Xml.parse(LineChart.titled("t").xLabel("layer (2: output)").beside(beside)
                .series("falls", 1, new double[] {8, 1.5}).series("rises", 1, new double[] {0.25, 4}).svg());
            var values = Xml.withClass(image, "entry").stream()
                .map(entry -> entry.getElementsByTagName("text").item(1).getTextContent()).toList();
            assertEquals(switch (beside) {
                case LAST -> List.of("4.00", "1.50");
                case FIRST -> List.of("8.00", "0.250");
                case MOST -> List.of("8.00", "4.00");
                case LEAST -> List.of("1.50", "0.250");
                case NOTHING -> List.of("", "");
            }, values, "" + beside);
            var heading = switch (beside) {
                case LAST -> "layer 2";
                case FIRST -> "layer 1";
                case MOST -> "most";
                case LEAST -> "least";
                case NOTHING -> "";
            };
            assertTrue(Xml.texts(image, "text").contains(heading), heading + " in " + Xml.texts(image, "text"));
        }
        var lost = Xml.parse(LineChart.titled("t").beside(LineChart.Beside.FIRST).series("s", new double[] {INF, 1}).svg());
        assertEquals("∞", Xml.withClass(lost, "entry").getFirst().getElementsByTagName("text").item(1).getTextContent());
    }

    /// Of lines that lie on each other each shows in turn, and the lowest is whole, so that there is no gap.
    @Example
    void linesThatLieOnEachOtherAreStriped() {
        var image = Xml.parse(LineChart.titled("t").series("a", new double[] {0, 1, 2}).series("apart", new double[] {2, 1, 0})
            .series("b", new double[] {0, 1.001, 2}).series("c", new double[] {0, 0.999, 2}).svg());
        var dashes = Xml.withClass(image, "line").stream().map(line -> line.getAttribute("stroke-dasharray") + " from "
            + line.getAttribute("stroke-dashoffset")).toList();
        assertEquals(List.of("none from 0", "14 28 from -14", "none from 0", "14 28 from 0"), dashes, "c, b, apart, a");
        assertTrue(Xml.texts(image, "text").contains("striped: lines that lie on each other"));
        var alone = LineChart.titled("t").series("a", new double[] {0, 1, 2}).series("b", new double[] {0, 1.5, 2}).svg();
        assertFalse(alone.contains("striped"), alone);
    }

    /// A chart is as wide as the others whatever its legend holds.
    @Example
    void everyLegendIsOfOneWidth() {
        for (var name : List.of("a", "a name of many words that go on and on",
            "encoder.layers.0.self_attention.in_projection.weight")) {
            var legend = Xml.withClass(Xml.parse(LineChart.titled("t").series(name, new double[] {1, 2}).html()), "legend")
                .getFirst();
            assertEquals("268", ((Element) legend.getElementsByTagName("svg").item(0)).getAttribute("width"));
            var texts = legend.getElementsByTagName("text");
            for (var i = 0; i < texts.getLength(); i++) {
                var text = (Element) texts.item(i);
                if (!text.getAttribute("text-anchor").equals("end"))
                    assertTrue(Double.parseDouble(text.getAttribute("x")) + 13 * Numbers.width(text.getTextContent()) <= 268,
                        text.getTextContent());
            }
        }
    }

    @Example
    void saysWhatIsNotFinite() {
        assertNote("diverged at 2: NaN", 1, 2, NAN, NAN);
        assertNote("diverged at 1: ∞", 1, INF);
        assertNote("gaps: 2 of 4 not finite", 1, NAN, -INF, 4);
        assertNote("never finite", NAN, NAN);
        assertNote("no values");
    }

    @Example
    void aSeriesThatDivergesIsBrokenAndCrossedOut() {
        var healthy = Xml.parse(LineChart.titled("t").series("s", new double[] {1, 2, 3, 4}).svg());
        var diverged = Xml.parse(LineChart.titled("t").series("s", new double[] {1, 2, NAN, NAN}).svg());
        assertEquals(3, linePath(healthy).split("L").length - 1);
        assertEquals(1, linePath(diverged).split("L").length - 1);
        assertEquals(pathsInSeries(healthy) + 1, pathsInSeries(diverged));
    }

    @Example
    void theRobustRangeKeepsTheTypicalSeriesReadable() {
        var chart = LineChart.titled("t").robustRange();
        for (var i = 0; i < 8; i++) {
            chart.series("good" + i, decay(0.5 + 0.02 * i, 2.4));
        }
        chart.series("zeros", constant(2.303)).series("uniform", decay(10, 200)).series("ones", decay(1e5, 1e3));
        var image = Xml.parse(chart.svg());
        assertEquals(List.of("0.5", "1.0", "1.5", "2.0", "2.5"), yLabels(image));
        assertEquals(List.of("off the chart: max 1.0e5", "off the chart: max 200"), notes(image));
    }

    @Property
    void theRobustRangeHoldsHalfOfTheSeriesHoweverFarTheOthersAre(@ForAll("levels") List<Double> levels) {
        var series = levels.stream().map(LineChartTest::constant).toList();
        var range = new YRange.Robust().axis(Scale.LINEAR, series).range();
        var inside = levels.stream().filter(range::contains).count();
        assertTrue(2 * inside >= levels.size(), () -> inside + " of " + levels.size() + " in " + range);
    }

    @Provide
    Arbitrary<List<Double>> levels() {
        return Arbitraries.oneOf(Arbitraries.doubles().between(0, 3), Arbitraries.doubles().between(-1e30, 1e30)).list()
            .ofMinSize(1).ofMaxSize(12);
    }

    @Example
    void theRobustRangeShowsAllWhereAllAreAlike() {
        var series = List.of(decay(0.5, 2.4), decay(0.6, 2.5), constant(2.303), decay(0.9, 2.9));
        assertEquals(new YRange.Full().axis(Scale.LINEAR, series), new YRange.Robust().axis(Scale.LINEAR, series));
    }

    @Example
    void oneSpikeDoesNotStretchTheRobustRange() {
        var spiked = decay(0.5, 2.4);
        spiked[40] = 1e4;
        assertTrue(new YRange.Robust().axis(Scale.LINEAR, List.of(spiked)).range().max() < 10);
    }

    @Example
    void aFixedRangeIsTakenAsItIsAndMarksWhatLeavesIt() {
        var image = Xml.parse(LineChart.titled("t").yRange(0, 2).series("s", new double[] {1, 5, -3, 1}).svg());
        assertEquals(List.of("0", "0.5", "1.0", "1.5", "2.0"), yLabels(image));
        assertEquals("off the chart: min −3.00, max 5.00", String.join(" ", notes(image)), "broken where the column ends");
        var inside = Xml.parse(LineChart.titled("t").yRange(0, 2).series("s", new double[] {1, 2, 0, 1}).svg());
        assertEquals(pathsInSeries(inside) + 2, pathsInSeries(image), "an arrow up and an arrow down");
    }

    @Example
    void aLogAxisSaysWhatItCannotShow() {
        var image = Xml.parse(LineChart.titled("t").yLabel("loss").logY().series("s", new double[] {1, 0, -1, 1000}).svg());
        assertEquals(List.of("2 of 4 not above 0, not shown"), notes(image));
        assertEquals(List.of("1", "2", "5", "10", "20", "50", "100", "200", "500", "1000"), yLabels(image));
        assertTrue(Xml.texts(image, "text").contains("loss (log scale)"));
    }

    @Example
    void smoothingAveragesAroundEachValueAndKeepsGaps() {
        var smooth = Series.counted("s", new double[] {0, 3, 6, NAN, 9, 1}).smoothed(3);
        assertEquals(List.of(1.5, 3.0, 4.5, NAN, 5.0, 5.0), IntStream.range(0, 6).mapToObj(i -> smooth.ys()[i]).toList());
        assertEquals(Double.MAX_VALUE, Series.counted("s", new double[] {Double.MAX_VALUE, Double.MAX_VALUE})
            .smoothed(3).ys()[0]);
    }

    @Example
    void smoothingShowsTheValuesToo() {
        var chart = LineChart.titled("t").series("s", new double[] {1, 2, 3});
        assertFalse(chart.svg().contains("class=\"raw\""));
        assertTrue(chart.smoothing(3).svg().contains("class=\"raw\""));
        assertTrue(chart.svg().contains("mean of 3 values"));
    }

    @Example
    void explicitXsArePlacedToScale() {
        var image = Xml.parse(LineChart.titled("t").series("s", new double[] {0, 1, 10}, new double[] {1, 1, 1}).svg());
        var xs = linePath(image).substring(1).split("[L ]");
        var width = Double.parseDouble(xs[4]) - Double.parseDouble(xs[0]);
        assertEquals(0.1, (Double.parseDouble(xs[2]) - Double.parseDouble(xs[0])) / width, 1e-3);
    }

    @Example
    void aChartKeepsTheValuesItWasGiven() {
        var ys = new double[] {1, 2};
        var chart = LineChart.titled("t").series("s", ys);
        var before = chart.svg();
        ys[1] = 100;
        assertEquals(before, chart.svg());
    }

    @Example
    void whatMakesNoSenseIsRefused() {
        var chart = LineChart.titled("t");
        assertThrows(IllegalArgumentException.class, () -> chart.smoothing(0));
        assertThrows(IllegalArgumentException.class, () -> chart.yRange(2, 2));
        assertThrows(IllegalArgumentException.class, () -> chart.yRange(0, INF));
        assertThrows(IllegalArgumentException.class, () -> chart.yRange(NAN, 1));
        assertThrows(IllegalArgumentException.class, () -> chart.series("s", new double[1], new double[2]));
        assertThrows(IllegalArgumentException.class, () -> chart.series("s", new double[] {NAN}, new double[1]));
        assertThrows(IllegalArgumentException.class, () -> chart.yRange(-1, 1).logY().svg());
    }

    private static void assertNote(String note, double... ys) {
        assertEquals(List.of(note), notes(Xml.parse(LineChart.titled("t").series("s", ys).svg())));
    }

    private static double[] decay(double last, double first) {
        return IntStream.range(0, 100).mapToDouble(i -> last + (first - last) * (99 - i) / 99).toArray();
    }

    private static double[] constant(double value) {
        return IntStream.range(0, 100).mapToDouble(_ -> value).toArray();
    }

    private static List<String> names(Document image) {
        return Xml.withClass(image, "entry").stream()
            .map(entry -> entry.getElementsByTagName("text").item(0).getTextContent()).toList();
    }

    /// The small print in the legend entries.
    private static List<String> notes(Document image) {
        return Xml.withClass(image, "entry").stream()
                .flatMap(entry -> IntStream.range(2, entry.getElementsByTagName("text").getLength())
                        .mapToObj(i -> entry.getElementsByTagName("text").item(i).getTextContent()))
                .toList();
    }

    private static List<String> yLabels(Document image) {
        return Xml.all(image, "text").stream().filter(text -> text.getAttribute("text-anchor").equals("end"))
                .filter(text -> Double.parseDouble(text.getAttribute("x")) < 100).map(text -> text.getTextContent())
                .filter(text -> text.matches("[−0-9.e]+")).toList();
    }

    private static String linePath(Document image) {
        return Xml.withClass(image, "line").getFirst().getAttribute("d");
    }

    private static int pathsInSeries(Document image) {
        return Xml.withClass(image, "series").getFirst().getElementsByTagName("path").getLength();
    }

    /// Points at x = 0, 1, 2 lie on the axis' ends and in its middle, y from 1 to 100 on a logarithmic axis.
    @Example
    void whatIsExpectedIsDrawnBehindItsSeries() {
        var chart = LineChart.titled("expected").logY().yRange(1, 100).series("other", new double[] {2, 2, 2})
            .series("one", new double[] {10, 10, 10}).expected(new double[] {1, 10, 100}, new double[] {1, 1, NAN},
                new double[] {100, 1000, 100});
        var image = Xml.parse(chart.svg());
        assertEquals(1, Xml.withClass(image, "range").size());
        var range = Xml.withClass(image, "range").getFirst().getAttribute("d");
        var bottomToTop = java.util.regex.Pattern.compile("M(\\S+) (\\S+)L(\\S+) \\2L\\3 (\\S+)L\\1 \\4Z").matcher(range);
        assertTrue(bottomToTop.matches(), () -> "along the bottom, and back along the top where it is cut: " + range);
        assertEquals("68", bottomToTop.group(4), range);
        assertEquals(3, Xml.withClass(image, "expected").getFirst().getAttribute("d").split("[ML]").length - 1);
        assertTrue(chart.svg().contains("dashed: expected; shaded: its range"));
    }

    @Example
    void withoutARangeNoneIsSpokenOf() {
        var middle = new double[] {1, 2};
        var svg = LineChart.titled("t").series("s", middle).expected(middle, middle, middle).svg();
        assertTrue(svg.contains("dashed: expected") && !svg.contains("shaded"), svg);
        assertFalse(LineChart.titled("t").series("s", middle).svg().contains("dashed: expected"));
    }

    @Example
    void theAxisCoversWhatIsExpected() {
        var far = new double[] {1, 500};
        var svg = LineChart.titled("t").series("s", new double[] {1, 2}).expected(far, far, far).svg();
        assertTrue(svg.contains(">500<"), svg);
        var near = new double[] {1, 2};
        var above = LineChart.titled("t").series("s", near).expected(near, near, far).svg();
        assertTrue(above.contains(">500<"), above);
        var below = LineChart.titled("t").logY().series("s", near).expected(near, new double[] {0.01, NAN}, near).svg();
        assertTrue(below.contains(">0.01<"), below);
    }

    @Example
    void expectationsNeedASeriesOfTheirLength() {
        var two = new double[] {1, 2};
        assertThrows(IllegalArgumentException.class, () -> LineChart.titled("t").expected(two, two, two));
        assertThrows(IllegalArgumentException.class, () -> LineChart.titled("t").series("s", new double[] {1})
            .expected(two, two, two));
        assertThrows(IllegalArgumentException.class, () -> LineChart.titled("t").series("s", two)
            .expected(two, new double[] {1}, two));
    }

    @Example
    void wholeNumbersAloneAreMarkedWhereAskedFor() {
        var chart = LineChart.titled("t").series("s", new double[] {1, 2, 3}, new double[] {10, 20, 30}).yRange(10, 30);
        assertTrue(chart.svg().contains(">1.5<"), chart.svg());
        var svg = chart.wholeX().svg();
        assertTrue(!svg.contains(">1.5<") && svg.contains(">1<") && svg.contains(">3<"), svg);
    }
}
