package dev.lanewise.tensor;

import dev.lanewise.kernel.Gemm;

/// Products of matrices.
final class MatMul {

    private MatMul() {}

    /// `[m, k] x [k, n] -> [m, n]`. A transposed view is taken as it is, without a copy.
    static Tensor matmul(Tensor a, Tensor b) {
        if (a.shape().rank() != 2 || b.shape().rank() != 2) throw new IllegalArgumentException(
            "matmul: needs two matrices, not shapes " + a.shape() + " x " + b.shape() + "; reshape them to two dimensions");
        if (a.size(1) != b.size(0)) throw new IllegalArgumentException(
            "matmul: inner dimensions differ: " + a.shape() + " x " + b.shape());
        var left = new Saved("matmul", a);
        var right = new Saved("matmul", b);
        return Autograd.record(product(a, b), "matmul",
            Edge.to(a, g -> matmul(g, right.get().t())), Edge.to(b, g -> matmul(left.get().t(), g)));
    }

    private static Tensor product(Tensor a, Tensor b) {
        int m = a.size(0);
        int n = b.size(1);
        var shape = Shape.of(m, n);
        var out = new float[shape.numel()];
        var x = Operand.of(a);
        var y = Operand.of(b);
        Gemm.run(m, n, a.size(1), x.data, x.offset, x.stride, x.transposed, y.data, y.offset, y.stride, y.transposed,
            out, 0, n);
        return new Tensor(new Storage(out), Layout.contiguous(shape));
    }

    /// How a matrix lies in memory: by rows `stride` apart, or, transposed, by columns.
    private record Operand(float[] data, int offset, int stride, boolean transposed) {

        static Operand of(Tensor x) {
            int rows = x.layout.strides()[0];
            int columns = x.layout.strides()[1];
            if (columns == 1 || x.size(1) == 1) return new Operand(x.storage.data, x.layout.offset(), rows, false);
            if (rows == 1 || x.size(0) == 1) return new Operand(x.storage.data, x.layout.offset(), columns, true);
            return of(x.contiguous());
        }
    }
}
