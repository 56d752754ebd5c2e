package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Epilogue;
import java.util.function.IntConsumer;

/// Matrix products: C = op(A) op(B), row-major, op being the matrix or its transpose.
///
/// Each element of C is one chain of fused multiply-adds over k in order, in blocks of 256 whose sums are added in
/// order. So it depends on its row of A and its column of B alone: not on the vector width, the tile, the threads or
/// the rows beside it. An epilogue follows in the order of roundings that separate operations have.
public final class Gemm {

    /// Steps of k in one block: part of the definition of a product, the same on every machine.
    static final int K_BLOCK = 256;

    static final Gemm CURRENT = new Gemm(Provider.currentTarget());

    /// What a thread does of a product: all of it, or some rows or columns of C.
    sealed interface Part permits TiledGemm, ScalarGemm {

        void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                 float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                 Epilogue.Form ending, float[] bias, int biasOffset);

        /// Whether threads should rather share the columns of an m x n matrix than its rows.
        boolean byColumns(int m, int n, int threads);

        /// Rows that are made at a time, or columns: a thread's share is a multiple.
        int unit(boolean byColumns, boolean transposeA);
    }

    private final ScalarGemm scalar;
    /// Null where there are no vectors.
    private final TiledGemm tiled;
    private final Products products = new Products();

    Gemm(Target target) {
        this.scalar = new ScalarGemm(target.fastFma());
        this.tiled = target.isScalar() ? null : new TiledGemm(target);
    }

    /// Where there are vectors.
    Tiles<Loop.Tile> tiles() { return tiled.tiles(); }

    /// C = op(A) op(B), with op(A) of m x k and op(B) of k x n; the strides are those of rows in memory.
    public static void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                           float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc) {
        CURRENT.multiply(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, false, Epilogue.Form.NONE, null, 0);
    }

    /// C = f(op(A) op(B) + bias): the bits are those of a product, a sum and f one after the other.
    ///
    /// @param bias a number for each column of C, or null for none
    public static void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                           float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc,
                           Epilogue epilogue, float[] bias, int biasOffset) {
        run(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, epilogue, bias, biasOffset, false);
    }

    /// The same with a number for each row of C, if `biasOfRows`.
    public static void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                           float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc,
                           Epilogue epilogue, float[] bias, int biasOffset, boolean biasOfRows) {
        run(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, false, epilogue, bias, biasOffset, biasOfRows);
    }

    /// The same of a product that is made in parts: C = f(C + op(A) op(B) + bias), C being that of the steps of k before, a
    /// multiple of [#K_BLOCK], if `accumulate`. The bits are those of all steps at once.
    public static void run(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                           float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                           Epilogue epilogue, float[] bias, int biasOffset, boolean biasOfRows) {
        var kind = bias == null ? Epilogue.Bias.NONE : biasOfRows ? Epilogue.Bias.ROWS : Epilogue.Bias.COLUMNS;
        CURRENT.multiply(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, accumulate,
            Epilogue.Form.of(epilogue, kind), bias, biasOffset);
    }

    /// Makes products that have nothing to do with each other, each by a call of [#run]: on several threads, where one alone
    /// isn't worth it and all are.
    ///
    /// @param multiplyAdds of one
    /// @param product      makes the one of a number, from 0 on
    public static void forEach(int products, double multiplyAdds, IntConsumer product) {
        int threads = Cost.threads(multiplyAdds) > 1 ? 1 : Math.min(products, Cost.threads(multiplyAdds * products));
        if (threads <= 1) {
            for (int i = 0; i < products; i++) product.accept(i);
            return;
        }
        int share = Math.ceilDiv(products, threads);
        Pool.forEach(Math.ceilDiv(products, share), task -> {
            for (int i = task * share; i < Math.min(products, (task + 1) * share); i++) product.accept(i);
        });
    }

    void multiply(int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                  float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                  Epilogue.Form ending, float[] bias, int biasOffset) {
        multiply(Cost.threads((double) m * n * k), m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co,
            ldc, accumulate, ending, bias, biasOffset);
    }

    void multiply(int threads, int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                  float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                  Epilogue.Form ending, float[] bias, int biasOffset) {
        if (ColdStart.isOver() || tiled == null) {
            share(tiled == null ? scalar : tiled, threads, m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc,
                accumulate, ending, bias, biasOffset);
            return;
        }
        var product = products.of(m, n, k, ldb, flags(threads, transposeA, transposeB, accumulate, ending));
        boolean isPrepared = product.isPrepared() || product.count(Cost.scalarProduct(m, n, k), rehearsal -> {
            try (var scratch = Scratch.PRODUCT.borrow()) {
                share(new TiledGemm(tiled, rehearsal), threads, m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB,
                    scratch.array(m * n), 0, n, accumulate, ending, bias, biasOffset);
            }
        });
        share(isPrepared ? tiled : scalar, threads, m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co,
            ldc, accumulate, ending, bias, biasOffset);
    }

    /// Columns of B whose steps lie one behind the other where it is packed.
    int stripWidth() { return tiled == null ? ScalarGemm.WIDTH : tiled.unit(true, false); }

    /// Whether so many whole strips of a packed B are made at once.
    boolean takesStrips(int m, int count, int k) { return tiled != null && tiled.takesStrips(m, count, k); }

    /// C = f(op(A) B + bias) by whole strips of a packed B, on the calling thread.
    void strips(int m, int count, int k, float[] a, int ao, int lda, boolean transposeA, float[] strips, int so, float[] c,
        int co, int ldc,
                Epilogue.Form ending, float[] bias, int biasOffset) {
        int width = stripWidth();
        if (ColdStart.isOver() || areStripsPrepared(m, count, k, a, ao, lda, transposeA, strips, so, ending, bias, biasOffset))
            tiled.strips(m, count, k, a, ao, lda, transposeA, strips, so, c, co, ldc, ending, bias, biasOffset);
        else for (int j = 0; j < count * width; j += width)
            scalar.run(m, width, k, a, ao, lda, transposeA, strips, so + j * k, width, false, c, co + j, ldc, false, ending,
                bias, biasOffset + ending.place(0, j));
    }

    private boolean areStripsPrepared(int m, int count, int k, float[] a, int ao, int lda, boolean transposeA,
        float[] strips, int so,
                                      Epilogue.Form ending, float[] bias, int biasOffset) {
        int n = count * stripWidth();
        // no product of other operands has that distance between rows
        var product = products.of(m, n, k, -1, flags(1, transposeA, false, false, ending));
        return product.isPrepared() || product.count(Cost.scalarProduct(m, n, k), rehearsal -> {
            try (var scratch = Scratch.PRODUCT.borrow()) {
                new TiledGemm(tiled, rehearsal).strips(m, count, k, a, ao, lda, transposeA, strips, so,
                    scratch.array(m * n), 0, n, ending, bias, biasOffset);
            }
        });
    }

    boolean paysPacked(int m) { return tiled != null && tiled.paysPacked(m); }

    private static int flags(int threads, boolean transposeA, boolean transposeB, boolean accumulate, Epilogue.Form ending) {
        return (threads * Epilogue.Form.COUNT + ending.index()) * 8 + (transposeA ? 4 : 0) + (transposeB ? 2 : 0)
            + (accumulate ? 1 : 0);
    }

    private void share(Part part, int threads, int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                       float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                       Epilogue.Form ending, float[] bias, int biasOffset) {
        if (threads == 1)
            part.run(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, accumulate, ending, bias, biasOffset);
        else split(part, threads, m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc, accumulate,
            ending, bias, biasOffset);
    }

    private void split(Part part, int threads, int m, int n, int k, float[] a, int ao, int lda, boolean transposeA,
                       float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc, boolean accumulate,
                       Epilogue.Form ending, float[] bias, int biasOffset) {
        boolean byColumns = part.byColumns(m, n, threads);
        int unit = part.unit(byColumns, transposeA);
        int share = Math.ceilDiv(Math.ceilDiv(byColumns ? n : m, unit), threads) * unit;
        if (byColumns) {
            Pool.forEach(Math.ceilDiv(n, share), task -> {
                int j = task * share;
                part.run(m, Math.min(share, n - j), k, a, ao, lda, transposeA, b, bo + j * (transposeB ? ldb : 1),
                    ldb, transposeB, c, co + j, ldc, accumulate, ending, bias, biasOffset + ending.place(0, j));
            });
        } else {
            Pool.forEach(Math.ceilDiv(m, share), task -> {
                int i = task * share;
                part.run(Math.min(share, m - i), n, k, a, ao + i * (transposeA ? 1 : lda), lda, transposeA, b, bo,
                    ldb, transposeB, c, co + i * ldc, ldc, accumulate, ending, bias, biasOffset + ending.place(i, 0));
            });
        }
    }
}
