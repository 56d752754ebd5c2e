package dev.lanewise.jmh;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.ludovic.netlib.blas.BLAS;
import java.util.function.Function;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;
import org.nd4j.linalg.factory.Nd4j;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.matrix.store.R032Store;

/// Matrix products of other JVM libraries, called as their documentation says, into a result made beforehand where they can.
final class Peers {

    private Peers() {}

    /// The vector code in Java: the native one is no more than the machine's own BLAS.
    static Function<Product, Workload> netlib(int threads) {
        if (threads > 1) System.err.println("# netlib computes on one thread");
        var blas = dev.ludovic.netlib.blas.JavaBLAS.getInstance();
        System.err.println("# " + blas.getClass().getName());
        return p -> multiply(blas, p);
    }

    /// BLAS reads columns: what lies there row by row is the transpose, and Cᵀ = Bᵀ Aᵀ.
    private static Workload multiply(BLAS blas, Product p) {
        var a = p.a();
        var b = p.b();
        var c = p.c();
        return Workload.gemm(p, 1, () -> blas.sgemm(p.transposeB() ? "T" : "N", p.transposeA() ? "T" : "N", p.n(), p.m(), p.k(),
            1f, b, p.columnsOfB(), a, p.columnsOfA(), 0f, c, p.n()));
    }

    static Function<Product, Workload> ejml(int threads) {
        EjmlConcurrency.setMaxThreads(threads);
        return p -> {
            var a = FMatrixRMaj.wrap(p.rowsOfA(), p.columnsOfA(), p.a());
            var b = FMatrixRMaj.wrap(p.rowsOfB(), p.columnsOfB(), p.b());
            var c = new FMatrixRMaj(p.m(), p.n());
            return Workload.gemm(p, 1, threads == 1 ? ejmlOnOne(p, a, b, c) : ejmlOnMany(p, a, b, c));
        };
    }

    private static Runnable ejmlOnOne(Product p, FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        if (p.transposeA() && p.transposeB()) return () -> CommonOps_FDRM.multTransAB(a, b, c);
        if (p.transposeA()) return () -> CommonOps_FDRM.multTransA(a, b, c);
        if (p.transposeB()) return () -> CommonOps_FDRM.multTransB(a, b, c);
        return () -> CommonOps_FDRM.mult(a, b, c);
    }

    private static Runnable ejmlOnMany(Product p, FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        if (p.transposeA() && p.transposeB()) return () -> CommonOps_MT_FDRM.multTransAB(a, b, c);
        if (p.transposeA()) return () -> CommonOps_MT_FDRM.multTransA(a, b, c);
        if (p.transposeB()) return () -> CommonOps_MT_FDRM.multTransB(a, b, c);
        return () -> CommonOps_MT_FDRM.mult(a, b, c);
    }

    static Function<Product, Workload> ojAlgo(int threads) {
        OjAlgoUtils.limitThreadsTo(threads);
        return p -> {
            var a = ojAlgo(p.rowsOfA(), p.columnsOfA(), p.a());
            var b = ojAlgo(p.rowsOfB(), p.columnsOfB(), p.b());
            var left = p.transposeA() ? a.transpose() : a;
            var right = p.transposeB() ? b.transpose() : b;
            var c = R032Store.FACTORY.make(p.m(), p.n());
            return Workload.gemm(p, 1, () -> c.fillByMultiplying(left, right));
        };
    }

    private static R032Store ojAlgo(int rows, int columns, float[] values) {
        var matrix = R032Store.FACTORY.make(rows, columns);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) matrix.set(i, j, values[i * columns + j]);
        return matrix;
    }

    static Function<Product, Workload> nd4j(int threads) {
        if (!Integer.toString(threads).equals(System.getenv("OMP_NUM_THREADS"))) System.err.println(
            "# ND4J's native code takes its threads from the environment: start it with OMP_NUM_THREADS=" + threads);
        return p -> {
            var a = Nd4j.create(p.a(), new long[] {p.rowsOfA(), p.columnsOfA()}, 'c');
            var b = Nd4j.create(p.b(), new long[] {p.rowsOfB(), p.columnsOfB()}, 'c');
            // its products want their result column by column
            var c = Nd4j.create(org.nd4j.linalg.api.buffer.DataType.FLOAT, new long[] {p.m(), p.n()}, 'f');
            return Workload.gemm(p, 1, () -> Nd4j.gemm(a, b, c, p.transposeA(), p.transposeB(), 1, 0));
        };
    }

    /// PyTorch from Java; each product is a new array, closed at once.
    static Function<Product, Workload> djl(int threads) {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        // all it needs is on the class path
        System.setProperty("ai.djl.offline", "true");
        var manager = NDManager.newBaseManager("PyTorch");
        return p -> {
            var a = manager.create(p.a(), new Shape(p.rowsOfA(), p.columnsOfA()));
            var b = manager.create(p.b(), new Shape(p.rowsOfB(), p.columnsOfB()));
            var left = p.transposeA() ? a.transpose() : a;
            var right = p.transposeB() ? b.transpose() : b;
            return Workload.gemm(p, 1, () -> left.matMul(right).close());
        };
    }
}
