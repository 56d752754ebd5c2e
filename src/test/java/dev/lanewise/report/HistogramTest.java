package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HistogramTest {

    /// It begins above the first bars and ends with the line that they stand on.
    @Example
    void aThumbnailHasOneLineOfPanelsAndNothingElse() {
        var chart = Histogram.titled("a title").row("a label");
        for (int i = 0; i < 8; i++) chart.panel("p" + i, new double[] {1, 2, 3}).note("a note");
        var box = Xml.parse(chart.thumbnail()).getDocumentElement().getAttribute("viewBox").split(" ");
        double top = Double.parseDouble(box[1]);
        double height = Double.parseDouble(box[3]);
        assertTrue(top == 36 + 22 + 15 && height == 72, String.join(" ", box));
        assertEquals("", Histogram.titled("empty").thumbnail());
    }

    @Example
    void everyValueIsInABarOrSaidToBeOutside() {
        var values = new double[] {0, 0.5, 1, 1, 2, Double.NaN, Double.POSITIVE_INFINITY, -3, 0.49};
        var count = Histogram.count(values, 0, 1, 2);
        assertArrayEquals(new int[] {2, 3}, count.bars());
        assertEquals(2, count.outside());
        assertEquals(2, count.notFinite());
        var texts = Xml.texts(Xml.parse(Histogram.titled("t").bins(2).row("", 0, 1).panel("p", values).svg()), "text");
        assertTrue(texts.contains("2 outside") && texts.contains("2 not finite"), texts.toString());
    }

    @Property
    void countsAddUp(@ForAll double[] values, @ForAll float from) {
        double min = Math.clamp(from, -1e6f, 1e6f);
        if (Double.isNaN(min)) min = 0;
        var count = Histogram.count(values, min, min + 3, 7);
        assertEquals(values.length, Arrays.stream(count.bars()).sum() + count.outside() + count.notFinite());
    }

    /// A flat density over values that are spread evenly runs along the tops of the bars.
    @Example
    void aDensityIsDrawnToTheScaleOfTheBars() {
        var values = new double[1000];
        for (int i = 0; i < values.length; i++) values[i] = (i + 0.5) / 500;
        var svg = Xml.parse(Histogram.titled("t").bins(10).row("", 0, 2).panel("p", values).density(_ -> 0.5).svg());
        double top = number(Xml.withClass(svg, "bars").getFirst().getAttribute("d"), "V([0-9.]+)h");
        double curve = number(Xml.withClass(svg, "density").getFirst().getAttribute("d"), "M[0-9.]+ ([0-9.]+)");
        assertEquals(top, curve, 0.11);
    }

    private static double number(String path, String pattern) {
        var matcher = Pattern.compile(pattern).matcher(path);
        assertTrue(matcher.find(), path);
        return Double.parseDouble(matcher.group(1));
    }

    @Example
    void everyPanelHasItsNameAndLabelsAreText() {
        var chart = Histogram.titled("<b>").xLabel("<i>").row("<script>").panel("<u>", new float[] {1, 2}).note("a &"
            + " b").panel("", new double[0])
            .row("two").panel("third", new double[] {Double.NaN});
        var texts = Xml.texts(Xml.parse(chart.html()), "text");
        for (var text : new String[] {"<b>", "<i>", "<script>", "<u>", "a & b", "no values", "two", "third", "1 not finite",
            "height: how many values, each panel on its own scale"})
            assertTrue(texts.contains(text), text + " in " + texts);
        assertEquals(3, Xml.withClass(Xml.parse(chart.svg()), "bars").size());
    }

    @Example
    void mistakesAreSaid() {
        assertThrows(IllegalArgumentException.class, () -> Histogram.titled("t").bins(0));
        assertThrows(IllegalArgumentException.class, () -> Histogram.titled("t").row("r", 1, 1));
        assertThrows(IllegalArgumentException.class, () -> Histogram.titled("t").row("r", 0, Double.NaN));
        assertThrows(IllegalStateException.class, () -> Histogram.titled("t").row("r").note("no panel"));
        assertThrows(IllegalStateException.class, () -> Histogram.titled("t").density(x -> x));
    }
}
