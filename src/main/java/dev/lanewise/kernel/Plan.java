package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop.Tile.Layout;
import java.util.ArrayList;
import java.util.List;

/// How one thread makes products of a shape: what would else be decided anew in each of them, and takes a tiny one as long as its
/// arithmetic. It holds nobody's numbers, and any thread may follow it.
final class Plan {

    private final int m;
    private final int n;
    private final int k;
    private final int ldb;
    private final int kind;

    /// Whether C is so narrow that its transpose is made instead. Nothing else counts then.
    final boolean isThin;
    /// Whether both operands are copied.
    final boolean isPacked;
    /// Vectors of C that are filled.
    final int whole;
    /// Vectors behind these that are made apart, as the last one isn't filled.
    final int cut;
    /// Blocks of rows, one after the other.
    final int blocks;
    /// Tiles side by side, unless operands are packed.
    private final int across;
    /// Panels of so many tiles in all.
    final int panels;
    private final boolean isTurned;
    private final Grid[] grids;

    /// The tiles of some rows of C by some vectors, as even in height and in width as they can be: where each row of tiles begins
    /// and the last one ends, and so each column.
    ///
    /// @param isTurned whether tiles read B's columns where they lie, if all are there
    record Grid(int height, int width, boolean isTurned, int[] rows, int[] vectors) {}

    Plan(Tiling tiling, int m, int n, int k, int ldb, boolean transposeA, boolean transposeB) {
        this.m = m;
        this.n = n;
        this.k = k;
        this.ldb = ldb;
        this.kind = kind(transposeA, transposeB);
        int vectors = Math.ceilDiv(n, tiling.lanes());
        this.isThin = tiling.isThin(m, n, transposeA);
        this.cut = n % tiling.lanes() == 0 ? 0 : tiling.cutVectors(vectors);
        this.whole = vectors - cut;
        this.isPacked = tiling.isPacked(m, whole, k);
        this.blocks = Math.ceilDiv(m, tiling.blockOfRows(isPacked));
        this.isTurned = transposeB && !isPacked && tiling.isTurned(m, transposeA);
        int widest = isTurned ? tiling.turnedVectors() : transposeB ? tiling.vectors() : tiling.vectors(m, whole);
        this.across = Math.ceilDiv(whole, widest);
        this.panels = isPacked ? 0 : Math.ceilDiv(across, tiling.side());
        this.grids = isThin ? new Grid[0] : grids(tiling, transposeA);
    }

    private Grid[] grids(Tiling tiling, boolean transposeA) {
        var grids = new ArrayList<Grid>();
        for (int p = 0; p < panels; p++) add(grids, tiling, panelEnd(p) - panelEnd(p - 1), transposeA);
        if (cut > 0) add(grids, tiling, cut, transposeA);
        return grids.toArray(Grid[]::new);
    }

    /// Blocks have two heights at the most.
    private void add(List<Grid> grids, Tiling tiling, int vectors, boolean transposeA) {
        if (blocks == 0 || grids.stream().anyMatch(grid -> grid.width == vectors)) return;
        var layout = isTurned ? Layout.TURNED : TiledGemm.layout(transposeA);
        for (int rows = m / blocks; rows <= Math.ceilDiv(m, blocks); rows++) {
            int side = Math.ceilDiv(vectors, isTurned ? tiling.turnedVectors() : tiling.vectors(rows, vectors));
            int down = Math.ceilDiv(rows, tiling.rows(Math.ceilDiv(vectors, side), layout));
            grids.add(new Grid(rows, vectors, isTurned, cuts(rows, down), cuts(vectors, side)));
        }
    }

    private static int[] cuts(int size, int parts) {
        var cuts = new int[parts + 1];
        for (int part = 1; part <= parts; part++) cuts[part] = Cut.at(size, parts, part);
        return cuts;
    }

    /// Where block `block` ends: 0 for the one before the first.
    int blockEnd(int block) { return Cut.at(m, blocks, block + 1); }

    /// The vector where a panel ends. Its tiles are whole.
    int panelEnd(int panel) { return Cut.at(whole, across, Cut.at(across, panels, panel + 1)); }

    /// The tiles of a block's panel, or of what is cut of it.
    Grid grid(int rows, int vectors) {
        int i = 0;
        while (grids[i].height != rows || grids[i].width != vectors) i++;
        return grids[i];
    }

    /// Whether it is that of such products.
    private boolean isOf(int m, int n, int k, int ldb, int kind) {
        return this.m == m && this.n == n && this.k == k && this.ldb == ldb && this.kind == kind;
    }

    private static int kind(boolean transposeA, boolean transposeB) { return (transposeA ? 2 : 0) + (transposeB ? 1 : 0); }

    /// The plans of the shapes that a program uses, each made once. One that isn't used any more gives way to others.
    static final class Table {

        private static final int HASH = 0x9e3779b1;
        private static final int SETS = 256;
        /// Plans that share a set.
        private static final int WAYS = 4;

        private final Tiling tiling;
        /// Threads that put two into the same set at a time may lose one, which is then made again.
        private final Plan[] plans = new Plan[SETS * WAYS];

        Table(Tiling tiling) { this.tiling = tiling; }

        Plan of(int m, int n, int k, int ldb, boolean transposeA, boolean transposeB) {
            int kind = kind(transposeA, transposeB);
            int hash = (((m * 31 + n) * 31 + k) * 31 + ldb) * 31 + kind;
            int set = (hash * HASH >>> Integer.numberOfLeadingZeros(SETS - 1)) * WAYS;
            for (int way = set; way < set + WAYS; way++) {
                var plan = plans[way];
                if (plan == null) break;
                if (plan.isOf(m, n, k, ldb, kind)) return plan;
            }
            var plan = new Plan(tiling, m, n, k, ldb, transposeA, transposeB);
            System.arraycopy(plans, set, plans, set + 1, WAYS - 1);
            return plans[set] = plan;
        }
    }
}
