package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

class CurveTest {
    private static final double NAN = Double.NaN;
    private static final Pattern POINT = Pattern.compile("[ML](-?[0-9.]+) (-?[0-9.]+)");

    @Example
    void aLineIsCutAtTheEdges() {
        assertEquals("M5 10L10 20L15 10", path(30, 0, 20, 0));
        assertEquals("M0 20L5 30M15 30L20 20", path(30, 20, 40, 20));
    }

    @Example
    void aLineThatCrossesTheWholeRangeBetweenTwoPointsIsDrawn() {
        assertEquals("M2.5 10L7.5 30", path(30, 0, 40));
    }

    @Example
    void aGapBreaksTheLine() {
        assertEquals("M0 20L10 20M30 20L40 20", path(30, 20, 20, NAN, 20, 20));
    }

    @Example
    void aLonePointIsVisible() {
        assertEquals("M10 20m-3 0h6m-3 -3v6", path(30, NAN, 20, NAN));
    }

    @Example
    void nothingIsDrawnOutside() {
        assertEquals("", path(30, 0, 5, 9));
        assertEquals("", path(30));
    }

    @Property
    void everyPointIsInside(@ForAll @Size(max = 20) double[] ys) {
        var points = POINT.matcher(path(30, ys));
        while (points.find()) {
            var y = Double.parseDouble(points.group(2));
            assertTrue(y >= 10 && y <= 30, points.group());
        }
    }

    @Property
    void thinningKeepsTheOutline(@ForAll @Size(min = 1, max = 300) double @DoubleRange(min = -50, max = 50) [] ys) {
        var xs = IntStream.range(0, ys.length).mapToDouble(i -> i / 100.0).toArray();
        var thin = new Curve(xs, ys).thinned();
        assertTrue(thin.xs().length <= 4 * (1 + ys.length / 100), () -> thin.xs().length + " points kept");
        for (var column = 0; column <= ys.length / 100; column++) {
            assertEquals(within(new Curve(xs, ys), column), within(thin, column));
        }
        assertEquals(ys[0], thin.ys()[0]);
        assertEquals(ys[ys.length - 1], thin.ys()[thin.ys().length - 1]);
    }

    @Example
    void thinningKeepsGaps() {
        var thin = new Curve(new double[] {0, 0.1, 0.2, 0.3}, new double[] {1, NAN, NAN, 2}).thinned();
        assertTrue(Arrays.stream(thin.ys()).anyMatch(Double::isNaN));
    }

    private static Bounds within(Curve curve, int column) {
        return Bounds.of(IntStream.range(0, curve.xs().length).filter(i -> Math.floor(curve.xs()[i]) == column)
            .mapToDouble(i -> curve.ys()[i]).toArray());
    }

    /// The path over x = 0, 10, 20 … between y = 10 and `bottom`.
    private static String path(double bottom, double... ys) {
        return new Curve(IntStream.range(0, ys.length).mapToDouble(i -> 10 * i).toArray(), ys).path(10, bottom);
    }
}
