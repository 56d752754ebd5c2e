package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.Compute;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/// Attention gives the tensors' bits, on one thread and on two.
class ArrayAttentionTest {

    private static final int THREADS = Compute.threads();

    @AfterProperty
    void restore() { Compute.setThreads(THREADS); }

    @Property(tries = 60)
    void stacksOfHeads(@ForAll @IntRange(max = 3) int batch, @ForAll @IntRange(max = 300) int queries,
        @ForAll @IntRange(max = 200) int keys,
                       @ForAll @IntRange(max = 20) int width, @ForAll @IntRange(max = 20) int values, @ForAll boolean causal,
                       @ForAll boolean sideBySide, @ForAll boolean twoThreads, @ForAll long seed) {
        Compute.setThreads(twoThreads ? 2 : 1);
        var random = new SplittableRandom(seed);
        boolean wild = random.nextInt(4) == 0;
        var q = new Stack(batch, queries, width, sideBySide, Numbers.tame(random, 2 + batch * queries * width));
        var k = new Stack(batch, keys, width, random.nextBoolean(), Numbers.tame(random, 2 + batch * keys * width));
        var v = new Stack(batch, keys, values, random.nextBoolean(), numbers(wild, random, 2 + batch * keys * values));
        if (wild && q.data.length > 3) q.data[random.nextInt(q.data.length)] = Float.NEGATIVE_INFINITY;
        var y = new Stack(batch, queries, values, sideBySide, Numbers.tame(random, 2 + batch * queries * values));
        double scale = random.nextInt(3) == 0 ? 30 : 1 / Math.sqrt(width + 1);
        var options = Attention.options().causal(causal).scale(scale);
        var expected = Attention.scaledDotProduct(q.tensor(), k.tensor(), v.tensor(), options).toArray();
        ArrayMath.attention(batch, queries, keys, width, values, causal, scale, q.data, 2, q.ld(), q.stride(), k.data, 2,
            k.ld(), k.stride(), v.data, 2, v.ld(), v.stride(), y.data, 2, y.ld(), y.stride());
        assertArrayEquals(expected, y.tensor().toArray());
    }

    private static float[] numbers(boolean wild, SplittableRandom random, int n) {
        var x = Numbers.tame(random, n);
        if (wild) for (int i = 0; i < 3; i++) x[random.nextInt(n)] = random.nextBoolean() ? Float.NaN : Float.POSITIVE_INFINITY;
        return x;
    }

    /// Matrices from the third element on, one behind the other or side by side.
    private record Stack(int batch, int rows, int columns, boolean sideBySide, float[] data) {

        int ld() { return sideBySide ? Math.max(1, batch) * columns : columns; }

        int stride() { return sideBySide ? columns : rows * columns; }

        Tensor tensor() {
            var lying = Tensor.of(Arrays.copyOfRange(data, 2, 2 + batch * rows * columns), sideBySide
                ? new int[] {rows, batch, columns}
                : new int[] {batch, rows, columns});
            return sideBySide ? lying.transpose(0, 1) : lying;
        }
    }

    @Example
    void whatDoesNotFit() {
        var x = new float[30];
        var y = new float[30];
        Rejected.argument(() -> attention(-1, x, 4, y, 4, 1), "attention", "batch is -1");
        Rejected.argument(() -> attention(2, x, 20, y, 4, 1), "attention", "K, 2 matrices of 3 x 2 that begin 20 elements apart",
            "ends at 38");
        Rejected.argument(() -> attention(2, x, 6, y, 4, Double.NaN), "attention", "scale is NaN", "sqrt");
        Rejected.argument(() -> attention(2, x, 6, y, 4, 1e300), "attention", "scale is 1.0E300");
        Rejected.argument(() -> attention(2, x, 6, y, 3, 1), "attention", "Y of 2 x 2", "overlap", "4 at the least");
        Rejected.argument(() -> attention(2, y, 6, y, 4, 1), "attention", "Y", "overlaps K at offset 12");
        Rejected.argument(() -> attention(2, null, 6, y, 4, 1), "attention", "K is null");
        assertArrayEquals(new float[30], y, "nothing was written");
    }

    private static void attention(int batch, float[] k, int strideK, float[] y, int strideY, double scale) {
        ArrayMath.attention(batch, 2, 3, 2, 2, false, scale, new float[30], 0, 2, 4, k, 12, 2, strideK, new float[30], 0, 2, 6, y,
            12, 2, strideY);
    }
}
