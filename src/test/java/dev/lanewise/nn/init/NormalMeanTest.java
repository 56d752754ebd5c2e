package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class NormalMeanTest {

    /// Of numbers of all sizes up to those that have a sinh.
    @Property
    void sinhIsThatOfTheJdk(@ForAll @DoubleRange(min = -710, max = 710) double t,
        @ForAll @DoubleRange(min = -300, max = 0) double exponent) {
        for (double x : new double[] {t, t * Math.pow(10, exponent), t / 710, t / 71}) {
            double expected = Math.sinh(x);
            assertEquals(expected, NormalMean.sinh(x), 8 * Math.ulp(expected));
        }
    }
}
