package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.random.Threefry;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MatMulTest {

    @Property
    void takesAnyView(@ForAll @IntRange(max = 40) int m, @ForAll @IntRange(max = 40) int k,
                      @ForAll @IntRange(max = 40) int n, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var a = matrix(m, k, random);
        var b = matrix(k, n, random);
        var product = a.tensor().matmul(b.tensor());
        assertEquals(Shape.of(m, n), product.shape());
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int l = 0; l < k; l++) sum += (double) a.oracle().at(i, l) * b.oracle().at(l, j);
                // products of multiples of 2^-8 up to 4, at most 40 of them: within a float's 24 bits, so exact
                assertEquals((float) sum, product.get(i, j));
            }
        }
    }

    /// As it lies, transposed, one row or column again and again, or cut from more dimensions.
    private static Nested.Pair matrix(int rows, int columns, SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> Nested.Pair.draw(Shape.of(rows, columns), random);
            case 1 -> Nested.Pair.draw(Shape.of(columns, rows), random).permute(1, 0);
            case 2 -> expanded(Nested.Pair.draw(Shape.of(1, columns), random), rows, columns);
            case 3 -> expanded(Nested.Pair.draw(Shape.of(rows, 1), random), rows, columns);
            default -> Nested.Pair.draw(Shape.of(columns, 1, rows), random).permute(2, 1, 0).reshape(rows, columns);
        };
    }

    private static Nested.Pair expanded(Nested.Pair x, int rows, int columns) {
        return new Nested.Pair(x.tensor().expand(rows, columns), x.oracle().expand(rows, columns));
    }

    /// A row's result does not depend on the rows beside it.
    @Property(tries = 100)
    void aRowAloneGivesTheSameBits(@ForAll @IntRange(min = 1, max = 30) int m, @ForAll @IntRange(min = 1, max = 600) int k,
                                   @ForAll @IntRange(min = 1, max = 40) int n, @ForAll long seed) {
        var source = new Threefry(seed);
        var a = Tensor.randn(source, m, k);
        var b = Tensor.randn(source, k, n);
        int row = new SplittableRandom(seed).nextInt(m);
        var alone = new float[k];
        System.arraycopy(a.toArray(), row * k, alone, 0, k);
        var expected = new float[n];
        System.arraycopy(a.matmul(b).toArray(), row * n, expected, 0, n);
        assertArrayEquals(expected, Tensor.wrap(alone, 1, k).matmul(b).toArray());
    }
}
