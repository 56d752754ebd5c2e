package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Epilogue;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;

/// Any number of threads gives the bits of one. The work is large enough to be split.
class ThreadsTest {

    private static final int[] THREADS = {1, 2, 3, 7};

    private static final int BEFORE = Pool.threads();

    @AfterTry
    void restore() { Pool.setThreads(BEFORE); }

    @Property(tries = 10)
    void elementwise(@ForAll @IntRange(min = 150_000, max = 500_000) int n, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Samples.wild(random, n + 3);
        var step = Samples.tame(random, 1);
        var formula = Formula.binary("exp_mul", (a, b) -> Functions.exp(a.mul(b)));
        var expected = new float[n + 3];
        int broadcast = 0b10;
        Loops.map(formula, broadcast, new Target(1, 16, true))
            .run(x, 3, step, 0, expected, 2, null, 0, null, 0, null, 0, null, n);
        var elementwise = new Elementwise(formula);
        assertTheSameOnAnyNumberOfThreads(expected, () -> {
            var out = new float[n + 3];
            elementwise.run(broadcast, x, 3, step, 0, out, 2, null, 0, null, 0, null, 0, null, n);
            return out;
        });
    }

    @Property(tries = 10)
    void reductions(@ForAll @IntRange(min = 1, max = 40) int rows, @ForAll long seed) {
        int columns = 1_500_000 / rows;
        var x = Samples.tame(new SplittableRandom(seed), rows * columns);
        var sum = new Reduction(new Fold("sum", Expr.slot(0), Fold.Combine.ADD));
        assertTheSameOnAnyNumberOfThreads(() -> {
            var out = new float[rows + columns];
            sum.rows(x, 0, null, 0, null, 0, null, rows, columns, out, 0);
            sum.columns(x, 0, rows, columns, out, rows);
            return out;
        });
    }

    @Property(tries = 40)
    void products(@ForAll @IntRange(min = 1, max = 200) int m, @ForAll @IntRange(min = 1, max = 200) int n,
                  @ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll long seed) {
        int k = Math.ceilDiv(4_000_000, m * n) % 2000 + 1;
        var random = new SplittableRandom(seed);
        var a = Samples.tame(random, m * k);
        var b = Samples.tame(random, k * n);
        var bias = Samples.tame(random, Math.max(m, n));
        assertTheSameOnAnyNumberOfThreads(() -> {
            var out = new float[2 * m * n];
            for (int i = 0; i < 2; i++)
                Gemm.run(m, n, k, a, 0, transposeA ? m : k, transposeA, b, 0, transposeB ? k : n, transposeB, out, i * m * n, n,
                    Epilogue.IDENTITY, bias, 0, i == 1);
            return out;
        });
    }

    @Property(tries = 10)
    void fills(@ForAll @IntRange(min = 140_000, max = 500_000) int n, @ForAll long key) {
        var number = Expr.counter(0);
        var fill = new Fill("bits", number.xor(Expr.key(0)).toFloat(), number.add(Expr.key(1)).toFloat());
        assertTheSameOnAnyNumberOfThreads(() -> {
            var out = new float[n];
            fill.run(out, 0, n, key, 0);
            return out;
        });
    }

    private static void assertTheSameOnAnyNumberOfThreads(Supplier<float[]> work) {
        Pool.setThreads(1);
        assertTheSameOnAnyNumberOfThreads(work.get(), work);
    }

    private static void assertTheSameOnAnyNumberOfThreads(float[] expected, Supplier<float[]> work) {
        for (int threads : THREADS) {
            Pool.setThreads(threads);
            assertArrayEquals(expected, work.get(), threads + " threads");
        }
    }
}
