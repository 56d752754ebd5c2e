package dev.lanewise.array;

import dev.lanewise.kernel.PackedGemm;

/// The right operand of many products, such as the weight of a layer that answers requests: copied once to where products read
/// it, which else each of them copies, and turns, for itself.
///
/// ```java
/// var weight = PackedMatrix.of(true, 256, 784, Matrix.of(w, 0, 784));   // w of 256 x 784, once
/// Blas.gemm(false, rows, x, 0, 784, weight, y, 0, 256, bias, 0, Activation.RELU);
/// ```
///
/// It pays where products have few rows: by a weight of 256 x 784 that lies as a layer's does, one row takes two fifths of the
/// time, 16 take seven tenths, 100 nine tenths. It keeps as many floats as the matrix has elements, brain floats widened, and
/// doesn't see later changes. Any thread may use it. [dev.lanewise.nn.Linear] keeps one of its weight by itself.
public final class PackedMatrix {

    private final int rows;
    private final int columns;
    private final PackedGemm packed;

    private PackedMatrix(int rows, int columns, PackedGemm packed) {
        this.rows = rows;
        this.columns = columns;
        this.packed = packed;
    }

    /// A copy of op(B), of k x n.
    ///
    /// @param transpose whether B lies there as n x k, and op(B) is its transpose
    /// @param n columns of op(B), 0 or more
    /// @param k rows of op(B), 0 or more
    /// @throws IllegalArgumentException if B reaches outside its array or segment, its arena is closed or another thread's, or an
    ///     array can't hold all its elements
    public static PackedMatrix of(boolean transpose, int n, int k, Matrix b) {
        Check.size("pack", "n", n);
        Check.size("pack", "k", k);
        Check.given("pack", "B", b, "give the matrix, as Matrix.of(w, 0, k)");
        if ((long) n * k > Integer.MAX_VALUE) throw new IllegalArgumentException("pack: B of " + k + " x " + n + " has "
            + (long) n * k + " elements, more than an array holds; pack some of its columns at a time");
        b.check("pack", "B", transpose ? n : k, transpose ? k : n);
        return new PackedMatrix(k, n, new PackedGemm(b.stored(), transpose, n, k));
    }

    /// Those of op(B): the terms of an element of a product.
    public int rows() { return rows; }

    /// Those of op(B), and of a product.
    public int columns() { return columns; }

    PackedGemm packed() { return packed; }
}
