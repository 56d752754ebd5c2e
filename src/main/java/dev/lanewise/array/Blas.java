package dev.lanewise.array;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Gemm;
import dev.lanewise.kernel.Reduction;
import dev.lanewise.kernel.Reductions;
import dev.lanewise.kernel.Scratch;
import dev.lanewise.kernel.StoredGemm;
import dev.lanewise.kernel.Vectors;
import dev.lanewise.kernel.expr.Epilogue;
import java.util.Arrays;

/// Linear algebra over arrays: the routines of BLAS that training and inference need, row-major.
///
/// Vectors are contiguous: there are no increments. A column of a matrix is a matrix of one column, which [#gemm] takes.
///
/// An element of a product is one chain of fused multiply-adds over k in order, in blocks of 256 whose sums are added in
/// order. A row's result does not depend on the rows beside it. NaN and infinities go where IEEE 754 takes them; only
/// what a factor of 0 leaves unread, as said below, can't pass them on.
public final class Blas {

    /// Elements of a product that are kept at a time, where C is to be scaled: 1 MB.
    private static final int KEPT = 1 << 18;
    private static final int KEPT_COLUMNS = 4096;

    /// Numbers for the loops, and one that a reduction gives. Of a class that a thread may keep: not of ours.
    private static final ThreadLocal<float[]> NUMBERS = ThreadLocal.withInitial(() -> new float[2]);

    private Blas() {}

    /// C = op(A) op(B), with op(A) of m x k, op(B) of k x n and C of m x n. C is not read.
    ///
    /// @param transposeA whether A lies there as k x m, and op(A) is its transpose
    /// @param transposeB whether B lies there as n x k
    /// @param m   rows of C, 0 or more
    /// @param n   columns of C, 0 or more
    /// @param k   terms of each element; of 0 terms the sum is 0
    /// @param lda elements from a row of A, as it lies there, to the next
    /// @throws IllegalArgumentException if a matrix reaches outside its array, or C overlaps A or B
    public static void gemm(boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, int ao, int lda,
                            float[] b, int bo, int ldb, float[] c, int co, int ldc) {
        gemm(transposeA, transposeB, m, n, k, 1, a, ao, lda, b, bo, ldb, 0, c, co, ldc);
    }

    /// C = alpha op(A) op(B) + beta C, with op(A) of m x k, op(B) of k x n and C of m x n.
    ///
    /// The rounding: P is the finished product, as [#gemm(boolean, boolean, int, int, int, float\[\], int, int, float\[\], int,
    /// int, float\[\], int, int)] gives it. Each element becomes fma(alpha, P, beta C), with beta C rounded before. Where beta
    /// is 0, C is not read, and becomes alpha P; where alpha is 0, neither are A and B, and it becomes beta C. With alpha 1
    /// and beta 0 the product is made in place; else up to 1 MB is kept for P, for each thread that computes at the time.
    ///
    /// @param transposeA whether A lies there as k x m, and op(A) is its transpose
    /// @param transposeB whether B lies there as n x k
    /// @param m   rows of C, 0 or more
    /// @param n   columns of C, 0 or more
    /// @param k   terms of each element; of 0 terms the sum is 0
    /// @param lda elements from a row of A, as it lies there, to the next
    /// @throws IllegalArgumentException if a matrix reaches outside its array, or C overlaps A or B
    public static void gemm(boolean transposeA, boolean transposeB, int m, int n, int k, float alpha, float[] a, int ao, int lda,
                            float[] b, int bo, int ldb, float beta, float[] c, int co, int ldc) {
        checkProduct("gemm", transposeA, transposeB, m, n, k, a, ao, lda, b, bo, ldb, c, co, ldc);
        product(transposeA, transposeB, m, n, k, alpha, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
    }

    private static void checkProduct(String operation, boolean transposeA, boolean transposeB, int m, int n, int k,
                                     float[] a, int ao, int lda, float[] b, int bo, int ldb, float[] c, int co, int ldc) {
        Check.size(operation, "m", m);
        Check.size(operation, "n", n);
        Check.size(operation, "k", k);
        int rowsA = transposeA ? k : m;
        int columnsA = transposeA ? m : k;
        int rowsB = transposeB ? n : k;
        int columnsB = transposeB ? k : n;
        Check.matrix(operation, "A", a, ao, rowsA, columnsA, lda);
        Check.matrix(operation, "B", b, bo, rowsB, columnsB, ldb);
        Check.matrix(operation, "C", c, co, m, n, ldc);
        Check.apart(operation, "C", c, co, ldc, m, n, "A", a, ao, lda, rowsA, columnsA);
        Check.apart(operation, "C", c, co, ldc, m, n, "B", b, bo, ldb, rowsB, columnsB);
    }

    private static void product(boolean transposeA, boolean transposeB, int m, int n, int k, float alpha, float[] a,
        int ao, int lda,
                                float[] b, int bo, int ldb, float beta, float[] c, int co, int ldc) {
        if (m == 0 || n == 0) return;
        if (alpha == 0) scaleRows(beta, m, n, c, co, ldc);
        else if (alpha == 1 && beta == 0) Gemm.run(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc);
        else scaled(transposeA, transposeB, m, n, k, alpha, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
    }

    /// C = f(op(A) op(B) + bias), what a linear layer computes: with op(B) the transpose of its weight of n x k.
    ///
    /// The rounding is that of the product, the sum and the function, one after the other; the bits are those of
    /// [dev.lanewise.nn.Linear] and the tensor's function. C is not read, and nothing is kept beside it.
    ///
    /// @param transposeA whether A lies there as k x m, and op(A) is its transpose
    /// @param transposeB whether B lies there as n x k
    /// @param m          rows of C, 0 or more
    /// @param n          columns of C, 0 or more
    /// @param k          terms of each element; of 0 terms the sum is 0
    /// @param lda        elements from a row of A, as it lies there, to the next
    /// @param bias       n numbers, one for each column of C, from biasOffset on; null for none
    /// @throws IllegalArgumentException if an operand reaches outside its array, or C overlaps another one
    public static void gemm(boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, int ao, int lda,
                            float[] b, int bo, int ldb, float[] c, int co, int ldc, float[] bias, int biasOffset,
                                Activation activation) {
        checkProduct("gemm", transposeA, transposeB, m, n, k, a, ao, lda, b, bo, ldb, c, co, ldc);
        checkEnding(m, n, c, co, ldc, bias, biasOffset, activation);
        if (m == 0 || n == 0) return;
        Gemm.run(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, epilogue(activation), bias, biasOffset);
        activation.run(m, n, c, co, ldc);
    }

    /// The same of operands that need not be arrays of floats: weights in a mapped file, or of 16 bits, which are read and
    /// widened block by block on the way to where products are packed. The bits are those of the same numbers in arrays. For each
    /// thread that computes at the time a megabyte or two is kept.
    ///
    /// @throws IllegalArgumentException if an operand reaches outside its array or segment, an arena is closed or another
    ///     thread's, or C overlaps another one
    public static void gemm(boolean transposeA, boolean transposeB, int m, int n, int k, Matrix a, Matrix b,
                            float[] c, int co, int ldc, float[] bias, int biasOffset, Activation activation) {
        Check.size("gemm", "m", m);
        Check.size("gemm", "n", n);
        Check.size("gemm", "k", k);
        Check.given("gemm", "A", a, "give the matrix, as Matrix.of(x, 0, k)");
        Check.given("gemm", "B", b, "give the matrix, as Matrix.bfloat16(segment, n)");
        a.check("gemm", "A", transposeA ? k : m, transposeA ? m : k);
        b.check("gemm", "B", transposeB ? n : k, transposeB ? k : n);
        Check.matrix("gemm", "C", c, co, m, n, ldc);
        a.checkApart("gemm", "C", c, co, ldc, m, n, "A", transposeA ? k : m, transposeA ? m : k);
        b.checkApart("gemm", "C", c, co, ldc, m, n, "B", transposeB ? n : k, transposeB ? k : n);
        checkEnding(m, n, c, co, ldc, bias, biasOffset, activation);
        if (m == 0 || n == 0) return;
        StoredGemm.run(m, n, k, a.stored(), transposeA, b.stored(), transposeB, c, co, ldc, epilogue(activation), bias,
            biasOffset);
        activation.run(m, n, c, co, ldc);
    }

    /// The same by a B that was packed before, for products that share it: C = f(op(A) B + bias), with op(A) of m x k, B of k x n
    /// and C of m x n. The bits are those of the matrix that was packed.
    ///
    /// @param transposeA whether A lies there as k x m, and op(A) is its transpose
    /// @param m          rows of C, 0 or more
    /// @param lda        elements from a row of A, as it lies there, to the next
    /// @param bias       n numbers, one for each column of C, from biasOffset on; null for none
    /// @throws IllegalArgumentException if an operand reaches outside its array, or C overlaps another one
    public static void gemm(boolean transposeA, int m, float[] a, int ao, int lda, PackedMatrix b, float[] c, int co, int ldc,
                            float[] bias, int biasOffset, Activation activation) {
        Check.size("gemm", "m", m);
        Check.given("gemm", "B", b, "give the matrix that was packed, by PackedMatrix.of");
        int n = b.columns();
        int rowsA = transposeA ? b.rows() : m;
        int columnsA = transposeA ? m : b.rows();
        Check.matrix("gemm", "A", a, ao, rowsA, columnsA, lda);
        Check.matrix("gemm", "C", c, co, m, n, ldc);
        Check.apart("gemm", "C", c, co, ldc, m, n, "A", a, ao, lda, rowsA, columnsA);
        checkEnding(m, n, c, co, ldc, bias, biasOffset, activation);
        if (m == 0 || n == 0) return;
        b.packed().run(m, a, ao, lda, transposeA, c, co, ldc, epilogue(activation), bias, biasOffset);
        activation.run(m, n, c, co, ldc);
    }

    private static void checkEnding(int m, int n, float[] c, int co, int ldc, float[] bias, int biasOffset,
        Activation activation) {
        Check.given("gemm", "activation", activation, "Activation.IDENTITY leaves the sum as it is");
        if (bias == null) return;
        Check.vector("gemm", "bias", bias, biasOffset, n);
        Check.apart("gemm", "C", c, co, ldc, m, n, "bias", bias, biasOffset, n, 1, n);
    }

    private static Epilogue epilogue(Activation activation) {
        return activation == Activation.RELU ? Epilogue.RELU : Epilogue.IDENTITY;
    }

    /// C = alpha op(A) op(B) + beta C for each matrix of three stacks, as by `batch` calls of
    /// [#gemm(boolean, boolean, int, int, int, float, float\[\], int, int, float\[\], int, int, float, float\[\], int, int)]:
    /// with its bits and its rounding. Threads share the products, or where each is large its rows or columns.
    ///
    /// A stride is from a matrix's first element to that of the next: so the heads of `[tokens, heads, width]` are matrices of
    /// leading dimension heads x width and stride width. A stride of 0 takes one A or B for all.
    ///
    /// @param transposeA whether each A lies there as k x m, and op(A) is its transpose
    /// @param transposeB whether each B lies there as n x k
    /// @param m       rows of each C, 0 or more
    /// @param n       columns of each C, 0 or more
    /// @param k       terms of each element; of 0 terms the sum is 0
    /// @param lda     elements from a row of an A, as it lies there, to the next
    /// @param strideA elements from an A to the next, 0 or more
    /// @param batch   how many there are, 0 or more
    /// @throws IllegalArgumentException if a matrix reaches outside its array, two Cs overlap, or a C overlaps an A or a B
    public static void gemmStridedBatched(boolean transposeA, boolean transposeB, int m, int n, int k, float alpha,
                                          float[] a, int ao, int lda, int strideA, float[] b, int bo, int ldb, int strideB,
                                          float beta, float[] c, int co, int ldc, int strideC, int batch) {
        String operation = "gemmStridedBatched";
        Check.size(operation, "m", m);
        Check.size(operation, "n", n);
        Check.size(operation, "k", k);
        Check.size(operation, "batch", batch);
        var stackA = new Check.Stack(transposeA ? k : m, transposeA ? m : k, lda, strideA, batch);
        var stackB = new Check.Stack(transposeB ? n : k, transposeB ? k : n, ldb, strideB, batch);
        var stackC = new Check.Stack(m, n, ldc, strideC, batch);
        stackA.check(operation, "A", a, ao);
        stackB.check(operation, "B", b, bo);
        stackC.check(operation, "C", c, co);
        stackC.checkDistinct(operation, "C");
        stackC.checkApart(operation, "C", c, co, "A", a, ao, stackA);
        stackC.checkApart(operation, "C", c, co, "B", b, bo, stackB);
        Gemm.forEach(batch, (double) m * n * k, i -> product(transposeA, transposeB, m, n, k, alpha, a, ao + i * strideA, lda,
            b, bo + i * strideB, ldb, beta, c, co + i * strideC, ldc));
    }

    /// A block of the product at a time: no element of it depends on the block.
    private static void scaled(boolean transposeA, boolean transposeB, int m, int n, int k, float alpha, float[] a,
        int ao, int lda,
                               float[] b, int bo, int ldb, float beta, float[] c, int co, int ldc) {
        int width = Math.min(n, KEPT_COLUMNS);
        int height = Math.min(m, KEPT / width);
        try (var scratch = Scratch.PRODUCT.borrow()) {
            var product = scratch.array(width * height);
            for (int j = 0, columns; j < n; j += columns) {
                columns = Math.min(width, n - j);
                for (int i = 0, rows; i < m; i += rows) {
                    rows = Math.min(height, m - i);
                    Gemm.run(rows, columns, k, a, ao + i * (transposeA ? 1 : lda), lda, transposeA,
                        b, bo + j * (transposeB ? ldb : 1), ldb, transposeB, product, 0, columns);
                    // rows that lie end to end are one
                    boolean whole = columns == ldc;
                    for (int row = 0; row < (whole ? 1 : rows); row++)
                        add(alpha, product, row * columns, beta, c, co + (i + row) * ldc + j, whole ? rows * columns : columns);
                }
            }
        }
    }

    private static void add(float alpha, float[] x, int xo, float beta, float[] y, int yo, int n) {
        var numbers = NUMBERS.get();
        numbers[0] = alpha;
        numbers[1] = beta;
        map(beta == 0 ? Vectors.SCALE : Vectors.AXPBY, numbers, x, xo, y, yo, n);
    }

    private static void scaleRows(float beta, int m, int n, float[] c, int co, int ldc) {
        for (int row = 0; row < m; row++) scale(beta, c, co + row * ldc, n);
    }

    /// By 0 it becomes 0, whatever it was.
    private static void scale(float factor, float[] x, int xo, int n) {
        if (factor == 0) {
            Arrays.fill(x, xo, xo + n, 0f);
            return;
        }
        var numbers = NUMBERS.get();
        numbers[0] = factor;
        map(Vectors.SCALE, numbers, x, xo, x, xo, n);
    }

    private static void map(Elementwise kernel, float[] numbers, float[] x, int xo, float[] y, int yo, int n) {
        kernel.run(0, x, xo, y, yo, null, 0, null, 0, null, 0, null, 0, numbers, n);
    }

    /// y = alpha op(A) x + beta y, with A of m x n as it lies there.
    ///
    /// The bits and the rounding are those of [#gemm] with a matrix of one column.
    ///
    /// @param transpose whether op(A) is A's transpose: then x has m elements and y has n, else the other way round
    /// @throws IllegalArgumentException if an operand reaches outside its array, or y overlaps another one
    public static void gemv(boolean transpose, int m, int n, float alpha, float[] a, int ao, int lda,
                            float[] x, int xo, float beta, float[] y, int yo) {
        Check.size("gemv", "m", m);
        Check.size("gemv", "n", n);
        int terms = transpose ? m : n;
        int results = transpose ? n : m;
        Check.matrix("gemv", "A", a, ao, m, n, lda);
        Check.vector("gemv", "x", x, xo, terms);
        Check.vector("gemv", "y", y, yo, results);
        Check.apart("gemv", "y", y, yo, results, 1, results, "A", a, ao, lda, m, n);
        Check.apart("gemv", "y", y, yo, results, 1, results, "x", x, xo, terms, 1, terms);
        // as one row: its elements lie side by side, so a vector register holds many of them
        gemm(false, !transpose, 1, results, terms, alpha, x, xo, terms, a, ao, lda, beta, y, yo, results);
    }

    /// y = alpha x + y: one fused multiply-add an element. y may be x.
    public static void axpy(int n, float alpha, float[] x, int xo, float[] y, int yo) {
        Check.size("axpy", "n", n);
        Check.vector("axpy", "x", x, xo, n);
        Check.vector("axpy", "y", y, yo, n);
        Check.sameOrApart("axpy", "y", y, yo, n, "x", x, xo, n, 1, n);
        var numbers = NUMBERS.get();
        numbers[0] = alpha;
        map(Vectors.AXPY, numbers, x, xo, y, yo, n);
    }

    /// x = alpha x. With alpha 0 it becomes 0, whatever it was.
    public static void scal(int n, float alpha, float[] x, int xo) {
        Check.size("scal", "n", n);
        Check.vector("scal", "x", x, xo, n);
        scale(alpha, x, xo, n);
    }

    /// The sum of x y: products are rounded, then summed as [ArrayMath#sum] does. 0 for no elements.
    public static float dot(int n, float[] x, int xo, float[] y, int yo) {
        Check.size("dot", "n", n);
        Check.vector("dot", "x", x, xo, n);
        Check.vector("dot", "y", y, yo, n);
        return reduce(Vectors.DOT, n, x, xo, y, yo);
    }

    /// The sum of |x|, summed as [ArrayMath#sum] does. 0 for no elements.
    public static float asum(int n, float[] x, int xo) {
        Check.size("asum", "n", n);
        Check.vector("asum", "x", x, xo, n);
        return reduce(Vectors.SUM_OF_MAGNITUDES, n, x, xo, null, 0);
    }

    /// The Euclidean length: the root of the sum of squares, which neither overflows nor underflows on the way.
    ///
    /// Before it is squared, an element is divided by the power of two below the largest magnitude, which is exact but for
    /// numbers too small to count. NaN if an element is NaN, else infinite if one is.
    public static float nrm2(int n, float[] x, int xo) {
        Check.size("nrm2", "n", n);
        Check.vector("nrm2", "x", x, xo, n);
        float largest = n == 0 ? 0 : reduce(Reductions.LARGEST_MAGNITUDE, n, x, xo, null, 0);
        if (largest == 0 || !Float.isFinite(largest)) return largest;
        // a subnormal number's own power would have an infinite reciprocal
        int exponent = Math.max(Math.getExponent(largest), -126);
        NUMBERS.get()[0] = Math.scalb(1f, -exponent);
        return (float) Math.scalb(Math.sqrt(reduce(Vectors.SUM_OF_SQUARES, n, x, xo, null, 0)), exponent);
    }

    private static float reduce(Reduction reduction, int n, float[] x, int xo, float[] y, int yo) {
        var numbers = NUMBERS.get();
        reduction.rows(x, xo, y, yo, null, 0, numbers, 1, n, numbers, 1);
        return numbers[1];
    }
}
