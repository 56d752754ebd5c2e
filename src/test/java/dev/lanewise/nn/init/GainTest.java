package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GainTest {

    @ParameterizedTest
    @CsvSource({"linear, 1, EXACT", "conv2d, 1, EXACT", "conv_transpose1d, 1, EXACT", "sigmoid, 1, EMPIRICAL",
        "tanh, 1.6666666666666667, EMPIRICAL", "relu, 1.4142135623730951, EXACT", "leaky_relu, 1.4141428569978354, EXACT",
        "selu, 0.75, EMPIRICAL"})
    void calculateGivesPyTorchsValues(String name, double value, Gain.Status status) {
        assertEquals(value, Gain.calculate(name).value(), 1e-15);
        assertEquals(status, Gain.calculate(name).status());
    }

    @Test
    void theSlopeCountsForLeakyRectifiersAlone() {
        assertEquals(Math.sqrt(2 / 1.04), Gain.calculate("leaky_relu", 0.2).value(), 1e-15);
        assertEquals(Gain.RELU, Gain.calculate("relu", 0.2));
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        var message = assertThrows(IllegalArgumentException.class, () -> Gain.calculate("gelu")).getMessage();
        for (var word : new String[] {"\"gelu\"", "linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "Gain.forward"})
            assertTrue(message.contains(word), message);
    }

    /// Slopes of the variance map at 1, to the digits printed.
    @ParameterizedTest
    @CsvSource({"gelu, 1.144, unstable", "silu, 1.173, unstable", "selu, .783, stable", "relu, 1.000, neutral",
        "linear, 1.000, neutral", "tanh, .461, stable"})
    void theSlopeSaysWhetherAGainIsStable(String name, double slope, String word) {
        var activation = Nonlinearity.named(name);
        var gain = Gain.forward(activation);
        assertEquals(Gain.Status.FORWARD, gain.status());
        assertEquals(slope, gain.slope(activation), 5.1e-4);
        assertTrue(gain.about(activation).contains("; " + word + ": "), gain.about(activation));
        assertTrue(gain.about(activation).contains(" becomes 1.0000 in"), gain.about(activation));
    }

    @Test
    void whatAGainDoesIsSaidInWords() {
        assertEquals("gelu at gain 1.5335: a second moment of 1 becomes 1.0000 in the next layer; unstable: a deviation"
            + " grows by 1.144 a layer; the gradient's second moment changes by 1.0720", Gain.forward(Nonlinearity.GELU)
                .about(Nonlinearity.GELU));
        assertTrue(Gain.TANH.about(Nonlinearity.TANH).startsWith("tanh at gain 1.6667: a second moment of 1 becomes 1.0953 in"),
            Gain.TANH.about(Nonlinearity.TANH));
        assertEquals(Gain.Status.BACKWARD, Gain.backward(Nonlinearity.TANH).status());
    }

    @Test
    void whatNoGainBringsBackIsAnErrorThatSaysSo() {
        var step = Nonlinearity.of("step", x -> x > 0 ? 1 : 0, _ -> 0, 0);
        assertEquals(Math.sqrt(2), Gain.forward(step).value(), 1e-12);
        var message = assertThrows(IllegalArgumentException.class, () -> Gain.backward(step)).getMessage();
        assertTrue(message.contains("gradient") && message.contains("step leaves 0.0"), message);
        var nothing = Nonlinearity.of("nothing", _ -> 0, _ -> 0);
        assertThrows(IllegalArgumentException.class, () -> Gain.forward(nothing));
    }
}
