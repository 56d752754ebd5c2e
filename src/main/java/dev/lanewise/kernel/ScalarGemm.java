package dev.lanewise.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// One thread's part of a product without the Vector API: loops over columns that C2 turns into vector loops by itself.
///
/// In JDK 25 it does so if the body is short, and if arrays are indexed by the loop's variable and constants alone, for others
/// might overlap. So four steps of B lie in a panel of a fixed width that begins at 0, and the sums of two rows of C have
/// arrays of their own: eight multiply-adds for eight times that memory is read or written. Measured on one Zen 4 core: 61 GFLOP/s
/// in the first-level cache and 40 to 50 in a product, where a register tile of scalars reaches 10. Four rows or eight steps at a time stay
/// scalar: 14 and 13.
final class ScalarGemm implements Gemm.Part {

    /// Rows of C that are made at a time.
    private static final int ROWS = 2;
    /// Columns of one vector, or of a few.
    private static final int SOME_COLUMNS = 64;
    /// Columns of a panel, of which a product may use less.
    private static final int WIDTH = 256;
    private static final int STEPS = 4;
    /// Steps that fill no panel have one each.
    private static final int PANELS = Gemm.K_BLOCK / STEPS + STEPS - 1;

    /// Behind the panels: the sums of one row, of another, and a part of C as it was.
    private static final int SUMS = PANELS;
    private static final int OTHERS = PANELS + 1;
    private static final int BEFORE = PANELS + 2;
    private static final int ARRAYS = PANELS + 3;

    private static final ThreadLocal<float[][]> OF_THREAD = ThreadLocal.withInitial(() -> {
        var arrays = new float[ARRAYS][];
        for (int i = PANELS; i < ARRAYS; i++) arrays[i] = new float[WIDTH];
        return arrays;
    });

    private final boolean fastFma;
    /// For each form of epilogue: slot 0 = f(slot 0, slot 1), the bias being slot 1.
    private final AtomicReferenceArray<Elementwise> endings = new AtomicReferenceArray<>(Epilogue.Form.COUNT);

    ScalarGemm(boolean fastFma) { this.fastFma = fastFma; }

    @Override
    public boolean byColumns(int m, int n, int threads) { return m < ROWS * threads; }

    @Override
    public int unit(boolean byColumns, boolean transposeA) { return byColumns ? SOME_COLUMNS : ROWS; }

    @Override
    public void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                    float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc,
                    Epilogue.Form ending, float[] bias, int biasOffset) {
        var panels = OF_THREAD.get();
        int row = transposeA ? 1 : lda;
        int step = transposeA ? lda : 1;
        for (int j = 0; j < n; j += WIDTH) {
            int columns = Math.min(WIDTH, n - j);
            int p = 0;
            do {
                int steps = Math.min(Gemm.K_BLOCK, k - p);
                int right = bo + (transposeB ? j * ldb + p : p * ldb + j);
                for (int s = 0, panel = 0; s < steps; s += many(steps - s), panel++)
                    copy(many(steps - s), columns, b, right + s * (transposeB ? 1 : ldb), ldb, transposeB, panels, panel);
                for (int i = 0; i < m; i += ROWS)
                    pair(i, Math.min(i + 1, m - 1), columns, steps, a, ao + p * step, row, step, panels, c, co + j, ldc, p > 0);
                p += steps;
            } while (p < k);
            for (int i = 0; i < m && ending != Epilogue.Form.NONE; i++)
                ending(ending).run(ending.bias() == Epilogue.Bias.ROWS ? 2 : 0, c, co + i * ldc + j,
                    bias, biasOffset + ending.place(i, j), null, 0, null, 0, null, 0, null, 0, null, columns);
        }
    }

    /// How many of the steps that are left one panel holds.
    private static int many(int left) { return left < STEPS ? 1 : STEPS; }

    private static void copy(int steps, int columns, float[] b, int bo, int ldb, boolean transposed, float[][] panels, int panel) {
        if (panels[panel] == null) panels[panel] = new float[STEPS * WIDTH];
        var out = panels[panel];
        if (!transposed) for (int s = 0; s < steps; s++) System.arraycopy(b, bo + s * ldb, out, s * WIDTH, columns);
        else for (int j = 0; j < columns; j++)
            for (int s = 0; s < steps; s++) out[s * WIDTH + j] = b[bo + j * ldb + s];
    }

    /// One block of k of two rows of C, or of one, taken for two.
    private void pair(int first, int second, int columns, int steps, float[] a, int ao, int row, int step, float[][] panels,
                      float[] c, int co, int ldc, boolean accumulate) {
        var sums = panels[SUMS];
        var others = panels[OTHERS];
        Arrays.fill(sums, 0, columns, 0);
        Arrays.fill(others, 0, columns, 0);
        int x = ao + first * row;
        int y = ao + second * row;
        for (int s = 0, panel = 0; s < steps; panel++) {
            int many = many(steps - s);
            if (!fastFma) for (int i = 0; i < many; i++)
                softStep(columns, a[x + (s + i) * step], a[y + (s + i) * step], panels[panel], i * WIDTH, sums, others);
            else if (many == 1) step(columns, a[x + s * step], a[y + s * step], panels[panel], sums, others);
            else steps(columns, a, x + s * step, y + s * step, step, panels[panel], sums, others);
            s += many;
        }
        store(columns, panels[BEFORE], sums, c, co + first * ldc, accumulate);
        if (second > first) store(columns, panels[BEFORE], others, c, co + second * ldc, accumulate);
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

    private Elementwise ending(Epilogue.Form form) {
        var ending = endings.get(form.index());
        if (ending == null) {
            ending = new Elementwise(new Formula(form.name(), List.of(new Formula.Output(0, form.value()))));
            endings.set(form.index(), ending);
        }
        return ending;
    }
}
