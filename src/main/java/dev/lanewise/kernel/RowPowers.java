package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;

/// Of each row of a matrix e^(x - m), m being its maximum, and their sum: what a softmax divides, and a cross-entropy takes the
/// logarithm of.
///
/// The roundings are those of [RowSoftmax]. [#pull] makes a cross-entropy's gradient of them, where they lie.
public final class RowPowers {

    private static final Loop.Rowwise PASSES = RowPowers::passes;
    private static final RowPowers CURRENT = new RowPowers(Provider.currentTarget());
    /// 0 - power / sum c
    private static final RowMap PULL = new RowMap("cross_entropy_backward", 0b110,
        new Formula.Output(0, constant(0f).sub(slot(0).div(slot(1)).mul(slot(2)))));

    /// A loop has a [Loop.Fold] of its own by that name.
    private static final int CHUNK = Fold.CHUNK;

    private final int lanes;
    private final Tiers<Loop.Rowwise> tiers;

    RowPowers(Target target) {
        this.lanes = target.lanes();
        this.tiers = new Tiers<>(target, Cost.SOFTMAX, 1, 2 * Loops.SOFTMAX_VECTORS + 2, (each, number) ->
            each.isScalar() ? PASSES : number == 0 ? Loops.longRowPowers(each.lanes(), LongRows::new, PASSES)
                : Loops.rowPowers(number / 2, number % 2 == 1, each.lanes(), PASSES));
    }

    /// Of `rows` x `columns`. The sum of a row with a NaN or with +infinity, and of one of -infinity alone, is NaN.
    ///
    /// @param y    takes the powers
    /// @param kept takes the maxima of all rows, and behind them the sums
    public static void rows(int rows, int columns, float[] x, int xo, float[] y, float[] kept) {
        CURRENT.run(rows, columns, x, xo, y, kept);
    }

    void run(int rows, int columns, float[] x, int xo, float[] y, float[] kept) {
        if (rows == 0 || columns == 0) return;
        int number = RowSoftmax.number(columns, lanes);
        var tier = tiers.now(number, (double) rows * columns);
        // of few long rows each pass is split by itself
        var loop = rows < Pool.threads() && columns > Fold.CHUNK ? PASSES : tier.get(number);
        int share = loop == PASSES ? rows : tier.share(rows, columns);
        if (share >= rows) some(loop, 0, rows, rows, columns, x, xo, y, kept);
        else Pool.forEach(Math.ceilDiv(rows, share), task ->
            some(loop, task * share, task * share + Math.min(share, rows - task * share), rows, columns, x, xo, y, kept));
    }

    private static void some(Loop.Rowwise loop, int from, int to, int rows, int columns, float[] x, int xo, float[] y,
        float[] kept) {
        for (int row = from, now; row < to; row += now) {
            now = Math.min(C2.PIECE, to - row);
            loop.run(now, columns, x, xo + row * columns, columns, null, 0, 0, null, 0, 0, y, row * columns, columns,
                null, 0, 0, null, 0, 0, null, Scratch.lanes(), kept, row, rows);
        }
    }

    /// Loops for rows that don't fit into registers.
    private record LongRows(Loop.Pass largest, Loop.Pass powers) implements Loop.Rowwise {

        @Override
        public void run(int rows, int n, float[] x, int xo, int ldx, float[] x1, int o1, int s1, float[] x2, int o2, int s2,
                        float[] y, int yo, int ldy, float[] x4, int o4, int s4, float[] x5, int o5, int s5,
                        float[] numbers, float[] lanes, float[] kept, int ko, int plane) {
            var shift = RowSoftmax.LongRows.NUMBERS.get();
            int chunks = Math.ceilDiv(n, CHUNK);
            try (var scratch = Scratch.PARTIAL.borrow()) {
                var partial = scratch.array(chunks);
                for (int row = 0; row < rows; row++) {
                    int from = xo + row * ldx;
                    int to = yo + row * ldy;
                    largest.run(x, from, null, 0, null, 0, lanes, null, n);
                    shift[0] = kept[ko + row] = lanes[0];
                    for (int chunk = 0, at = 0; chunk < chunks; chunk++, at += CHUNK) {
                        powers.run(x, from + at, y, to + at, null, 0, lanes, shift, Math.min(CHUNK, n - at));
                        partial[chunk] = lanes[0];
                    }
                    if (chunks == 1) kept[ko + plane + row] = partial[0];
                    else Reductions.SUM.rows(partial, 0, null, 0, null, 0, null, 1, chunks, kept, ko + plane + row);
                }
            }
        }

        @Override
        public void turn(int turns, float[] array) {
            largest.turn(turns, array);
            powers.turn(turns, array);
        }
    }

    /// The definition, in a pass for each operation.
    static void passes(int rows, int n, float[] x, int xo, int ldx, float[] x1, int o1, int s1, float[] x2, int o2, int s2,
                       float[] y, int yo, int ldy, float[] x4, int o4, int s4, float[] x5, int o5, int s5,
                       float[] numbers, float[] lanes, float[] kept, int ko, int plane) {
        for (int row = 0; row < rows; row++) {
            int from = xo + row * ldx;
            int to = yo + row * ldy;
            Reductions.AMAX.rows(x, from, null, 0, null, 0, null, 1, n, kept, ko + row);
            RowSoftmax.POWERS.run(2, x, from, kept, ko + row, y, to, null, 0, null, 0, null, 0, null, n);
            Reductions.SUM.rows(y, to, null, 0, null, 0, null, 1, n, kept, ko + plane + row);
        }
    }

    /// Of what [#rows] made y = 0 - y / sum c, c being a number of each row.
    public static void pull(int rows, int columns, float[] y, float[] kept, float[] c) {
        Shares.run(rows, PULL.nanos() * columns, (from, to) ->
            PULL.run(to - from, columns, y, from * columns, columns, kept, rows + from, 1, c, from, 1));
    }
}
