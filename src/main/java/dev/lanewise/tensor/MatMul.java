package dev.lanewise.tensor;

import dev.lanewise.kernel.Gemm;
import dev.lanewise.kernel.PackedGemm;
import dev.lanewise.kernel.expr.Epilogue;
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
                + "; the last of the first must be the second-last of the second, or its only one, so transpose one of them if"
                + " that is meant");
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

    static Tensor outer(Tensor a, Tensor b) {
        if (a.shape().rank() != 1 || b.shape().rank() != 1) throw new IllegalArgumentException("outer: " + a.shape()
            + " and " + b.shape() + "; two vectors are needed, so flatten them if that is meant");
        Shape.of("outer", a.numel(), b.numel());
        return a.unsqueeze(1).mul(b);
    }

    private static Tensor matrices(Tensor a, Tensor b) { return recorded(a, b, product(a, false, b, false)); }

    /// Of two matrices, either of which may be transposed first, without a record.
    static Tensor product(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
        return product(a, transposeA, b, transposeB, Epilogue.IDENTITY, null);
    }

    /// The same plus a row of numbers, or null for none, and through a function.
    static Tensor product(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Epilogue epilogue, Tensor bias) {
        var result = Tensor.empty(a.size(transposeA ? 1 : 0), b.size(transposeB ? 0 : 1));
        write(a, transposeA, b, transposeB, result, result.size(0), result.size(1), epilogue, bias);
        return result;
    }

    /// Of a matrix and what was packed of `columns` columns, plus a row of numbers, or null for none, and through a function.
    static Tensor product(Tensor a, PackedGemm b, int columns, Epilogue epilogue, Tensor bias) {
        var result = Tensor.empty(a.size(0), columns);
        var x = striding(a);
        var terms = bias == null ? null : View.gathered(bias);
        b.run(a.size(0), x.data(), x.layout.offset(), stride(x), isByColumns(x), result.data(), result.layout.offset(), columns,
            epilogue, terms == null ? null : terms.data(), terms == null ? 0 : terms.layout.offset());
        return result;
    }

    private static Tensor stacks(Tensor a, Tensor b) {
        var batch = Layout.broadcast("matmul: leading dimensions", leading(a), leading(b));
        var shape = stacked(batch, a.size(-2), b.size(-1));
        var result = Tensor.empty(shape);
        Autograd.unrecorded(() -> {
            var left = View.expand(a, stacked(batch, a.size(-2), a.size(-1)));
            var right = View.expand(b, stacked(batch, b.size(-2), b.size(-1)));
            int m = a.size(-2);
            int n = b.size(-1);
            Gemm.forEach(batch.numel(), (double) m * n * a.size(-1),
                i -> write(at(left, batch, i), false, at(right, batch, i), false, at(result, batch, i), m, n,
                    Epilogue.IDENTITY, null));
            return result;
        });
        return recorded(a, b, result);
    }

    private static Tensor recorded(Tensor a, Tensor b, Tensor result) {
        if (!Autograd.records(a, b)) return result;
        var left = new SavedTensor("matmul", a);
        var right = new SavedTensor("matmul", b);
        // a gradient lies as its operand does, so that no optimizer has to transpose it
        boolean leftTransposed = a.layout.isTransposed();
        boolean rightTransposed = b.layout.isTransposed();
        return Autograd.record(result, "matmul",
            Edge.to(a, g -> lying(leftTransposed, g, transposed(right.get()))),
            Edge.to(b, g -> lying(rightTransposed, transposed(left.get()), g)));
    }

    /// The product of two of at least two dimensions, which lies by columns if it is to be transposed. The record is the same: it
    /// must not depend on memory, or further derivatives would be added up in another order.
    static Tensor lying(boolean transposed, Tensor a, Tensor b) {
        if (!transposed) return matmul(a, b);
        return recorded(a, b, Autograd.unrecorded(() -> transposed(matmul(transposed(b), transposed(a)))));
    }

    private static Tensor transposed(Tensor x) { return x.transpose(-1, -2); }

    private static Shape leading(Tensor x) { return Shape.of(Arrays.copyOf(x.shape().toArray(), x.shape().rank() - 2)); }

    private static Shape stacked(Shape batch, int rows, int columns) {
        var sizes = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
        sizes[batch.rank()] = rows;
        sizes[batch.rank() + 1] = columns;
        return Shape.of(sizes);
    }

    /// One matrix of a stack, row by row.
    private static Tensor at(Tensor x, Shape batch, int number) {
        var layout = x.layout;
        int rank = batch.rank();
        int at = layout.offset();
        for (int dim = rank - 1, rest = number; dim >= 0; rest /= batch.size(dim),
            dim--) at += rest % batch.size(dim) * layout.strides()[dim];
        return x.seenAs(new Layout(Shape.of(x.size(rank), x.size(rank + 1)),
            Arrays.copyOfRange(layout.strides(), rank, rank + 2), at));
    }

    /// The same in memory that lies as `layout`, which leaves no gaps.
    static Tensor product(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Layout layout) {
        var result = Tensor.empty(layout.atStart());
        // what lies by columns is the transpose, by rows
        if (layout.isTransposed())
            write(b, !transposeB, a, !transposeA, result, result.size(1), result.size(0), Epilogue.IDENTITY, null);
        else write(a, transposeA, b, transposeB, result, result.size(0), result.size(1), Epilogue.IDENTITY, null);
        return result;
    }

    /// Of a matrix and a transposed one, plus a row of numbers, or null for none: written to the first columns of a matrix of as
    /// many rows.
    static void productInto(Tensor result, Tensor a, Tensor b, Tensor bias) {
        write(a, false, b, true, result, a.size(0), b.size(0), result.size(1), Epilogue.IDENTITY, bias);
    }

    private static void write(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor result, int m, int n,
                              Epilogue epilogue, Tensor bias) {
        write(a, transposeA, b, transposeB, result, m, n, n, epilogue, bias);
    }

    /// Writes m rows of n columns where the result's elements begin, and each row `stride` behind the one before.
    private static void write(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor result, int m, int n, int stride,
                              Epilogue epilogue, Tensor bias) {
        if (result.numel() == 0) return;
        int k = a.size(transposeA ? 0 : 1);
        var x = striding(a);
        var y = striding(b);
        var terms = bias == null ? null : View.gathered(bias);
        Gemm.run(m, n, k, x.data(), x.layout.offset(), stride(x), transposeA != isByColumns(x),
            y.data(), y.layout.offset(), stride(y), transposeB != isByColumns(y), result.data(), result.layout.offset(), stride,
            epilogue, terms == null ? null : terms.data(), terms == null ? 0 : terms.layout.offset());
    }

    /// What a product takes as it lies in memory: by rows some stride apart, or by columns.
    static Tensor striding(Tensor x) {
        return isByRows(x) || isByColumns(x) ? x : View.gathered(x);
    }

    private static boolean isByRows(Tensor x) { return x.layout.strides()[1] == 1 || x.size(1) == 1; }

    static boolean isByColumns(Tensor x) { return !isByRows(x) && (x.layout.strides()[0] == 1 || x.size(0) == 1); }

    static int stride(Tensor x) { return x.layout.strides()[isByColumns(x) ? 1 : 0]; }
}
