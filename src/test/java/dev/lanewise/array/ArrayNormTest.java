package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.Compute;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/// Normalization gives the layers' bits, whatever the sizes of the numbers are, on one thread and on two.
class ArrayNormTest {

    private static final int THREADS = Compute.threads();

    @AfterProperty
    void restore() { Compute.setThreads(THREADS); }

    @Property(tries = 200)
    void rowsOfNumbersOfAnySize(@ForAll @IntRange(min = 1, max = 6) int rows, @ForAll @IntRange(min = 1, max = 200) int columns,
                                @ForAll boolean centred, @ForAll boolean weighted, @ForAll boolean biased,
                                @ForAll @IntRange(max = 3) int eps, @ForAll boolean inPlace, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Numbers.tame(random, 1 + rows * columns);
        for (int row = 0; row < rows; row++) {
            int exponent = random.nextInt(-160, 128);
            float shift = random.nextInt(3) == 0 ? (float) random.nextGaussian() * 100 : 0;
            for (int i = 1 + row * columns; i < 1 + (row + 1) * columns; i++) x[i] = Math.scalb(x[i] + shift, exponent);
            if (random.nextInt(8) == 0) Arrays.fill(x, 1 + row * columns, 1 + (row + 1) * columns, x[1 + row * columns]);
            if (random.nextInt(12) == 0) x[1 + row * columns + random.nextInt(columns)] = random.nextBoolean() ? Float.NaN
                : Float.POSITIVE_INFINITY;
        }
        assertNorms(rows, columns, x, centred, weighted, biased, new double[] {0, 1e-5, 1e-12, 1e20}[eps], inPlace, random);
    }

    /// The largest of all, whose sum is no float, and beside a row of numbers that are small; so many that their mean is exact.
    @Example
    void equalNumbersOfAnySizeAreZeros() {
        for (float size = Float.MAX_VALUE; size > 1e-30f; size /= 8) for (int columns : new int[] {2, 16, 1024}) {
            var x = new float[2 * columns];
            Arrays.fill(x, 0, columns, size);
            for (int i = 0; i < columns; i++) x[columns + i] = (i % 3 + 1) * 1e-30f;
            var y = new float[2 * columns];
            ArrayMath.layerNorm(2, columns, x, 0, columns, null, 0, null, 0, 1e-20, y, 0, columns);
            assertArrayEquals(new float[columns], Arrays.copyOf(y, columns), "array, " + size);
            var layer = new LayerNorm(Shape.of(columns), 1e-20, false).call(Tensor.of(x, 2, columns)).toArray();
            assertArrayEquals(new float[columns], Arrays.copyOf(layer, columns), "layer, " + size);
        }
    }

    /// Enough for threads to share, and rows longer than a sum's chunk.
    @Example
    void manyRowsAndLongOnes() {
        for (int threads = 1; threads <= 2; threads++) {
            Compute.setThreads(threads);
            var random = new SplittableRandom(threads);
            for (boolean centred : new boolean[] {true, false}) {
                assertNorms(2000, 100, Numbers.tame(random, 1 + 200_000), centred, true, true, 1e-5, false, random);
                assertNorms(3, 20_000, Numbers.tame(random, 1 + 60_000), centred, true, false, 1e-5, false, random);
            }
        }
    }

    private static void assertNorms(int rows, int columns, float[] x, boolean centred, boolean weighted,
        boolean biased, double eps,
                                    boolean inPlace, SplittableRandom random) {
        var weight = weighted ? Numbers.tame(random, columns + 2) : null;
        var bias = centred && biased ? Numbers.tame(random, columns + 3) : null;
        int ldy = inPlace ? columns : columns + 1;
        var y = inPlace ? x.clone() : Numbers.tame(random, 1 + rows * ldy);
        var expected = y.clone();
        var shape = Shape.of(columns);
        // row by row: beside a row at an end of the range a layer takes all of them by another way
        for (int row = 0; row < rows; row++) {
            var each = Tensor.of(Arrays.copyOfRange(x, 1 + row * columns, 1 + (row + 1) * columns), 1, columns);
            var normed = centred ? new LayerNorm(shape, eps, false).call(each) : new RMSNorm(shape, eps, false).call(each);
            if (weight != null) normed = normed.mul(Tensor.of(Arrays.copyOfRange(weight, 2, columns + 2), columns));
            if (bias != null) normed = normed.add(Tensor.of(Arrays.copyOfRange(bias, 3, columns + 3), columns));
            System.arraycopy(normed.toArray(), 0, expected, 1 + row * ldy, columns);
        }
        var operand = inPlace ? y : x;
        if (centred) ArrayMath.layerNorm(rows, columns, operand, 1, columns, weight, 2, bias, 3, eps, y, 1, ldy);
        else ArrayMath.rmsNorm(rows, columns, operand, 1, columns, weight, 2, eps, y, 1, ldy);
        assertArrayEquals(expected, y);
    }

    @Example
    void nothingToNormalize() {
        var none = new float[0];
        ArrayMath.layerNorm(0, 5, none, 0, 5, new float[5], 0, null, 0, 0, none, 0, 5);
        ArrayMath.rmsNorm(3, 0, none, 0, 0, null, 0, 0, none, 0, 0);
    }

    @Example
    void whatDoesNotFit() {
        var x = new float[10];
        var y = new float[10];
        Rejected.argument(() -> ArrayMath.layerNorm(-2, 5, x, 0, 5, null, 0, null, 0, 0, y, 0, 5), "layerNorm", "rows is -2");
        Rejected.argument(() -> ArrayMath.rmsNorm(2, -5, x, 0, 5, null, 0, 0, y, 0, 5), "rmsNorm", "columns is -5");
        Rejected.argument(() -> ArrayMath.layerNorm(2, 5, x, 1, 5, null, 0, null, 0, 0, y, 0, 5), "layerNorm",
            "x of 2 x 5 from offset 1");
        Rejected.argument(() -> ArrayMath.rmsNorm(2, 5, x, 0, 5, null, 0, 0, y, 0, 4), "rmsNorm", "leading dimension of y is 4");
        Rejected.argument(() -> ArrayMath.layerNorm(2, 5, x, 0, 5, new float[4], 0, null, 0, 0, y, 0, 5), "layerNorm",
            "weight needs 5");
        Rejected.argument(() -> ArrayMath.layerNorm(2, 5, x, 0, 5, null, 0, x, 8, 0, y, 0, 5), "layerNorm",
            "bias needs 5 elements from offset 8");
        Rejected.argument(() -> ArrayMath.layerNorm(1, 5, x, 0, 5, null, 0, y, 2, 0, y, 0, 5), "layerNorm", "y",
            "overlaps bias at offset 2");
        Rejected.argument(() -> ArrayMath.rmsNorm(1, 5, x, 0, 5, null, 0, 0, x, 3, 5), "rmsNorm", "overlaps x");
        Rejected.argument(() -> ArrayMath.rmsNorm(1, 5, x, 0, 5, null, 0, -1, y, 0, 5), "rmsNorm", "eps is -1.0", "0 or more");
        Rejected.argument(() -> ArrayMath.layerNorm(1, 5, x, 0, 5, null, 0, null, 0, Double.NaN, y, 0, 5), "layerNorm",
            "eps is NaN");
        assertArrayEquals(new float[10], y, "nothing was written");
    }
}
