package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Tensors without elements: as PyTorch 2.13's, a sum over nothing is 0, a mean over nothing NaN, the rest is empty.
class ZeroSizeTest {

    private static final float NAN = Float.NaN;
    private static final float LOWEST = Float.NEGATIVE_INFINITY;

    /// No rows of three columns.
    private final Tensor x = Tensor.zeros(0, 3);

    private static void assertIs(Tensor tensor, Shape shape, float value) {
        assertEquals(shape, tensor.shape());
        var expected = new float[shape.numel()];
        Arrays.fill(expected, value);
        assertArrayEquals(expected, tensor.toArray());
    }

    @Test
    void reductionsOverNothing() {
        assertIs(x.sum(), Shape.of(), 0);
        assertIs(x.sum(0), Shape.of(3), 0);
        assertIs(x.sum(true, 0), Shape.of(1, 3), 0);
        assertIs(x.norm(0), Shape.of(3), 0);
        assertIs(x.norm(1, false, 0), Shape.of(3), 0);
        assertIs(x.mean(), Shape.of(), NAN);
        assertIs(x.mean(0), Shape.of(3), NAN);
        assertIs(x.var(0), Shape.of(3), NAN);
        assertIs(x.std(), Shape.of(), NAN);
        assertIs(x.logsumexp(), Shape.of(), LOWEST);
        assertIs(x.logsumexp(0), Shape.of(3), LOWEST);
        assertIs(x.logsumexp(true, 0), Shape.of(1, 3), LOWEST);
    }

    @Test
    void reductionsOfNoRows() {
        var each = List.<UnaryOperator<Tensor>>of(a -> a.sum(1), a -> a.mean(1), a -> a.var(1), a -> a.std(1), a -> a.amax(1),
            a -> a.amin(1), a -> a.norm(1), a -> a.logsumexp(1));
        for (var reduction : each) assertIs(reduction.apply(x), Shape.of(0), 0);
        assertArrayEquals(new int[0], x.argmax());
    }

    @Test
    void products() {
        assertIs(Tensor.zeros(3, 0).matmul(x), Shape.of(3, 3), 0);
        assertIs(Tensor.zeros(0).matmul(Tensor.zeros(0)), Shape.of(), 0);
        assertIs(Tensor.zeros(3, 0).matmul(Tensor.zeros(0)), Shape.of(3), 0);
        assertIs(Tensor.zeros(2, 2, 0).matmul(Tensor.zeros(2, 0, 4)), Shape.of(2, 2, 4), 0);
        assertIs(Tensor.zeros(2, 2, 0).matmul(Tensor.zeros(0, 4)), Shape.of(2, 2, 4), 0);
        assertEquals(Shape.of(0, 2), x.matmul(Tensor.ones(3, 2)).shape());
        assertEquals(Shape.of(2, 0), Tensor.ones(2, 3).matmul(Tensor.zeros(3, 0)).shape());
        assertEquals(Shape.of(0, 2, 4), Tensor.zeros(0, 2, 3).matmul(Tensor.ones(3, 4)).shape());
        assertEquals(Shape.of(0, 2, 4), Tensor.zeros(0, 2, 3).matmul(Tensor.ones(1, 3, 4)).shape());
    }

    @Test
    void views() {
        assertEquals(Shape.of(3, 0), x.reshape(3, 0).shape());
        assertEquals(Shape.of(0, 3), x.reshape(-1, 3).shape());
        assertEquals(Shape.of(3, 0), x.t().shape());
        assertEquals(Shape.of(0, 12), Tensor.zeros(0, 3, 4).flatten(1, -1).shape());
        assertEquals(Shape.of(2, 0), Tensor.zeros(2, 0, 4).flatten(1, -1).shape());
        assertEquals(Shape.of(0, 3), Tensor.ones(1, 3).expand(0, 3).shape());
        assertEquals(Shape.of(0, 3), Tensor.ones(2, 3).slice(0, 2, 2).shape());
        assertEquals(Shape.of(0), Tensor.zeros(3, 0).select(0, 1).shape());
        assertEquals(Shape.of(0), Tensor.zeros(1, 0).squeeze().shape());
        assertIs(Tensor.zeros(3, 0).slice(0, 1, 3), Shape.of(2, 0), 0);
        assertIs(Tensor.zeros(3, 0).select(0, 2), Shape.of(0), 0);
        assertIs(Tensor.zeros(5, 0).slice(0, 1, 5, Integer.MAX_VALUE), Shape.of(1, 0), 0);
        Rejected.argument(() -> x.reshape(0, -1), "reshape", "[0, 3] to [0, -1]"); // any size would do
        Rejected.argument(() -> x.select(0, 0), "select", "index 0", "[0, 3] has 0 elements");
    }

    @Test
    void joiningAndChoosing() {
        assertIs(Tensor.cat(0, x, Tensor.ones(2, 3), x), Shape.of(2, 3), 1);
        assertEquals(Shape.of(2, 0, 3), Tensor.stack(0, x, x).shape());
        assertEquals(Shape.of(2, 0), Tensor.ones(2, 3).gather(1, new int[0], 2, 0).shape());
        assertEquals(Shape.of(0, 3), Tensor.ones(2, 3).indexSelect(0).shape());
        assertEquals(Shape.of(0, 2), x.indexSelect(1, 0, 2).shape());
        assertEquals(Shape.of(0), x.pick().shape());
    }

    /// The gradient of nothing has its shape, and that of what it met is 0.
    @Test
    void gradients() {
        var rules = List.<UnaryOperator<Tensor>>of(Tensor::exp, Tensor::relu, a -> a.clamp(0, 1), a -> a.sum(0), a -> a.mean(0),
            a -> a.mean(1), a -> a.var(), a -> a.std(0), a -> a.norm(), a -> a.norm(0), a -> a.amax(1), a -> a.logsumexp(0),
            a -> a.logsumexp(1), a -> a.softmax(0), a -> a.softmax(1), a -> a.logSoftmax(0), a -> a.logSoftmax(-1),
            a -> a.reshape(3, 0), Tensor::t, a -> a.slice(1, 0, 2), a -> a.expand(2, 0, 3), a -> a.indexSelect(1, 0, 1),
            a -> a.gather(0, new int[0], 0, 3), a -> Tensor.cat(0, a, a), a -> Tensor.stack(1, a, a),
            a -> Tensor.where(a, a, a.neg()), a -> a.matmul(Tensor.ones(3, 2)), a -> a.t().matmul(a));
        for (int i = 0; i < rules.size(); i++) {
            var leaf = x.detach().requiresGrad(true);
            rules.get(i).apply(leaf).sum().backward();
            assertEquals(x.shape(), leaf.grad().shape(), "rule " + i);
        }
        var row = Tensor.ones(1, 3).requiresGrad(true);
        x.mul(row).sum().backward();
        assertIs(row.grad(), Shape.of(1, 3), 0);
        var matrix = Tensor.ones(3, 2).requiresGrad(true);
        x.matmul(matrix).sum().backward();
        assertIs(matrix.grad(), Shape.of(3, 2), 0);
    }

    @Test
    void softmaxOfNothingIsNothing() {
        for (int dim : new int[] {0, 1}) {
            assertEquals(x.shape(), x.softmax(dim).shape());
            assertEquals(Shape.of(3, 0), Tensor.zeros(3, 0).logSoftmax(dim).shape());
        }
    }
}
