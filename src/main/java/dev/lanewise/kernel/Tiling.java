package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop.Tile.Layout;
import dev.lanewise.kernel.code.Target;
import java.util.Collections;
import java.util.List;

/// How a product is cut for a machine: its register tiles, and when operands and sums are copied. Nothing here changes a bit.
///
/// The tiles: how many rows for one of one vector, of two, … up to the widest, where A is read by rows and where by columns,
/// packed or not; and how many of these stand side by side in a panel of B, so that one finds A's rows near after the other.
///
/// 512 bits, measured on one Zen 5 core, whose two units of 512 bits a cycle make 254 GFLOP/s from registers: a tile must read
/// little of B, which comes from the second-level cache at 64 bytes a cycle at the best. Products of 128 and 256 cubes and of 100
/// x 256 x 784 are made at 236, 235 and 214 GFLOP/s by tiles of 6x4; at 228, 223, 200 by 5x4; 220, 227, 214 by 8x3; 205, 221, 204
/// by 12x2. One tile stands in a panel: two make 191, 196, 193 of 5x4's. With few rows 8x3 passes over B less often: 16 x 384 x
/// 384 is made at 236, by 6x4 at 209.
///
/// 256 bits with 16 registers, measured on one Zen 4 core, of its peak of 117 GFLOP/s: A read by rows 5x2 85-90 %, 6x2 70 %, 3x3
/// 86 %, 2x6 40 % (spills); packed 6x2 94 %, 5x2 90 %, 4x3 in groups of one 95 %, but 91 % unless B's vectors happen to begin
/// at multiples of 32 bytes. 128 bits: 5x2 94 %, packed 6x2 98 %.
///
/// @param lanes  floats in a vector
/// @param packed rows where both operands are packed; 0 for a target that has no need of it: with 32 registers tiles are so
///               wide that A's rows are read in few enough places
/// @param sums   that a tile for a product of one row or two keeps in registers: it is as much wider, so that B is read in long
///               stretches
record Tiling(int lanes, List<Integer> byRows, List<Integer> byColumns, int packed, int side, int sums) {

    /// Rows whose slice of A and of C stay in the second-level cache while a panel of B passes over them.
    private static final int ROWS = 512;
    /// Rows up to which copying a panel of B costs more than it saves; and of wide tiles: 32 rows by 784 x 256 and 48 by 512 x
    /// 1024 take .86 and .90 of the time without, but 64 by 1024 x 2048 would take three times as long.
    private static final int FEW_ROWS = 16;
    private static final int FEW_ROWS_OF_WIDE = 48;
    /// Rows up to which it does where a tile reads no more than a cache line of each of B's rows.
    private static final int SOME_ROWS = 128;
    private static final int CACHE_LINE = 16;
    /// Rows from which on it pays to copy rows of B that lie anywhere. On a Zen 5 with 512 bits 64 x 576 x 3,136 took .81 to .97
    /// of the time without, in two rounds that others disturbed; of 128 rows there was no difference beyond chance.
    private static final int ROWS_FOR_COPIES = 65;
    /// Rows of B that lie a multiple of this many floats apart share too few sets of the first-level cache.
    private static final int CACHE_CONFLICT = 128;
    /// Rows up to which copies of B for one product each cost more than looking for one that all share.
    private static final int MOST_ROWS_OF_SHARED = 128;
    /// Vectors of C that are made apart from it, the last of which is not whole.
    private static final int CUT_VECTORS = 2;
    /// Rows and columns of C that share copies of both operands: 1 MB of A's and, if their sums are kept apart, 4 MB of these.
    private static final int PACKED_ROWS = 1024;
    private static final int PACKED_COLUMNS = 1024;
    /// Rows and columns of C, and steps of k, from which on copies of both operands pay.
    private static final int LEAST_PACKED_ROWS = 16;
    private static final int LEAST_PACKED_COLUMNS = 128;
    private static final int LEAST_PACKED_STEPS = 32;
    /// Rows from which on copies of A pay where those of B are there: fewer read B in longer stretches, by a wider tile.
    private static final int LEAST_ROWS_OF_STRIPS = 3;
    /// Elements of A, 256 KB, that stay in the second-level cache while strips of B pass by.
    private static final int NEAR = 1 << 16;
    /// Blocks of k up to which C itself takes the sums. Its rows lie too far apart to be fetched ahead: a tile waits for them.
    private static final int BLOCKS_IN_PLACE = 2;
    /// Elements of C, 128 KB, up to which it takes any number of blocks: it stays in the second-level cache.
    private static final int SUMS_IN_PLACE = 1 << 15;
    /// Rows up to which a transposed B goes from registers into the sums: more rows share what it costs to turn it.
    private static final int TURNED_ROWS = 2;
    /// Vectors beside which a row's broadcasts take no time of their own.
    private static final int LEAST_WIDE = 3;
    /// Columns of a tile that turns B: as many sums as two units for multiply-adds need to be busy.
    private static final int TURNED_COLUMNS = 16;

    static Tiling of(Target target) {
        var many = List.of(8, 8, 8, 6);
        var few = List.of(6, 5);
        return target.registers() >= 32 ? new Tiling(target.lanes(), many, many, 0, 1, 16)
            : new Tiling(target.lanes(), few, few, 6, 8, 8);
    }

    /// Vectors in the widest tile.
    int vectors() { return byRows.size(); }

    /// Of a tile for so many rows.
    int vectors(int rows) { return rows == 1 || rows == 2 ? Math.max(vectors(), sums / rows) : vectors(); }

    /// Of a tile for so many rows of so many vectors. Few rows are made by tiles that are not as wide and higher, if these are
    /// not more, and none is narrower than the others: they pass over B less often.
    int vectors(int rows, int vectors) {
        int most = vectors(rows);
        if (rows > FEW_ROWS_OF_WIDE || most != vectors() || most <= LEAST_WIDE) return most;
        int wide = tiles(rows, vectors, most);
        int high = tiles(rows, vectors, most - 1);
        return high < wide || high == wide && vectors % (most - 1) == 0 ? most - 1 : most;
    }

    private int tiles(int rows, int vectors, int width) {
        return Math.ceilDiv(rows, rows(width, Layout.ROWS)) * Math.ceilDiv(vectors, width);
    }

    /// Of a tile for one row.
    int mostVectors() { return vectors(1); }

    int rows(int vectors, Layout layout) {
        if (vectors > vectors() && layout != Layout.TURNED) return sums / vectors;
        return switch (layout) {
            case ROWS -> byRows.get(vectors - 1);
            case COLUMNS -> byColumns.get(vectors - 1);
            case PACKED -> packed;
            case TURNED -> vectors <= turnedVectors() ? TURNED_ROWS : 0;
        };
    }

    /// Vectors in the widest tile that turns B.
    int turnedVectors() { return Math.max(1, TURNED_COLUMNS / lanes); }

    /// Whether B, which lies by columns, is turned in tiles.
    boolean isTurned(int m, boolean transposeA) { return m <= TURNED_ROWS && !transposeA; }

    int mostRows() { return Math.max(packed, Math.max(Collections.max(byRows), Collections.max(byColumns))); }

    /// Whether rows of B that lie anywhere are copied for a product of so many rows. Narrow tiles would need narrow copies.
    boolean copiesGathered(int m) { return packed == 0 && m >= ROWS_FOR_COPIES; }

    /// Side of the squares that are transposed in registers.
    int square() { return Math.min(Layout.SQUARE, lanes); }

    /// Rows of C that are made at a time.
    int blockOfRows(boolean isPacked) { return isPacked ? PACKED_ROWS : ROWS; }

    /// Of C's vectors, if the last is not whole: how many are made apart from it.
    int cutVectors(int vectors) { return Math.min(CUT_VECTORS, vectors); }

    /// Whether C is so narrow that its lanes are better filled with rows. Turning A around on the way to them costs as much as
    /// they gain from nine columns on.
    boolean isThin(int m, int n, boolean transposeA) { return m >= 2 * lanes && n <= (transposeA ? lanes : lanes / 2); }

    /// Whether B is read where it lies: whole vectors of rows that are `ldb` apart.
    boolean readsInPlace(int m, int ldb) {
        boolean isWide = vectors() * lanes > CACHE_LINE;
        return m <= (isWide ? FEW_ROWS_OF_WIDE : FEW_ROWS) || (isWide || m <= SOME_ROWS) && ldb % CACHE_CONFLICT != 0;
    }

    /// Whether a product of m rows is better made by a B that was packed before. A single row or two read it best
    /// where it lies. By 784 x 256, 3, 4, 6, 8, 12, 16 rows take .79, .79, .94, 1.0, .96, .83 of the time with 512-bit vectors on
    /// a Zen 5. By weights that come from memory, 42 MB of 384 x 384 to 1536 x 384, 8 rows took 2.3 times as long without, and 16
    /// rows 1.7.
    boolean paysPacked(int m) { return m > TURNED_ROWS && m <= MOST_ROWS_OF_SHARED; }

    /// Whether both operands are copied, for so many whole vectors of C's columns.
    boolean isPacked(int m, int vectors, int k) {
        return packed > 0 && m >= LEAST_PACKED_ROWS && vectors * lanes >= LEAST_PACKED_COLUMNS && k >= LEAST_PACKED_STEPS;
    }

    /// Whether A is copied, too, for so many whole vectors of columns whose strips of B are copies. From memory, 384 x 384 by 6,
    /// 8, 12 rows take .50, .83, .80 of the time with 256-bit vectors.
    boolean takesStrips(int m, int vectors, int k) {
        return m >= LEAST_ROWS_OF_STRIPS && isPacked(Math.max(m, LEAST_PACKED_ROWS), vectors, k);
    }

    /// Whether all of A's copy is made before the first strip of B, so that each strip is read from its beginning to its end:
    /// where strips come from memory, blocks of them take a sixth longer.
    boolean isNear(int m, int k) { return (long) m * k <= NEAR; }

    /// Whether C itself takes the sums of a packed product.
    boolean sumsInPlace(int m, int vectors, int k) {
        return k <= BLOCKS_IN_PLACE * Gemm.K_BLOCK || (long) m * vectors * lanes <= SUMS_IN_PLACE;
    }

    /// Whether a packed product whose sums are kept apart is made in two halves of so many vectors.
    boolean isHalved(int vectors) { return vectors * lanes > PACKED_COLUMNS; }
}
