package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Nonlinearity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Numbers to the digits printed in the reference, or of closed forms.
class MeanFieldTest {

    private static MeanField of(String name,
        double deviation) { return new MeanField(Nonlinearity.named(name), deviation * deviation, 0); }

    /// q of layer 100, deviation of its activations, χ at the fixed point, factor of the gradient over 100 layers.
    @ParameterizedTest
    @CsvSource({
        "tanh, 1,                  0,       .0712,   1,      7.1e-3",
        "tanh, 1.6666666666666667, 1.17848, .6513,   1.2098, 1.05e8",
        "relu, 1,                  0,       8.9e-16, .5,     7.9e-31",
        "relu, 0.5773502691896258, 0,       1.2e-39, .16667, 1.5e-78",
        "sigmoid, 1,               .26469,  .5145,   .0557,  3e-126",
        "selu, 1,                  1,       1,       1.0716, 1.0e3",
        "selu, .75,                .02303,  .2024,   1.0037, .074",
        "elu, 1.2452,              1.0000,  ,        1.0359, ",
        "gelu, 1.4142135623730951, 0,       3.4e-14, ,       3e-27",
        "silu, 1.4142135623730951, 0,       3.1e-15, ,       1.5e-29",
    })
    void fixedPointsAndAHundredLayers(String name, double deviation, String fixedPoint, String activationStd, String chi,
                                      String gradient) {
        var field = of(name, deviation);
        printed(fixedPoint, field.fixedPoint());
        printed(chi, field.chi());
        printed(gradient, field.gradientFactor(field.first(1), 100));
        printed(activationStd, Math.sqrt(field.activation().square(field.trajectory(field.first(1), 100)[99])));
    }

    /// As exactly as it is printed: half a unit of the last digit.
    private static void printed(String expected, double actual) {
        if (expected == null) return;
        var decimal = new java.math.BigDecimal(expected);
        assertEquals(decimal.doubleValue(), actual, 0.501 * decimal.ulp().doubleValue());
    }

    @Test
    void aTanhsSignalFadesAsOneOverTwiceTheDepth() { printed(".0051", of("tanh", 1).trajectory(1, 100)[99]); }

    @Test
    void biasesMoveTheFixedPoint() {
        var field = new MeanField(Nonlinearity.TANH, 1.3 * 1.3, 0.1 * 0.1);
        printed(".43516", field.fixedPoint());
        printed("1.0450", field.chi());
    }

    @Test
    void rectifiersKeepWhatTheyGet() {
        var he = of("relu", Math.sqrt(2));
        assertEquals(1, he.chi(), 1e-12);
        assertEquals(1, he.gradientFactor(0.3, 100), 1e-11);
        assertEquals(0.3, he.trajectory(0.3, 100)[99], 1e-12);
        assertEquals(Double.POSITIVE_INFINITY, of("relu", 1.5).fixedPoint());
        assertEquals(1 / Math.log(2), of("relu", 1).depthScale(), 1e-9);
    }

    /// Slowly: so much that a double doesn't show it any more.
    @Test
    void aRectifierWithBiasesGrowsWithoutEnd() {
        var field = new MeanField(Nonlinearity.RELU, 2, 0.1);
        assertEquals(Double.POSITIVE_INFINITY, field.fixedPoint());
        assertEquals(1, field.chi(), 1e-12);
        var exploding = new MeanField(Nonlinearity.RELU, 3, 0);
        assertEquals(Double.POSITIVE_INFINITY, exploding.trajectory(1, 3000)[2999]);
        assertEquals(1.5, exploding.chi(), 1e-12);
        assertEquals(1 / Math.log(1.5), exploding.depthScale(), 1e-9);
    }

    /// The second moment of 1 is where GELU stays, but what is a little more explodes.
    @Test
    void geluIsUnstable() {
        var field = of("gelu", dev.lanewise.nn.init.Gain.forward(Nonlinearity.GELU).value());
        assertEquals(1, field.fixedPoint());
        printed("1.144", field.slope(1));
        printed("1.4e7", field.trajectory(field.first(1), 100)[99]);
        printed("2.6e3", Math.sqrt(field.activation().square(field.trajectory(field.first(1), 100)[99])));
        printed("1.8e7", field.gradientFactor(field.first(1), 100));
    }

    @ParameterizedTest
    @CsvSource({"tanh, .1, 1.17757, .00083", "tanh, .3, 1.45800, .01239", "tanh, .5, 1.68798, .03804", "tanh, 1, 2.15330, .15096",
        "tanh, 1.5, 2.53248, .31407", "erf, .5, 1.36035, .04655", "erf, 1, 1.75620, .18414"})
    void edgeOfChaos(String name, double q, String weight, String bias) {
        var field = MeanField.edgeOfChaos(Nonlinearity.named(name), q);
        printed(weight, field.weightVariance());
        printed(bias, field.biasVariance());
        assertEquals(1, field.chi(q), 1e-12);
        assertEquals(q, field.next(q), 1e-12);
        assertEquals(q, field.fixedPoint(), 1e-9);
    }

    @Test
    void aRectifiersEdgeHasNoBiasAndASigmoidHasNone() {
        assertEquals(new MeanField(Nonlinearity.RELU, 2, 0).biasVariance(), MeanField.edgeOfChaos(Nonlinearity.RELU, 0.7)
            .biasVariance());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> MeanField.edgeOfChaos(Nonlinearity.SIGMOID, 1)).getMessage()
            .contains("sigmoid has no pair at q = 1.0"));
    }

    /// Of two inputs at right angles, under ReLU.
    @Test
    void correlationsGrowWithDepth() {
        var he = of("relu", Math.sqrt(2));
        var expected = java.util.Map.of(1, ".318", 2, ".494", 5, ".736", 10, ".872", 20, ".948", 50, ".988");
        double correlation = 0;
        for (int layer = 1; layer <= 50; layer++) {
            correlation = he.correlation(1, correlation);
            if (expected.containsKey(layer)) printed(expected.get(layer), correlation);
        }
        assertEquals(0.5, new MeanField(Nonlinearity.LINEAR, 1, 1).correlation(1, 0), 1e-8);
    }

    @Test
    void theFanRatioCountsForTheGradientAlone() {
        var wide = new MeanField(Nonlinearity.TANH, 1.5, 0.1, 2);
        var square = new MeanField(Nonlinearity.TANH, 1.5, 0.1);
        assertEquals(square.chi(0.4), wide.chi(0.4));
        assertEquals(Math.pow(2, 7) * square.gradientFactor(0.4, 7), wide.gradientFactor(0.4, 7), 1e-9);
    }

    @Test
    void mistakesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MeanField(Nonlinearity.TANH, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> new MeanField(Nonlinearity.TANH, 1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new MeanField(Nonlinearity.TANH, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> MeanField.edgeOfChaos(Nonlinearity.TANH, 0));
    }
}
