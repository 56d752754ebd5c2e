package dev.lanewise.kernel;

import dev.lanewise.kernel.code.SoftFma;
import dev.lanewise.kernel.expr.Epilogue;
import dev.lanewise.kernel.expr.Formula;
import java.util.Arrays;
import java.util.List;

/// One thread's part of a product without the Vector API: loops over columns that C2 turns into vector loops by itself.
///
/// In JDK 25 it does so if the body is short, and if arrays are indexed by the loop's variable and constants alone, for others
/// might overlap. So four steps of B lie in a panel of a fixed width that begins at 0, the sums of each row of C have an array of
/// their own, and two rows at a time make eight multiply-adds for eight times that memory is read or written. Measured on one Zen
/// 4 core: 61 GFLOP/s for the loop alone and 40 to 45 in a product, where a register tile of scalars reaches 12. Four rows or
/// eight steps at a time stay scalar: 14 and 13.
final class ScalarGemm implements Gemm.Part {

    /// Rows of C that one loop makes.
    private static final int PAIR = 2;
    /// Rows of C whose sums stay in the first-level cache while panels pass, each for all of them.
    private static final int ROWS = 16;
    private static final int FEW_COLUMNS = 3;
    /// Columns of one vector, or of a few.
    private static final int SOME_COLUMNS = 64;
    /// Columns of a panel, of which a product may use less.
    static final int WIDTH = 256;
    private static final int STEPS = 4;

    /// What one thread works with: the panels of one block of k, of which steps that fill none have one each; and its sums.
    private static final class Buffers extends Spares.Loan {

        private static final int PANELS = (Gemm.K_BLOCK - STEPS + 1) / STEPS + STEPS - 1;
        private static final Spares<Buffers> SPARES = new Spares<>(Buffers::new);

        private final float[][] panels = new float[PANELS][];
        private final float[][] sums = new float[ROWS][WIDTH];
        private final float[] before = new float[WIDTH];

        /// Made when first needed: a small product takes few.
        float[] panel(int index) {
            if (panels[index] == null) panels[index] = new float[STEPS * WIDTH];
            return panels[index];
        }
    }

    private final boolean fastFma;
    /// For each form of epilogue: slot 0 = f(slot 0, slot 1), the bias being slot 1.
    private final Lazy<Elementwise> endings = new Lazy<>(Epilogue.Form.COUNT, ScalarGemm::ending);

    ScalarGemm(boolean fastFma) { this.fastFma = fastFma; }

    @Override
    public boolean byColumns(int m, int n, int threads) { return m < PAIR * threads; }

    @Override
    public int unit(boolean byColumns, boolean transposeA) { return byColumns ? SOME_COLUMNS : PAIR; }

    @Override
    public void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                    float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                    Epilogue.Form ending, float[] bias, int biasOffset) {
        int row = transposeA ? 1 : lda;
        int step = transposeA ? lda : 1;
        if (n <= FEW_COLUMNS)
            for (int j = 0; j < n; j++)
                column(m, k, a, ao, row, step, b, bo + j * (transposeB ? ldb : 1), transposeB ? 1 : ldb, c, co + j, ldc,
                    accumulate);
        else for (int j = 0; j < n; j += Math.min(WIDTH, n - j))
            columns(m, Math.min(WIDTH, n - j), k, a, ao, row, step, b, bo + j * (transposeB ? ldb : 1), ldb, transposeB,
                c, co + j, ldc, accumulate);
        for (int i = 0; i < m && ending != Epilogue.Form.NONE; i++)
            endings.get(ending.index()).run(ending.bias() == Epilogue.Bias.ROWS ? 2 : 0, c, co + i * ldc,
                bias, biasOffset + ending.place(i, 0), null, 0, null, 0, null, 0, null, 0, null, n);
    }

    /// As many as a panel holds, or fewer.
    private void columns(int m, int columns, int k, float[] a, int ao, int row, int step,
                         float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate) {
        try (var buffers = Buffers.SPARES.borrow()) {
            int p = 0;
            do {
                int steps = Math.min(Gemm.K_BLOCK, k - p);
                for (int s = 0, panel = 0; s < steps; s += many(steps - s), panel++)
                    copy(many(steps - s), columns, b, bo + (p + s) * (transposeB ? 1 : ldb), ldb, transposeB,
                        buffers.panel(panel));
                for (int i = 0; i < m; i += Math.min(ROWS, m - i))
                    rows(Math.min(ROWS, m - i), columns, steps, a, ao + i * row + p * step, row, step, buffers,
                        c, co + i * ldc, ldc, p > 0 || accumulate);
                p += steps;
            } while (p < k);
        }
    }

    /// One: a panel's loop would be shorter than what leads to it. Four rows side by side, since each waits for its last step.
    private void column(int m, int k, float[] a, int ao, int row, int step, float[] b, int bo, int ldb, float[] c,
        int co, int ldc,
                        boolean accumulate) {
        for (int i = 0; i < m; i += Math.min(4, m - i)) {
            // rows that aren't there are the last one again
            int last = m - 1;
            int x0 = ao + i * row;
            int x1 = ao + Math.min(i + 1, last) * row;
            int x2 = ao + Math.min(i + 2, last) * row;
            int x3 = ao + Math.min(i + 3, last) * row;
            int p = 0;
            do {
                int end = p + Math.min(Gemm.K_BLOCK, k - p);
                float sum0 = 0;
                float sum1 = 0;
                float sum2 = 0;
                float sum3 = 0;
                for (int q = p; q < end; q++) {
                    float y = b[bo + q * ldb];
                    sum0 = fma(a[x0 + q * step], y, sum0);
                    sum1 = fma(a[x1 + q * step], y, sum1);
                    sum2 = fma(a[x2 + q * step], y, sum2);
                    sum3 = fma(a[x3 + q * step], y, sum3);
                }
                boolean add = p > 0 || accumulate;
                store(sum0, c, co + i * ldc, add);
                if (i + 1 < m) store(sum1, c, co + (i + 1) * ldc, add);
                if (i + 2 < m) store(sum2, c, co + (i + 2) * ldc, add);
                if (i + 3 < m) store(sum3, c, co + (i + 3) * ldc, add);
                p = end;
            } while (p < k);
        }
    }

    private float fma(float x, float y, float z) { return fastFma ? Math.fma(x, y, z) : SoftFma.fma(x, y, z); }

    private static void store(float sum, float[] c, int at, boolean accumulate) { c[at] = accumulate ? c[at] + sum : sum; }

    /// How many of the steps that are left one panel holds.
    private static int many(int left) { return left < STEPS ? 1 : STEPS; }

    private static void copy(int steps, int columns, float[] b, int bo, int ldb, boolean transposed, float[] panel) {
        if (!transposed) for (int s = 0; s < steps; s++) System.arraycopy(b, bo + s * ldb, panel, s * WIDTH, columns);
        else for (int j = 0; j < columns; j++)
            for (int s = 0; s < steps; s++) panel[s * WIDTH + j] = b[bo + j * ldb + s];
    }

    /// One block of k of some rows of C.
    private void rows(int rows, int columns, int steps, float[] a, int ao, int row, int step, Buffers buffers,
                      float[] c, int co, int ldc, boolean accumulate) {
        var sums = buffers.sums;
        for (int i = 0; i < rows; i++) Arrays.fill(sums[i], 0, columns, 0);
        for (int s = 0, panel = 0; s < steps; s += many(steps - s), panel++)
            for (int i = 0; i < rows; i += PAIR) {
                // a last row without a neighbour is its own
                int x = ao + i * row + s * step;
                int y = i + 1 < rows ? x + row : x;
                pair(many(steps - s), columns, a, x, y, step, buffers.panels[panel], sums[i], sums[i + 1]);
            }
        for (int i = 0; i < rows; i++) store(columns, buffers.before, sums[i], c, co + i * ldc, accumulate);
    }

    /// The steps of one panel for two rows.
    private void pair(int steps, int columns, float[] a, int x, int y, int step, float[] panel, float[] sums, float[] others) {
        if (!fastFma) for (int s = 0; s < steps; s++)
            softStep(columns, a[x + s * step], a[y + s * step], panel, s * WIDTH, sums, others);
        else if (steps == 1) step(columns, a[x], a[y], panel, sums, others);
        else steps(columns, a, x, y, step, panel, sums, others);
    }

    private static void steps(int columns, float[] a, int x, int y, int step, float[] b, float[] sums, float[] others) {
        float x0 = a[x];
        float x1 = a[x + step];
        float x2 = a[x + 2 * step];
        float x3 = a[x + 3 * step];
        float y0 = a[y];
        float y1 = a[y + step];
        float y2 = a[y + 2 * step];
        float y3 = a[y + 3 * step];
        for (int j = 0; j < columns; j++) {
            float b0 = b[j];
            float b1 = b[j + WIDTH];
            float b2 = b[j + 2 * WIDTH];
            float b3 = b[j + 3 * WIDTH];
            sums[j] = Math.fma(x3, b3, Math.fma(x2, b2, Math.fma(x1, b1, Math.fma(x0, b0, sums[j]))));
            others[j] = Math.fma(y3, b3, Math.fma(y2, b2, Math.fma(y1, b1, Math.fma(y0, b0, others[j]))));
        }
    }

    private static void step(int columns, float x, float y, float[] b, float[] sums, float[] others) {
        for (int j = 0; j < columns; j++) {
            sums[j] = Math.fma(x, b[j], sums[j]);
            others[j] = Math.fma(y, b[j], others[j]);
        }
    }

    private static void softStep(int columns, float x, float y, float[] b, int bo, float[] sums, float[] others) {
        for (int j = 0; j < columns; j++) {
            sums[j] = SoftFma.fma(x, b[bo + j], sums[j]);
            others[j] = SoftFma.fma(y, b[bo + j], others[j]);
        }
    }

    private static void store(int columns, float[] before, float[] sums, float[] c, int co, boolean accumulate) {
        if (accumulate) {
            System.arraycopy(c, co, before, 0, columns);
            for (int j = 0; j < columns; j++) sums[j] = before[j] + sums[j];
        }
        System.arraycopy(sums, 0, c, co, columns);
    }

    private static Elementwise ending(int index) {
        var form = Epilogue.Form.at(index);
        return new Elementwise(new Formula(form.name(), List.of(new Formula.Output(0, form.value()))));
    }
}
