package dev.lanewise.kernel;

import static dev.lanewise.kernel.Expr.slot;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// The elementary functions against those of `Math` in double. [FunctionsExhaustiveTest] tries every float.
class FunctionsTest {

    /// A prime: with a random start, some four million floats of all sizes.
    private static final int STRIDE = 1021;

    @Property(tries = 2)
    void expIsWithinOneUlp(@ForAll @IntRange(max = STRIDE - 1) int start) {
        Accuracy.EXP.sweep(start, STRIDE, 1L << 32).assertWithin(1);
    }

    @Property(tries = 2)
    void logIsWithinOneUlp(@ForAll @IntRange(max = STRIDE - 1) int start) {
        Accuracy.LOG.sweep(start, STRIDE, 1L << 32).assertWithin(1);
    }

    @Property(tries = 2)
    void sineAndCosineAreAccurate(@ForAll @IntRange(max = 1023) int start) {
        Turns.errors(start, 10).assertSmall();
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
        check(Accuracy.EXP, new float[] {0f, -0f, inf, -inf, Float.NaN, 89f, -104f, Float.MAX_VALUE, -Float.MAX_VALUE},
            new float[] {1, 1, inf, 0, Float.NaN, inf, 0, inf, 0});
        check(Accuracy.EXP, new float[] {-103f, -90f}, new float[] {(float) Math.exp(-103), (float) Math.exp(-90)});
        check(Accuracy.LOG, new float[] {1f, 0f, -0f, inf, -inf, Float.NaN, -1f, -Float.MIN_VALUE},
            new float[] {0, -inf, -inf, inf, Float.NaN, Float.NaN, Float.NaN, Float.NaN});
        check(Accuracy.LOG, new float[] {Float.MIN_VALUE}, new float[] {(float) Math.log(Float.MIN_VALUE)});
    }

    private static void check(Accuracy function, float[] x, float[] expected) {
        var y = new float[x.length];
        function.run(x, y);
        assertArrayEquals(expected, y);
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
