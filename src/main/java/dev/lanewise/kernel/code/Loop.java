package dev.lanewise.kernel.code;

import dev.lanewise.kernel.expr.Epilogue;
import java.util.Locale;

/// What an emitted class looks like from outside: each kind of loop is one interface, each formula one class of it.
///
/// The signatures are wide and flat on purpose: a call allocates nothing, and arrays that a formula doesn't use are
/// passed as null.
public sealed interface Loop {

    /// Real work of a kind, for the compiler to see: so many turns of the loop, all on one array of [#ARRAY] elements. A negative
    /// number is of idle turns, which an emitted loop only counts; others do nothing.
    void turn(int turns, float[] array);

    /// Turns that one real call takes of loops that fold rows: as few as those of short rows, since C2 unrolls a loop for what it
    /// sees. Those of formulas take [C2#PIECE], as a long one's do.
    int ROW = 8;

    /// Elements that some fifty turns of any loop take. Rows are both uneven, with elements left behind whole blocks and vectors,
    /// and even: what isn't seen in fifty turns C2 leaves out, and the first real row that needs it throws the code away.
    int ARRAY = 1 << 14;

    /// Reads and writes `n` elements of each slot from its offset on.
    non-sealed interface Map extends Loop {
        void run(float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] x3, int o3,
                 float[] x4, int o4, float[] x5, int o5, float[] scalars, int n);

        @Override
        default void turn(int turns, float[] x) {
            if (turns < 0) run(x, 0, x, 0, x, 0, x, 0, x, 0, x, 0, x, turns);
            for (int left = turns; left > 0; left -= C2.PIECE) run(x, 0, x, 0, x, 0, x, 0, x, 0, x, 0, x,
                16 * Math.min(left, C2.PIECE) + 3);
        }
    }

    /// Combines `n` values into 64 lanes, `lanes[i % 64] = combine(lanes[i % 64], value(i))`, and these into one number, which
    /// goes to `out`. `lanes` is for its own use. A fold of several streams does so for as many pieces of `n` values each,
    /// one behind the other, `n` being a multiple of 64.
    non-sealed interface Fold extends Loop {
        void run(float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] lanes, float[] scalars, int n,
                 float[] out, int outOffset);

        @Override
        default void turn(int turns, float[] x) {
            if (turns < 0) run(x, 0, x, 0, x, 0, x, x, turns, x, 0);
            for (int left = turns; left > 0; left -= ROW) run(x, 0, x, 0, x, 0, x, x, 64 * Math.min(left, ROW), x, 0);
        }
    }

    /// Writes `groups` groups of 32 random elements: 16 counters, each giving the elements l and l + 16 of its group.
    non-sealed interface Fill extends Loop {

        /// Elements of a group.
        int GROUP = 32;

        void run(float[] out, int offset, int key0, int key1, int counter, int counterHigh, int groups);

        @Override
        default void turn(int turns, float[] x) { run(x, 0, 1, 2, 0, 0, turns); }
    }

    /// One register tile of a matrix product: `c = f(a b)` or `c = f(c + a b)`, f being the epilogue that the class was made for.
    ///
    /// Its rows of `a` are `lda` apart, or the steps of k if it takes them by columns; its steps of `b` are `ldb` apart,
    /// each as wide as the tile: that far, where operands are packed. `bias` is read if the epilogue has one.
    non-sealed interface Tile extends Loop {
        void run(int k, float[] a, int ao, int lda, float[] b, int bo, int ldb,
                 float[] c, int co, int ldc, boolean accumulate, float[] bias, int biasOffset);

        @Override
        default void turn(int turns, float[] x) { run(turns, x, 0, 256, x, 0, 256, x, 0, 256, false, x, 0); }

        /// How the operands lie in memory.
        enum Layout {
            /// A step of k reads one float of each of the left operand's rows.
            ROWS,
            /// It reads floats of the left operand that lie side by side.
            COLUMNS,
            /// So it does, and the right operand's steps lie one behind the other: `ldb` is the tile's width.
            PACKED,
            /// A step of k reads one float of each of the left operand's rows, and the right operand lies by columns, `ldb`
            /// apart: squares of it are transposed in registers, so that the number of steps is a multiple of [#SQUARE].
            TURNED;

            /// Lanes and rows of the largest square that is transposed in registers: twice as large is no faster.
            public static final int SQUARE = 8;

            /// How many there are.
            public static final int COUNT = values().length;
        }

        /// Which tile: its size, how its operands lie in memory, and what becomes of the sums before they are stored.
        record Shape(int rows, int vectors, Layout layout, Epilogue.Form ending) {
            /// Names the emitted class.
            public String name() {
                return (rows + "x" + vectors + "_" + layout
                    + (ending == Epilogue.Form.NONE ? "" : "_" + ending.name())).toLowerCase(Locale.ROOT);
            }
        }
    }

    /// The same of a right operand whose rows lie anywhere: step k of `b` begins at `bo + starts[from + k]`. `lda` is from row to
    /// row in [Tile.Layout#ROWS], else from step to step.
    non-sealed interface GatheredTile extends Loop {
        void run(int k, float[] a, int ao, int lda, float[] b, int bo, int[] starts, int from,
                 float[] c, int co, int ldc, boolean accumulate, float[] bias, int biasOffset);

        @Override
        default void turn(int turns, float[] x) {
            run(turns, x, 0, 256, x, 0, Starts.ZERO, 0, x, 0, 256, false, x, 0);
        }
    }

    /// Where the rows of real turns begin.
    final class Starts {
        private static final int[] ZERO = new int[ARRAY >> 8];

        private Starts() {}
    }

    /// Writes rows of `x` as columns, a vector wide, into rows of `out` that are `width` apart.
    ///
    /// `steps` is a multiple of the vector's length. Where there are fewer rows than lanes, the last one is repeated.
    non-sealed interface Transpose extends Loop {
        void run(int steps, float[] x, int xo, int ldx, int rows, float[] out, int oo, int width);

        @Override
        default void turn(int turns, float[] x) { run(turns < 0 ? turns : 8 * turns, x, 0, 512, 4, x, 0, 16); }
    }

    /// Copies rows of vectors, as many in each as the class was made for: whole ones, or but the first `columns` elements.
    ///
    /// A class for several strips cuts each row of `x` into as many, `columns` elements each, whole vectors: to `out` go all rows
    /// of the first strip, then, behind a gap, those of the next.
    non-sealed interface Copy extends Loop {

        /// Elements between strips, a cache line: 256 rows of two vectors are a multiple of 4 KB, and lines that far apart, all
        /// being written at a time, would share a set of the first-level cache.
        int GAP = 16;

        void run(int rows, int columns, float[] x, int xo, int ldx, float[] out, int oo, int ldo);

        @Override
        default void turn(int turns, float[] x) { run(turns, 16, x, 0, 256, x, 0, 16); }
    }

    /// One pass of a kernel that takes several: reads and writes `n` elements of the arrays, and leaves what it found out
    /// about all of them in `lanes`.
    non-sealed interface Pass extends Loop {
        void run(float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] lanes, float[] scalars, int n);

        @Override
        default void turn(int turns, float[] x) { run(x, 0, x, 0, x, 0, x, x, turns < 0 ? turns : 64 * turns + 3); }
    }

    /// Reads and writes `rows` rows of `columns` elements of each slot, as far apart as it says; a broadcast slot has one number
    /// for each row, as far apart.
    non-sealed interface Matrix extends Loop {
        void run(int rows, int columns, float[] x0, int o0, int ld0, float[] x1, int o1, int ld1, float[] x2, int o2, int ld2,
                 float[] x3, int o3, int ld3, float[] x4, int o4, int ld4, float[] x5, int o5, int ld5);

        @Override
        default void turn(int turns, float[] x) {
            int uneven = turns < 0 ? turns : (turns + 1) / 2;
            run(uneven, 83, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64);
            if (turns > uneven) run(turns - uneven, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64);
        }
    }

    /// Makes rows of `y` of rows of `x`, `columns` elements each.
    non-sealed interface Rows extends Loop {
        void run(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy);

        @Override
        default void turn(int turns, float[] x) { run(turns, 1, x, 0, 64, x, 0, 64); }
    }

    /// Takes rows of `n` elements through the steps of a [dev.lanewise.kernel.expr.RowFormula]; those of slot i are `si` apart.
    ///
    /// `numbers` are given for all rows; those given for each row, or kept of it, are in `kept`, all rows' first ones, and
    /// `plane` further on their second ones. `lanes` is for its own use: 64, and as many numbers as a formula may have for each
    /// row.
    non-sealed interface Rowwise extends Loop {
        void run(int rows, int n, float[] x0, int o0, int s0, float[] x1, int o1, int s1, float[] x2, int o2, int s2,
                 float[] x3, int o3, int s3, float[] x4, int o4, int s4, float[] x5, int o5, int s5,
                 float[] numbers, float[] lanes, float[] kept, int ko, int plane);

        @Override
        default void turn(int turns, float[] x) {
            int uneven = turns < 0 ? turns : (turns + 1) / 2;
            run(uneven, 83, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, x, x, 0, 64);
            if (turns > uneven) run(turns - uneven, 128, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x, 0, 64, x,
                x, x, 0, 64);
        }
    }
}
