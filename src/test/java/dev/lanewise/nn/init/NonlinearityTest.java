package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Rejected;
import dev.lanewise.testing.NormalDistribution;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What activations leave of normal numbers, against values of 400-node Gauss-Legendre quadrature and closed forms.
class NonlinearityTest {

    static final java.util.List<Nonlinearity> ALL = Nonlinearity.ALL;

    /// To the digits printed: gains forward and backward, E φ, E φ², E φ'², fluctuation.
    @ParameterizedTest
    @CsvSource({
        "linear,   1,        1,        0,       1,       1,       2",
        "relu,     1.414214, 1.414214, .398942, .5,      .5,      5",
        "tanh,     1.592537, 1.467414, 0,       .394294, .464403, .627",
        "sigmoid,  1.846229, 4.722646, .5,      .293379, .044836, .529",
        "selu,     1.000000, .966026,  0,       1.000000, 1.071575, 1.503",
        "elu,      1.245198, 1.223429, .160521, .644945, .668102, 2.776",
        "gelu,     1.533530, 1.481114, .282095, .425221, .455851, 6.216",
        "silu,     1.676532, 1.623320, .206621, .355776, .379482, 6.262",
        "erf,      1.467167, 1.325218, 0,       .464559, .569410, .560",
        "softplus, 1.041867, 1.846229, .806059, .921246, .293379, 1.755",
        "softsign, 2.337533, 2.095781, 0,       .183014, .227671, .588",
        "mish,     1.486848, 1.444755, .240404, .452342, .479084, 5.349",
        "hardtanh, 1.392036, 1.210287, 0,       .516059, .682689, .613",
        "celu,     1.245198, 1.223429, .160521, .644945, .668102, 2.776",
        "hardswish, 1.736657, 1.670076, .166217, .331567, .358532, 6.671",
        "hardsigmoid, 1.897840, 6.008116, .5,   .277639, .027703, .378",
        "softshrink, 1.544361, 1.273008, 0,     .419279, .617075, 4.501",
        "hardshrink, 1.015796, 1.273008, 0,     .969140, .617075, 2.189",
        "tanhshrink, 2.338368, 1.988139, 0,     .182883, .252992, 7.689",
        "threshold, 1.414214, 1.414214, .398942, .5,     .5,      5",
    })
    void gainsAndMoments(String name, double forward, double backward, double mean, double square, double squaredSlope,
                         double fluctuation) {
        var activation = Nonlinearity.named(name);
        assertEquals(forward, Gain.forward(activation).value(), 5.1e-7);
        assertEquals(backward, Gain.backward(activation).value(), 5.1e-7);
        assertEquals(mean, activation.mean(1), 5.1e-7);
        assertEquals(square, activation.square(1), 5.1e-7);
        assertEquals(squaredSlope, activation.squaredSlope(1), 5.1e-7);
        assertEquals(fluctuation, activation.fluctuation(1), 5.1e-4);
    }

    @Test
    void leakyRectifiers() {
        assertEquals(4.556, Nonlinearity.leakyRelu(0.2).fluctuation(1), 5.1e-4);
        for (double slope : new double[] {0, 0.01, 0.2, 1}) for (double q : new double[] {1e-30, 0.3, 1, 1e6}) {
            assertEquals(q * (1 + slope * slope) / 2, Nonlinearity.leakyRelu(slope).square(q), 1e-12 * q);
            assertEquals((1 + slope * slope) / 2, Nonlinearity.leakyRelu(slope).squaredSlope(q), 1e-12);
            assertEquals((1 + slope * slope) / 2, Nonlinearity.leakyRelu(slope).growth(q), 1e-12);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.1, 1, 2.5, 10})
    void closedForms(double q) {
        double tail = NormalDistribution.below(-Math.sqrt(q));
        double farTail = NormalDistribution.below(-2 * Math.sqrt(q));
        double elu = q / 2 + Math.exp(2 * q) * farTail - 2 * Math.exp(q / 2) * tail + 0.5;
        // beyond, the tails' formulas lose digits
        if (q < 5) {
            close(elu, Nonlinearity.elu(1).square(q));
            close(0.5 + Math.exp(2 * q) * farTail, Nonlinearity.elu(1).squaredSlope(q));
            close(q / 2 + (elu - q / 2) / 4, Nonlinearity.elu(0.5).square(q));
        }
        close(2 / Math.PI * Math.asin(2 * q / (1 + 2 * q)), Nonlinearity.ERF.square(q));
        close(4 / Math.PI / Math.sqrt(1 + 4 * q), Nonlinearity.ERF.squaredSlope(q));
        close(q / 4 + (2 * q * q / ((1 + q) * Math.sqrt(1 + 2 * q)) + q * Math.asin(q / (1 + q))) / (2 * Math.PI),
            Nonlinearity.GELU.square(q));
        double c = 1 / Math.sqrt(q);
        double inside = 1 - 2 * NormalDistribution.below(-c);
        double density = Math.exp(-c * c / 2) / Math.sqrt(2 * Math.PI);
        close(q * (inside - 2 * c * density) + 2 * NormalDistribution.below(-c), Nonlinearity.hardtanh(-1, 1).square(q));
        close(inside, Nonlinearity.hardtanh(-1, 1).squaredSlope(q));
        close((1 - Math.exp(-2 * q)) / 2, Nonlinearity.SIN.square(q));
        close((1 + Math.exp(-2 * q)) / 2, Nonlinearity.SIN.squaredSlope(q));
        close(Math.exp(-2 * q), Nonlinearity.SIN.growth(q));
    }

    private static void close(double expected, double actual) { assertEquals(expected, actual, 1e-11 * expected + 1e-16); }

    /// Growth is the slope of the square, as differences see it.
    @ParameterizedTest
    @FieldSource("ALL")
    void growthIsTheSlopeOfTheSquare(Nonlinearity activation) {
        for (double q : new double[] {0.05, 1, 3}) {
            double h = 1e-4 * q;
            assertEquals((activation.square(q + h) - activation.square(q - h)) / (2 * h), activation.growth(q), 1e-6, "" + q);
        }
    }

    /// Slopes are the derivatives, as Richardson's differences see them.
    @ParameterizedTest
    @FieldSource("ALL")
    void slopesAreDerivatives(Nonlinearity activation) {
        var f = activation.value();
        for (double x : new double[] {-6, -2.3, -0.7, -0.1, 0.2, 0.9, 1.4, 5, 30}) {
            double expected = (4 * difference(f, x, 5e-4) - difference(f, x, 1e-3)) / 3;
            assertEquals(expected, activation.slope().applyAsDouble(x), 2e-10 * Math.max(1, Math.abs(x)), "at " + x);
        }
    }

    private static double difference(DoubleUnaryOperator f, double x, double h) {
        return (f.applyAsDouble(x + h) - f.applyAsDouble(x - h)) / (2 * h);
    }

    /// Cho and Saul's arc-cosine kernel, and the arc-sine one of erf (Williams, 1997).
    @ParameterizedTest
    @ValueSource(doubles = {-1, -0.999, -0.3, 0, 0.2, 0.9, 0.99999, 1})
    void productsAreTheKernels(double c) {
        double relu = (Math.sqrt(1 - c * c) + c * (Math.PI - Math.acos(c))) / (2 * Math.PI);
        for (double q : new double[] {0.01, 1, 5}) {
            assertEquals(q * relu, Nonlinearity.RELU.product(q, c), 1e-8 * q, "relu " + q);
            assertEquals(2 / Math.PI * Math.asin(2 * q * c / (1 + 2 * q)), Nonlinearity.ERF.product(q, c), 1e-8, "erf " + q);
        }
    }

    /// What the last terms of both series stand for is at most their product times the next power, whichever sign it has.
    @ParameterizedTest
    @ValueSource(doubles = {-1, -0.999, -0.3, 0, 0.2, 0.9, 0.99999, 1})
    void productsAreThoseOfSeries(double c) {
        for (double q : new double[] {0.01, 1, 5}) for (var activation : List.of(Nonlinearity.TANH, Nonlinearity.ERF,
            Nonlinearity.GELU)) {
            var series = activation.series(q, 41);
            double left = 2 * series[41] * series[41] * Math.pow(Math.abs(c), 41);
            assertEquals(activation.product(q, c), Nonlinearity.seriesProduct(series, series, c), left + 1e-7 * Math.max(1, q),
                activation + " " + q);
        }
        assertEquals(Double.NaN, Nonlinearity.seriesProduct(new double[3], new double[3], Double.NaN));
        Rejected.argument(() -> Nonlinearity.seriesProduct(new double[3], new double[2], c), "series of 3 and 2",
            "as many of both");
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void nothingStaysWhatItIsAtZero(Nonlinearity activation) {
        assertEquals(Math.pow(activation.value().applyAsDouble(0), 2), activation.square(0), 0);
        assertEquals(activation.square(0), activation.product(0, 0.5), 1e-15);
    }

    /// Where the signal has exploded, every activation is its two straight lines.
    @ParameterizedTest
    @ValueSource(doubles = {1e8, 1e20, 1e60})
    void farOutOnlyTheEndsCount(double q) {
        assertEquals(1, Nonlinearity.TANH.square(q), 2 / Math.sqrt(q) + 1e-6);
        for (var activation : List.of(Nonlinearity.RELU, Nonlinearity.GELU, Nonlinearity.elu(1))) {
            assertEquals(0.5, activation.square(q) / q, 1e-6, activation.name());
            assertEquals(0.5, activation.squaredSlope(q), 1e-4, activation.name());
            assertEquals(0.5 / Math.PI, activation.product(q, 0) / q, 1e-4, activation.name());
        }
    }

    @Test
    void mistakesAreRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Nonlinearity.named("rleu")).getMessage()
            .contains("relu, leaky_relu"));
        assertThrows(IllegalArgumentException.class, () -> Nonlinearity.TANH.square(-1));
        assertThrows(IllegalArgumentException.class, () -> Nonlinearity.TANH.square(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Nonlinearity.TANH.product(1, 1.1));
    }
}
