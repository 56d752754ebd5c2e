package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Parameter;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class GradientClippingTest {

    private static Parameter with(float... gradient) {
        var parameter = Weights.parameter(1, gradient.length);
        parameter.tensor().grad(Tensor.of(gradient));
        return parameter;
    }

    @Property(tries = 200)
    void theWholeNormIsCutAndTheDirectionKept(@ForAll long seed, @ForAll @IntRange(max = 70) int length,
                                              @ForAll @DoubleRange(min = 0.01, max = 20) double maxNorm) {
        var gradients = List.of(Tensor.randn(new Threefry(seed), length), Tensor.randn(new Threefry(seed + 1), 3, 5));
        var parameters = List.of(Weights.parameter(1, length), Weights.parameter(2, 3, 5), Weights.parameter(3, 2));
        for (int i = 0; i < 2; i++) parameters.get(i).tensor().grad(gradients.get(i));
        double squares = 0;
        for (var gradient : gradients) for (float g : gradient.toArray()) squares += (double) g * g;
        double norm = Math.sqrt(squares);

        assertEquals(norm, GradientClipping.clipByNorm(parameters, maxNorm), 1e-12 * norm);
        double factor = Math.min(1, maxNorm / (norm + 1e-6));
        for (int i = 0; i < 2; i++) {
            var before = gradients.get(i).toArray();
            var after = parameters.get(i).grad().toArray();
            for (int j = 0; j < before.length; j++) assertEquals(before[j] * factor, after[j], 1e-6);
        }
        assertEquals(norm * factor, GradientClipping.norm(parameters), 1e-5 * norm);
        assertEquals(null, parameters.get(2).grad());
    }

    /// Up to the largest norm and down to the least bound, whose quotient is no float.
    @Property(tries = 100)
    void clipsAtAnySize(@ForAll @IntRange(min = -44, max = 38) int size, @ForAll @IntRange(min = -44, max = 38) int bound) {
        var unit = new float[] {0.3f, -0.5f, 0.1f, 0.7f};
        var gradient = unit.clone();
        for (int i = 0; i < 4; i++) gradient[i] = (float) (unit[i] * Math.pow(10, size));
        var x = with(gradient);
        double maxNorm = Math.pow(10, bound);
        double norm = GradientClipping.clipByNorm(List.of(x), maxNorm);
        double factor = Math.min(1, maxNorm / (norm + 1e-6));
        for (int i = 0; i < 4; i++)
            assertEquals(gradient[i] * factor, x.grad().toArray()[i], 1e-6 * Math.abs(gradient[i] * factor) + 0x1p-148);
    }

    /// A tensor that the user took before is a value.
    @Example
    void gradientsTakenBeforeKeepTheirValues() {
        var x = with(3, 4);
        var before = x.grad();
        GradientClipping.clipByNorm(List.of(x), 1);
        assertArrayEquals(new float[] {0.6f, 0.8f}, x.grad().toArray(), 1e-6f);
        GradientClipping.clipByValue(List.of(x), 0.7);
        assertArrayEquals(new float[] {0.6f, 0.7f}, x.grad().toArray(), 1e-6f);
        assertArrayEquals(new float[] {3, 4}, before.toArray());
        assertTrue(!x.grad().requiresGrad());
    }

    @Example
    void smallGradientsAreLeftAlone() {
        var x = with(3, 4);
        var before = x.grad();
        assertEquals(5, GradientClipping.clipByNorm(List.of(x), 5.1));
        assertSame(before, x.grad());
        assertEquals(0, GradientClipping.clipByNorm(List.of(Weights.parameter(1, 3)), 1));
    }

    /// Floats whose squares only double can hold.
    @Example
    void theNormOfHugeGradientsIsFinite() {
        var x = with(3e30f, 4e30f);
        assertEquals(5e30, GradientClipping.clipByNormStrictly(List.of(x), 1), 1e24);
        assertArrayEquals(new float[] {0.6f, 0.8f}, x.grad().toArray(), 1e-6f);
    }

    @Example
    void whatIsNotFiniteIsAsInPyTorchOrRefused() {
        var infinite = with(1, Float.POSITIVE_INFINITY);
        Rejected.state(() -> GradientClipping.clipByNormStrictly(List.of(infinite), 1), "Infinity");
        assertEquals(1, infinite.grad().get(0));
        assertEquals(Double.POSITIVE_INFINITY, GradientClipping.clipByNorm(List.of(infinite), 1));
        assertArrayEquals(new float[] {0, Float.NaN}, infinite.grad().toArray());

        var nan = with(1, Float.NaN);
        Rejected.state(() -> GradientClipping.clipByNormStrictly(List.of(nan), 1), "NaN");
        assertEquals(Double.NaN, GradientClipping.clipByNorm(List.of(nan), 1));
        assertArrayEquals(new float[] {Float.NaN, Float.NaN}, nan.grad().toArray());
    }

    @Example
    void valuesAreCutOnBothSides() {
        var x = with(-3, -0.5f, 0.25f, 9, Float.NaN, Float.NEGATIVE_INFINITY);
        GradientClipping.clipByValue(List.of(x), 0.5);
        assertArrayEquals(new float[] {-0.5f, -0.5f, 0.25f, 0.5f, Float.NaN, -0.5f}, x.grad().toArray());
    }

    @Example
    void refusesNegativeBounds() {
        for (double bad : new double[] {-1, Double.NaN}) {
            Rejected.argument(() -> GradientClipping.clipByNorm(List.of(with(1)), bad), "clipByNorm: largest norm " + bad,
                "must be 0 or more");
            Rejected.argument(() -> GradientClipping.clipByNormStrictly(List.of(with(1)), bad),
                "clipByNorm: largest norm " + bad);
            Rejected.argument(() -> GradientClipping.clipByValue(List.of(with(1)), bad), "clipByValue: bound " + bad,
                "must be 0 or more");
        }
    }

    /// Of numbers whose powers no double holds, too.
    @Property(tries = 60)
    void anyNormMayBeClippedBy(@ForAll @DoubleRange(min = 0.3, max = 40) double power, @ForAll @IntRange(max = 4) int kind,
        @ForAll long seed) {
        double p = kind == 0 ? 1 : kind == 1 ? 2 : kind == 2 ? Double.POSITIVE_INFINITY : power;
        var source = new Threefry(seed);
        float size = new float[] {1, 1e-30f, 1e30f}[(int) Math.floorMod(seed, 3L)];
        var a = with(Tensor.randn(source, 5).mul(size).toArray());
        var b = with(Tensor.randn(source, 4).mul(size).toArray());
        double largest = 0;
        double sum = 0;
        for (var each : List.of(a, b)) for (float x : each.grad().toArray()) largest = Math.max(largest, Math.abs(x));
        for (var each : List.of(a, b)) for (float x : each.grad().toArray()) sum += Math.pow(Math.abs(x) / largest, p);
        double norm = Double.isInfinite(p) ? largest : largest * Math.pow(sum, 1 / p);
        assertEquals(norm, GradientClipping.norm(List.of(a, b), p), 1e-9 * norm);
        var before = a.grad().toArray();
        assertEquals(norm, GradientClipping.clipByNorm(List.of(a, b), 0.5, p), 1e-9 * norm);
        for (int i = 0; i < before.length; i++)
            assertEquals(before[i] * Math.min(1, 0.5 / (norm + 1e-6)), a.grad().get(i), 1e-6 * Math.abs(before[i]) + 1e-44);
    }

    @Example
    void normsOfNoNumbersAndOfNone() {
        for (double p : new double[] {1, 2, 3.5, Double.POSITIVE_INFINITY}) {
            assertEquals(Double.NaN, GradientClipping.norm(List.of(with(Float.NaN, Float.POSITIVE_INFINITY)), p));
            assertEquals(Double.POSITIVE_INFINITY, GradientClipping.norm(List.of(with(1, Float.NEGATIVE_INFINITY)), p));
            assertEquals(0, GradientClipping.norm(List.of(with(0, 0)), p));
            assertEquals(0, GradientClipping.norm(List.of(Weights.parameter(1, 3)), p));
            Rejected.state(() -> GradientClipping.clipByNormStrictly(List.of(with(Float.NaN)), 1, p), "NaN");
        }
        for (double bad : new double[] {0, -1, Double.NaN}) Rejected.argument(() -> GradientClipping.norm(List.of(), bad),
            "norm: p " + bad);
    }
}
