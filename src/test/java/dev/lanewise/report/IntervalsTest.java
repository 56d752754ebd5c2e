package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class IntervalsTest {

    @Test
    void dotsLieWithinTheirBarsAndInOrder() {
        var html = Intervals.titled("<Accuracy>").xLabel("%").row("one & all", 87, 86, 88).row("two", 86, 85.5, 86.5)
            .mark("chance", 10).svg();
        var dots = Pattern.compile("cx=\"([0-9.]+)\"").matcher(html).results()
            .mapToDouble(dot -> Double.parseDouble(dot.group(1))).toArray();
        var bars = Pattern.compile("d=\"M([0-9.]+) [0-9.]+H([0-9.]+)M").matcher(html).results().toList();
        assertEquals(2, dots.length);
        assertTrue(dots[0] > dots[1], html);
        for (int i = 0; i < 2; i++) assertTrue(Double.parseDouble(bars.get(i).group(1)) < dots[i]
            && dots[i] < Double.parseDouble(bars.get(i).group(2)), html);
        assertTrue(html.contains("&lt;Accuracy&gt;") && html.contains("one &amp; all: 87.00 (86.00 … 88.00)")
            && html.contains("chance"), html);
    }

    @Test
    void oddRowsAreDrawnOrRefused() {
        assertTrue(Intervals.titled("none").html().contains("<svg"));
        assertTrue(Intervals.titled("alike").row("a", 5, 5, 5).html().contains("circle"));
        var html = Intervals.titled("not finite").row("a", Double.NaN, 0, 1).row("b", 1, 0, Double.POSITIVE_INFINITY).html();
        assertTrue(!html.contains("<circle") && html.contains(">NaN<"), html);
        assertThrows(IllegalArgumentException.class, () -> Intervals.titled("").row("a", 2, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> Intervals.titled("").row("a", 0, 1, 2));
    }
}
