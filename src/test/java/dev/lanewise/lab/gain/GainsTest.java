package dev.lanewise.lab.gain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.Ran;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Figures stray beyond their bounds with probability 2 e^-32 each.
class GainsTest {

    private static final double X = 32;

    private static float[] normals(int count, long seed) {
        var normals = new float[count];
        new Threefry(seed).normal(normals, 0, count);
        return normals;
    }

    /// Hoeffding, 1963: the mean of n independent numbers of [0, 1] is within √(X / 2n) of what is expected.
    @Test
    void boundedActivationsNeedTheGainOfTheIntegral() {
        long seed = Ran.seed();
        var normals = normals(1_000_000, seed);
        double slack = Math.sqrt(X / (2 * normals.length));
        for (var function : List.of(Nonlinearity.TANH, Nonlinearity.SIGMOID, Nonlinearity.ERF, Nonlinearity.SIN,
            Nonlinearity.SOFTSIGN)) {
            var measured = Gains.measure(function, normals);
            double left = Math.pow(measured.measured(), -2);
            assertEquals(Math.pow(measured.forward(), -2), left, slack, function.name() + ", seed " + seed);
        }
        double tanh = Math.pow(Gains.measure(Nonlinearity.TANH, normals).measured(), -2);
        assertTrue(Math.abs(tanh - Math.pow(5.0 / 3, -2)) > slack, "PyTorch's constant is another");
        assertEquals(1.5925, Gains.measure(Nonlinearity.TANH, normals).forward(), 1e-4);
    }

    @Test
    void allAreWithinEightStandardErrors() {
        long seed = Ran.seed();
        var normals = normals(200_000, seed);
        for (var function : Nonlinearity.ALL) {
            var measured = Gains.measure(function, normals);
            assertEquals(measured.forward(), measured.measured(), Math.sqrt(2 * X) * measured.error(), function.name() + ","
                + " seed " + seed);
        }
    }

    /// Of max(z, 0), whose variance is 1/2 - 1/(2π).
    @Test
    void theRatioOfDeviationsIsNotTheGainOfRelu() {
        long seed = Ran.seed();
        var relu = Gains.measure(Nonlinearity.RELU, normals(200_000, seed));
        assertEquals(1 / Math.sqrt(0.5 - 1 / (2 * Math.PI)), relu.stdRatio(), 0.03, "seed " + seed);
        assertEquals(Math.sqrt(2), relu.torch(), 1e-12);
        assertNull(Gains.measure(Nonlinearity.GELU, normals(10, 1)).torch());
        assertNotNull(Gains.measure(Nonlinearity.leakyRelu(0.01), normals(10, 1)).torch());
    }
}
