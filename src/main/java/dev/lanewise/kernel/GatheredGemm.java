package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop.Tile.Layout;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Epilogue;

/// Products whose right operand has its rows anywhere in an array, each of them in one piece: C = A B + bias, by one thread, with
/// the bits of [Gemm].
///
/// Register tiles read those rows where they lie. So rows that overlap, as those of a convolution's windows do, are in memory but
/// once, and stay in the caches. Where many rows of A meet them they are copied, a panel of them at a time: no cache fetches rows
/// ahead that lie anywhere.
final class GatheredGemm {

    static final GatheredGemm CURRENT = new GatheredGemm(Provider.currentTarget(), Gemm.CURRENT);

    /// Elements behind the last row that may be read, of no account.
    static final int SLACK = 16;

    private sealed interface Part permits Tiled, Copied {

        void run(int m, int n, int k, float[] a, int ao, int lda, float[] b, int bo, int[] starts, float[] c, int co, int ldc,
                 Epilogue.Form ending, float[] bias, int biasOffset);

        void turn(int rows, int columns, float[] x, int xo, int ldx, float[] out, int width);
    }

    private final Copied copied;
    /// Null where there are no vectors.
    private final Tiled tiled;
    private final Products products = new Products();
    private final Products turns = new Products();

    GatheredGemm(Target target) { this(target, new Gemm(target)); }

    /// @param gemm whose tiles take what is copied
    private GatheredGemm(Target target, Gemm gemm) {
        this.copied = new Copied(target);
        this.tiled = target.isScalar() ? null : new Tiled(target, gemm.tiles());
    }

    /// C = A B + bias, with A of m x k and B of k x n; row i of B begins at `bo + starts[i]`.
    ///
    /// @param b    [#SLACK] elements longer than it has to be
    /// @param bias a number for each row of C, or null for none
    void run(int m, int n, int k, float[] a, int ao, int lda, float[] b, int bo, int[] starts, float[] c, int co, int ldc,
             float[] bias, int biasOffset) {
        var ending = Epilogue.Form.of(Epilogue.IDENTITY, bias == null ? Epilogue.Bias.NONE : Epilogue.Bias.ROWS);
        boolean isTiled = areAllTiled();
        if (!isTiled && tiled != null) {
            var product = products.of(m, n, k, 0, ending.index());
            isTiled = product.isPrepared() || product.count(Cost.scalarProduct(m, n, k), rehearsal ->
                new Tiled(tiled, rehearsal).run(m, n, k, a, ao, lda, b, bo, starts, c, co, ldc, ending, bias, biasOffset));
        }
        (isTiled ? tiled : copied).run(m, n, k, a, ao, lda, b, bo, starts, c, co, ldc, ending, bias, biasOffset);
    }

    /// Rows as columns, in rows that are `width` apart: a multiple of [#SLACK], to which `out` has room.
    void turn(int rows, int columns, float[] x, int xo, int ldx, float[] out, int width) {
        boolean isTiled = areAllTiled();
        if (!isTiled && tiled != null) {
            var turn = turns.of(rows, columns, 0, width, 0);
            isTiled = turn.isPrepared() || turn.count(Cost.scalarProduct(0, rows, columns), rehearsal ->
                new Tiled(tiled, rehearsal).turn(rows, columns, x, xo, ldx, out, width));
        }
        (isTiled ? tiled : copied).turn(rows, columns, x, xo, ldx, out, width);
    }

    private boolean areAllTiled() { return ColdStart.isOver() && tiled != null; }

    /// By register tiles.
    private static final class Tiled implements Part {

        private final Tiling tiling;
        private final int lanes;
        private final Tiles<Loop.GatheredTile> tiles;
        private final Tiles<Loop.Tile> ofCopies;
        private final Pack pack;

        Tiled(Target target, Tiles<Loop.Tile> ofCopies) {
            this.tiling = Tiling.of(target);
            this.ofCopies = ofCopies;
            this.lanes = target.lanes();
            this.tiles = new Tiles<>(tiling, shape -> Loops.gatheredTile(shape, lanes));
            this.pack = new Pack(tiling);
        }

        /// One that only tells which loops that one would run.
        Tiled(Tiled real, Rehearsal rehearsal) {
            this.tiling = real.tiling;
            this.lanes = real.lanes;
            this.tiles = new Tiles<>(real.tiles, rehearsal, need -> (_, _, _, _, _, _, _, _, _, _, _, _, _, _) -> need.run());
            this.ofCopies = new Tiles<>(real.ofCopies, rehearsal, need -> (_, _, _, _, _, _, _, _, _, _, _, _, _) -> need.run());
            this.pack = new Pack(real.pack, rehearsal);
        }

        @Override
        public void turn(int rows, int columns, float[] x, int xo, int ldx, float[] out, int width) {
            pack.panel(x, xo, ldx, true, columns, rows, out, 0, width);
        }

        /// Panels of columns, blocks of k and strips of rows, from the outside in.
        @Override
        public void run(int m, int n, int k, float[] a, int ao, int lda, float[] b, int bo, int[] starts, float[] c,
            int co, int ldc,
                        Epilogue.Form ending, float[] bias, int biasOffset) {
            boolean isPacked = tiling.packed() > 0 && m >= tiling.packed();
            try (var copy = isPacked ? Scratch.LEFT.borrow() : null) {
                float[] left = a;
                if (isPacked) pack(m, k, a, ao, lda, left = copy.array(m * k + 2 * lanes));
                int vectors = Math.ceilDiv(n, lanes);
                int cut = n % lanes == 0 ? 0 : tiling.cutVectors(vectors);
                int whole = vectors - cut;
                int widest = isPacked ? tiling.vectors() : tiling.vectors(m);
                int across = Math.ceilDiv(whole, widest);
                int panels = Math.ceilDiv(across, tiling.side());
                for (int p = 0, from = 0; p < panels; p++) {
                    int to = Cut.at(whole, across, Cut.at(across, panels, p + 1));
                    panel(m, to - from, k, left, isPacked ? -1 : ao, lda, b, bo + from * lanes, starts, c, co + from * lanes, ldc,
                        ending, bias, biasOffset);
                    from = to;
                }
                if (cut > 0) cut(m, n - whole * lanes, k, left, isPacked ? -1 : ao, lda, b, bo + whole * lanes, starts,
                    c, co + whole * lanes, ldc, ending, bias, biasOffset);
            }
        }

        /// Strips of A as narrow as a tile is high, for one block of k after the other.
        private void pack(int m, int k, float[] a, int ao, int lda, float[] left) {
            int strips = Math.ceilDiv(m, tiling.packed());
            for (int p = 0; p < k; p += Gemm.K_BLOCK) {
                int steps = Math.min(Gemm.K_BLOCK, k - p);
                for (int s = 0, i = 0; s < strips; s++) {
                    int next = Cut.at(m, strips, s + 1);
                    pack.panel(a, ao + i * lda + p, lda, true, steps, next - i, left, p * m + i * steps, next - i);
                    i = next;
                }
            }
        }

        /// Columns that don't fill their vectors, made apart.
        private void cut(int m, int n, int k, float[] a, int ao, int lda, float[] b, int bo, int[] starts,
                         float[] c, int co, int ldc, Epilogue.Form ending, float[] bias, int biasOffset) {
            int width = Math.ceilDiv(n, lanes) * lanes;
            try (var scratch = Scratch.CUT.borrow()) {
                var whole = scratch.array(m * width);
                panel(m, width / lanes, k, a, ao, lda, b, bo, starts, whole, 0, width, ending, bias, biasOffset);
                pack.cut(m, n, whole, width, c, co, ldc);
            }
        }

        /// @param ao where A begins; less than 0 if it is a copy in strips
        private void panel(int m, int vectors, int k, float[] a, int ao, int lda, float[] b, int bo, int[] starts,
                           float[] c, int co, int ldc, Epilogue.Form ending, float[] bias, int biasOffset) {
            boolean isPacked = ao < 0;
            int across = Math.ceilDiv(vectors, isPacked ? tiling.vectors() : tiling.vectors(m));
            var layout = isPacked ? Layout.PACKED : Layout.ROWS;
            int down = Math.ceilDiv(m, tiling.rows(Math.ceilDiv(vectors, across), layout));
            int width = vectors * lanes;
            try (var scratch = tiling.copiesGathered(m) ? Scratch.PANEL.borrow() : null) {
                int p = 0;
                do {
                    int steps = Math.min(Gemm.K_BLOCK, k - p);
                    var last = p + steps == k ? ending : Epilogue.Form.NONE;
                    var copy = scratch == null ? null : scratch.array(steps * width);
                    if (copy != null) copy(steps, width, b, bo, starts, p, copy);
                    for (int i = 0, row = 0; row < down; row++) {
                        int rows = Cut.at(m, down, row + 1) - i;
                        int at = isPacked ? p * m + i * steps : ao + i * lda + p;
                        int ld = isPacked ? rows : lda;
                        for (int t = 0, from = 0; t < across; t++) {
                            int to = Cut.at(vectors, across, t + 1);
                            int j = from * lanes;
                            if (copy == null) tiles.of(rows, to - from, layout, last).run(steps, a, at, ld, b, bo + j, starts, p,
                                c, co + i * ldc + j, ldc, p > 0, bias, biasOffset + i);
                            else ofCopies.of(rows, to - from, layout, last).run(steps, a, at, ld, copy, j, width,
                                c, co + i * ldc + j, ldc, p > 0, bias, biasOffset + i);
                            from = to;
                        }
                        i += rows;
                    }
                    p += steps;
                } while (p < k);
            }
        }

        /// Rows of B side by side: as many at a time as are equally far apart.
        private void copy(int steps, int width, float[] b, int bo, int[] starts, int p, float[] copy) {
            for (int step = 0, end; step < steps; step = end) {
                int first = starts[p + step];
                end = step + 1;
                int apart = end < steps ? starts[p + end] - first : 0;
                while (end < steps && starts[p + end] == first + (end - step) * apart) end++;
                pack.panel(b, bo + first, apart, false, end - step, width, copy, step * width, width);
            }
        }
    }

    /// By scalar loops, which copy B anyway.
    private static final class Copied implements Part {

        /// Columns that are copied at a time: as many as those loops take.
        private static final int COLUMNS = 256;

        private final ScalarGemm gemm;

        Copied(Target target) { this.gemm = new ScalarGemm(target.fastFma()); }

        @Override
        public void run(int m, int n, int k, float[] a, int ao, int lda, float[] b, int bo, int[] starts, float[] c,
            int co, int ldc,
                        Epilogue.Form ending, float[] bias, int biasOffset) {
            try (var scratch = Scratch.PANEL.borrow()) {
                var panel = scratch.array(Math.min(k, Gemm.K_BLOCK) * Math.min(n, COLUMNS));
                for (int j = 0, columns; j < n; j += columns) {
                    columns = Math.min(COLUMNS, n - j);
                    int p = 0;
                    do {
                        int steps = Math.min(Gemm.K_BLOCK, k - p);
                        for (int s = 0; s < steps; s++)
                            System.arraycopy(b, bo + starts[p + s] + j, panel, s * columns, columns);
                        gemm.run(m, columns, steps, a, ao + p, lda, false, panel, 0, columns, false, c, co + j, ldc, p > 0,
                            p + steps == k ? ending : Epilogue.Form.NONE, bias, biasOffset);
                        p += steps;
                    } while (p < k);
                }
            }
        }

        @Override
        public void turn(int rows, int columns, float[] x, int xo, int ldx, float[] out, int width) {
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++) out[j * width + i] = x[xo + i * ldx + j];
        }
    }
}
