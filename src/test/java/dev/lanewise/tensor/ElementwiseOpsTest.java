package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Values of the elementwise operations, over views and shapes that broadcast.
class ElementwiseOpsTest {

    /// In double, rounded once: what the operation on floats gives, too.
    private enum Binary {
        ADD(Tensor::add, Double::sum), SUB(Tensor::sub, (a, b) -> a - b), MUL(Tensor::mul, (a, b) -> a * b),
        DIV(Tensor::div, (a, b) -> a / b);

        final BinaryOperator<Tensor> operation;
        final DoubleBinaryOperator oracle;

        Binary(BinaryOperator<Tensor> operation, DoubleBinaryOperator oracle) {
            this.operation = operation;
            this.oracle = oracle;
        }
    }

    private enum Unary {
        NEG(Tensor::neg, x -> -x, 0), EXP(Tensor::exp, Math::exp, 1), LOG(Tensor::log, Math::log, 1),
        SQRT(Tensor::sqrt, Math::sqrt, 0), SQUARE(Tensor::square, x -> x * x, 0),
        RELU(Tensor::relu, x -> x > 0 || Double.isNaN(x) ? x : 0, 0);

        final UnaryOperator<Tensor> operation;
        final DoubleUnaryOperator oracle;
        /// Beyond the nearest float.
        final int ulps;

        Unary(UnaryOperator<Tensor> operation, DoubleUnaryOperator oracle, int ulps) {
            this.operation = operation;
            this.oracle = oracle;
            this.ulps = ulps;
        }
    }

    @Property
    void binaryOperationsBroadcast(@ForAll Binary binary, @ForAll("any") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var a = operand(shape, random);
        var b = operand(shape, random);
        var expected = a.oracle().with(b.oracle(), binary.oracle);
        var result = binary.operation.apply(a.tensor(), b.tensor());
        assertArrayEquals(expected.sizes(), result.shape().toArray());
        assertArrayEquals(expected.values(), result.toArray());
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
    void unaryOperationsTakeAnyView(@ForAll Unary unary, @ForAll("any") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Nested.Pair.draw(shape, random).viewed(random);
        var result = unary.operation.apply(x.tensor());
        assertArrayEquals(x.oracle().sizes(), result.shape().toArray());
        assertNear(unary, x.oracle().values(), result.toArray());
    }

    @Example
    void specialNumbersPassAsTheyShould() {
        float[] special = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -1f, Float.MIN_VALUE, 100f};
        for (var unary : Unary.values()) assertNear(unary, special, unary.operation.apply(Tensor.of(special)).toArray());
    }

    private static void assertNear(Unary unary, float[] x, float[] actual) {
        for (int i = 0; i < x.length; i++) {
            float expected = (float) unary.oracle.applyAsDouble(x[i]);
            boolean near = Float.compare(expected, actual[i]) == 0
                || Math.abs(expected - actual[i]) <= unary.ulps * Math.ulp(expected);
            assertTrue(near, unary + " of " + x[i] + ": " + actual[i] + " for " + expected);
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
    Arbitrary<Shape> any() { return Shapes.any(); }
}
