package dev.lanewise.tensor;

import dev.lanewise.kernel.Gemm;
import java.util.Arrays;

/// Products of vectors, matrices and stacks of matrices.
final class MatMul {

    private MatMul() {}

    /// As PyTorch's: vectors become a row or a column, which is taken out of the result; the leading dimensions of
    /// stacks broadcast. A transposed view is taken as it is, without a copy.
    static Tensor matmul(Tensor a, Tensor b) {
        if (a.shape().rank() == 0 || b.shape().rank() == 0) throw new IllegalArgumentException(
            "matmul: " + a.shape() + " x " + b.shape() + ": a single number is no matrix; use mul");
        if (a.size(-1) != b.size(b.shape().rank() == 1 ? 0 : -2)) throw new IllegalArgumentException(
            "matmul: inner dimensions differ: " + a.shape() + " x " + b.shape()
                + "; the last of the first must be the second-last of the second, or its only one, so transpose one of them if that is meant");
        if (a.shape().rank() == 1) return matmul(a.unsqueeze(0), b).squeeze(b.shape().rank() == 1 ? -1 : -2);
        if (b.shape().rank() == 1) return matmul(a, b.unsqueeze(1)).squeeze(-1);
        // one matrix for a whole stack: its rows are as many rows of one product
        if (a.shape().rank() > 2 && b.shape().rank() == 2) {
            var rows = a.shape().toArray();
            rows[rows.length - 1] = b.size(1);
            return matrices(View.flatten(a, 0, -2), b).reshape(rows);
        }
        return a.shape().rank() == 2 && b.shape().rank() == 2 ? matrices(a, b) : stacks(a, b);
    }

    private static Tensor matrices(Tensor a, Tensor b) { return recorded(a, b, product(a, b)); }

    /// Of two matrices, without a record.
    static Tensor product(Tensor a, Tensor b) {
        var result = Tensor.empty(Shape.of(a.size(0), b.size(1)));
        product(a, b, result);
        return result;
    }

    private static Tensor stacks(Tensor a, Tensor b) {
        var batch = Layout.broadcast("matmul: leading dimensions", leading(a), leading(b));
        var shape = stacked(batch, a.size(-2), b.size(-1));
        var result = Tensor.empty(shape);
        Autograd.unrecorded(() -> {
            var left = View.expand(a, stacked(batch, a.size(-2), a.size(-1)));
            var right = View.expand(b, stacked(batch, b.size(-2), b.size(-1)));
            var index = new int[batch.rank()];
            for (int i = 0; i < batch.numel(); i++) {
                product(at(left, index), at(right, index), at(result, index));
                for (int d = index.length - 1; d >= 0 && ++index[d] == batch.size(d); d--) index[d] = 0;
            }
            return result;
        });
        return recorded(a, b, result);
    }

    private static Tensor recorded(Tensor a, Tensor b, Tensor result) {
        var left = new Saved("matmul", a);
        var right = new Saved("matmul", b);
        // a gradient lies as its operand does: a weight that was transposed for the product gets its own without a copy
        boolean leftTurned = isTurned(a);
        boolean rightTurned = isTurned(b);
        return Autograd.record(result, "matmul",
            Edge.to(a, g -> leftTurned ? turned(matmul(right.get(), turned(g))) : matmul(g, turned(right.get()))),
            Edge.to(b, g -> rightTurned ? turned(matmul(turned(g), left.get())) : matmul(turned(left.get()), g)));
    }

    private static Tensor turned(Tensor x) { return x.transpose(-1, -2); }

    /// Whether it lies in memory by columns.
    static boolean isTurned(Tensor x) {
        var strides = x.layout.strides();
        return strides[strides.length - 2] == 1 && strides[strides.length - 1] > 1;
    }

    private static Shape leading(Tensor x) { return Shape.of(Arrays.copyOf(x.shape().toArray(), x.shape().rank() - 2)); }

    private static Shape stacked(Shape batch, int rows, int columns) {
        var sizes = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
        sizes[batch.rank()] = rows;
        sizes[batch.rank() + 1] = columns;
        return Shape.of(sizes);
    }

    /// One matrix of a stack.
    private static Tensor at(Tensor x, int[] index) {
        var layout = x.layout;
        for (int each : index) layout = layout.select(0, each);
        return x.seenAs(layout);
    }

    private static void product(Tensor a, Tensor b, Tensor result) {
        if (result.numel() == 0) return;
        if (a.size(1) == 0) {
            // sums of nothing, of views that may have no stride to speak of
            Arrays.fill(result.data(), result.layout.offset(), result.layout.offset() + result.numel(), 0f);
            return;
        }
        var x = Operand.of(a);
        var y = Operand.of(b);
        int n = b.size(1);
        Gemm.run(a.size(0), n, a.size(1), x.data, x.offset, x.stride, x.transposed, y.data, y.offset, y.stride, y.transposed,
            result.data(), result.layout.offset(), n);
    }

    /// How a matrix lies in memory: by rows `stride` apart, or, transposed, by columns.
    private record Operand(float[] data, int offset, int stride, boolean transposed) {

        static Operand of(Tensor x) {
            int rows = x.layout.strides()[0];
            int columns = x.layout.strides()[1];
            if (columns == 1 || x.size(1) == 1) return new Operand(x.data(), x.layout.offset(), rows, false);
            if (rows == 1 || x.size(0) == 1) return new Operand(x.data(), x.layout.offset(), columns, true);
            return of(Autograd.unrecorded(x::contiguous));
        }
    }
}
