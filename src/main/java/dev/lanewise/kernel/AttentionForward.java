package dev.lanewise.kernel;

import dev.lanewise.formula.Term;
import java.util.Arrays;

/// Some queries' results.
final class AttentionForward extends AttentionBlock {

    /// c x + y, of which a zero is positive: a product with what isn't seen may make a zero of either sign.
    private static final TermKernel RESCALED = TermKernel.of("attention", 3, Term.input(0).fma(Term.input(1), Term.input(2)).add(0));
    /// What exponents are taken from: a maximum over nothing is none.
    private static final TermKernel SHIFT =
        TermKernel.of("attention", 1, Term.input(0).eq(Float.NEGATIVE_INFINITY).select(0, Term.input(0)));
    private static final TermKernel DIVISOR = TermKernel.of("attention", 1, Term.input(0).eq(0).select(1, Term.input(0)));

    /// Of a class that a thread may keep: not of ours.
    private static final ThreadLocal<float[]> NUMBERS = ThreadLocal.withInitial(() -> new float[1]);

    private final float scale;
    private final Attention.Operand y;
    private final Attention.Rows rows;
    private final int from;
    private final int n;
    /// Scaled queries, n x width; none where the scale is 1.
    private final int scaled;
    /// Scores, or powers, rows x keys of a block, and what is subtracted from each.
    private final int scores;
    private final int shifts;
    /// What weights are multiplied by, where some are dropped.
    private final int cell;
    /// Sums of values, and those of one block of keys, n x values.
    private final int sums;
    private final int products;
    /// Of each query: m, m', what exponents are taken from, c, l, and a block's part of it.
    private final int largest;
    private final int now;
    private final int shift;
    private final int factors;
    private final int divisors;
    private final int parts;

    /// @param n queries from `from` on
    AttentionForward(Attention of, float scale, Attention.Operand y, Attention.Rows rows, int matrix, int from, int n) {
        super(of, matrix);
        this.scale = scale;
        this.y = y;
        this.rows = rows;
        this.from = from;
        this.n = n;
        int block = n * Math.min(Attention.KEYS, of.keys());
        this.scaled = 0;
        this.scores = scaled + (scale == 1 ? 0 : n * of.width());
        this.shifts = scores + block;
        this.cell = shifts + block;
        this.sums = cell + (of.dropped() == null ? 0 : Attention.KEYS * Attention.KEYS);
        this.products = sums + n * of.values();
        this.largest = products + n * of.values();
        this.now = largest + n;
        this.shift = now + n;
        this.factors = shift + n;
        this.divisors = factors + n;
        this.parts = divisors + n;
    }

    @Override
    int length() { return parts + n; }

    @Override
    void compute() {
        int values = of.values();
        if (scale != 1) for (int i = 0; i < n; i++) scale(i);
        Arrays.fill(data, largest, largest + n, Float.NEGATIVE_INFINITY);
        Arrays.fill(data, divisors, divisors + n, 0f);
        Arrays.fill(data, sums, sums + n * values, 0f);
        int end = of.end(from + n);
        for (int first = 0; first < end; first += Attention.KEYS) {
            int count = Math.min(Attention.KEYS, of.keys() - first);
            int below = 0;
            if (of.causal() && first >= from) {
                int at = first - from;
                below = Math.min(n, at + Attention.KEYS);
                step(at, below - at, first, count, true);
            }
            if (below < n) step(below, n - below, first, count, false);
        }
        DIVISOR.run(data, divisors, data, divisors, n);
        for (int i = 0; values > 0 && i < n; i++)
            Maps.DIV.run(2, data, sums + i * values, data, divisors + i, y.data(), y.at(matrix, from + i), null, 0, null, 0, null, 0, null, values);
        if (rows == null) return;
        int at = matrix * of.queries() + from;
        SHIFT.run(data, largest, rows.largest(), rows.largestOffset() + at, n);
        System.arraycopy(data, divisors, rows.sums(), rows.sumsOffset() + at, n);
    }

    private void scale(int i) {
        var numbers = NUMBERS.get();
        numbers[0] = scale;
        var q = of.q();
        Vectors.SCALE.run(0, q.data(), q.at(matrix, from + i), data, scaled + i * of.width(), null, 0, null, 0, null, 0, null, 0, numbers, of.width());
    }

    /// One step of the recurrence, for `rows` queries from `row` on and `count` keys from `first` on; if `diagonal`, the i-th of the queries
    /// sees the first i + 1 of the keys.
    private void step(int row, int rows, int first, int count, boolean diagonal) {
        int query = from + row;
        if (scale == 1) score(of.q().data(), of.q().at(matrix, query), of.q().ld(), query, rows, first, count, scores);
        else score(data, scaled + row * of.width(), of.width(), query, rows, first, count, scores);
        hide(query, rows, first, count, diagonal, scores, Float.NEGATIVE_INFINITY);
        Reductions.AMAX.rows(data, scores, null, 0, null, 0, null, rows, count, data, parts + row);
        Maps.MAXIMUM.run(data, largest + row, data, parts + row, data, now + row, rows);
        SHIFT.run(data, now + row, data, shift + row, rows);
        POWERS.run(data, largest + row, data, shift + row, data, factors + row, rows);
        System.arraycopy(data, now + row, data, largest + row, rows);
        spread(data, shift + row, rows, count, shifts);
        POWERS.run(data, scores, data, shifts, data, scores, rows * count);
        hide(query, rows, first, count, diagonal, scores, 0);
        Reductions.SUM.rows(data, scores, null, 0, null, 0, null, rows, count, data, parts + row);
        RESCALED.run(0, data, divisors + row, data, factors + row, data, parts + row, data, divisors + row, null, 0, null, 0, null, rows);
        if (of.dropped() != null) drop(query, rows, first, count, scores, scores, cell);
        int values = of.values();
        multiply(query, rows, first, count, scores, false, diagonal, of.v().data(), of.v().at(matrix, first), of.v().ld(), values, products);
        for (int i = 0; values > 0 && i < rows; i++) {
            int at = sums + (row + i) * values;
            RESCALED.run(2, data, at, data, factors + row + i, data, products + i * values, data, at, null, 0, null, 0, null, values);
        }
    }
}
