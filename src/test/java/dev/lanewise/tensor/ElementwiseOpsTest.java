package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.BinaryFunction;
import dev.lanewise.catalogue.UnaryFunction;
import dev.lanewise.catalogue.UnaryFunctions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Values of the elementwise operations, over views and shapes that broadcast.
class ElementwiseOpsTest {

    @Property
    void binaryOperationsBroadcast(@ForAll("binaries") BinaryFunction function, @ForAll("any") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var a = operand(shape, random);
        var b = operand(shape, random);
        var expected = a.oracle().with(b.oracle(), function.exact());
        var result = function.call().apply(a.tensor(), b.tensor());
        assertArrayEquals(expected.sizes(), result.shape().toArray());
        assertNear(function.name(), IntStream.range(0, expected.values().length).mapToDouble(i -> expected.values()[i]).toArray(),
            result.toArray(), function.ulps());
    }

    /// Broadcasts to `shape`; its elements lie in any order, or are repeated already.
    private static Nested.Pair operand(Shape shape, SplittableRandom random) {
        var narrow = Op.narrowed(shape, random);
        var order = Op.order(narrow.rank(), random);
        var inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) inverse[order[i]] = i;
        var stored = Shape.of(Arrays.stream(order).map(narrow::size).toArray());
        var view = Nested.Pair.draw(stored, random).permute(inverse);
        if (random.nextBoolean()) return view;
        return new Nested.Pair(view.tensor().expand(shape.toArray()), view.oracle().expand(shape.toArray()));
    }

    @Property
    void unaryOperationsTakeAnyView(@ForAll("unaries") UnaryFunction function, @ForAll("any") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Nested.Pair.draw(shape, random).viewed(random);
        var result = function.apply(x.tensor());
        assertArrayEquals(x.oracle().sizes(), result.shape().toArray());
        assertNear(function, x.oracle().values(), result.toArray());
    }

    @Example
    void specialNumbersPassAsTheyShould() {
        float[] special = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -1f, Float.MIN_VALUE, 100f};
        for (var function : UnaryFunctions.ALL) assertNear(function, special, function.of(special));
    }

    private static void assertNear(UnaryFunction function, float[] x, float[] actual) {
        var expected = new double[x.length];
        for (int i = 0; i < x.length; i++) expected[i] = function.value(x[i]);
        assertNear(function.name(), expected, actual, function.ulps());
    }

    /// Within so many units in the last place; half a one is the nearest float.
    private static void assertNear(String name, double[] exact, float[] actual, double ulps) {
        for (int i = 0; i < exact.length; i++) {
            float expected = (float) exact[i];
            boolean near = Float.compare(expected, actual[i]) == 0
                || ulps > 0.5 && Math.abs(exact[i] - actual[i]) <= ulps * Math.ulp(expected);
            assertTrue(near, name + ", element " + i + ": " + actual[i] + " for " + exact[i]);
        }
    }

    @Property
    void aNumberIsATensorOfNoDimensions(@ForAll float number, @ForAll("any") Shape shape, @ForAll long seed) {
        var x = Domain.ANY.draw(shape, new SplittableRandom(seed));
        for (var pair : List.of(List.of(x.add(number), x.add(Tensor.scalar(number))),
            List.of(x.sub(number), x.sub(Tensor.scalar(number))), List.of(x.mul(number), x.mul(Tensor.scalar(number))),
            List.of(x.div(number), x.div(Tensor.scalar(number)))))
            assertArrayEquals(pair.get(1).toArray(), pair.get(0).toArray());
    }

    @Example
    void nothingBroadcastsToNothing() {
        assertEquals(Shape.of(3, 0), Tensor.zeros(1, 0).add(Tensor.ones(3, 1)).shape());
        assertEquals(Shape.of(0), Tensor.zeros(0).mul(2f).exp().shape());
    }

    @Provide
    Arbitrary<UnaryFunction> unaries() { return Arbitraries.of(UnaryFunctions.ALL); }

    @Provide
    Arbitrary<BinaryFunction> binaries() { return Arbitraries.of(BinaryFunction.ALL); }

    @Provide
    Arbitrary<Shape> any() { return Shapes.any(); }
}
