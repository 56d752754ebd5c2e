package dev.lanewise.kernel;

import java.util.function.IntConsumer;

/// softmax(Q Kᵀ + bias) V of stacks of matrices, in blocks of keys, and its gradients: no matrix of queries and keys is kept.
///
/// For each query it keeps the largest score m so far, the sum l of e^(s - m) and the sum of values a, weighted by it; for a
/// block of keys
///
///     m' = max(m, max s)    c = e^(m - m')    p = e^(s - m')    l' = c l + sum p    a' = c a + p V
///
/// and the result is a / l, or 0 where there is no key. What isn't seen takes no bit, be it infinite or NaN. Blocks of keys are
/// part of the definition, and in the gradients of keys and values, which are sums over queries, those of queries are, too.
///
/// @param batch   matrices of each stack
/// @param width   columns of queries and keys
/// @param values  columns of values
/// @param causal  whether query i sees keys 0 to i alone
/// @param bias    what is added to scores; null for nothing
/// @param allowed 0 where a query doesn't see a key; null if it may see all
/// @param dropped what weights are multiplied by; null for nothing
public record Attention(int batch, int queries, int keys, int width, int values, boolean causal, Operand q, Operand k, Operand v,
                        Operand bias, Operand allowed, Factors dropped) {

    /// Keys in one step of the recurrence.
    public static final int KEYS = 64;
    /// Queries whose part in a gradient is one product.
    public static final int QUERIES = 4 * KEYS;
    /// Queries that a thread takes at a time forward, a multiple.
    private static final int TAKEN = 2 * KEYS;

    /// A stack's operand: matrices whose rows are `ld` apart and columns `step`, and where the first elements are, by dimensions
    /// of the stack.
    public record Operand(float[] data, int offset, int ld, int step, int[] sizes, int[] strides) {

        /// Matrices of rows without gaps, which are as far apart.
        public Operand(float[] data, int offset, int ld, int stride) {
            this(data, offset, ld, 1, new int[] {Integer.MAX_VALUE}, new int[] {stride});
        }

        int at(int matrix, int row) {
            int at = offset + row * ld;
            for (int dim = sizes.length - 1, rest = matrix; dim >= 0; rest /= sizes[dim],
                dim--) at += rest % sizes[dim] * strides[dim];
            return at;
        }
    }

    /// What weights are multiplied by.
    public interface Factors {

        /// Of the queries from [#KEYS] times `row` and the keys from [#KEYS] times `column` on: as many rows of as many.
        void fill(int matrix, int row, int column, float[] data, int offset);
    }

    /// What is known of each query of all matrices: what exponents are taken from, and l, or 1 where it is 0.
    public record Rows(float[] largest, int largestOffset, float[] sums, int sumsOffset) {}

    /// Gradients of operands, each without gaps, one matrix after the other.
    ///
    /// @param data zeros at first
    /// @param q    where those of queries begin; -1 if they aren't wanted, as of the others
    public record Gradients(float[] data, int q, int k, int v) {}

    /// @param scale what queries are multiplied by before
    /// @param y     of queries x values, the result
    /// @param rows  takes what [#backward] needs; null if nobody does
    public void forward(float scale, Operand y, Rows rows) {
        int blocks = Math.ceilDiv(queries, TAKEN);
        forEach(batch * blocks, (double) batch * queries * keys * (width + values),
            i -> new AttentionForward(this, scale, y, rows, i / blocks, i % blocks * TAKEN,
                Math.min(TAKEN, queries - i % blocks * TAKEN)).run());
    }

    /// Adds to gradients; queries are as scaled.
    ///
    /// @param rows   of forward
    /// @param g      the gradient of the result
    /// @param offset the sum of gradient times result, of each query, as rows of one
    public void backward(Rows rows, Operand g, Operand offset, Gradients gradients) {
        forEach(batch, (double) batch * queries * keys * (3 * width + 2 * values),
            i -> new AttentionBackward(this, rows, g, offset, gradients, i).run());
    }

    private static void forEach(int tasks, double multiplyAdds, IntConsumer task) {
        if (tasks > 1 && Cost.threads(multiplyAdds) > 1) Pool.forEach(tasks, task);
        else for (int i = 0; i < tasks; i++) task.accept(i);
    }

    /// Keys that queries before one may see.
    int end(int to) { return causal ? Math.min(keys, to) : keys; }

    /// Whether keys may be hidden from some of the queries of a block, which is on the diagonal or isn't.
    boolean hides(boolean diagonal) { return diagonal || allowed != null; }

    /// Whether a query sees a key.
    boolean sees(int matrix, int query, int key) {
        return (!causal || key <= query)
            && (allowed == null || allowed.data[allowed.at(matrix, query) + key * allowed.step] != 0);
    }
}
