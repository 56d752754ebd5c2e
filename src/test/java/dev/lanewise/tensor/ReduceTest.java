package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReduceTest {

    /// So many groups of three that the number of all elements is no float.
    @Example
    void aMeanDoesNotDependOnTheGroupsBesideIt() {
        assertEquals(3f, Tensor.full(3f, 5_592_407, 3).mean(1).slice(0, 0, 1).item());
    }

    @Property
    void reducesTheNamedDimensions(@ForAll("evenEmpty") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Nested.Pair.draw(shape, random).viewed(random);
        int[] sizes = x.oracle().sizes();
        int[] dims = Op.someDims(sizes.length, random);
        var reduced = new boolean[sizes.length];
        for (int dim : dims) reduced[Math.floorMod(dim, sizes.length)] = true;
        if (dims.length == 0) Arrays.fill(reduced, true);
        var kept = Shape.of(IntStream.range(0, sizes.length).map(dim -> reduced[dim] ? 1 : sizes[dim]).toArray());
        var dropped = Shape.of(IntStream.range(0, sizes.length).filter(dim -> !reduced[dim])
            .map(dim -> sizes[dim]).toArray());

        var sums = x.oracle().reduce(reduced, 0, Double::sum);
        var magnitudes = x.oracle().reduce(reduced, 0, (sum, value) -> sum + Math.abs(value));
        var counts = x.oracle().reduce(reduced, 0, (sum, _) -> sum + 1);
        for (boolean keepDim : new boolean[] {false, true}) {
            var sum = x.tensor().sum(keepDim, dims);
            assertEquals(keepDim ? kept : dropped, sum.shape());
            for (int i = 0; i < sums.length; i++) assertEquals(sums[i], sum.toArray()[i], magnitudes[i] * 0x1p-20);
            var mean = x.tensor().mean(keepDim, dims);
            assertEquals(sum.shape(), mean.shape());
            // 0 / 0 for the mean of nothing
            for (int i = 0; i < sums.length; i++)
                assertEquals(sums[i] / counts[i], mean.toArray()[i], magnitudes[i] / Math.max(1, counts[i]) * 0x1p-20);
            if (x.tensor().numel() == 0) continue;
            var amax = x.tensor().amax(keepDim, dims);
            assertEquals(sum.shape(), amax.shape());
            var maxima = x.oracle().reduce(reduced, Double.NEGATIVE_INFINITY, Math::max);
            for (int i = 0; i < sums.length; i++) assertEquals((float) maxima[i], amax.toArray()[i]);
        }
    }

    /// Which path through memory is taken must not show. Numbers whose sums round are what tells.
    @Property
    void aPermutedViewGivesTheBitsOfItsCopy(@ForAll("any") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var stored = Tensor.randn(new Threefry(seed), shape.toArray());
        var view = stored.permute(Op.order(shape.rank(), random));
        var dims = Op.someDims(shape.rank(), random);
        var copy = view.contiguous();
        assertArrayEquals(copy.sum(dims).toArray(), view.sum(dims).toArray());
        assertArrayEquals(copy.mean(dims).toArray(), view.mean(dims).toArray());
        assertArrayEquals(copy.amax(dims).toArray(), view.amax(dims).toArray());
    }

    @Property(tries = 200)
    void argmaxNamesTheFirstLargestOfEachRow(@ForAll("any") Shape shape, @ForAll long seed) {
        if (shape.rank() == 0) return;
        var random = new SplittableRandom(seed);
        // few values, so that many are equal
        var data = new float[shape.numel()];
        for (int i = 0; i < data.length; i++) data[i] = random.nextInt(4) - 2;
        var x = Tensor.wrap(data, shape.toArray()).permute(Op.order(shape.rank(), random));
        var values = x.toArray();
        int columns = x.size(-1);
        var best = x.argmax();
        assertEquals(values.length / columns, best.length);
        for (int row = 0; row < best.length; row++) {
            float largest = values[row * columns + best[row]];
            for (int j = 0; j < columns; j++) {
                float other = values[row * columns + j];
                assertTrue(j < best[row] ? other < largest : other <= largest);
            }
        }
    }

    @Example
    void argmaxAlongAnyDimension() {
        var x = Tensor.of(new float[] {1, 5, 2, 8, 4, 0, 7, 3, 9, 6, 5, 4}, 2, 3, 2);
        assertArrayEquals(new int[] {1, 0, 1, 0, 1, 1}, x.argmax(0));
        assertArrayEquals(new int[] {2, 1, 1, 1}, x.argmax(1));
        assertArrayEquals(x.argmax(), x.argmax(2));
        assertArrayEquals(x.argmax(), x.argmax(-1));
        Rejected.argument(() -> x.argmax(3), "argmax:", "no dimension 3", "[2, 3, 2]");
        Rejected.argument(() -> Tensor.zeros(0, 3).argmax(0), "argmax:", "[0, 3]", "dimension 0");
    }

    @Example
    void aNaNCountsAsTheLargest() {
        float nan = Float.NaN;
        var x = Tensor.of(new float[][] {{1, nan, 3, nan}, {nan, Float.POSITIVE_INFINITY, 0, 0}, {-1, -3, 2, 2}});
        assertArrayEquals(new int[] {1, 0, 2}, x.argmax());
        assertArrayEquals(new float[] {nan, nan, 2}, x.amax(1).toArray());
        assertEquals(Float.NEGATIVE_INFINITY, Tensor.full(Float.NEGATIVE_INFINITY, 2).amax().item());
    }

    @Example
    void theGradientOfAMaximumIsSharedAmongEquals() {
        var x = Tensor.of(new float[][] {{1, 3, 3}, {5, 2, 5}}).requiresGrad(true);
        x.amax(1).sum().backward();
        assertArrayEquals(new float[] {0, 0.5f, 0.5f, 0.5f, 0, 0.5f}, x.grad().toArray());
        x.zeroGrad();
        x.amax().backward();
        assertArrayEquals(new float[] {0, 0, 0, 0.5f, 0, 0.5f}, x.grad().toArray());
    }

    @Example
    void nothingSumsToZeroAndHasNoMaximum() {
        assertEquals(0f, Tensor.zeros(0).sum().item());
        assertArrayEquals(new float[] {0, 0}, Tensor.zeros(2, 0).sum(1).toArray());
        assertEquals(Shape.of(0), Tensor.zeros(2, 0).sum(0).shape());
        assertEquals(Shape.of(0), Tensor.zeros(2, 0).amax(0).shape());
        assertEquals(Float.NaN, Tensor.zeros(0).mean().item());
        assertEquals(0, Tensor.zeros(0, 3).argmax().length);
    }

    @Example
    void aSoftmaxDoesNotOverflow() {
        var x = Tensor.of(new float[][] {{1000, 1000}, {-1000, 1000}, {0, Float.NEGATIVE_INFINITY}});
        assertArrayEquals(new float[] {0.5f, 0.5f, 0, 1, 1, 0}, x.softmax(1).toArray());
        assertArrayEquals(new float[] {(float) -Math.log(2), (float) -Math.log(2), -2000, 0, 0, Float.NEGATIVE_INFINITY},
            x.logSoftmax(1).toArray(), 1e-7f);
    }

    @Provide
    Arbitrary<Shape> any() { return Shapes.any(); }

    @Provide
    Arbitrary<Shape> evenEmpty() { return Shapes.evenEmpty(); }
}
