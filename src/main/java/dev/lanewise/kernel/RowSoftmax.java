package dev.lanewise.kernel;

import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import java.util.List;

/// Softmax of each row of a matrix: y = e^(x - m) / sum e^(x - m), where m is the row's maximum.
///
/// The order of roundings is that of the four operations one after the other: a subtraction, [Functions#exp]
/// but for powers of e^-87.7 and below, which count as 0, the sum as [Fold] prescribes it, a division. A row with a NaN or with
/// +infinity, and one of -infinity alone, is all NaN.
public final class RowSoftmax {

    /// e^(x - m): no x is above m, but in rows with a NaN, which are NaN anyway.
    private static final Expr.F32 POWER = Functions.expOrZero(Expr.slot(0).sub(Expr.slot(1)));

    /// The same of two arrays, or of an array and a number.
    public static final Elementwise POWERS = new Elementwise(new Formula("exp_shifted", List.of(new Formula.Output(2, POWER))));
    private static final Reduction SUM_OF_POWERS =
        new Reduction(new Fold("sum_exp", Functions.expOrZero(Expr.slot(0)), Fold.Combine.ADD));

    private static final Loop.Rows PASSES = RowSoftmax::passes;
    private static final Loop.Rows PASSES_OF_LOG = RowSoftmax::logPasses;
    private static final RowSoftmax CURRENT = new RowSoftmax(Provider.currentTarget(), false);
    private static final RowSoftmax CURRENT_LOG = new RowSoftmax(Provider.currentTarget(), true);

    /// Whether the logarithm is wanted.
    private final boolean log;
    private final int lanes;
    /// For rows of so many vectors, the last of them whole (2 v) or cut (2 v + 1); at 0 for longer ones.
    private final Tiers<Loop.Rows> tiers;

    RowSoftmax(Target target, boolean log) {
        this.log = log;
        this.lanes = target.lanes();
        this.tiers = new Tiers<>(target, Cost.SOFTMAX, 1, 2 * Loops.SOFTMAX_VECTORS + 2, this::loop);
    }

    /// Rows of `columns` elements, `ldx` and `ldy` apart. `y` may be `x`, in place.
    public static void rows(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        CURRENT.run(rows, columns, x, xo, ldx, y, yo, ldy);
    }

    /// The logarithms, x - m - log sum e^(x - m), with the roundings of these operations one after the other; finite where the
    /// softmax is 0.
    public static void logRows(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        CURRENT_LOG.run(rows, columns, x, xo, ldx, y, yo, ldy);
    }

    void run(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        if (rows == 0 || columns == 0) return;
        if (columns > Fold.CHUNK) {
            // long enough for each pass to be split by itself
            passes().run(rows, columns, x, xo, ldx, y, yo, ldy);
            return;
        }
        int number = number(columns, lanes);
        var tier = tiers.now(number, (double) rows * columns);
        var loop = tier.get(number);
        int share = tier.share(rows, columns);
        if (share >= rows) some(loop, 0, rows, columns, x, xo, ldx, y, yo, ldy);
        else Pool.forEach(Math.ceilDiv(rows, share), task -> some(loop, task * share,
            task * share + Math.min(share, rows - task * share), columns, x, xo, ldx, y, yo, ldy));
    }

    private static void some(Loop.Rows loop, int from, int to, int columns, float[] x, int xo, int ldx,
                             float[] y, int yo, int ldy) {
        for (int row = from, now; row < to; row += now) {
            now = Math.min(C2.PIECE, to - row);
            loop.run(now, columns, x, xo + row * ldx, ldx, y, yo + row * ldy, ldy);
        }
    }

    /// That of the loop for rows of a length: 2 v or 2 v + 1 of v vectors, 0 if it is longer.
    static int number(int columns, int lanes) {
        int vectors = Math.ceilDiv(columns, lanes);
        return vectors > Loops.SOFTMAX_VECTORS ? 0 : 2 * vectors + (columns % lanes != 0 ? 1 : 0);
    }

    private Loop.Rows loop(Target target, int number) {
        // long rows of logarithms are not worth loops of their own
        if (target.isScalar() || log && number == 0) return passes();
        return number == 0 ? Loops.longSoftmax(target.lanes(), LongRows::new, passes())
            : Loops.softmax(number / 2, number % 2 == 1, log, target.lanes(), passes());
    }

    private Loop.Rows passes() { return log ? PASSES_OF_LOG : PASSES; }

    /// Loops for rows that don't fit into registers. A row is divided while the next one's powers are computed.
    record LongRows(Loop.Pass largest, Loop.Pass first, Loop.Pass next) implements Loop.Rows {

        /// A row's maximum, and the sum of the row before.
        static final ThreadLocal<float[]> NUMBERS = ThreadLocal.withInitial(() -> new float[2]);

        @Override
        public void run(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
            var lanes = Scratch.lanes();
            var numbers = NUMBERS.get();
            for (int row = 0; row < rows; row++) {
                int from = xo + row * ldx;
                int to = yo + row * ldy;
                largest.run(x, from, null, 0, null, 0, lanes, null, columns);
                numbers[0] = lanes[0];
                (row == 0 ? first : next).run(x, from, y, to, y, to - ldy, lanes, numbers, columns);
                numbers[1] = lanes[0];
            }
            int last = yo + (rows - 1) * ldy;
            Maps.DIV.run(2, y, last, lanes, 0, y, last, null, 0, null, 0, null, 0, null, columns);
        }

        @Override
        public void turn(int turns, float[] array) {
            largest.turn(turns, array);
            first.turn(turns, array);
            next.turn(turns, array);
        }
    }

    /// The definition, in a pass for each operation: for scalar loops, and for rows of many chunks.
    static void passes(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        var number = new float[1];
        for (int row = 0; row < rows; row++) {
            int from = xo + row * ldx;
            int to = yo + row * ldy;
            Reductions.AMAX.rows(x, from, null, 0, null, 0, null, 1, columns, number, 0);
            POWERS.run(2, x, from, number, 0, y, to, null, 0, null, 0, null, 0, null, columns);
            Reductions.SUM.rows(y, to, null, 0, null, 0, null, 1, columns, number, 0);
            Maps.DIV.run(2, y, to, number, 0, y, to, null, 0, null, 0, null, 0, null, columns);
        }
    }

    /// The definition of the logarithm. Powers that count as 0 would change no bit of a sum that is 1 at least.
    static void logPasses(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        var number = new float[1];
        for (int row = 0; row < rows; row++) {
            int from = xo + row * ldx;
            int to = yo + row * ldy;
            Reductions.AMAX.rows(x, from, null, 0, null, 0, null, 1, columns, number, 0);
            Maps.SUB.run(2, x, from, number, 0, y, to, null, 0, null, 0, null, 0, null, columns);
            SUM_OF_POWERS.rows(y, to, null, 0, null, 0, null, 1, columns, number, 0);
            Maps.LOG.run(number, 0, number, 0, 1);
            Maps.SUB.run(2, y, to, number, 0, y, to, null, 0, null, 0, null, 0, null, columns);
        }
    }
}
