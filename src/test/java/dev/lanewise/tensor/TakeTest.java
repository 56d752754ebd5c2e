package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Embedding;
import dev.lanewise.testing.Allocated;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TakeTest {

    /// What is taken several times gets the sum of its gradients, made in double in the order of the indices.
    @Property(tries = 200)
    void gradientsAreSummedInDouble(@ForAll @IntRange(min = 1, max = 200) int rows, @ForAll @IntRange(min = 1, max = 5) int inner,
                                    @ForAll @IntRange(max = 40) int count, @ForAll boolean last, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Domain.ANY.draw(last ? Shape.of(inner, rows) : Shape.of(rows, inner), random).requiresGrad(true);
        var index = random.ints(count, 0, Math.min(rows, 1 + random.nextInt(rows))).toArray();
        var y = x.indexSelect(last ? 1 : 0, index);
        var g = Domain.ANY.draw(y.shape(), random).mul((float) Math.pow(2, random.nextInt(40)));
        var sums = new double[rows * inner];
        for (int i = 0; i < count; i++)
            for (int j = 0; j < inner; j++) {
                int at = last ? j * rows + index[i] : index[i] * inner + j;
                assertArrayEquals(new float[] {x.toArray()[at]}, new float[] {last ? y.get(j, i) : y.get(i, j)});
                sums[at] += last ? g.get(j, i) : g.get(i, j);
            }
        assertArrayEquals(floats(sums), Autograd.grad(y, List.of(x), g, false, false).getFirst().toArray());
    }

    @Property(tries = 100)
    void soAreThoseOfSingleElements(@ForAll @IntRange(min = 1, max = 6) int rows,
        @ForAll @IntRange(min = 1, max = 200) int columns,
                                    @ForAll @IntRange(min = 1, max = 8) int count, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Domain.ANY.draw(Shape.of(rows, columns), random).requiresGrad(true);
        var index = random.ints(rows * count, 0, 1 + random.nextInt(columns)).toArray();
        var y = x.gather(1, index, rows, count);
        var g = Domain.ANY.draw(y.shape(), random);
        var sums = new double[rows * columns];
        for (int i = 0; i < index.length; i++) sums[i / count * columns + index[i]] += g.get(i / count, i % count);
        assertArrayEquals(floats(sums), Autograd.grad(y, List.of(x), g, false, false).getFirst().toArray());
    }

    private static float[] floats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
        return floats;
    }

    /// A step makes the weight's gradient, and beside it no more than the rows that occur.
    @Example
    void anEmbeddingsStepMakesNothingOfTheTablesSizeButItsGradient() {
        int rows = 100_000;
        int dim = 16;
        var indices = new int[100];
        Arrays.setAll(indices, i -> i * i % rows);
        for (int padding : new int[] {-1, 49}) {
            var layer = padding < 0 ? new Embedding(rows, dim) : new Embedding(rows, dim, padding);
            layer.initialize(1);
            layer.forward(indices).sum().backward();
            layer.weight().zeroGrad();
            long made = Allocated.by(() -> layer.forward(indices).sum().backward());
            assertTrue(made < 4L * rows * dim * 1.1, () -> made + " bytes with padding index " + padding);
        }
    }
}
