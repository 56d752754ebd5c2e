package dev.lanewise.kernel;

import dev.lanewise.formula.Term;

/// Gradients of one matrix's queries, keys and values: each tile's weights are made anew of what forward kept.
final class AttentionBackward extends AttentionBlock {

    /// e^(s - m) / l
    private static final TermKernel WEIGHTS = TermKernel.of("attention", 3, Term.input(0).sub(Term.input(1)).exp().div(Term.input(2)));
    /// p (d - offset)
    private static final TermKernel SLOPES = TermKernel.of("attention", 3, Term.input(0).mul(Term.input(1).sub(Term.input(2))));

    private final Attention.Rows kept;
    private final Attention.Operand g;
    private final Attention.Operand offset;
    private final Attention.Gradients gradients;
    /// Queries of a tile at most, and of what is computed of them at a time; keys of a tile.
    private final int most;
    private final int some;
    private final int block;
    /// Of a tile, queries x keys: weights, those that aren't dropped, and gradients of scores.
    private final int weights;
    private final int left;
    private final int slopes;
    /// Of some of its queries: gradients of weights, and two numbers of each row.
    private final int byWeights;
    private final int first;
    private final int second;
    /// What weights are multiplied by, where some are dropped.
    private final int cell;
    private final int products;

    AttentionBackward(Attention of, Attention.Rows kept, Attention.Operand g, Attention.Operand offset, Attention.Gradients gradients, int matrix) {
        super(of, matrix);
        this.kept = kept;
        this.g = g;
        this.offset = offset;
        this.gradients = gradients;
        this.most = Math.min(Attention.QUERIES, of.queries());
        this.some = Math.min(Attention.KEYS, of.queries());
        this.block = Math.min(Attention.KEYS, of.keys());
        boolean drops = of.dropped() != null;
        this.weights = 0;
        this.left = drops ? weights + most * block : weights;
        this.slopes = left + most * block;
        this.byWeights = slopes + most * block;
        this.first = byWeights + some * block;
        this.second = first + some * block;
        this.cell = second + some * block;
        this.products = cell + (drops ? Attention.KEYS * Attention.KEYS : 0);
    }

    @Override
    int length() { return products + Math.max(most * of.width(), block * Math.max(of.width(), of.values())); }

    @Override
    void compute() {
        for (int from = 0; from < of.queries(); from += Attention.QUERIES) {
            int to = Math.min(of.queries(), from + Attention.QUERIES);
            int end = of.end(to);
            for (int key = 0; key < end; key += Attention.KEYS) {
                int count = Math.min(Attention.KEYS, of.keys() - key);
                int below = from;
                if (of.causal() && key >= from) {
                    below = Math.min(to, key + Attention.KEYS);
                    tile(key, below - key, key, count, true);
                }
                if (below < to) tile(below, to - below, key, count, false);
            }
        }
    }

    private void tile(int query, int rows, int key, int count, boolean diagonal) {
        boolean byScores = gradients.q() >= 0 || gradients.k() >= 0;
        for (int at = 0; at < rows; at += Attention.KEYS)
            slopes(query + at, Math.min(Attention.KEYS, rows - at), key, count, diagonal, at * count, byScores);
        int width = of.width();
        int values = of.values();
        if (gradients.v() >= 0) {
            multiply(query, rows, key, count, left, true, diagonal, g.data(), g.at(matrix, query), g.ld(), values, products);
            add(count * values, gradients.v() + (matrix * of.keys() + key) * values);
        }
        if (gradients.q() >= 0) {
            var k = of.k();
            multiply(query, rows, key, count, slopes, false, diagonal, k.data(), k.at(matrix, key), k.ld(), width, products);
            add(rows * width, gradients.q() + (matrix * of.queries() + query) * width);
        }
        if (gradients.k() >= 0) {
            var q = of.q();
            multiply(query, rows, key, count, slopes, true, diagonal, q.data(), q.at(matrix, query), q.ld(), width, products);
            add(count * width, gradients.k() + (matrix * of.keys() + key) * width);
        }
    }

    private void add(int n, int place) {
        if (n > 0) Maps.ADD.run(gradients.data(), place, data, products, gradients.data(), place, n);
    }

    /// Weights and gradients of scores of some of a tile's queries, which begin `at` elements behind the tile's.
    private void slopes(int query, int rows, int key, int count, boolean diagonal, int at, boolean byScores) {
        int n = rows * count;
        int row = matrix * of.queries() + query;
        score(of.q().data(), of.q().at(matrix, query), of.q().ld(), query, rows, key, count, weights + at);
        spread(kept.largest(), kept.largestOffset() + row, rows, count, first);
        spread(kept.sums(), kept.sumsOffset() + row, rows, count, second);
        WEIGHTS.run(0, data, weights + at, data, first, data, second, data, weights + at, null, 0, null, 0, null, n);
        hide(query, rows, key, count, diagonal, weights + at, 0);
        if (of.dropped() != null) drop(query, rows, key, count, weights + at, left + at, cell);
        if (!byScores) return;
        var v = of.v();
        Gemm.run(rows, count, of.values(), g.data(), g.at(matrix, query), g.ld(), false, v.data(), v.at(matrix, key), v.ld(), true,
            data, byWeights, count);
        if (of.dropped() != null) drop(query, rows, key, count, byWeights, byWeights, cell);
        spread(offset.data(), offset.at(matrix, query), rows, count, first);
        SLOPES.run(0, data, weights + at, data, byWeights, data, first, data, slopes + at, null, 0, null, 0, null, n);
        hide(query, rows, key, count, diagonal, slopes + at, 0);
    }
}
