package dev.lanewise.kernel;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Matrix products: C = op(A) op(B), row-major, op being the matrix or its transpose.
///
/// Each element of C is one chain of fused multiply-adds over k in order, in blocks of 256 whose sums are added in
/// order. So it depends on its row of A and its column of B alone: not on the vector width, the tile, the threads or
/// the rows beside it.
///
/// The register tile takes A where it lies: few rows and many columns need few broadcasts a step. B is copied, a panel
/// as wide as the tile at a time, unless its rows can be read in place; its transpose is made in registers on the way.
/// Threads split the longer side of C.
public final class Gemm {

    /// Steps of k in one block: part of the definition of a product, the same on every machine.
    static final int K_BLOCK = 256;
    /// Rows whose slice of A and of C stay in the second-level cache while a panel of B passes over them.
    private static final int M_BLOCK = 512;
    /// Rows up to which copying a panel of B costs more than it saves.
    private static final int FEW_ROWS = 16;
    /// Rows up to which it does where a tile reads no more than a cache line of each of B's rows.
    private static final int SOME_ROWS = 128;
    private static final int CACHE_LINE = 16;
    /// Rows of B that lie a multiple of this many floats apart share too few sets of the first-level cache.
    private static final int CACHE_CONFLICT = 128;
    private static final long MULTIPLY_ADDS_PER_THREAD = 500_000;

    private static final Gemm CURRENT = new Gemm(Provider.current().target(), Tiling.of(Provider.current().target()));

    private final Target target;
    private final Tiling tiling;
    private final AtomicReferenceArray<Loop.Tile> tiles;
    private final Pack pack;

    /// The register tiles: how many rows for one of one vector, of two, … up to the widest, where A is read by rows and where by
    /// columns; and how many of these stand side by side in a panel of B, so that one finds A's rows near after the other.
    ///
    /// Measured on one Zen 4 core, of its peak of 117 GFLOP/s, A read by rows. 512 bits: 5x4 and 4x5 99 %, 4x4 98 %, 5x3
    /// 99 %, 4x2 97 %, 6x1 69 %; 12x2 91 %, its rows outnumber the registers for their addresses. 256 bits with
    /// 16 registers: 5x2 94 %, 6x2 95 % by rows and 40 % by columns (spills), 3x3 88 %, 2x6 40 %. 128 bits: 5x2 94 %. The scalar tile has not been tuned.
    record Tiling(List<Integer> byRows, List<Integer> byColumns, int side) {

        static Tiling of(Target target) {
            if (target.isScalar()) return new Tiling(List.of(8, 4), List.of(8, 4), 8);
            var many = List.of(6, 4, 5, 5);
            return target.hasManyRegisters() ? new Tiling(many, many, 2) : new Tiling(List.of(6, 6), List.of(6, 5), 8);
        }

        /// Vectors in the widest tile.
        int vectors() { return byRows.size(); }

        int rows(int vectors, boolean rowsOfA) { return (rowsOfA ? byRows : byColumns).get(vectors - 1); }

        int mostRows() { return Math.max(Collections.max(byRows), Collections.max(byColumns)); }
    }

    Gemm(Target target, Tiling tiling) {
        this.target = target;
        this.tiling = tiling;
        this.tiles = new AtomicReferenceArray<>((tiling.mostRows() + 1) * (tiling.vectors() + 1) * 4);
        this.pack = new Pack(target, tiling.vectors() * tiling.side());
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
        int unit = byColumns ? tiling.vectors() * target.lanes() : tiling.rows(tiling.vectors(), !transposeA);
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

    /// One thread's part: blocks of rows, panels of columns and blocks of k, from the outside in.
    private void block(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                       float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc) {
        if (k == 0) {
            for (int i = 0; i < m; i++) Arrays.fill(c, co + i * ldc, co + i * ldc + n, 0f);
            return;
        }
        int lanes = target.lanes();
        if (isThin(m, n, transposeA)) {
            turned(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc);
            return;
        }
        int vectors = Math.ceilDiv(n, lanes);
        // a cut vector has a narrow panel of its own: masks for more rows and vectors are beyond what C1 compiles
        int cut = n % lanes == 0 ? 0 : Math.min(2, vectors);
        int whole = vectors - cut;
        int across = Math.ceilDiv(whole, tiling.vectors());
        int panels = Math.ceilDiv(across, tiling.side());
        for (int i = 0, blocks = Math.ceilDiv(m, M_BLOCK); blocks > 0; blocks--) {
            int rows = (m - i) / blocks;
            for (int p = 0, j = 0; j < n; p++) {
                // whole tiles as even in width as they can be, and panels of as many tiles
                int end = p < panels ? whole * (across * (p + 1) / panels) / across * lanes : n;
                panel(rows, end - j, k, a, ao + i * (transposeA ? 1 : lda), lda, transposeA,
                    b, bo + j * (transposeB ? ldb : 1), ldb, transposeB, c, co + i * ldc + j, ldc);
                j = end;
            }
            i += rows;
        }
    }

    /// Whether C is so narrow that its lanes are better filled with rows. Turning A around on the way to them costs as much as they
    /// gain from nine columns on.
    private boolean isThin(int m, int n, boolean transposeA) {
        int lanes = target.lanes();
        return !target.isScalar() && m >= 2 * lanes && n <= (transposeA ? lanes : lanes / 2);
    }

    /// C has fewer columns than a vector has lanes: its transpose, B transposed times A transposed, fills them with rows of C. A
    /// multiply-add is the same with its factors exchanged.
    private void turned(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                        float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc) {
        var turned = Scratch.turned(n * Math.min(m, M_BLOCK));
        for (int i = 0; i < m; i += M_BLOCK) {
            int rows = Math.min(M_BLOCK, m - i);
            block(n, rows, k, b, bo, ldb, !transposeB, a, ao + i * (transposeA ? 1 : lda), lda, !transposeA, turned, 0, rows);
            for (int row = 0; row < rows; row++)
                for (int j = 0; j < n; j++) c[co + (i + row) * ldc + j] = turned[j * rows + row];
        }
    }

    private void panel(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                       float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc) {
        int lanes = target.lanes();
        int width = Math.ceilDiv(n, lanes) * lanes;
        int most = tiling.vectors() * lanes > CACHE_LINE ? Integer.MAX_VALUE : SOME_ROWS;
        boolean inPlace = !transposeB && n == width && (m <= FEW_ROWS || m <= most && ldb % CACHE_CONFLICT != 0);
        float[] right = inPlace ? b : Scratch.panel(Math.min(k, K_BLOCK) * width);
        for (int p = 0; p < k; p += K_BLOCK) {
            int steps = Math.min(K_BLOCK, k - p);
            int from = bo + p * (transposeB ? 1 : ldb);
            if (!inPlace) pack.panel(b, from, ldb, transposeB, steps, n, right, width);
            tiles(m, n, steps, a, ao + p * (transposeA ? lda : 1), lda, !transposeA,
                right, inPlace ? from : 0, inPlace ? ldb : width, c, co, ldc, p > 0);
        }
    }

    /// The tiles of a panel row by row, as even in height and in width as they can be.
    private void tiles(int m, int n, int steps, float[] a, int ao, int lda, boolean byRows,
                       float[] b, int bo, int ldb, float[] c, int co, int ldc, boolean accumulate) {
        int lanes = target.lanes();
        int vectors = Math.ceilDiv(n, lanes);
        int across = Math.ceilDiv(vectors, tiling.vectors());
        // six rows and a mask are beyond C1 where there are 16 registers
        int down = Math.ceilDiv(m, tiling.rows(Math.ceilDiv(vectors, across), byRows && n % lanes == 0));
        for (int i = 0; down > 0; down--) {
            int rows = (m - i) / down;
            for (int t = 0; t < across; t++) {
                int j = vectors * t / across * lanes;
                int end = Math.min(n, vectors * (t + 1) / across * lanes);
                tile(rows, Math.ceilDiv(end - j, lanes), byRows, (end - j) % lanes != 0)
                    .run(steps, a, ao + i * (byRows ? lda : 1), lda, b, bo + j, ldb, c, co + i * ldc + j, ldc, end - j, accumulate);
            }
            i += rows;
        }
    }

    private Loop.Tile tile(int rows, int vectors, boolean byRows, boolean edge) {
        int index = (rows * (tiling.vectors() + 1) + vectors) * 4 + (byRows ? 2 : 0) + (edge ? 1 : 0);
        var tile = tiles.get(index);
        if (tile == null) {
            tile = Loops.tile(new TileEmitter.Shape(rows, vectors, byRows, edge), target);
            tiles.set(index, tile);
        }
        return tile;
    }
}
