package dev.lanewise.kernel;

import dev.lanewise.kernel.StoredGemm.Stored;
import dev.lanewise.kernel.expr.Epilogue;

/// Products by a right operand that many of them share, copied once to where register tiles read it: in strips as wide as a tile,
/// each with its steps of k one behind the other. Else every product copies, and turns, what it reads.
///
/// A strip's columns are a product by themselves, so that the bits are those of the whole; where both operands are copied, all
/// strips share the copy of the left one. Measured on one Zen 4 core, by an operand of 784 x 256 that lies transposed: 1, 16, 100
/// rows take .37, .68, .91 of the time with 512-bit vectors, .43, .71, .93 with 256-bit ones.
public final class PackedGemm {

    private final Gemm gemm;
    private final int n;
    private final int k;
    /// Columns of a strip; the last may have fewer.
    private final int width;
    private final float[] strips;

    /// A copy of op(B), of k x n, whose elements an array must hold.
    public PackedGemm(Stored b, boolean transposed, int n, int k) { this(Gemm.CURRENT, b, transposed, n, k); }

    PackedGemm(Gemm gemm, Stored b, boolean transposed, int n, int k) {
        this.gemm = gemm;
        this.n = n;
        this.k = k;
        this.width = gemm.stripWidth();
        this.strips = new float[Math.multiplyExact(n, k)];
        if (transposed) turn(b);
        else for (int step = 0; step < k; step++)
            for (int j = 0; j < n; j += width) b.read(step, j, 1, columns(j), strips, j * k + step * columns(j));
    }

    private void turn(Stored b) {
        try (var scratch = Scratch.STORED.borrow()) {
            var rows = scratch.array(Math.min(width, n) * k);
            for (int j = 0; j < n; j += width) {
                int columns = columns(j);
                b.read(j, 0, columns, k, rows, 0);
                for (int step = 0, to = j * k; step < k; step++)
                    for (int column = 0; column < columns; column++) strips[to++] = rows[column * k + step];
            }
        }
    }

    /// Of the strip that begins at a column.
    private int columns(int j) { return Math.min(width, n - j); }

    /// Whether a product of m x k and k x n takes less time so than by an operand whose rows lie one below the other: more rows
    /// share what it takes to copy it, and few read it where it lies, as they read less than a strip.
    public static boolean pays(int m, int n, int k) {
        return n >= Gemm.CURRENT.stripWidth() && k > 0 && Gemm.CURRENT.paysPacked(m);
    }

    /// C = f(op(A) op(B) + bias), as [Gemm#run].
    public void run(int m, float[] a, int ao, int lda, boolean transposeA, float[] c, int co, int ldc,
                    Epilogue epilogue, float[] bias, int biasOffset) {
        var ending = Epilogue.Form.of(epilogue, bias == null ? Epilogue.Bias.NONE : Epilogue.Bias.COLUMNS);
        int count = Math.ceilDiv(n, width);
        int threads = Cost.threads((double) m * n * k);
        if (threads == 1 || count < threads)
            strips(0, count, Cost.threads((double) m * Math.min(n, width) * k), m, a, ao, lda, transposeA, c, co, ldc, ending,
                bias, biasOffset);
        else {
            int share = Math.ceilDiv(count, threads);
            Pool.forEach(Math.ceilDiv(count, share), task -> strips(task * share, Math.min(count, (task + 1) * share), 1,
                m, a, ao, lda, transposeA, c, co, ldc, ending, bias, biasOffset));
        }
    }

    private void strips(int from, int to, int threads, int m, float[] a, int ao, int lda, boolean transposeA, float[] c,
        int co, int ldc,
                        Epilogue.Form ending, float[] bias, int biasOffset) {
        int whole = Math.min(to, n / width);
        int next = from;
        if (threads == 1 && gemm.takesStrips(m, whole - from, k)) {
            int j = from * width;
            gemm.strips(m, whole - from, k, a, ao, lda, transposeA, strips, j * k, c, co + j, ldc, ending, bias,
                biasOffset + ending.place(0, j));
            next = whole;
        }
        for (int strip = next; strip < to; strip++) {
            int j = strip * width;
            gemm.multiply(threads, m, columns(j), k, a, ao, lda, transposeA, strips, j * k, columns(j), false, c,
                co + j, ldc, false, ending, bias, biasOffset + ending.place(0, j));
        }
    }
}
