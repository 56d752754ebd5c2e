package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.expr.Epilogue;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.Arrays;

/// Some queries of one matrix of [Attention], with what is computed of them; all in one array. What blocks of queries and keys
/// have in common, forward and backward.
///
/// Rows of scores, and of what is made of them, are of [Attention#KEYS] elements, however many keys there are: what lies behind
/// these has no part in a result.
abstract class AttentionBlock {

    static final int KEYS = Attention.KEYS;

    /// Keys that a query sees of those that begin where it does.
    private static final float[] TRIANGLE = triangle();

    private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

    final Attention of;
    final int matrix;
    float[] data;

    AttentionBlock(Attention of, int matrix) {
        this.of = of;
        this.matrix = matrix;
    }

    /// Elements of the array.
    abstract int length();

    abstract void compute();

    final void run() {
        try (var scratch = Scratch.ATTENTION.borrow()) {
            data = scratch.array(length());
            compute();
        }
    }

    /// A formula that puts a number where a query doesn't see a key.
    ///
    /// @param slots that are changed, one behind the other; the next one says what is seen
    static RowMap hiding(float number, int slots) {
        var outputs = new Formula.Output[slots];
        for (int i = 0; i < slots; i++)
            outputs[i] = new Formula.Output(i, Expr.select(Comparison.EQ, slot(slots), constant(0f), constant(number), slot(i)));
        return new RowMap("attention_hide_" + slots + (number == 0 ? "_zero" : ""), 0, outputs);
    }

    private static float[] triangle() {
        var seen = new float[KEYS * KEYS];
        for (int i = 0; i < KEYS; i++) Arrays.fill(seen, i * KEYS, i * KEYS + i + 1, 1f);
        return seen;
    }

    /// Scores of `rows` queries from `query` on, which lie at `x`, and `count` keys from `first` on.
    final void score(float[] x, int xo, int ldx, int query, int rows, int first, int count, int scores) {
        var k = of.k();
        Gemm.run(rows, count, of.width(), x, xo, ldx, false, k.data(), k.at(matrix, first), k.ld(), true, data, scores, KEYS);
        if (of.bias() == null) return;
        var bias = of.bias();
        int step = bias.step();
        for (int i = 0; i < rows; i++) {
            int at = scores + i * KEYS;
            int from = bias.at(matrix, query + i) + first * step;
            if (step == 1) Maps.ADD.run(data, at, bias.data(), from, data, at, count);
            else for (int j = 0; j < count; j++) data[at + j] += bias.data()[from + j * step];
        }
    }

    /// The array that says which keys some queries see, 0 where they don't: as a matrix in rows of [#KEYS], from [#seenAt] on.
    ///
    /// @param diagonal whether the i-th of the queries sees the first i + 1 of the keys
    /// @param place    of `data`, where it is put if it must be made
    final float[] seen(int query, int rows, int first, int count, boolean diagonal, int place) {
        var allowed = of.allowed();
        if (allowed == null) return TRIANGLE;
        int step = allowed.step();
        for (int i = 0; i < rows; i++) {
            int to = place + i * KEYS;
            int at = allowed.at(matrix, query + i) + first * step;
            if (step == 1) System.arraycopy(allowed.data(), at, data, to, count);
            else for (int j = 0; j < count; j++) data[to + j] = allowed.data()[at + j * step];
            if (diagonal && i + 1 < count) Arrays.fill(data, to + i + 1, to + count, 0f);
        }
        return data;
    }

    /// Where that begins.
    final int seenAt(int place) { return of.allowed() == null ? 0 : place; }

    /// Multiplies weights by factors, a cell at a time.
    final void drop(int query, int rows, int first, int count, int from, int to, int cell) {
        for (int at = 0; at < rows; at += KEYS) {
            of.dropped().fill(matrix, (query + at) / KEYS, first / KEYS, data, cell);
            int length = Math.min(rows - at, KEYS) * KEYS;
            Maps.MUL.run(data, from + at * KEYS, data, cell, data, to + at * KEYS, length);
        }
    }

    /// Weights of `rows` queries and `count` keys, of which those that aren't seen are 0, times a matrix of `columns`, or their
    /// transpose if `byKeys`: written, or added to what stands there. Where 0 times what isn't seen would be NaN, each row takes
    /// zeros for it: all else is the same chain of sums.
    final void multiply(int query, int rows, int first, int count, int weights, boolean byKeys, boolean diagonal,
                        float[] x, int xo, int ldx, int columns, float[] out, int place, boolean adds) {
        int m = byKeys ? count : rows;
        int terms = byKeys ? rows : count;
        if (!of.hides(diagonal) || areFinite(x, xo, ldx, terms, columns)) {
            product(m, columns, terms, weights, byKeys, x, xo, ldx, out, place, adds);
            return;
        }
        try (var scratch = Scratch.ATTENTION.borrow()) {
            var seen = scratch.array(terms * columns);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < terms; j++)
                    if (byKeys ? of.sees(matrix, query + j, first + i) : of.sees(matrix, query + i, first + j))
                        System.arraycopy(x, xo + j * ldx, seen, j * columns, columns);
                    else Arrays.fill(seen, j * columns, (j + 1) * columns, 0f);
                product(1, columns, terms, byKeys ? weights + i : weights + i * KEYS, byKeys, seen, 0, columns, out,
                    place + i * columns, adds);
            }
        }
    }

    private void product(int m, int columns, int terms, int weights, boolean transposed, float[] x, int xo, int ldx,
                         float[] out, int place, boolean adds) {
        Gemm.run(m, columns, terms, data, weights, KEYS, transposed, x, xo, ldx, false, out, place, columns, adds,
            Epilogue.IDENTITY, null, 0, false);
    }

    private static boolean areFinite(float[] x, int xo, int ldx, int rows, int columns) {
        int largest = 0;
        for (int row = 0; row < rows; row++)
            for (int i = xo + row * ldx, end = i + columns; i < end; i++)
                largest = Math.max(largest, Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE);
        return largest < INFINITY;
    }
}
