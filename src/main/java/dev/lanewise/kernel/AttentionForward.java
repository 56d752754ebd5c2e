package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import java.util.Arrays;
import java.util.List;

/// Some queries' results.
final class AttentionForward extends AttentionBlock {

    /// e^(x - y)
    private static final TermKernel POWERS = TermKernel.of("attention", 2, Term.input(0).sub(Term.input(1)).exp());
    /// What exponents are taken from: a maximum over nothing is none.
    private static final TermKernel SHIFT =
        TermKernel.of("attention", 1, Term.input(0).eq(Float.NEGATIVE_INFINITY).select(0, Term.input(0)));
    private static final TermKernel DIVISOR = TermKernel.of("attention", 1, Term.input(0).eq(0).select(1, Term.input(0)));

    /// Of m, m', l and the sum of powers: the new l, c, and m' in the place of m.
    private static final Elementwise ADVANCED = advanced();
    /// slot 0 = row's number 1 * slot 0 + slot 2
    private static final RowMap RESCALED = new RowMap("attention_rescaled", 1 << 1,
        new Formula.Output(0, slot(1).fma(slot(0), slot(2))));
    /// slot 2 = slot 0 / row's number 1, of which a zero is positive: a product with what isn't seen may make a zero of either
    /// sign.
    private static final RowMap QUOTIENTS = new RowMap("attention_quotients", 1 << 1,
        new Formula.Output(2, slot(0).add(0f).div(slot(1))));
    /// slot 2 = row's number 1 * slot 0
    private static final RowMap SCALED = new RowMap("attention_scaled", 1 << 1, new Formula.Output(2, slot(1).mul(slot(0))));
    private static final RowMap HIDDEN = hiding(Float.NEGATIVE_INFINITY, 1);
    private static final RowMap WITHOUT = hiding(0, 1);

    private static final Tiers<Loop.Rows> TIERS = new Tiers<>(Cost.SOFTMAX, 1, 1, (target, _) ->
        target.isScalar() ? AttentionForward::passes : Loops.attention(target.lanes(), AttentionForward::passes));

    private final float scale;
    private final Attention.Operand y;
    private final Attention.Rows rows;
    private final int from;
    private final int n;
    /// Scaled queries, n x width; none where the scale is 1.
    private final int scaled;
    /// Scores, or powers, and which are seen.
    private final int scores;
    private final int seen;
    /// What weights are multiplied by, where some are dropped.
    private final int cell;
    /// Sums of values, and those of one block of keys, n x values.
    private final int sums;
    private final int products;
    /// Of each query: m, m', a block's part of l, c, l; n apart.
    private final int largest;
    private final int now;
    private final int parts;
    private final int factors;
    private final int divisors;
    private final int factor;

    /// @param n queries from `from` on
    AttentionForward(Attention of, float scale, Attention.Operand y, Attention.Rows rows, int matrix, int from, int n) {
        super(of, matrix);
        this.scale = scale;
        this.y = y;
        this.rows = rows;
        this.from = from;
        this.n = n;
        this.scaled = 0;
        this.scores = scaled + (scale == 1 ? 0 : n * of.width());
        this.seen = scores + n * KEYS;
        this.cell = seen + (of.allowed() == null ? 0 : n * KEYS);
        this.sums = cell + (of.dropped() == null ? 0 : KEYS * KEYS);
        this.products = sums + n * of.values();
        this.largest = products + n * of.values();
        this.now = largest + n;
        this.parts = now + n;
        this.factors = parts + n;
        this.divisors = factors + n;
        this.factor = divisors + n;
    }

    private static Elementwise advanced() {
        var shift = Expr.select(Comparison.EQ, slot(1), constant(Float.NEGATIVE_INFINITY), constant(0f), slot(1));
        var factor = Functions.exp(slot(0).sub(shift));
        return new Elementwise(new Formula("attention_advanced", List.of(new Formula.Output(0, slot(1)),
            new Formula.Output(2, factor.fma(slot(2), slot(3))), new Formula.Output(4, factor))));
    }

    @Override
    int length() { return factor + 1; }

    @Override
    void compute() {
        int values = of.values();
        if (scale != 1) {
            data[factor] = scale;
            SCALED.run(n, of.width(), of.q().data(), of.q().at(matrix, from), of.q().ld(), data, factor, 0, data, scaled,
                of.width());
        }
        Arrays.fill(data, largest, largest + n, Float.NEGATIVE_INFINITY);
        Arrays.fill(data, divisors, divisors + n, 0f);
        int end = of.end(from + n);
        if (end == 0) Arrays.fill(data, sums, sums + n * values, 0f);
        for (int first = 0; first < end; first += KEYS) {
            int count = Math.min(KEYS, of.keys() - first);
            int below = 0;
            if (of.causal() && first >= from) {
                int at = first - from;
                below = Math.min(n, at + KEYS);
                step(at, below - at, first, count, true);
            }
            if (below < n) step(below, n - below, first, count, false);
        }
        DIVISOR.run(data, divisors, data, divisors, n);
        QUOTIENTS.run(n, values, data, sums, values, data, divisors, 1, y.data(), y.at(matrix, from), y.ld());
        if (rows == null) return;
        int at = matrix * of.queries() + from;
        SHIFT.run(data, largest, rows.largest(), rows.largestOffset() + at, n);
        System.arraycopy(data, divisors, rows.sums(), rows.sumsOffset() + at, n);
    }

    /// One step of the recurrence, for `rows` queries from `row` on and `count` keys from `first` on; if `diagonal`, the i-th of
    /// the queries sees the first i + 1 of the keys.
    private void step(int row, int rows, int first, int count, boolean diagonal) {
        int query = from + row;
        if (scale == 1) score(of.q().data(), of.q().at(matrix, query), of.q().ld(), query, rows, first, count, scores);
        else score(data, scaled + row * of.width(), of.width(), query, rows, first, count, scores);
        for (int i = 0; count < KEYS && i < rows; i++)
            Arrays.fill(data, scores + i * KEYS + count, scores + (i + 1) * KEYS, Float.NEGATIVE_INFINITY);
        boolean hides = of.hides(diagonal);
        var seen = hides ? seen(query, rows, first, count, diagonal, this.seen) : null;
        if (hides) HIDDEN.run(rows, KEYS, data, scores, KEYS, seen, seenAt(this.seen), KEYS, null, 0, 0);
        powers(rows, row);
        // in a row with a NaN all are
        if (hides) WITHOUT.run(rows, KEYS, data, scores, KEYS, seen, seenAt(this.seen), KEYS, null, 0, 0);
        ADVANCED.run(0, data, largest + row, data, now + row, data, divisors + row, data, parts + row, data, factors + row, null,
            0, null, rows);
        if (of.dropped() != null) drop(query, rows, first, count, scores, scores, cell);
        int values = of.values();
        var v = of.v();
        int at = sums + row * values;
        int place = first == 0 ? at : products;
        multiply(query, rows, first, count, scores, false, diagonal, v.data(), v.at(matrix, first), v.ld(), values, data,
            place, false);
        if (first > 0) RESCALED.run(rows, values, data, at, values, data, factors + row, 1, data, products, values);
    }

    /// Powers in the place of scores, and of each row, from `row` on, m' and the powers' sum.
    private void powers(int rows, int row) {
        var loop = TIERS.now(0, (double) rows * KEYS).get(0);
        for (int i = 0, some; i < rows; i += some) {
            some = Math.min(C2.PIECE, rows - i);
            loop.run(some, KEYS, data, scores + i * KEYS, KEYS, data, largest + row + i, n);
        }
    }

    /// The definition, in a pass for each operation, for rows without gaps.
    static void passes(int rows, int columns, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        Reductions.AMAX.rows(x, xo, null, 0, null, 0, null, rows, columns, y, yo + 2 * ldy);
        Maps.MAXIMUM.run(y, yo, y, yo + 2 * ldy, y, yo + ldy, rows);
        SHIFT.run(y, yo + ldy, y, yo + 2 * ldy, rows);
        for (int i = 0; i < rows; i++) POWERS.run(2, x, xo + i * ldx, y, yo + 2 * ldy + i, x, xo + i * ldx, null, 0, null, 0,
            null, 0, null, columns);
        Reductions.SUM.rows(x, xo, null, 0, null, 0, null, rows, columns, y, yo + 2 * ldy);
    }
}
