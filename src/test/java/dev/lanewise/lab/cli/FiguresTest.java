package dev.lanewise.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void quantiles() {
        var values = new double[] {5, 1, 4, 2, 3};
        assertEquals(1, Figures.quantile(values, 0));
        assertEquals(3, Figures.quantile(values, 0.5));
        assertEquals(5, Figures.quantile(values, 1));
    }
}
