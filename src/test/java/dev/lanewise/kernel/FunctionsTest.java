package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.slot;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.catalogue.BinaryFunction;
import dev.lanewise.catalogue.ErrorFunction;
import dev.lanewise.catalogue.UnaryFunction;
import dev.lanewise.catalogue.UnaryFunctions;
import dev.lanewise.kernel.code.Interpreter;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// The elementary functions against those of `Math` in double. [FunctionsExhaustiveTest] tries every float.
class FunctionsTest {

    /// A prime: with a random start, some million floats of all sizes.
    private static final int STRIDE = 4093;
    private static final UnaryFunction SIN = UnaryFunctions.named("sin");
    private static final UnaryFunction COS = UnaryFunctions.named("cos");

    @Property(tries = 1)
    void everyFunctionIsWithinItsBound(@ForAll @IntRange(max = STRIDE - 1) int start) {
        for (var function : Accuracy.SWEPT) function.assertWithin(function.sweep(start, STRIDE, function.end()));
    }

    /// The reference itself, against digits of a computation with 400 bits.
    @Example
    void theErrorFunctionInDoubleIsRight() {
        double[][] table = {
            {0.01, 0.011283415555849616916, 0.98871658444415038308}, {0.5, 0.52049987781304653768, 0.47950012218695346232},
            {1, 0.84270079294971486934, 0.15729920705028513066}, {1.5, 0.96610514647531072707, 0.033894853524689272933},
            {2, 0.99532226501895273416, 0.0046777349810472658379}, {2.5, 0.99959304798255504106, 4.0695201744495893956e-4},
            {3, 0.99997790950300141456, 2.2090496998585441373e-5}, {4, 0.99999998458274209972, 1.5417257900280018852e-8},
            {9, 1, 4.1370317465138102381e-37}};
        for (var row : table) {
            assertEquals(row[1], ErrorFunction.erf(row[0]), 1e-13 * row[1]);
            assertEquals(-row[1], ErrorFunction.erf(-row[0]), 1e-13 * row[1]);
            assertEquals(row[2], ErrorFunction.erfc(row[0]), 1e-12 * row[2]);
            assertEquals(1 + row[1], ErrorFunction.erfc(-row[0]), 1e-13);
        }
    }

    /// Against `Math.pow`, which is StrictMath's to an ulp of a double.
    @Property(tries = 20)
    void powIsWithinTwoUlps(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var pow = new Elementwise(Formula.binary("pow", Functions::pow));
        int n = 10_000;
        var a = new float[n];
        var b = new float[n];
        var y = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = i % 2 == 0 ? Float.intBitsToFloat(random.nextInt()) : (float) Math.exp(random.nextDouble(-5, 5));
            b[i] = i % 3 == 0 ? Float.intBitsToFloat(random.nextInt()) : i % 3 == 1 ? random.nextInt(-20, 21)
                : (float) random.nextDouble(-30, 30);
            if (i % 4 != 0) continue;
            // bases near 1 with exponents that take them up to the ends of the range: what magnifies the logarithm's error most
            a[i] = (float) Math.exp(random.nextDouble(-1, 1));
            b[i] = (float) (random.nextDouble(-103, 88.7) / Math.log(a[i]));
        }
        pow.run(a, 0, b, 0, y, 0, n);
        for (int i = 0; i < n; i++) assertEquals(0, Accuracy.ulps(y[i], BinaryFunction.pow(a[i], b[i])), 2,
            a[i] + "^" + b[i] + " = " + y[i]);
    }

    /// Up to the largest float and down to the least, on both sides of each bound.
    @Property(tries = 20)
    void powIsRightAtTheEndsOfTheRange(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int n = 10_000;
        var a = new float[n];
        var b = new float[n];
        var y = new float[n];
        for (int i = 0; i < n; i++) {
            double end = i % 2 == 0 ? 128 * Math.log(2) : random.nextInt(-150, -125) * Math.log(2);
            b[i] = i % 3 == 0 ? random.nextInt(-6, 7) : (float) random.nextGaussian() * 20;
            a[i] = (float) Math.exp(end / b[i] * (1 + random.nextInt(-40, 41) * 0x1p-28));
            if (i % 7 == 0) a[i] = Math.nextDown(Float.MAX_VALUE) / random.nextInt(1, 3);
            if (i % 7 == 0) b[i] = 1;
        }
        Maps.POW.run(a, 0, b, 0, y, 0, n);
        for (int i = 0; i < n; i++) assertEquals(0, Accuracy.ulps(y[i], BinaryFunction.pow(a[i], b[i])), 2,
            a[i] + "^" + b[i] + " = " + y[i]);
    }

    @Example
    void powOfSpecialNumbers() {
        float[] special = {0f, -0f, 1, -1, 2, -2, 0.5f, -0.5f, 3, -3, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN,
            8388609f, 16777216f, 1e30f, Float.MIN_VALUE};
        for (float a : special)
            for (float b : special) {
                float expected = (float) BinaryFunction.pow(a, b);
                float actual = of(Functions.pow(slot(0), slot(1)), a, b);
                assertEquals(0, Accuracy.ulps(actual, BinaryFunction.pow(a, b)), 2, a + "^" + b + " = " + actual);
                if (expected == 0) assertEquals(expected, actual, a + "^" + b);
            }
    }

    @Property(tries = 2)
    void sineAndCosineAreAccurate(@ForAll @IntRange(max = 1023) int start) {
        Turns.errors(start, 10).assertSmall();
    }

    /// Far angles have a way of their own: beside them near ones keep their bits, in views too, and the slopes are right.
    @Property(tries = 50)
    void nearAnglesDoNotDependOnFarOnesBesideThem(@ForAll @IntRange(min = 1, max = 300) int n, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var near = new float[n];
        for (int i = 0; i < n; i++) near[i] = Functions.NEAR * (2 * (float) random.nextDouble() - 1);
        var mixed = Arrays.copyOf(near, n + 1);
        mixed[n] = Functions.NEAR * (1 + random.nextInt(1 << 20));
        for (var function : List.of(SIN, COS)) {
            var y = function.of(mixed);
            assertArrayEquals(function.of(near), Arrays.copyOf(y, n));
            assertEquals(0, Accuracy.ulps(y[n], function.value(mixed[n])), 1);
        }
        var x = Tensor.of(mixed, 1, n + 1).requiresGrad(true);
        var row = x.t().sin();
        assertArrayEquals(SIN.of(mixed), row.toArray());
        row.sum().backward();
        assertArrayEquals(COS.of(mixed), x.grad().toArray());
    }

    /// Sine and cosine of the opposite angle, and of a quarter turn more, have the same digits.
    @Property(tries = 5)
    void sineAndCosineAreSymmetric(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 1000; i++) {
            int w = random.nextInt();
            var here = Turns.of(w);
            assertArrayEquals(new float[] {-here[0], -here[1]}, Turns.of(w + (1 << 31)), "half a turn more");
            assertArrayEquals(new float[] {here[1], -here[0]}, Turns.of(w + (1 << 30)), "a quarter turn more");
        }
    }

    @Example
    void exactValues() {
        float inf = Float.POSITIVE_INFINITY;
        check(UnaryFunctions.named("exp"),
            new float[] {0f, -0f, inf, -inf, Float.NaN, 89f, -104f, Float.MAX_VALUE, -Float.MAX_VALUE},
            new float[] {1, 1, inf, 0, Float.NaN, inf, 0, inf, 0});
        check(UnaryFunctions.named("exp"), new float[] {-103f, -90f},
            new float[] {(float) Math.exp(-103), (float) Math.exp(-90)});
        check(UnaryFunctions.named("log"), new float[] {1f, 0f, -0f, inf, -inf, Float.NaN, -1f, -Float.MIN_VALUE},
            new float[] {0, -inf, -inf, inf, Float.NaN, Float.NaN, Float.NaN, Float.NaN});
        check(UnaryFunctions.named("log"), new float[] {Float.MIN_VALUE}, new float[] {(float) Math.log(Float.MIN_VALUE)});
    }

    private static void check(UnaryFunction function, float[] x, float[] expected) {
        assertArrayEquals(expected, function.of(x));
    }

    @Property
    void reluKeepsWhatIsPositiveAndNaN(@ForAll float x) {
        for (float value : new float[] {x, Float.NaN, 0f, -0f})
            assertEquals(value < 0 ? 0f : value, of(Functions.relu(slot(0)), value, 0));
    }

    @Property
    void maxIsTheLargerOrNaN(@ForAll float x, @ForAll float y) {
        var max = Functions.max(slot(0), slot(1));
        if (x != y) assertEquals(Math.max(x, y), of(max, x, y));
        assertEquals(x, of(max, x, x));
        assertEquals(Float.NaN, of(max, x, Float.NaN));
        assertEquals(Float.NaN, of(max, Float.NaN, x));
    }

    private static float of(Expr.F32 f, float x, float y) {
        var values = Interpreter.evaluate(Expr.inOrder(List.of(f)), slot -> slot == 0 ? x : y);
        return (Float) values.get(f);
    }
}
