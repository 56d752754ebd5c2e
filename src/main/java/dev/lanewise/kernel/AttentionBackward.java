package dev.lanewise.kernel;

import static dev.lanewise.kernel.expr.Expr.slot;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;

/// Gradients of one matrix's queries, keys and values: each tile's weights are made anew of what forward kept.
final class AttentionBackward extends AttentionBlock {

    /// Of scores and of rows' m and l, 2 and 3: e^(s - m) / l, in the place of scores.
    private static final Expr.F32 WEIGHT = Functions.expOfNonPositive(slot(0).sub(slot(2))).div(slot(3));
    private static final RowMap WEIGHTS = new RowMap("attention_weights", 0b1100, new Formula.Output(0, WEIGHT));
    /// And of weights' gradients d and of rows' offsets, 4: p (d - offset), in the place of d.
    private static final RowMap SLOPES = new RowMap("attention_slopes", 0b11100, new Formula.Output(0, WEIGHT),
        new Formula.Output(1, WEIGHT.mul(slot(1).sub(slot(4)))));
    private static final RowMap SEEN = hiding(0, 1);
    private static final RowMap BOTH_SEEN = hiding(0, 2);

    private final Attention.Rows kept;
    private final Attention.Operand g;
    private final Attention.Operand offset;
    private final Attention.Gradients gradients;
    /// Of a tile, queries x keys: weights, those that aren't dropped, gradients of scores, and which are seen.
    private final int weights;
    private final int left;
    private final int slopes;
    private final int seen;
    /// What weights are multiplied by, where some are dropped.
    private final int cell;
    private final int end;

    AttentionBackward(Attention of, Attention.Rows kept, Attention.Operand g, Attention.Operand offset,
        Attention.Gradients gradients, int matrix) {
        super(of, matrix);
        this.kept = kept;
        this.g = g;
        this.offset = offset;
        this.gradients = gradients;
        int block = Math.min(Attention.QUERIES, of.queries()) * KEYS;
        boolean drops = of.dropped() != null;
        this.weights = 0;
        this.left = drops ? weights + block : weights;
        this.slopes = left + block;
        this.seen = slopes + block;
        this.cell = seen + (of.allowed() == null ? 0 : block);
        this.end = cell + (drops ? KEYS * KEYS : 0);
    }

    @Override
    int length() { return end; }

    @Override
    void compute() {
        for (int from = 0; from < of.queries(); from += Attention.QUERIES) {
            int to = Math.min(of.queries(), from + Attention.QUERIES);
            int end = of.end(to);
            for (int key = 0; key < end; key += KEYS) {
                int count = Math.min(KEYS, of.keys() - key);
                int below = from;
                if (of.causal() && key >= from) {
                    below = Math.min(to, key + KEYS);
                    tile(key, below - key, key, count, true);
                }
                if (below < to) tile(below, to - below, key, count, false);
            }
        }
    }

    private void tile(int query, int rows, int key, int count, boolean diagonal) {
        weigh(query, rows, key, count, diagonal);
        int width = of.width();
        int values = of.values();
        var sums = gradients.data();
        if (gradients.v() >= 0) multiply(query, rows, key, count, left, true, diagonal, g.data(), g.at(matrix, query),
            g.ld(), values, sums, gradients.v() + (matrix * of.keys() + key) * values, true);
        if (gradients.q() >= 0) {
            var k = of.k();
            multiply(query, rows, key, count, slopes, false, diagonal, k.data(), k.at(matrix, key), k.ld(), width,
                sums, gradients.q() + (matrix * of.queries() + query) * width, true);
        }
        if (gradients.k() >= 0) {
            var q = of.q();
            multiply(query, rows, key, count, slopes, true, diagonal, q.data(), q.at(matrix, query), q.ld(), width,
                sums, gradients.k() + (matrix * of.keys() + key) * width, true);
        }
    }

    /// A tile's weights, and the gradients of its scores.
    private void weigh(int query, int rows, int key, int count, boolean diagonal) {
        boolean byScores = gradients.q() >= 0 || gradients.k() >= 0;
        boolean drops = of.dropped() != null;
        int row = matrix * of.queries() + query;
        score(of.q().data(), of.q().at(matrix, query), of.q().ld(), query, rows, key, count, weights);
        if (byScores) {
            var v = of.v();
            Gemm.run(rows, count, of.values(), g.data(), g.at(matrix, query), g.ld(), false, v.data(), v.at(matrix, key),
                v.ld(), true, data, slopes, KEYS);
            if (drops) drop(query, rows, key, count, slopes, slopes, cell);
        }
        (byScores ? SLOPES : WEIGHTS).run(rows, KEYS, data, weights, KEYS, data, slopes, KEYS,
            kept.largest(), kept.largestOffset() + row, 1, kept.sums(), kept.sumsOffset() + row, 1,
            offset.data(), offset.at(matrix, query), offset.ld());
        if (of.hides(diagonal)) {
            var allowed = seen(query, rows, key, count, diagonal, seen);
            if (byScores) BOTH_SEEN.run(rows, KEYS, data, weights, KEYS, data, slopes, KEYS, allowed, seenAt(seen), KEYS);
            else SEEN.run(rows, KEYS, data, weights, KEYS, allowed, seenAt(seen), KEYS, null, 0, 0);
        }
        if (drops) drop(query, rows, key, count, weights, left, cell);
    }
}
