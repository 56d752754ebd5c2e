package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Maximum;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What gates, pooling and upsampling say of moments, beside those of numbers drawn as theory takes them. A mean over thousands
/// of independent units may stray by 6.2 standard errors: with other draws, one in 1e9 would be refused.
class PoolTheoryTest {

    private static final double ERRORS = 6.2;
    private static final int UNITS = 20_000;

    private static Tensor normal(String name, int... shape) { return Tensor.randn(new Threefry(7).stream(name), shape); }

    /// The mean of a product, unit by unit, each of which is a row.
    private record Mean(double value, double error) {

        static Mean of(Tensor a, Tensor b, int units) {
            var products = a.mul(b).reshape(units, a.numel() / units).mean(false, 1).toArray();
            double sum = 0;
            for (float each : products) sum += each;
            double mean = sum / units;
            double squares = 0;
            for (float each : products) squares += (each - mean) * (each - mean);
            return new Mean(mean, Math.sqrt(squares / units / (units - 1.0)));
        }

        boolean admits(double theory) { return Math.abs(theory - value) <= ERRORS * error; }

        void check(double theory, String what) {
            assertTrue(ERRORS * error < 0.1 * Math.abs(value), what + ": too few units: " + this);
            assertTrue(admits(theory), what + ": theory " + theory + ", measured " + this);
        }
    }

    private static Mean gradient(Layer layer, Tensor x, int units) {
        var from = x.detach().requiresGrad(true);
        var y = layer.call(from);
        var gradient = Autograd.grad(y.mul(normal("gradient", y.shape().toArray())).sum(), List.of(from)).getFirst();
        return Mean.of(gradient, gradient, units);
    }

    @Test
    void gatedLinearUnits() {
        int units = 2 * UNITS;
        float q = 2.5f;
        var shared = normal("shared", units, 2);
        var one = shared.mul((float) Math.sqrt(0.6 * q)).add(normal("one", units, 2).mul((float) Math.sqrt(0.4 * q)));
        var other = shared.mul((float) Math.sqrt(0.6 * q)).add(normal("other", units, 2).mul((float) Math.sqrt(0.4 * q)));
        var layer = new GLU();
        var y = layer.call(one);
        var passage = layer.propagate(new Signal(q, 0.6 * q, 0, 3));
        var square = Mean.of(y, y, units);
        square.check(passage.out().square(), "second moment");
        Mean.of(y, layer.call(other), units).check(passage.out().product(), "product");
        var back = gradient(layer, one, units);
        back.check(passage.way(0).gradient(), "gradient");
        assertEquals(Mean.of(y.square(), y.square(), units).value() / Math.pow(square.value(), 2), passage.out().fourth(),
            0.15 * passage.out().fourth());
        // of a gate that were its mean, 1/2
        assertTrue(!square.admits(q / 4), "the gate's variance isn't seen");
        assertTrue(!back.admits(passage.way(0).gradient() - q * Nonlinearity.SIGMOID.squaredSlope(q) / 2),
            "the gate's own gradient isn't seen");
        assertEquals(Passage.UNKNOWN, layer.propagate(new Signal(1, 0.5, 0.5, 3)));
    }

    /// Images of which any two places have this correlation.
    private static Tensor alike(double q, double correlation) {
        return normal("unit", UNITS, 1, 1, 1).mul((float) Math.sqrt(q * correlation))
            .add(normal("place", UNITS, 1, 4, 4).mul((float) Math.sqrt(q * (1 - correlation))));
    }

    private static Signal signal(double square, double within, double mean, double fourth) {
        return new Signal(square, Double.NaN, within, Double.NaN, mean, fourth, new Signal.Extent(UNITS, 16, 2));
    }

    @Test
    void theLargestAndTheMeanOfNormalNumbersThatAreAlike() {
        double q = 1.7;
        var x = alike(q, 0.4);
        var in = signal(q, 0.4 * q, 0, 3);
        for (var layer : List.of(new MaxPool2d(2), new AvgPool2d(2), new AdaptiveMaxPool2d(2), new AdaptiveAvgPool2d(2))) {
            var passage = ((Propagating) layer).propagate(in);
            var y = layer.call(x);
            var square = Mean.of(y, y, UNITS);
            square.check(passage.out().square(), layer + ": second moment");
            gradient(layer, x, UNITS).check(passage.way(0).gradient(), layer + ": gradient");
            assertTrue(!square.admits(((Propagating) layer).propagate(signal(q, 0, 0, 3)).out().square()),
                layer + ": what places share isn't seen");
            assertEquals(4, passage.out().extent().positions());
        }
    }

    @Test
    void theLargestOfRectifiedNumbers() {
        double q = 1.7;
        var x = alike(q, 0.4).relu();
        double within = Nonlinearity.RELU.product(q, 0.4);
        var passage = new MaxPool2d(2).propagate(signal(q / 2, within, Math.sqrt(q / (2 * Math.PI)), 6));
        var y = new MaxPool2d(2).call(x);
        Mean.of(y, y, UNITS).check(passage.out().square(), "second moment");
        Mean.of(y, Tensor.ones(1), UNITS).check(passage.out().mean(), "mean");
        assertEquals(Passage.UNKNOWN, new MaxPool2d(2).propagate(signal(1, 0.5, 0.3, 4)));
    }

    @Test
    void copiesAndWhatStandsBetween() {
        double q = 1.7;
        var x = alike(q, 0.4);
        var in = signal(q, 0.4 * q, 0, 3);
        var nearest = new Upsample(3);
        var y = nearest.call(x);
        var passage = nearest.propagate(in);
        Mean.of(y, y, UNITS).check(passage.out().square(), "second moment");
        gradient(nearest, x, UNITS).check(passage.way(0).gradient(), "gradient");
        assertEquals(144, passage.out().extent().positions());
        // the mean of all products of two places but those of a place with itself
        var sums = y.reshape(UNITS, 144).sum(false, 1);
        var all = Mean.of(sums, sums, UNITS);
        double pairs = passage.out().within() * 144 * 143 + passage.out().square() * 144;
        assertTrue(all.admits(pairs), pairs + " and " + all);
        var linear = new Upsample(UpsampleOptions.scale(2).mode(UpsampleOptions.Mode.LINEAR));
        var z = linear.call(x).slice(2, 2, 6).slice(3, 2, 6);
        var square = Mean.of(z.contiguous(), z.contiguous(), UNITS);
        square.check(linear.propagate(in).out().square(), "between");
        assertTrue(!square.admits(q), "the weights aren't seen");
    }

    @Test
    void theLargestOfOneIsIt() {
        assertEquals(0.7, Maximum.mean(x -> x * x, 1, 0.7, 0.3), 1e-7);
        assertEquals(0.7, Maximum.mean(x -> x * x, 9, 0.7, 1), 1e-7);
        // of two normal numbers 1 / sqrt π, of three 3 / (2 sqrt π)
        assertEquals(1 / Math.sqrt(Math.PI), Maximum.mean(x -> x, 2, 1, 0), 1e-7);
        assertEquals(1.5 / Math.sqrt(Math.PI), Maximum.mean(x -> x, 3, 1, 0), 1e-7);
        assertEquals(Math.sqrt(0.6 / Math.PI), Maximum.mean(x -> x, 2, 1, 0.4), 1e-7);
        assertEquals(0, Maximum.mean(x -> x, 3, 0, 0), 0);
        assertThrows(IllegalArgumentException.class, () -> Maximum.mean(x -> x, 0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> Maximum.mean(x -> x, 2, 1, -0.1));
        assertThrows(IllegalArgumentException.class, () -> Maximum.mean(x -> x, 2, Double.POSITIVE_INFINITY, 0));
    }
}
