package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Epilogue;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels over very many rows, columns and steps. Operands lie between guard values, which must not be read into a result or
/// changed; the numbers are small and whole, so that every sum is exact.
///
/// The exhaustive ones need 5 and 12 GB of heap (`-Xmx12g`), and go up to the longest array that there is.
class WideTest {

    private static final int GUARD = 100;
    private static final int LONGEST = Integer.MAX_VALUE - 2;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void productsOfManyRowsColumnsAndSteps(int threads) {
        withThreads(threads, () -> {
            for (var target : Samples.targets()) {
                var gemm = new Gemm(target);
                int many = target.fastFma() ? 300_007 : 10_007;
                product(gemm, 3, target.fastFma() ? 1_600_003 : many, 1, false, false, 0);
                product(gemm, 1, 2 * many, 2, false, true, 3);
                product(gemm, many, 3, 1, false, false, 2);
                product(gemm, many, 1, 2, true, false, 0);
                product(gemm, 3, 2, many, true, false, 1);
                product(gemm, 1, 2, many, false, true, 0);
            }
        });
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void productsOfHundredsOfMillions(int threads) {
        assumeHeap(5);
        withThreads(threads, () -> {
            for (var target : Samples.targets()) {
                if (!target.fastFma()) continue;
                var gemm = new Gemm(target);
                product(gemm, 2, 250_000_013, 1, false, false, 3);
                product(gemm, 1, 250_000_013, 2, false, true, 0);
                product(gemm, 250_000_013, 2, 1, false, false, 0);
                product(gemm, 250_000_013, 1, 2, true, false, 0);
                product(gemm, 2, 1, 250_000_013, false, false, 1);
                product(gemm, 1, 2, 250_000_013, true, true, 0);
            }
        });
    }

    /// Counters of rows, columns and steps end at the largest int.
    @Tag("exhaustive")
    @Test
    void productsAndReductionsAsLongAsAnArray() {
        assumeHeap(12);
        var one = new float[] {1};
        for (int threads : new int[] {1, 2}) withThreads(threads, () -> {
            var x = new float[LONGEST];
            for (var target : Samples.targets()) {
                if (!target.fastFma()) continue;
                var gemm = new Gemm(target);
                for (boolean transposed : new boolean[] {false, true}) {
                    fill(x, 5);
                    gemm.multiply(LONGEST, 1, 0, one, 0, transposed ? LONGEST : 0, transposed, one, 0, 1, false, x, 0, 1, false,
                        Epilogue.Form.NONE, null, 0);
                    check(x, 0);
                    fill(x, 5);
                    gemm.multiply(1, LONGEST, 0, one, 0, 0, false, one, 0, LONGEST, false, x, 0, LONGEST, false,
                        Epilogue.Form.NONE, null, 0);
                    check(x, 0);
                }
                // ones at every 2^7 places: 2^24 - 1 of them, which a float holds
                for (int i = 0; i < LONGEST; i += Math.min(128, LONGEST - i)) x[i] = 1;
                var c = new float[1];
                gemm.multiply(1, 1, LONGEST, x, 0, LONGEST, false, x, 0, 1, false, c, 0, 1, false, Epilogue.Form.NONE, null, 0);
                assertEquals(0x1p24f, c[0]);
            }
            fill(x, 2);
            var out = new float[1];
            Reductions.AMAX.rows(x, 0, null, 0, null, 0, null, 1, LONGEST, out, 0);
            assertEquals(2, out[0]);
            Reductions.AMAX.columns(x, 0, LONGEST, 1, out, 0);
            assertEquals(2, out[0]);
            Reductions.SUM.rows(x, 0, null, 0, null, 0, null, 1, LONGEST, out, 0);
            assertEquals(0x1p32f, out[0]);
            RowSoftmax.rows(LONGEST, 1, x, 0, 1, x, 0, 1);
            check(x, 1);
            Maps.ADD.run(x, 0, x, 0, x, 0, LONGEST);
            check(x, 2);
        });
    }

    private static void assumeHeap(int gigabytes) { assumeTrue(Runtime.getRuntime().maxMemory() > (gigabytes - 1L << 30)); }

    private static void withThreads(int threads, Runnable test) {
        int before = Pool.threads();
        Pool.setThreads(threads);
        try {
            test.run();
        } finally {
            Pool.setThreads(before);
        }
    }

    private static void fill(float[] x, float value) { Arrays.fill(x, value); }

    private static void check(float[] x, float expected) {
        for (int i = 0; i < x.length; i++) if (x[i] != expected) throw new AssertionError("element " + i + " is " + x[i]);
    }

    /// @param gap between rows, of guard values too
    private static void product(Gemm gemm, int m, int n, int k, boolean transposeA, boolean transposeB, int gap) {
        var a = new Operand(transposeA ? k : m, transposeA ? m : k, gap, 5);
        var b = new Operand(transposeB ? n : k, transposeB ? k : n, gap, 3);
        var c = new Operand(m, n, gap, 1);
        gemm.multiply(m, n, k, a.data, GUARD, a.ld, transposeA, b.data, GUARD, b.ld, transposeB, c.data, GUARD, c.ld, false,
            Epilogue.Form.NONE, null, 0);
        a.checkUnchanged("A");
        b.checkUnchanged("B");
        c.checkGuards("C");
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++) {
                float sum = 0;
                for (int p = 0; p < k; p++)
                    sum += (transposeA ? a.at(p, i) : a.at(i, p)) * (transposeB ? b.at(j, p) : b.at(p, j));
                if (c.at(i, j) != sum) throw new AssertionError(m + " x " + n + " x " + k + ": row " + i + ", column " + j
                    + " is " + c.at(i, j) + ", not " + sum);
            }
    }

    private static final class Operand {
        private final int rows;
        private final int columns;
        private final int period;
        private final int ld;
        private final float[] data;

        Operand(int rows, int columns, int gap, int period) {
            this.rows = rows;
            this.columns = columns;
            this.period = period;
            this.ld = columns + gap;
            this.data = new float[Math.toIntExact(2L * GUARD + (long) rows * ld)];
            fill(data, Float.NaN);
            for (int row = 0; row < rows; row++)
                for (int column = 0, phase = row % period; column < columns; column++, phase = next(phase))
                    data[GUARD + row * ld + column] = value(phase);
        }

        /// Whole numbers around 0, so that sums of millions stay small; 0, 1 and 2 in turn would not.
        ///
        /// @param phase of row + column in the period: counted on, as a division an element would take longer than the product
        private float value(int phase) { return phase - period / 2; }

        private int next(int phase) { return phase + 1 == period ? 0 : phase + 1; }

        float at(int row, int column) { return data[GUARD + row * ld + column]; }

        void checkGuards(String name) {
            for (int i = 0; i < GUARD; i++) checkGuard(name, i);
            for (int row = 0; row < rows; row++)
                for (int i = columns; i < ld; i++) checkGuard(name, GUARD + row * ld + i);
            for (int i = data.length - GUARD; i < data.length; i++) checkGuard(name, i);
        }

        private void checkGuard(String name, int at) {
            if (!Float.isNaN(data[at])) throw new AssertionError(name + ": the guard at " + at + " is " + data[at]);
        }

        void checkUnchanged(String name) {
            checkGuards(name);
            for (int row = 0; row < rows; row++)
                for (int column = 0, phase = row % period; column < columns; column++, phase = next(phase))
                    if (at(row, column) != value(phase)) throw new AssertionError(name + ": row " + row + ", column " + column);
        }
    }
}
