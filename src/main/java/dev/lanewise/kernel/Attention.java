package dev.lanewise.kernel;

import dev.lanewise.formula.Term;
import java.util.Arrays;
import java.util.function.IntConsumer;

/// softmax(scale Q Kᵀ) V of stacks of matrices, in blocks of keys: no matrix of queries and keys is kept.
///
/// For each query it keeps the largest score m so far, the sum l of e^(s - m) and the sum of values a, weighted by it; for a block of keys
///
///     m' = max(m, max s)    c = e^(m - m')    p = e^(s - m')    l' = c l + sum p    a' = c a + p V
///
/// and the result is a / l, or 0 where there is no key. What a causal mask hides takes no bit, be it infinite or NaN. Blocks of keys are
/// part of the definition, those of queries are not.
public final class Attention {

    /// Keys in one step of the recurrence.
    public static final int KEYS = 64;
    /// Queries that a thread takes at a time, a multiple.
    private static final int QUERIES = 2 * KEYS;

    private static final TermKernel POWERS = TermKernel.of("attention", 2, Term.input(0).sub(Term.input(1)).exp());
    /// c x + y, of which a zero is positive.
    private static final TermKernel RESCALED = TermKernel.of("attention", 3, Term.input(0).fma(Term.input(1), Term.input(2)).add(0));
    /// What exponents are taken from: a maximum over nothing is none.
    private static final TermKernel SHIFT =
        TermKernel.of("attention", 1, Term.input(0).eq(Float.NEGATIVE_INFINITY).select(0, Term.input(0)));
    private static final TermKernel DIVISOR = TermKernel.of("attention", 1, Term.input(0).eq(0).select(1, Term.input(0)));

    /// Of a class that a thread may keep: not of ours.
    private static final ThreadLocal<float[]> NUMBERS = ThreadLocal.withInitial(() -> new float[1]);

    /// A stack's operand: matrices whose rows are `ld` apart, the first elements `stride`.
    public record Operand(float[] data, int offset, int ld, int stride) {

        private int at(int matrix, int row) { return offset + matrix * stride + row * ld; }
    }

    private final int queries;
    private final int keys;
    private final int width;
    private final int values;
    private final boolean causal;
    private final float scale;
    private final Operand q;
    private final Operand k;
    private final Operand v;
    private final Operand y;

    private Attention(int queries, int keys, int width, int values, boolean causal, float scale, Operand q, Operand k, Operand v, Operand y) {
        this.queries = queries;
        this.keys = keys;
        this.width = width;
        this.values = values;
        this.causal = causal;
        this.scale = scale;
        this.q = q;
        this.k = k;
        this.v = v;
        this.y = y;
    }

    /// @param causal whether query i sees keys 0 to i alone
    /// @param scale  what queries are multiplied by
    /// @param q      of queries x width
    /// @param k      of keys x width
    /// @param v      of keys x values
    /// @param y      of queries x values, the result
    public static void run(int batch, int queries, int keys, int width, int values, boolean causal, float scale,
                           Operand q, Operand k, Operand v, Operand y) {
        if (queries == 0 || values == 0) return;
        var attention = new Attention(queries, keys, width, values, causal, scale, q, k, v, y);
        int blocks = Math.ceilDiv(queries, QUERIES);
        int tasks = batch * blocks;
        IntConsumer task = i -> attention.block(i / blocks, i % blocks * QUERIES);
        if (tasks > 1 && Cost.threads((double) batch * queries * keys * (width + values)) > 1) Pool.forEach(tasks, task);
        else for (int i = 0; i < tasks; i++) task.accept(i);
    }

    /// From one query on.
    private void block(int matrix, int from) {
        int n = Math.min(QUERIES, queries - from);
        try (var scratch = Scratch.ATTENTION.borrow()) {
            new Block(matrix, from, n, scratch.array(Block.length(n, width, values))).run();
        }
    }

    /// Queries of one matrix, with what is kept for each; all in one array.
    private final class Block {
        private final int matrix;
        private final int from;
        private final int n;
        private final float[] data;
        /// Scaled queries, n x width.
        private final int scaled;
        /// Scores, or powers, rows x keys of a block, and what is subtracted from each.
        private final int scores;
        private final int shifts;
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

        private Block(int matrix, int from, int n, float[] data) {
            this.matrix = matrix;
            this.from = from;
            this.n = n;
            this.data = data;
            this.scaled = 0;
            this.scores = scaled + n * width;
            this.shifts = scores + n * KEYS;
            this.sums = shifts + n * KEYS;
            this.products = sums + n * values;
            this.largest = products + n * values;
            this.now = largest + n;
            this.shift = now + n;
            this.factors = shift + n;
            this.divisors = factors + n;
            this.parts = divisors + n;
        }

        private static int length(int n, int width, int values) { return n * (width + 2 * KEYS + 2 * values + 6); }

        private void run() {
            for (int i = 0; i < n; i++) scale(i);
            Arrays.fill(data, largest, largest + n, Float.NEGATIVE_INFINITY);
            Arrays.fill(data, divisors, divisors + n, 0f);
            Arrays.fill(data, sums, sums + n * values, 0f);
            int end = causal ? Math.min(keys, from + n) : keys;
            for (int first = 0; first < end; first += KEYS) {
                int count = Math.min(KEYS, keys - first);
                int below = 0;
                if (causal && first >= from) {
                    int at = first - from;
                    below = Math.min(n, at + KEYS);
                    step(at, below - at, first, count, true);
                }
                if (below < n) step(below, n - below, first, count, false);
            }
            DIVISOR.run(data, divisors, data, divisors, n);
            for (int i = 0; i < n; i++)
                Maps.DIV.run(2, data, sums + i * values, data, divisors + i, y.data, y.at(matrix, from + i), null, 0, null, 0, null, 0, null, values);
        }

        private void scale(int i) {
            var numbers = NUMBERS.get();
            numbers[0] = scale;
            Vectors.SCALE.run(0, q.data, q.at(matrix, from + i), data, scaled + i * width, null, 0, null, 0, null, 0, null, 0, numbers, width);
        }

        /// One step of the recurrence, for `rows` queries from `row` on and `count` keys from `first` on; if `diagonal`, the i-th of the queries
        /// sees the first i + 1 of the keys.
        private void step(int row, int rows, int first, int count, boolean diagonal) {
            Gemm.run(rows, count, width, data, scaled + row * width, width, false, k.data, k.at(matrix, first), k.ld, true,
                data, scores, count);
            if (diagonal) hide(rows, count, Float.NEGATIVE_INFINITY);
            Reductions.AMAX.rows(data, scores, null, 0, null, 0, null, rows, count, data, parts + row);
            Maps.MAXIMUM.run(data, largest + row, data, parts + row, data, now + row, rows);
            SHIFT.run(data, now + row, data, shift + row, rows);
            POWERS.run(data, largest + row, data, shift + row, data, factors + row, rows);
            System.arraycopy(data, now + row, data, largest + row, rows);
            // as a matrix: one call for all rows
            for (int i = 0; i < rows; i++) Arrays.fill(data, shifts + i * count, shifts + (i + 1) * count, data[shift + row + i]);
            POWERS.run(data, scores, data, shifts, data, scores, rows * count);
            if (diagonal) hide(rows, count, 0);
            Reductions.SUM.rows(data, scores, null, 0, null, 0, null, rows, count, data, parts + row);
            RESCALED.run(0, data, divisors + row, data, factors + row, data, parts + row, data, divisors + row, null, 0, null, 0, null, rows);
            multiply(rows, first, count, diagonal);
            for (int i = 0; i < rows; i++) {
                int at = sums + (row + i) * values;
                RESCALED.run(2, data, at, data, factors + row + i, data, products + i * values, data, at, null, 0, null, 0, null, values);
            }
        }

        private void hide(int rows, int count, float value) {
            for (int i = 0; i < Math.min(rows, count - 1); i++) Arrays.fill(data, scores + i * count + i + 1, scores + (i + 1) * count, value);
        }

        /// Where 0 times what isn't seen would be NaN, each query takes what it sees alone: all else is the same chain of sums.
        private void multiply(int rows, int first, int count, boolean diagonal) {
            boolean apart = diagonal && !areFinite(first, count);
            for (int i = 0; i < (apart ? rows : 1); i++)
                Gemm.run(apart ? 1 : rows, values, apart ? Math.min(count, i + 1) : count, data, scores + i * count, count, false,
                    v.data, v.at(matrix, first), v.ld, false, data, products + i * values, values);
        }

        private boolean areFinite(int first, int count) {
            for (int row = first; row < first + count; row++)
                for (int i = v.at(matrix, row), end = i + values; i < end; i++) if (!Float.isFinite(v.data[i])) return false;
            return true;
        }
    }
}
