package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.TailBounds;
import dev.lanewise.random.Threefry;
import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    /// As exactly as it is printed: half a unit of the last digit.
    private static void printed(String expected, double actual) {
        var decimal = new BigDecimal(expected);
        assertEquals(decimal.doubleValue(), actual, 0.501 * decimal.ulp().doubleValue());
    }

    @ParameterizedTest
    @CsvSource({"2, 3, .578, .326", "2, 6, .822, .696", "3, 6, .551, .319", "4, 10, .476, .238"})
    void deadNetworks(int width, int layers, String dead, String bornDead) {
        var widths = new int[layers];
        Arrays.fill(widths, width);
        printed(dead, Units.networkDead(widths));
        printed(bornDead, Units.bornDeadAtLeast(width, layers));
    }

    /// Bounds with X = 32: a right formula fails with a probability below 2.6e-14 a try, 2.6e-13 a run.
    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void networksDieAsOftenAsPredicted(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int width,
                                       @ForAll @IntRange(min = 1, max = 10) int layers) {
        int networks = 4000;
        var random = new Threefry(seed);
        var weights = new float[width * width];
        int dead = 0;
        for (int network = 0; network < networks; network++) {
            var signal = new float[width];
            Arrays.fill(signal, 1);
            for (int layer = 0; layer < layers; layer++) {
                random.normal(weights, 0, weights.length);
                var next = new float[width];
                for (int i = 0; i < width; i++) {
                    float sum = 0;
                    for (int j = 0; j < width; j++) sum += weights[i * width + j] * signal[j];
                    next[i] = Math.max(sum, 0);
                }
                signal = next;
            }
            boolean off = true;
            for (float value : signal) off &= value == 0;
            if (off) dead++;
        }
        var widths = new int[layers];
        Arrays.fill(widths, width);
        double p = Units.networkDead(widths);
        double share = (double) dead / networks;
        assertTrue(share >= TailBounds.USUAL.leastShare(p, networks) && share <= TailBounds.USUAL.greatestShare(p, networks),
            () -> share + " of networks are dead, predicted " + p);
    }

    @ParameterizedTest
    @CsvSource({"8, .5, .1111", "32, .75, .125", "128, .9, .196", "128, .99, .397"})
    void deadOnABatch(int inputs, double correlation, String share) { printed(share, Units.deadOnBatch(inputs, correlation)); }

    /// What is left of two angles: P(both below 0) = 1/4 + arcsin(ρ) / 2π (Sheppard); at ρ = 1/2, 1 / (M + 1) by symmetry.
    @Test
    void deadOnABatchInClosedForm() {
        for (double correlation : new double[] {0, 0.1, 0.5, 0.9, 0.9999})
            assertEquals(0.25 + Math.asin(correlation) / (2 * Math.PI), Units.deadOnBatch(2, correlation), 1e-11);
        for (int inputs : new int[] {1, 2, 3, 10, 100, 1000}) assertEquals(1.0 / (inputs + 1), Units.deadOnBatch(inputs, 0.5),
            1e-11);
        for (int inputs : new int[] {1, 2, 20}) assertEquals(Math.pow(2, -inputs), Units.deadOnBatch(inputs, 0), 1e-12);
        assertEquals(0.5, Units.deadOnBatch(7, 1));
        assertEquals(Math.pow(2, -5), Units.deadOnBatch(5, -0.1), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"tanh, 1, .0364", "tanh, 1.178, .0539", "tanh, 10, .508", "tanh, 100, .834", "sigmoid, 1, .0005",
        "sigmoid, 10, .272",
        "sigmoid, 100, .728", "tanh, 0, 0"})
    void saturated(String name, double q, String share) {
        printed(share, name.equals("tanh") ? Units.tanhSaturated(0.97, q) : Units.sigmoidSaturated(0.03, q));
    }

    @Test
    void noUnitsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Units.layerDead(0));
        assertThrows(IllegalArgumentException.class, () -> Units.deadOnBatch(0, 0.5));
    }
}
