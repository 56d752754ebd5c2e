package dev.lanewise.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// Matrix products: C = op(A) op(B), row-major, op being the matrix or its transpose.
///
/// Each element of C is one chain of fused multiply-adds over k in order, in blocks of 256 whose sums are added in
/// order. So it depends on its row of A and its column of B alone: not on the vector width, the tile, the threads or
/// the rows beside it.
///
/// Both operands are packed into panels as wide as the register tile. Threads split the longer side of C, and each packs
/// for itself: the other side's operand is packed as often as there are threads.
public final class Gemm {

    /// Steps of k in one block: part of the definition of a product, the same on every machine.
    static final int K_BLOCK = 256;
    /// Columns whose packed panels (1 MB at most) stay in the second-level cache.
    private static final int N_BLOCK = 960;
    /// Rows packed at a time.
    private static final int M_BLOCK = 240;
    private static final long MULTIPLY_ADDS_PER_THREAD = 500_000;

    private static final Gemm CURRENT = new Gemm(Provider.current().target(), Tiling.of(Provider.current().target()));

    private final Target target;
    private final Tiling tiling;
    private final AtomicReferenceArray<Loop.Tile> tiles;

    /// The register tile: `rows` of `vectors` vectors.
    ///
    /// As many accumulators as the registers hold and C2 doesn't spill. Measured on one Zen 5 core, of its peak: 512 bits,
    /// 12x2: 97 %, 8x3: 70 %; 256 bits with 16 registers, 2x6: 97 %, 6x2: 45 %; 128 bits, 2x6: 98 %. The scalar tile
    /// has not been tuned.
    record Tiling(int rows, int vectors) {
        static Tiling of(Target target) {
            return switch (target.lanes()) {
                case 16 -> new Tiling(12, 2);
                case 1 -> new Tiling(4, 2);
                default -> new Tiling(2, 6);
            };
        }
    }

    Gemm(Target target, Tiling tiling) {
        this.target = target;
        this.tiling = tiling;
        this.tiles = new AtomicReferenceArray<>((tiling.rows() + 1) * (tiling.vectors() + 1));
    }

    /// C = op(A) op(B), with op(A) of m x k and op(B) of k x n; the strides are those of rows in memory.
    public static void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                           float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc) {
        CURRENT.multiply(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc);
    }

    void multiply(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                  float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc) {
        int threads = Math.clamp((long) m * n * k / MULTIPLY_ADDS_PER_THREAD, 1, Pool.threads());
        boolean byColumns = n >= m;
        int unit = byColumns ? tiling.vectors() * target.lanes() : tiling.rows();
        int share = Math.ceilDiv(Math.ceilDiv(byColumns ? n : m, unit), threads) * unit;
        if (threads == 1 || share >= (byColumns ? n : m)) {
            block(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc);
        } else if (byColumns) {
            Pool.forEach(Math.ceilDiv(n, share), task -> {
                int j = task * share;
                block(m, Math.min(share, n - j), k, a, ao, lda, transposeA,
                    b, bo + j * (transposeB ? ldb : 1), ldb, transposeB, c, co + j, ldc);
            });
        } else {
            Pool.forEach(Math.ceilDiv(m, share), task -> {
                int i = task * share;
                block(Math.min(share, m - i), n, k, a, ao + i * (transposeA ? 1 : lda), lda, transposeA,
                    b, bo, ldb, transposeB, c, co + i * ldc, ldc);
            });
        }
    }

    /// One thread's part: blocks of columns, of k, of rows, from the outside in.
    private void block(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                       float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc) {
        if (k == 0) {
            for (int i = 0; i < m; i++) java.util.Arrays.fill(c, co + i * ldc, co + i * ldc + n, 0f);
            return;
        }
        var scratch = Scratch.ofThread();
        int lanes = target.lanes();
        int depth = Math.min(k, K_BLOCK);
        float[] right = scratch.right(depth * Math.ceilDiv(Math.min(n, N_BLOCK), lanes) * lanes);
        float[] left = scratch.left(depth * Math.min(m, M_BLOCK));
        for (int j = 0; j < n; j += N_BLOCK) {
            int columns = Math.min(N_BLOCK, n - j);
            for (int p = 0; p < k; p += K_BLOCK) {
                int steps = Math.min(K_BLOCK, k - p);
                Pack.right(b, bo + (transposeB ? j * ldb + p : p * ldb + j), ldb, transposeB, steps, columns,
                    tiling.vectors() * lanes, lanes, right);
                for (int i = 0; i < m; i += M_BLOCK) {
                    int rows = Math.min(M_BLOCK, m - i);
                    Pack.left(a, ao + (transposeA ? p * lda + i : i * lda + p), lda, transposeA, steps, rows,
                        tiling.rows(), left);
                    panels(rows, columns, steps, left, right, c, co + i * ldc + j, ldc, p > 0, scratch);
                }
            }
        }
    }

    private void panels(int m, int n, int steps, float[] left, float[] right, float[] c, int co, int ldc,
                        boolean accumulate, Scratch scratch) {
        int lanes = target.lanes();
        int width = tiling.vectors() * lanes;
        for (int j = 0; j < n; j += width) {
            int columns = Math.min(width, n - j);
            int vectors = Math.ceilDiv(columns, lanes);
            for (int i = 0; i < m; i += tiling.rows()) {
                int rows = Math.min(tiling.rows(), m - i);
                var tile = tile(rows, vectors);
                if (columns == vectors * lanes)
                    tile.run(steps, left, i * steps, right, j * steps, c, co + i * ldc + j, ldc, accumulate);
                else
                    edge(tile, steps, left, i * steps, right, j * steps, rows, columns, vectors * lanes,
                        c, co + i * ldc + j, ldc, accumulate, scratch);
            }
        }
    }

    /// A tile that reaches past the right edge of C is computed aside, and what lies within is copied.
    private static void edge(Loop.Tile tile, int steps, float[] left, int leftOffset, float[] right, int rightOffset,
                             int rows, int columns, int width, float[] c, int co, int ldc, boolean accumulate,
                             Scratch scratch) {
        float[] aside = scratch.tile(rows * width);
        if (accumulate)
            for (int row = 0; row < rows; row++) System.arraycopy(c, co + row * ldc, aside, row * width, columns);
        tile.run(steps, left, leftOffset, right, rightOffset, aside, 0, width, accumulate);
        for (int row = 0; row < rows; row++) System.arraycopy(aside, row * width, c, co + row * ldc, columns);
    }

    private Loop.Tile tile(int rows, int vectors) {
        int index = rows * (tiling.vectors() + 1) + vectors;
        var tile = tiles.get(index);
        if (tile == null) {
            tile = Loops.tile(rows, vectors, target);
            tiles.set(index, tile);
        }
        return tile;
    }
}
