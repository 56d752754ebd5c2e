package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.Compute;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/// Stacks of products, and products with what follows them: the tensors' bits, on one thread and on two.
class ArrayProductTest {

    private static final int THREADS = Compute.threads();

    @AfterProperty
    void restore() { Compute.setThreads(THREADS); }

    /// How the matrices of a stack lie in memory: those of `rows` x `columns`.
    private enum Lie {
        BEHIND, SIDE_BY_SIDE, THE_SAME;

        int ld(int columns, int batch) { return this == SIDE_BY_SIDE ? Math.max(1, batch) * columns + 1 : columns + 2; }

        int stride(int rows, int columns, int batch) {
            return switch (this) {
                case BEHIND -> rows * ld(columns, batch) + 3;
                case SIDE_BY_SIDE -> columns;
                case THE_SAME -> 0;
            };
        }

        int length(int rows, int columns, int batch) { return 1 + batch * (rows * ld(columns, batch) + 3); }
    }

    @Property(tries = 150)
    void stacksOfProducts(@ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll @IntRange(max = 5) int batch,
                          @ForAll @IntRange(max = 20) int m, @ForAll @IntRange(max = 20) int n, @ForAll @IntRange(max = 30) int k,
                          @ForAll Lie lieA, @ForAll Lie lieB, @ForAll boolean sideBySide, @ForAll boolean twoThreads,
                              @ForAll long seed) {
        Compute.setThreads(twoThreads ? 2 : 1);
        var random = new SplittableRandom(seed);
        assertStack(transposeA, transposeB, batch, m, n, k, new float[] {1, 0, 0.37f}[random.nextInt(3)], lieA, lieB,
            new float[] {0, 1, 0.77f}[random.nextInt(3)], sideBySide ? Lie.SIDE_BY_SIDE : Lie.BEHIND, random);
    }

    /// Few large products, whose parts threads share, and many small ones.
    @Example
    void largeStacks() {
        for (int threads = 1; threads <= 2; threads++) {
            Compute.setThreads(threads);
            var random = new SplittableRandom(threads);
            assertStack(false, true, 3, 150, 120, 90, 1, Lie.BEHIND, Lie.THE_SAME, 0, Lie.BEHIND, random);
            assertStack(false, true, 200, 20, 21, 30, 0.37f, Lie.SIDE_BY_SIDE, Lie.BEHIND, 1, Lie.SIDE_BY_SIDE, random);
        }
    }

    private static void assertStack(boolean transposeA, boolean transposeB, int batch, int m, int n, int k, float alpha,
        Lie lieA, Lie lieB,
                                    float beta, Lie lieC, SplittableRandom random) {
        int rowsA = transposeA ? k : m;
        int columnsA = transposeA ? m : k;
        int rowsB = transposeB ? n : k;
        int columnsB = transposeB ? k : n;
        var a = Numbers.tame(random, lieA.length(rowsA, columnsA, batch));
        var b = Numbers.tame(random, lieB.length(rowsB, columnsB, batch));
        var c = Numbers.tame(random, lieC.length(m, n, batch));
        int lda = lieA.ld(columnsA, batch);
        int ldb = lieB.ld(columnsB, batch);
        int ldc = lieC.ld(n, batch);
        int strideA = lieA.stride(rowsA, columnsA, batch);
        int strideB = lieB.stride(rowsB, columnsB, batch);
        int strideC = lieC.stride(m, n, batch);
        var p = stack(a, 1, lda, strideA, batch, m, k, transposeA)
            .matmul(stack(b, 1, ldb, strideB, batch, k, n, transposeB)).toArray();
        var expected = c.clone();
        for (int each = 0; each < batch; each++)
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++) {
                    int at = 1 + each * strideC + i * ldc + j;
                    float product = p[(each * m + i) * n + j];
                    expected[at] = alpha == 0 ? beta == 0 ? 0 : beta * c[at] : beta == 0 ? alpha * product
                        : Math.fma(alpha, product, beta * c[at]);
                }
        Blas.gemmStridedBatched(transposeA, transposeB, m, n, k, alpha, a, 1, lda, strideA, b, 1, ldb, strideB, beta, c, 1, ldc,
            strideC, batch);
        assertArrayEquals(expected, c);
    }

    private static Tensor stack(float[] x, int offset, int ld, int stride, int batch, int rows, int columns, boolean transposed) {
        var values = new float[batch * rows * columns];
        for (int each = 0; each < batch; each++)
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++)
                    values[(each * rows + i) * columns + j] = x[offset + each * stride + (transposed ? j * ld + i : i * ld + j)];
        return Tensor.of(values, batch, rows, columns);
    }

    private static UnaryOperator<Tensor> function(Activation activation) {
        return switch (activation) {
            case IDENTITY -> x -> x;
            case RELU -> Tensor::relu;
            case GELU -> dev.lanewise.tensor.Activation::gelu;
            case GELU_TANH -> dev.lanewise.tensor.Activation::geluTanh;
            case SILU -> dev.lanewise.tensor.Activation::silu;
            case MISH -> dev.lanewise.tensor.Activation::mish;
            case SIGMOID -> Tensor::sigmoid;
            case TANH -> Tensor::tanh;
        };
    }

    @Property(tries = 200)
    void productsWithBiasAndActivation(@ForAll @IntRange(max = 40) int m, @ForAll @IntRange(max = 40) int n,
                                       @ForAll @IntRange(max = 300) int k, @ForAll Activation activation, @ForAll boolean biased,
                                       @ForAll boolean twoThreads, @ForAll long seed) {
        Compute.setThreads(twoThreads ? 2 : 1);
        var random = new SplittableRandom(seed);
        int ldc = n + random.nextInt(2);
        var x = Numbers.tame(random, m * k);
        var weight = Numbers.tame(random, n * k + 1);
        var bias = Numbers.wild(random, n + 2);
        var y = Numbers.tame(random, m * ldc + 3);
        var product = Tensor.of(x, m, k).matmul(Tensor.of(Arrays.copyOfRange(weight, 1, n * k + 1), n, k).t());
        var sum = biased ? product.add(Tensor.of(Arrays.copyOfRange(bias, 2, n + 2), n)) : product;
        var values = function(activation).apply(sum).toArray();
        var expected = y.clone();
        for (int row = 0; row < m; row++) System.arraycopy(values, row * n, expected, 3 + row * ldc, n);
        Blas.gemm(false, true, m, n, k, x, 0, k, weight, 1, k, y, 3, ldc, biased ? bias : null, 2, activation);
        assertArrayEquals(expected, y);
    }

    @Example
    void whatDoesNotFit() {
        var x = new float[20];
        var y = new float[20];
        var z = new float[20];
        Rejected.argument(() -> stacked(x, 4, y, 4, z, 4, -1), "gemmStridedBatched", "batch is -1");
        Rejected.argument(() -> stacked(x, -4, y, 4, z, 4, 2), "gemmStridedBatched", "the stride of A is -4", "0 or more");
        Rejected.argument(() -> stacked(x, 9, y, 4, z, 4, 3), "gemmStridedBatched",
            "A, 3 matrices of 2 x 2 that begin 9 elements apart", "ends at 22", "has 20");
        Rejected.argument(() -> stacked(x, 0, y, Integer.MAX_VALUE, z, 4, 1000), "B, 1000 matrices", "ends at 2145336163357");
        Rejected.argument(() -> stacked(x, 4, y, 4, z, 3, 2), "gemmStridedBatched", "C of 2 x 2", "3 elements apart and overlap",
            "4 at the least");
        Rejected.argument(() -> stacked(x, 4, y, 4, z, 0, 2), "C of 2 x 2", "0 elements apart");
        Rejected.argument(() -> stacked(x, 4, z, 4, z, 4, 2), "gemmStridedBatched", "C", "overlaps B");
        Rejected.argument(() -> stacked(x, 4, null, 4, z, 4, 0), "B is null");
        Rejected.argument(() -> biased(y, 19, Activation.RELU), "gemm", "bias needs 2 elements from offset 19");
        Rejected.argument(() -> biased(z, 1, Activation.RELU), "gemm", "C", "overlaps bias");
        Rejected.argument(() -> biased(null, 0, null), "gemm", "activation is null", "IDENTITY");
        assertArrayEquals(new float[20], z, "nothing was written");
        // matrices of one array that lie between each other
        Blas.gemmStridedBatched(false, false, 1, 2, 1, 1, x, 0, 1, 0, y, 0, 2, 0, 0, x, 2, 6, 2, 2);
    }

    private static void stacked(float[] a, int strideA, float[] b, int strideB, float[] c, int strideC, int batch) {
        Blas.gemmStridedBatched(false, false, 2, 2, 2, 1, a, 0, 2, strideA, b, 0, 2, strideB, 0, c, 0, 2, strideC, batch);
    }

    private static void biased(float[] bias, int offset, Activation activation) {
        var x = new float[4];
        var z = bias == null ? new float[4] : bias;
        Blas.gemm(false, true, 2, 2, 2, x, 0, 2, x.clone(), 0, 2, offset == 19 ? new float[4] : z, 0, 2, bias, offset,
            activation);
    }
}
