package dev.lanewise.figures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

class StatisticsTest {

    @Example
    void quantilesAreLinearBetweenNeighboursAndLeaveTheOrder() {
        var values = new double[] {5, 1, 4, 2, 3};
        assertEquals(1, Statistics.quantile(values, 0));
        assertEquals(3, Statistics.median(values));
        assertEquals(5, Statistics.quantile(values, 1));
        assertEquals(1.4, Statistics.quantile(values, 0.1), 1e-15);
        assertEquals(2.5, Statistics.median(new double[] {1, 2, 3, 4}));
        assertArrayEquals(new double[] {5, 1, 4, 2, 3}, values);
    }

    @Property(tries = 200)
    void quantilesAscendFromTheLeastToTheGreatest(@ForAll @Size(min = 1, max = 9) double[] values,
        @ForAll @DoubleRange(max = 1) double share,
                                                  @ForAll @DoubleRange(max = 1) double other) {
        double low = Statistics.quantile(values, Math.min(share, other));
        double high = Statistics.quantile(values, Math.max(share, other));
        // a rounding each
        assertTrue(low <= high + 2 * Math.ulp(high), low + " > " + high);
        assertEquals(Arrays.stream(values).min().orElseThrow(), Statistics.quantile(values, 0));
        assertEquals(Arrays.stream(values).max().orElseThrow(), Statistics.quantile(values, 1));
    }

    @Property(tries = 200)
    void meanAndDeviationAreThoseOfExactArithmetic(@ForAll @Size(min = 2, max = 50) float[] values) {
        var exact = BigDecimal.ZERO;
        for (float value : values) exact = exact.add(new BigDecimal(value));
        var count = BigDecimal.valueOf(values.length);
        var mean = exact.divide(count, MathContext.DECIMAL128);
        var squares = BigDecimal.ZERO;
        double size = 0;
        for (float value : values) {
            squares = squares.add(new BigDecimal(value).subtract(mean).pow(2, MathContext.DECIMAL128));
            size = Math.max(size, Math.abs(value));
        }
        double error = 4 * values.length * Math.ulp(1.0) * size + Double.MIN_VALUE;
        var doubles = new double[values.length];
        for (int i = 0; i < doubles.length; i++) doubles[i] = values[i];
        assertEquals(mean.doubleValue(), Statistics.mean(values), error);
        assertEquals(mean.doubleValue(), Statistics.mean(doubles), error);
        double deviation = squares.divide(count, MathContext.DECIMAL128).sqrt(MathContext.DECIMAL64).doubleValue();
        assertEquals(deviation, Statistics.deviation(values), 4 * error);
        assertEquals(deviation, Statistics.deviation(doubles), 4 * error);
        assertEquals(deviation * Math.sqrt(values.length / (values.length - 1.0)),
            Statistics.sampleDeviation(doubles), 8 * error);
    }

    @Example
    void emptyOneHugeInfiniteAndNaN() {
        for (double figure : new double[] {Statistics.mean(new double[0]), Statistics.mean(new float[0]),
            Statistics.deviation(new float[0]), Statistics.deviation(new double[0]), Statistics.median(new double[0]),
            Statistics.sampleDeviation(new double[] {1}), Statistics.median(new double[] {1, Double.NaN, 2}),
            Statistics.mean(new double[] {1, Double.NaN}), Statistics.share(new boolean[0])})
            assertEquals(Double.NaN, figure);
        assertEquals(7, Statistics.quantile(new double[] {7}, 0.3));
        assertEquals(1.5e308, Statistics.mean(new double[] {1.5e308, 1.5e308}), 1e294);
        assertEquals(0, Statistics.median(new double[] {-1.5e308, 1.5e308}));
        assertEquals(1e300, Statistics.quantile(new double[] {1e300, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}, 0));
        assertEquals(Double.POSITIVE_INFINITY,
            Statistics.median(new double[] {1, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}));
        assertEquals(Float.MAX_VALUE * Math.sqrt(2), Statistics.norm(new float[] {Float.MAX_VALUE, Float.MAX_VALUE}), 1e24);
        assertEquals(Float.MIN_VALUE, Statistics.norm(new float[] {Float.MIN_VALUE}));
    }

    @Example
    void aShareOfAllOrNoneIsNoCertainty() {
        assertEquals(Math.sqrt(0.25 * 0.75 / 30), Statistics.standardError(0.25, 30), 1e-15);
        assertEquals(Statistics.standardError(1, 30), Statistics.standardError(0, 30));
        assertTrue(Statistics.standardError(1, 30) > 0);
    }
}
