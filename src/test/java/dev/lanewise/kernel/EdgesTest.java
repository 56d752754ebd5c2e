package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.UnaryFunction;
import dev.lanewise.catalogue.UnaryFunctions;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every elementwise function where it overflows, underflows, or begins to be flat: value, slope and curvature against double.
/// The edges are found from the function itself.
class EdgesTest {

    /// The least float's unit, in which errors are counted that come from subnormal numbers on the way.
    private static final double LEAST = 0x1p-149;

    static List<UnaryFunction> functions() { return UnaryFunctions.ALL; }

    @ParameterizedTest
    @MethodSource("functions")
    void isRightAtItsEdges(UnaryFunction function) {
        var x = new TreeSet<Float>(List.of(0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, -Float.MIN_NORMAL,
            Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 1f, -1f));
        for (var exact : function.exact()) edges(exact, x);
        var random = new SplittableRandom(function.name().hashCode());
        for (int i = 0; i < 2000; i++) x.add(Float.intBitsToFloat(random.nextInt()));
        check(function, new ArrayList<>(x));
    }

    /// Floats on both sides of each place where a neighbouring result, of floats in steps, is of another kind.
    private static void edges(DoubleUnaryOperator exact, TreeSet<Float> x) {
        for (int sign : new int[] {0, 0x80000000})
            for (int bits = 0; bits < 0x7f800000; bits += 1 << 20) {
                int low = bits;
                int high = Math.min(bits + (1 << 20), 0x7f800000);
                if (kind(exact, low | sign) == kind(exact, high | sign)) continue;
                while (high - low > 1) {
                    int middle = low + high >>> 1;
                    if (kind(exact, middle | sign) == kind(exact, low | sign)) low = middle;
                    else high = middle;
                }
                for (int near = -40; near <= 40; near++) {
                    int at = Math.clamp(low + near * (Math.abs(near) > 8 ? 1 << Math.abs(near) / 2 : 1), 0, 0x7f800000);
                    x.add(Float.intBitsToFloat(at | sign));
                }
            }
    }

    /// Subnormal, nothing, infinite, or how large in steps.
    private static int kind(DoubleUnaryOperator exact, int bits) {
        double y = exact.applyAsDouble(Float.intBitsToFloat(bits));
        double size = Math.abs(y);
        return Double.isNaN(y) ? 0 : size < LEAST / 2 ? 1 : size < Float.MIN_NORMAL ? 2 : size < 0x1p-100 ? 3
            : size > Float.MAX_VALUE ? 5
            : size > 0x1p100 ? 4 : y < 0 ? 6 : 7;
    }

    private static void check(UnaryFunction function, List<Float> numbers) {
        var x = new float[numbers.size()];
        for (int i = 0; i < x.length; i++) x[i] = numbers.get(i);
        var leaf = Tensor.of(x).requiresGrad(true);
        var y = function.apply(leaf);
        if (!function.isDifferentiable()) {
            for (int i = 0; i < x.length; i++) assertRight(function, 0, x[i], y.toArray()[i]);
            return;
        }
        var slope = Autograd.grad(y, List.of(leaf), Tensor.ones(x.length), true, true).getFirst();
        var curvature = slope.requiresGrad() ? Autograd.grad(slope, List.of(leaf), Tensor.ones(x.length), false, false)
            .getFirst().toArray()
            : new float[x.length];
        var results = List.of(y.toArray(), slope.toArray(), curvature);
        for (int order = 0; order < 3; order++)
            for (int i = 0; i < x.length; i++) if (!Float.isNaN(x[i]) || order < 2) assertRight(function, order, x[i],
                results.get(order)[i]);
    }

    private static void assertRight(UnaryFunction function, int order, float x, float actual) {
        double exact = function.exact(order, x);
        String what = function + ", derivative " + order + " at " + x + ": " + actual + " for " + exact;
        if (Double.isNaN(exact)) {
            assertTrue(Float.isNaN(actual), what);
            return;
        }
        // beside the largest float the rounding decides; at a pole, the way the formula takes to the negative zero
        if (Math.abs(exact) > Float.MAX_VALUE) {
            assertTrue(Math.abs(actual) > Float.MAX_VALUE * (1 - 1e-5) && (x == 0 || actual > 0 == exact > 0), what);
            return;
        }
        if (Float.isInfinite(actual)) {
            assertTrue(Math.abs(exact) > Float.MAX_VALUE * (1 - 1e-5) && actual > 0 == exact > 0, what);
            return;
        }
        double size = Math.max(Math.abs(exact), order == 0 ? 0 : function.natural(x));
        assertEquals(exact, actual, 3e-6 * size + 200 * LEAST, what);
    }
}
