package dev.lanewise.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void figuresAreTheSameInEveryCountry() {
        var before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertEquals("12.3 %", Figures.percent(0.1234, 1));
            assertEquals("100 %", Figures.percent(1, 0));
            assertEquals("–", Figures.percent(Double.NaN, 1));
            assertEquals("1.2346", Figures.fixed(1.23456, 4));
            assertEquals("0.500", Figures.number(0.5));
            assertEquals("1.0 and 2", Figures.format("%.1f and %d", 1.0, 2));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void numbersHaveThreeDigitsOrAreWholeOrHaveAPowerOfTen() {
        var expected = Map.of(0.123456, "0.123", 12.345, "12.3", 999.4, "999", 999.6, "1000", 6890.7, "6891", -1234.4,
            "-1234", 12_345.0, "1.2e+04", 0.00012345, "1.2e-04", 0.0, "0", Double.NaN, "–");
        expected.forEach((value, text) -> assertEquals(text, Figures.number(value)));
    }

    @Test
    void roughNumbersHaveTwoDigitsOrAreWholeOrHaveAPowerOfTen() {
        var expected = Map.of(0.0396, "0.040", 1.83, "1.8", 99.4, "99", 99.6, "100", 262.0, "262", 12_345.0, "1.2e+04", 1e-5,
            "1.0e-05", 0.0, "0.0");
        expected.forEach((value, text) -> assertEquals(text, Figures.rough(value)));
    }
}
