package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class ExactSumTest {

    private static double clean(double value) {
        return Double.isFinite(value) ? value : Double.longBitsToDouble(Double.doubleToRawLongBits(value) & ~(0x7ffL << 52));
    }

    /// Of all bit patterns: subnormal numbers, and such as cancel.
    @Property(tries = 500)
    void itIsTheSumThatDecimalsGive(@ForAll @Size(min = 1, max = 40) long[] bits, @ForAll int cut) {
        var values = Arrays.stream(bits).mapToDouble(each -> clean(Double.longBitsToDouble(each))).toArray();
        var expected = BigDecimal.ZERO;
        for (double value : values) expected = expected.add(new BigDecimal(value));
        var parts = new ExactSum[] {new ExactSum(), new ExactSum()};
        for (int i = 0; i < values.length; i++) parts[Math.floorMod(i * 31 + cut, 2)].add(values[i]);
        parts[1].add(parts[0]);
        assertEquals(expected.doubleValue(), parts[1].value());
    }

    @Example
    void theLargestAndTheSmallestAreKept() {
        var sum = new ExactSum();
        for (double each : new double[] {Double.MAX_VALUE, Double.MAX_VALUE, Double.MIN_VALUE, -Double.MAX_VALUE,
            -Double.MAX_VALUE, -0.0}) sum.add(each);
        assertEquals(Double.MIN_VALUE, sum.value());
        assertThrows(IllegalArgumentException.class, () -> sum.add(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> sum.add(Double.NEGATIVE_INFINITY));
    }

    /// Tiny ones have more digits than a quotient is rounded to.
    @Example
    void whatIsAlwaysTheSameHasNoDeviation() {
        for (float value : new float[] {Float.MIN_VALUE, 1.1e-38f, 3.3e-30f, 0.1f, 3e38f}) for (int count : new int[] {1, 3, 7}) {
            var sum = new ExactSum();
            var squares = new ExactSum();
            for (int i = 0; i < count; i++) {
                sum.add(value);
                squares.add((double) value * value);
            }
            assertArrayEquals(new double[] {value, 0}, sum.meanAndDeviation(squares, count), value + " of " + count);
        }
    }

    @Example
    void meanAndDeviationAreThoseOfTheNumbers() {
        var sum = new ExactSum();
        var squares = new ExactSum();
        for (float each : new float[] {1e8f, 1e8f + 8, 1e8f - 8}) {
            sum.add(each);
            squares.add((double) each * each);
        }
        assertArrayEquals(new double[] {1e8, Math.sqrt(128 / 3.0)}, sum.meanAndDeviation(squares, 3), 1e-12);
    }
}
