package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class NumbersTest {

    @Example
    void compactNumbersReadWell() {
        assertEquals("0 0.512 2.30 85.4 1240 1.2e5 9.0e4 −3.00 0.00100 1.0e-4 NaN −∞", String.join(" ",
                Numbers.compact(0), Numbers.compact(0.5123), Numbers.compact(2.3), Numbers.compact(85.449),
                Numbers.compact(1240.4), Numbers.compact(123456), Numbers.compact(90123), Numbers.compact(-3),
                Numbers.compact(0.001), Numbers.compact(0.0001), Numbers.compact(Double.NaN),
                Numbers.compact(Double.NEGATIVE_INFINITY)));
    }

    @Property
    void compactNumbersAreRightToTheDigitsShown(@ForAll double value) {
        var exact = BigDecimal.valueOf(value);
        var error = new BigDecimal(Numbers.compact(value).replace('−', '-')).subtract(exact).abs();
        assertTrue(error.multiply(BigDecimal.valueOf(20)).compareTo(exact.abs()) <= 0);
    }

    @Property
    void pixelsAreRoundedToTenths(@ForAll @DoubleRange(min = -1e6, max = 1e6) double value) {
        assertEquals(value, Double.parseDouble(Numbers.pixel(value)), 0.0501);
    }
}
