package dev.lanewise.kernel;

import dev.lanewise.formula.Term;
import java.util.Arrays;

/// Some queries of one matrix of [Attention], with what is computed of them; all in one array. What blocks of queries and keys have in
/// common, forward and backward.
abstract class AttentionBlock {

    /// e^(x - y)
    static final TermKernel POWERS = TermKernel.of("attention", 2, Term.input(0).sub(Term.input(1)).exp());

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

    /// Scores of `rows` queries from `query` on, which lie at `x`, and `count` keys from `first` on.
    final void score(float[] x, int xo, int ldx, int query, int rows, int first, int count, int scores) {
        var k = of.k();
        Gemm.run(rows, count, of.width(), x, xo, ldx, false, k.data(), k.at(matrix, first), k.ld(), true, data, scores, count);
        if (of.bias() == null) return;
        var bias = of.bias();
        int step = bias.step();
        for (int i = 0; i < rows; i++) {
            int at = scores + i * count;
            int from = bias.at(matrix, query + i) + first * step;
            if (step == 1) Maps.ADD.run(data, at, bias.data(), from, data, at, count);
            else for (int j = 0; j < count; j++) data[at + j] += bias.data()[from + j * step];
        }
    }

    /// Puts a number where a query doesn't see a key.
    final void hide(int query, int rows, int first, int count, boolean diagonal, int x, float value) {
        if (diagonal)
            for (int i = 0; i < Math.min(rows, count - 1); i++) Arrays.fill(data, x + i * count + i + 1, x + (i + 1) * count, value);
        var allowed = of.allowed();
        if (allowed == null) return;
        int step = allowed.step();
        for (int i = 0; i < rows; i++)
            for (int j = 0, at = allowed.at(matrix, query + i) + first * step; j < count; j++, at += step)
                if (allowed.data()[at] == 0) data[x + i * count + j] = value;
    }

    /// Multiplies weights by factors, a cell at a time.
    final void drop(int query, int rows, int first, int count, int from, int to, int cell) {
        for (int at = 0; at < rows; at += Attention.KEYS) {
            of.dropped().fill(matrix, (query + at) / Attention.KEYS, first / Attention.KEYS, data, cell);
            for (int i = at; i < Math.min(rows, at + Attention.KEYS); i++)
                Maps.MUL.run(data, from + i * count, data, cell + (i - at) * Attention.KEYS, data, to + i * count, count);
        }
    }

    /// A number of each row as a matrix: one call of a kernel for all rows then.
    final void spread(float[] numbers, int from, int rows, int count, int to) {
        for (int i = 0; i < rows; i++) Arrays.fill(data, to + i * count, to + (i + 1) * count, numbers[from + i]);
    }

    /// Weights of `rows` queries and `count` keys, of which those that aren't seen are 0, times a matrix of `columns`, or their transpose
    /// if `byKeys`. Where 0 times what isn't seen would be NaN, each row takes zeros for it: all else is the same chain of sums.
    final void multiply(int query, int rows, int first, int count, int weights, boolean byKeys, boolean diagonal,
                        float[] x, int xo, int ldx, int columns, int products) {
        int m = byKeys ? count : rows;
        int terms = byKeys ? rows : count;
        if (!of.hides(diagonal) || areFinite(x, xo, ldx, terms, columns)) {
            Gemm.run(m, columns, terms, data, weights, count, byKeys, x, xo, ldx, false, data, products, columns);
            return;
        }
        try (var scratch = Scratch.ATTENTION.borrow()) {
            var seen = scratch.array(terms * columns);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < terms; j++)
                    if (byKeys ? of.sees(matrix, query + j, first + i) : of.sees(matrix, query + i, first + j))
                        System.arraycopy(x, xo + j * ldx, seen, j * columns, columns);
                    else Arrays.fill(seen, j * columns, (j + 1) * columns, 0f);
                Gemm.run(1, columns, terms, data, byKeys ? weights + i : weights + i * count, count, byKeys, seen, 0, columns, false,
                    data, products + i * columns, columns);
            }
        }
    }

    private static boolean areFinite(float[] x, int xo, int ldx, int rows, int columns) {
        int largest = 0;
        for (int row = 0; row < rows; row++)
            for (int i = xo + row * ldx, end = i + columns; i < end; i++)
                largest = Math.max(largest, Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE);
        return largest < INFINITY;
    }
}
