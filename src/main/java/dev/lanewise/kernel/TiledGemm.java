package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop.Tile.Layout;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Epilogue;

/// One thread's part of a product, by register tiles.
///
/// A tile takes A where it lies: few rows and many columns need few broadcasts a step. B is copied, a panel as wide as the tile
/// at a time, unless its rows can be read in place; its transpose is made in registers on the way, or, for one row or two, on the
/// way to the sums. With 16 registers the tile is too narrow for that: in a large product A is copied as well, as narrow as the
/// tile is high. Threads share the longer side of C. An epilogue is part of the tile that adds the last block of k.
final class TiledGemm implements Gemm.Part {

    private final Tiling tiling;
    private final int lanes;
    private final Tiles<Loop.Tile> tiles;
    private final Pack pack;
    private final Plan.Table plans;

    TiledGemm(Target target) {
        this.tiling = Tiling.of(target);
        this.lanes = target.lanes();
        this.tiles = new Tiles<>(tiling, shape -> Loops.tile(shape, lanes));
        this.pack = new Pack(tiling);
        this.plans = new Plan.Table(tiling);
    }

    /// One that makes no product, and only tells which loops that one would run.
    TiledGemm(TiledGemm real, Rehearsal rehearsal) {
        this.tiling = real.tiling;
        this.lanes = real.lanes;
        this.tiles = new Tiles<>(real.tiles, rehearsal, need -> (_, _, _, _, _, _, _, _, _, _, _, _, _) -> need.run());
        this.pack = new Pack(real.pack, rehearsal);
        this.plans = real.plans;
    }

    @Override
    public boolean byColumns(int m, int n, int threads) { return n >= m; }

    @Override
    public int unit(boolean byColumns, boolean transposeA) {
        return byColumns ? tiling.vectors() * lanes : tiling.rows(tiling.vectors(), layout(transposeA));
    }

    Tiles<Loop.Tile> tiles() { return tiles; }

    boolean paysPacked(int m) { return tiling.paysPacked(m); }

    /// Blocks of rows, panels of columns and blocks of k, from the outside in.
    @Override
    public void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                    float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                    Epilogue.Form ending, float[] bias, int biasOffset) {
        var plan = plans.of(m, n, k, ldb, transposeA, transposeB);
        if (plan.isThin) {
            transposed(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, accumulate, ending, bias, biasOffset);
            return;
        }
        for (int block = 0, i = 0; block < plan.blocks; block++) {
            int rows = plan.blockEnd(block) - i;
            block(plan, rows, n, k, a, ao + i * (transposeA ? 1 : lda), lda, transposeA, b, bo, ldb, transposeB, c,
                co + i * ldc, ldc, accumulate, ending, bias, biasOffset + ending.place(i, 0));
            i += rows;
        }
    }

    private void block(Plan plan, int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                       float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                       Epilogue.Form ending, float[] bias, int biasOffset) {
        if (plan.isPacked) packed(m, plan.whole, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc,
            accumulate, ending, bias, biasOffset);
        else for (int p = 0, from = 0; p < plan.panels; p++) {
            int vectors = plan.panelEnd(p) - from;
            int j = from * lanes;
            panel(plan.grid(m, vectors), vectors * lanes, k, a, ao, lda, transposeA, b, bo + j * (transposeB ? ldb : 1),
                ldb, transposeB, c, co + j, ldc, accumulate, ending, bias, biasOffset + ending.place(0, j));
            from += vectors;
        }
        int j = plan.whole * lanes;
        if (plan.cut > 0) cut(plan.grid(m, plan.cut), n - j, k, a, ao, lda, transposeA, b, bo + j * (transposeB ? ldb : 1),
            ldb, transposeB, c, co + j, ldc, accumulate, ending, bias, biasOffset + ending.place(0, j));
    }

    /// Whole vectors of columns, from copies of both operands: A's in strips as narrow as the tile is high, B's in strips as
    /// wide as the tile.
    private void packed(int m, int vectors, int k, float[] a, int ao, int lda, boolean transposeA,
                        float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                        Epilogue.Form ending, float[] bias, int biasOffset) {
        boolean inPlace = tiling.sumsInPlace(m, vectors, k);
        if (!inPlace && tiling.isHalved(vectors)) {
            int half = vectors / 2 / tiling.vectors() * tiling.vectors();
            int j = half * lanes;
            packed(m, half, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, accumulate, ending, bias, biasOffset);
            packed(m, vectors - half, k, a, ao, lda, transposeA, b, bo + j * (transposeB ? ldb : 1), ldb, transposeB,
                c, co + j, ldc, accumulate, ending, bias, biasOffset + ending.place(0, j));
            return;
        }
        try (var copyOfA = Scratch.LEFT.borrow(); var copyOfB = Scratch.PANEL.borrow();
             var apart = inPlace ? null : Scratch.SUMS.borrow()) {
            var sums = inPlace ? c : apart.array(m * vectors * lanes);
            for (int p = 0; p < k; p += Gemm.K_BLOCK) {
                int steps = Math.min(Gemm.K_BLOCK, k - p);
                var left = left(m, steps, a, ao + p * (transposeA ? lda : 1), lda, transposeA, copyOfA);
                for (int from = 0; from < vectors; ) {
                    int wide = Math.min(tiling.vectors(), vectors - from);
                    int strips = Math.min(tiling.side(), (vectors - from) / wide);
                    int j = from * lanes;
                    strips(m, strips, wide, k, p, left, b, bo + (transposeB ? j * ldb + p : p * ldb + j), ldb,
                        transposeB, copyOfB, sums, m * j, c, co + j, ldc, accumulate, ending, bias,
                        biasOffset + ending.place(0, j));
                    from += strips * wide;
                }
            }
        }
    }

    /// Whether A is copied for a product by so many strips of B, which are copies.
    boolean takesStrips(int m, int count, int k) { return tiling.takesStrips(m, count * tiling.vectors(), k); }

    /// Whole strips of B that were copied before, each with all steps of k, one behind the other.
    void strips(int m, int count, int k, float[] a, int ao, int lda, boolean transposeA, float[] right, int ro, float[] c,
        int co, int ldc,
                Epilogue.Form ending, float[] bias, int biasOffset) {
        int blocks = Math.ceilDiv(m, tiling.blockOfRows(true));
        for (int block = 0, i = 0, next; block < blocks; block++, i = next) {
            next = Cut.at(m, blocks, block + 1);
            blockOfStrips(next - i, count, k, a, ao + i * (transposeA ? 1 : lda), lda, transposeA, right, ro, c,
                co + i * ldc, ldc, ending, bias, biasOffset + ending.place(i, 0));
        }
    }

    private void blockOfStrips(int m, int count, int k, float[] a, int ao, int lda, boolean transposeA, float[] right, int ro,
                               float[] c, int co, int ldc, Epilogue.Form ending, float[] bias, int biasOffset) {
        int width = tiling.vectors() * lanes;
        try (var copy = Scratch.LEFT.borrow()) {
            // a strip from its beginning to its end, as memory likes it, if all of A stays near meanwhile
            int together = tiling.isNear(m, k) ? k : Gemm.K_BLOCK;
            for (int from = 0; from < k; from += together) {
                int to = Math.min(k, from + together);
                var left = copy.array(m * (to - from) + 2 * lanes);
                for (int p = from; p < to; p += Gemm.K_BLOCK)
                    left(m, Math.min(Gemm.K_BLOCK, k - p), a, ao + p * (transposeA ? lda : 1), lda, transposeA, left,
                        (p - from) * m);
                for (int strip = 0; strip < count; strip++) {
                    int j = strip * width;
                    for (int p = from; p < to; p += Gemm.K_BLOCK) {
                        int steps = Math.min(Gemm.K_BLOCK, k - p);
                        strip(m, tiling.vectors(), steps, left, (p - from) * m, right, ro + j * k + p * width, c,
                            co + j, ldc, p > 0, p + steps == k ? ending : Epilogue.Form.NONE, bias,
                            biasOffset + ending.place(0, j));
                    }
                }
            }
        }
    }

    /// Strips of A, as even as they can be, one behind the other.
    private float[] left(int m, int steps, float[] a, int ao, int lda, boolean transposeA, Scratch.Array scratch) {
        // the last one's last vectors reach beyond it
        var left = scratch.array(m * steps + 2 * lanes);
        left(m, steps, a, ao, lda, transposeA, left, 0);
        return left;
    }

    private void left(int m, int steps, float[] a, int ao, int lda, boolean transposeA, float[] left, int lo) {
        int strips = Math.ceilDiv(m, tiling.packed());
        for (int s = 0, i = 0; s < strips; s++) {
            int next = Cut.at(m, strips, s + 1);
            pack.panel(a, ao + i * (transposeA ? 1 : lda), lda, !transposeA, steps, next - i, left, lo + i * steps, next - i);
            i = next;
        }
    }

    /// Strips of B against all of A, for one block of k. If the sums don't go to C, they stay in strips until the last block.
    private void strips(int m, int strips, int vectors, int k, int p, float[] left,
                        float[] b, int bo, int ldb, boolean transposeB, Scratch.Array scratch,
                        float[] sums, int so, float[] c, int co, int ldc, boolean accumulate,
                        Epilogue.Form ending, float[] bias, int biasOffset) {
        int steps = Math.min(Gemm.K_BLOCK, k - p);
        int width = vectors * lanes;
        int stride = Pack.stripStride(steps, width);
        var right = scratch.array(strips * stride);
        pack.strips(b, bo, ldb, transposeB, steps, strips, vectors, right);
        boolean isLast = p + steps == k;
        for (int strip = 0; strip < strips; strip++) {
            int j = strip * width;
            int at = sums == c ? co + j : so + m * j;
            if (p == 0 && accumulate && sums != c) pack.rows(m, vectors, c, co + j, ldc, sums, at, width);
            strip(m, vectors, steps, left, 0, right, strip * stride, sums, at, sums == c ? ldc : width, p > 0 || accumulate,
                isLast ? ending : Epilogue.Form.NONE, bias, biasOffset + ending.place(0, j));
            if (isLast && sums != c) pack.rows(m, vectors, sums, at, width, c, co + j, ldc);
        }
    }

    private void strip(int m, int vectors, int steps, float[] left, int lo, float[] right, int ro, float[] c, int co, int ldc,
                       boolean accumulate, Epilogue.Form ending, float[] bias, int biasOffset) {
        int strips = Math.ceilDiv(m, tiling.packed());
        for (int s = 0, i = 0; s < strips; s++) {
            int next = Cut.at(m, strips, s + 1);
            int rows = next - i;
            tiles.of(rows, vectors, Layout.PACKED, ending).run(steps, left, lo + i * steps, rows, right, ro, vectors * lanes,
                c, co + i * ldc, ldc, accumulate, bias, biasOffset + ending.place(i, 0));
            i = next;
        }
    }

    /// C has fewer columns than a vector has lanes: its transpose, B transposed times A transposed, fills them with rows of C. A
    /// multiply-add is the same with its factors exchanged.
    private void transposed(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                        float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                        Epilogue.Form ending, float[] bias, int biasOffset) {
        try (var scratch = Scratch.TRANSPOSED.borrow()) {
            int most = tiling.blockOfRows(false);
            var transposed = scratch.array(n * Math.min(m, most));
            for (int i = 0, rows; i < m; i += rows) {
                rows = Math.min(most, m - i);
                for (int j = 0; accumulate && j < n; j++)
                    for (int row = 0; row < rows; row++) transposed[j * rows + row] = c[co + (i + row) * ldc + j];
                run(n, rows, k, b, bo, ldb, !transposeB, a, ao + i * (transposeA ? 1 : lda), lda, !transposeA,
                    transposed, 0, rows, accumulate, ending.transposed(), bias, biasOffset + ending.place(i, 0));
                for (int row = 0; row < rows; row++)
                    for (int j = 0; j < n; j++) c[co + (i + row) * ldc + j] = transposed[j * rows + row];
            }
        }
    }

    /// Columns that don't fill their vectors become whole ones in a place of their own: tiles with masks are beyond what C1
    /// compiles.
    private void cut(Plan.Grid grid, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                     float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                     Epilogue.Form ending, float[] bias, int biasOffset) {
        int m = grid.height();
        int width = grid.width() * lanes;
        try (var scratch = Scratch.CUT.borrow()) {
            var whole = scratch.array((m + 1) * width);
            boolean longer = ending.bias() == Epilogue.Bias.COLUMNS;
            if (longer) System.arraycopy(bias, biasOffset, whole, m * width, n);
            if (accumulate) pack.panel(c, co, ldc, false, m, n, whole, 0, width);
            panel(grid, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, whole, 0, width, accumulate,
                ending, longer ? whole : bias, longer ? m * width : biasOffset);
            pack.cut(m, n, whole, width, c, co, ldc);
        }
    }

    /// A product of no steps is a block of none: zeros, and the epilogue.
    private void panel(Plan.Grid grid, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                       float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                       Epilogue.Form ending, float[] bias, int biasOffset) {
        int width = grid.width() * lanes;
        boolean isWhole = n == width;
        boolean isStriding = isWhole && !transposeB && tiling.readsInPlace(grid.height(), ldb);
        try (var scratch = isStriding ? null : Scratch.PANEL.borrow()) {
            int p = 0;
            do {
                int steps = Math.min(Gemm.K_BLOCK, k - p);
                boolean isTurned = isWhole && grid.isTurned() && steps % tiling.square() == 0;
                boolean inPlace = isStriding || isTurned;
                int from = bo + p * (transposeB ? 1 : ldb);
                float[] right = inPlace ? b : scratch.array(steps * width);
                if (!inPlace) pack.panel(b, from, ldb, transposeB, steps, n, right, 0, width);
                tiles(grid, steps, a, ao + p * (transposeA ? lda : 1), lda, isTurned ? Layout.TURNED : layout(transposeA),
                    right, inPlace ? from : 0, inPlace ? ldb : width, c, co, ldc, p > 0 || accumulate,
                    p + steps == k ? ending : Epilogue.Form.NONE, bias, biasOffset);
                p += steps;
            } while (p < k);
        }
    }

    /// The tiles of a panel row by row.
    private void tiles(Plan.Grid grid, int steps, float[] a, int ao, int lda, Layout layout,
                       float[] b, int bo, int ldb, float[] c, int co, int ldc, boolean accumulate,
                       Epilogue.Form ending, float[] bias, int biasOffset) {
        var down = grid.rows();
        var across = grid.vectors();
        for (int row = 1, i = 0; row < down.length; row++) {
            int rows = down[row] - i;
            for (int t = 1, from = 0; t < across.length; t++) {
                int to = across[t];
                int j = from * lanes;
                tiles.of(rows, to - from, layout, ending)
                    .run(steps, a, ao + i * (layout == Layout.COLUMNS ? 1 : lda), lda, b,
                        bo + j * (layout == Layout.TURNED ? ldb : 1), ldb, c, co + i * ldc + j, ldc, accumulate, bias,
                        biasOffset + ending.place(i, j));
                from = to;
            }
            i += rows;
        }
    }

    static Layout layout(boolean transposeA) { return transposeA ? Layout.COLUMNS : Layout.ROWS; }
}
