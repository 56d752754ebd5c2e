package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ReductionTest {

    private static final Reduction SUM = new Reduction(new Fold("sum", Expr.slot(0), Fold.Combine.ADD));
    private static final Reduction MAX = new Reduction(new Fold("max", Expr.slot(0), Fold.Combine.MAX));
    private static final Reduction SQUARES =
        new Reduction(new Fold("squares", Expr.slot(0).mul(Expr.slot(0)), Fold.Combine.ADD));

    private interface Combine {
        float of(float a, float b);
    }

    @Property(tries = 60)
    void rowsReduceInTheDocumentedOrder(@ForAll("lengths") int columns, @ForAll @IntRange(max = 3) int rows,
                                        @ForAll long seed) {
        var x = numbers(seed, 5 + rows * columns);
        for (int row = 0; row < rows; row++) {
            var values = Arrays.copyOfRange(x, 5 + row * columns, 5 + (row + 1) * columns);
            var squares = new float[columns];
            for (int i = 0; i < columns; i++) squares[i] = values[i] * values[i];
            assertEquals(oracle(values, -0f, Float::sum), rows(SUM, x, 5, rows, columns)[row]);
            assertEquals(oracle(squares, -0f, Float::sum), rows(SQUARES, x, 5, rows, columns)[row]);
            float max = oracle(values, Float.NEGATIVE_INFINITY, ReductionTest::max);
            assertEquals(max, rows(MAX, x, 5, rows, columns)[row]);
        }
    }

    /// Lane by lane, the lanes in halves, chunk by chunk.
    private static float oracle(float[] values, float neutral, Combine combine) {
        if (values.length == 0) return neutral + 0f;
        if (values.length > 8192) {
            var chunks = new float[Math.ceilDiv(values.length, 8192)];
            for (int i = 0; i < chunks.length; i++) {
                var chunk = Arrays.copyOfRange(values, i * 8192, Math.min(values.length, (i + 1) * 8192));
                chunks[i] = oracle(chunk, neutral, combine);
            }
            return oracle(chunks, neutral, combine);
        }
        var lanes = new float[64];
        Arrays.fill(lanes, neutral);
        for (int i = 0; i < values.length; i++) lanes[i % 64] = combine.of(lanes[i % 64], values[i]);
        for (int half = 32; half > 0; half /= 2)
            for (int lane = 0; lane < half; lane++) lanes[lane] = combine.of(lanes[lane], lanes[lane + half]);
        return lanes[0];
    }

    /// Tame ones, in whose sums each rounding shows, or wild ones.
    private static float[] numbers(long seed, int n) {
        var random = new SplittableRandom(seed);
        return random.nextBoolean() ? Samples.tame(random, n) : Samples.wild(random, n);
    }

    private static float max(float a, float b) { return Float.isNaN(a) || a >= b ? a : b; }

    @Property(tries = 60)
    void columnsReduceAsTheRowsOfTheTranspose(@ForAll("lengths") int length, @ForAll @IntRange(max = 70) int width,
                                              @ForAll boolean tall, @ForAll long seed) {
        int rows = tall ? length : width;
        int n = Math.min(tall ? width : length, 200_000 / Math.max(1, rows));
        var x = numbers(seed, 3 + rows * n);
        var transpose = new float[rows * n];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < n; j++) transpose[j * rows + i] = x[3 + i * n + j];
        for (var reduction : new Reduction[] {SUM, MAX, SQUARES}) {
            var out = new float[n + 2];
            reduction.columns(x, 3, rows, n, out, 1);
            assertEquals(0f, out[0]);
            assertEquals(0f, out[n + 1]);
            assertArrayEquals(rows(reduction, transpose, 0, n, rows), Arrays.copyOfRange(out, 1, n + 1));
        }
    }

    /// A value passes at most 128 additions in its lane, 6 in the tree and 16 among the chunks.
    @Property(tries = 30)
    void theErrorOfASumDoesNotGrowWithItsLength(@ForAll @IntRange(max = 21) int logarithm, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int n = random.nextInt(1 << logarithm, 2 << logarithm);
        float common = random.nextInt(3);
        var x = Samples.tame(random, n);
        double exact = 0;
        double magnitude = 0;
        for (int i = 0; i < n; i++) {
            x[i] += common;
            exact += x[i];
            magnitude += Math.abs(x[i]);
        }
        double error = Math.abs(rows(SUM, x, 0, 1, n)[0] - exact);
        double bound = 150 * 0x1p-24 * magnitude;
        assertTrue(error <= bound, () -> error + " > " + bound);
    }

    @Property(tries = 50)
    void aNaNAnywhereIsTheMaximum(@ForAll @IntRange(min = 1, max = 20_000) int n, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Samples.tame(random, n);
        x[random.nextInt(n)] = Float.POSITIVE_INFINITY;
        assertEquals(Float.POSITIVE_INFINITY, rows(MAX, x, 0, 1, n)[0]);
        x[random.nextInt(n)] = Float.NaN;
        assertEquals(Float.NaN, rows(MAX, x, 0, 1, n)[0]);
    }

    @Example
    void nothingSumsToZeroAndHasNoMaximum() {
        assertArrayEquals(new float[] {0f, 0f}, rows(SUM, new float[0], 0, 2, 0));
        assertArrayEquals(new float[] {Float.NEGATIVE_INFINITY}, rows(MAX, new float[0], 0, 1, 0));
        var out = new float[] {5, 5};
        SUM.columns(new float[0], 0, 0, 2, out, 0);
        assertArrayEquals(new float[] {0f, 0f}, out);
    }

    @Property(tries = 20)
    void zerosKeepTheirSign(@ForAll @IntRange(min = 1, max = 9000) int n) {
        var x = new float[n];
        Arrays.fill(x, -0f);
        assertEquals(-0f, rows(SUM, x, 0, 1, n)[0], "the sum of negative zeros");
        x[n / 2] = 0f;
        assertEquals(0f, rows(SUM, x, 0, 1, n)[0], "with a positive one");
    }

    private static float[] rows(Reduction reduction, float[] x, int offset, int rows, int columns) {
        var out = new float[rows + 2];
        out[0] = out[rows + 1] = 77;
        reduction.rows(x, offset, null, 0, null, 0, null, rows, columns, out, 1);
        assertTrue(out[0] == 77 && out[rows + 1] == 77, "wrote beside the result");
        return Arrays.copyOfRange(out, 1, rows + 1);
    }

    /// Around every vector length and block, and around one chunk and some more, as many as are read side by side among them.
    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.oneOf(Samples.sizes(),
            Arbitraries.of(4097, 8191, 8192, 8193, 8256, 16_384, 24_577, 32_768, 41_000, 66_000),
            Arbitraries.integers().between(0, 30_000));
    }
}
