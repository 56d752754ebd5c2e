package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Epilogue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Products of matrices that need not lie in arrays of floats: in files, or as floats of 16 bits. They are read block by block, a
/// megabyte or so for each thread at the time, on the way to where a product's panels are packed; blocks begin at multiples of a
/// product's steps, so that the bits are those of the whole matrices.
public final class StoredGemm {

    /// Floats of a block.
    private static final int BLOCK = 1 << 18;
    private static final int MOST_STEPS = 4 * Gemm.K_BLOCK;
    /// Columns of a thread's share are a multiple.
    private static final int UNIT = 64;

    private static final ValueLayout.OfFloat FLOATS = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALVES = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Never started: it stands for any that isn't the caller.
    private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

    private StoredGemm() {}

    /// Rows of floats, `ld` elements apart: in an array from an offset on; or, the array being null, in a segment from its first
    /// byte on, little-endian, of 32 bits or of the upper 16.
    public record Stored(float[] data, int offset, MemorySegment segment, boolean isHalf, int ld) {

        private boolean isArray() { return data != null; }

        private boolean isAccessible() { return isArray() || segment.isAccessibleBy(ANOTHER); }

        /// Rows side by side without a gap.
        void read(int row, int column, int rows, int columns, float[] out, int oo) {
            // rows of nothing may begin behind the end
            if (columns == 0) return;
            for (int i = 0; i < rows; i++) {
                long from = (long) (row + i) * ld + column;
                int to = oo + i * columns;
                if (isArray()) System.arraycopy(data, offset + (int) from, out, to, columns);
                else if (isHalf) widen(segment, 2 * from, columns, out, to);
                else MemorySegment.copy(segment, FLOATS, 4 * from, out, to, columns);
            }
        }

        private static void widen(MemorySegment segment, long at, int n, float[] out, int to) {
            for (int i = 0; i < n; i++) out[to + i] = Float.intBitsToFloat(segment.get(HALVES, at + 2L * i) << 16);
        }
    }

    /// C = f(op(A) op(B) + bias), as [Gemm#run].
    public static void run(int m, int n, int k, Stored a, boolean transposeA, Stored b, boolean transposeB, float[] c,
        int co, int ldc,
                           Epilogue epilogue, float[] bias, int biasOffset) {
        int most = Math.min(k, MOST_STEPS);
        int size = BLOCK / Math.max(1, most);
        int height = a.isArray() ? m : Math.min(m, size);
        int threads = b.isArray() || !b.isAccessible() ? 1 : Cost.threads((double) height * n * k);
        int width = b.isArray() ? n : Math.min(size, Math.ceilDiv(Math.ceilDiv(n, threads), UNIT) * UNIT);
        try (var scratch = a.isArray() ? null : Scratch.STORED.borrow()) {
            var left = a.isArray() ? a.data : scratch.array(height * most);
            // once where there are no steps
            for (int t = 0, steps; t == 0 || t < k; t += Math.max(1, steps)) {
                steps = Math.min(most, k - t);
                for (int i = 0, rows; i < m; i += rows) {
                    rows = Math.min(height, m - i);
                    if (!a.isArray()) a.read(transposeA ? t : i, transposeA ? i : t, transposeA ? steps : rows, transposeA ? rows
                        : steps, left, 0);
                    int lda = a.isArray() ? a.ld : transposeA ? rows : steps;
                    int ao = !a.isArray() ? 0 : a.offset + (transposeA ? t * a.ld : t);
                    var block = new Block(i, rows, t, steps, t + steps == k, left, ao, lda);
                    block.run(n, width, threads, transposeA, b, transposeB, c, co, ldc, epilogue, bias, biasOffset);
                }
            }
        }
    }

    /// Some rows of C, and some steps.
    private record Block(int i, int rows, int t, int steps, boolean isLast, float[] left, int ao, int lda) {

        private void run(int n, int width, int threads, boolean transposeA, Stored b, boolean transposeB, float[] c,
            int co, int ldc,
                         Epilogue epilogue, float[] bias, int biasOffset) {
            if (threads > 1) Pool.forEach(Math.ceilDiv(n, width), task -> columns(task * width, Math.min(width, n - task * width),
                transposeA, b, transposeB, c, co, ldc, epilogue, bias, biasOffset));
            else for (int j = 0; j < n; j += width)
                columns(j, Math.min(width, n - j), transposeA, b, transposeB, c, co, ldc, epilogue, bias, biasOffset);
        }

        private void columns(int j, int columns, boolean transposeA, Stored b, boolean transposeB, float[] c, int co, int ldc,
                             Epilogue epilogue, float[] bias, int biasOffset) {
            int row = transposeB ? j : t;
            int column = transposeB ? t : j;
            if (b.isArray()) {
                multiply(j, columns, transposeA, b.data, b.offset + row * b.ld + column, b.ld, transposeB, c, co, ldc, epilogue,
                    bias, biasOffset);
                return;
            }
            try (var scratch = Scratch.STORED.borrow()) {
                var right = scratch.array(steps * columns);
                b.read(row, column, transposeB ? columns : steps, transposeB ? steps : columns, right, 0);
                multiply(j, columns, transposeA, right, 0, transposeB ? steps : columns, transposeB, c, co, ldc, epilogue, bias,
                    biasOffset);
            }
        }

        private void multiply(int j, int columns, boolean transposeA, float[] right, int bo, int ldb, boolean transposeB,
                              float[] c, int co, int ldc, Epilogue epilogue, float[] bias, int biasOffset) {
            Gemm.run(rows, columns, steps, left, ao, lda, transposeA, right, bo, ldb, transposeB, c, co + i * ldc + j, ldc, t > 0,
                isLast ? epilogue : Epilogue.IDENTITY, isLast ? bias : null, biasOffset + j, false);
        }
    }
}
