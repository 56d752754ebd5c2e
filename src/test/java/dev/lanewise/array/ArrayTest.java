package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Arrays give the tensors' bits, and what the documentation says of rounding holds.
class ArrayTest {

    private static final int N = 1003;

    private interface Unary {
        void run(int n, float[] x, int xo, float[] y, int yo);
    }

    private interface Binary {
        void run(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo);
    }

    @TestFactory
    Stream<DynamicTest> functionsOfOneElement() {
        return Stream.of(
            unary("exp", ArrayMath::exp, Tensor::exp), unary("expm1", ArrayMath::expm1, Tensor::expm1),
            unary("log", ArrayMath::log, Tensor::log), unary("log1p", ArrayMath::log1p, Tensor::log1p),
            unary("sqrt", ArrayMath::sqrt, Tensor::sqrt), unary("sin", ArrayMath::sin, Tensor::sin),
            unary("cos", ArrayMath::cos, Tensor::cos), unary("tanh", ArrayMath::tanh, Tensor::tanh),
            unary("erf", ArrayMath::erf, Tensor::erf), unary("sigmoid", ArrayMath::sigmoid, Tensor::sigmoid),
            unary("relu", ArrayMath::relu, Tensor::relu), unary("gelu", ArrayMath::gelu, Activation::gelu),
            unary("geluTanh", ArrayMath::geluTanh, Activation::geluTanh), unary("silu", ArrayMath::silu, Activation::silu),
            unary("mish", ArrayMath::mish, Activation::mish), unary("neg", ArrayMath::neg, Tensor::neg),
            unary("abs", ArrayMath::abs, Tensor::abs), unary("square", ArrayMath::square, Tensor::square));
    }

    private static DynamicTest unary(String name, Unary function, UnaryOperator<Tensor> tensor) {
        return DynamicTest.dynamicTest(name, () -> {
            var x = Numbers.wild(new SplittableRandom(1), N + 2);
            var y = new float[N + 4];
            function.run(N, x, 2, y, 3);
            var expected = tensor.apply(Tensor.of(Arrays.copyOfRange(x, 2, N + 2), N)).toArray();
            assertArrayEquals(expected, Arrays.copyOfRange(y, 3, N + 3));
            assertEquals(0, y[2] + y[N + 3], "beside the result");
            function.run(N, x, 2, x, 2);
            assertArrayEquals(expected, Arrays.copyOfRange(x, 2, N + 2), "in place");
        });
    }

    @TestFactory
    Stream<DynamicTest> functionsOfTwoElements() {
        return Stream.of(
            binary("add", ArrayMath::add, Tensor::add), binary("sub", ArrayMath::sub, Tensor::sub),
            binary("mul", ArrayMath::mul, Tensor::mul), binary("div", ArrayMath::div, Tensor::div),
            binary("pow", ArrayMath::pow, Tensor::pow), binary("max", ArrayMath::max, Tensor::maximum),
            binary("min", ArrayMath::min, Tensor::minimum));
    }

    private static DynamicTest binary(String name, Binary function, BinaryOperator<Tensor> tensor) {
        return DynamicTest.dynamicTest(name, () -> {
            var random = new SplittableRandom(2);
            var x = Numbers.wild(random, N);
            var y = Numbers.wild(random, N + 1);
            var z = new float[N + 2];
            function.run(N, x, 0, y, 1, z, 1);
            var expected = tensor.apply(Tensor.of(x.clone(), N), Tensor.of(Arrays.copyOfRange(y, 1, N + 1), N)).toArray();
            assertArrayEquals(expected, Arrays.copyOfRange(z, 1, N + 1));
            assertEquals(0, z[0] + z[N + 1], "beside the result");
            function.run(N, x, 0, y, 1, x, 0);
            assertArrayEquals(expected, x, "in place");
        });
    }

    @Property(tries = 30)
    void reductions(@ForAll @IntRange(min = 1, max = 20_000) int n, @ForAll long seed) {
        var x = Numbers.tame(new SplittableRandom(seed), n + 1);
        var tensor = Tensor.of(Arrays.copyOfRange(x, 1, n + 1), n);
        assertEquals(tensor.sum().item(), ArrayMath.sum(n, x, 1));
        assertEquals(tensor.amax().item(), ArrayMath.max(n, x, 1));
        assertEquals(tensor.amin().item(), ArrayMath.min(n, x, 1));
        assertEquals(tensor.mul(tensor).sum().item(), Blas.dot(n, x, 1, x, 1));
        assertEquals(tensor.abs().sum().item(), Blas.asum(n, x, 1));
    }

    @Example
    void nothingSumsToZero() {
        var none = new float[0];
        assertEquals(0f, ArrayMath.sum(0, none, 0));
        assertEquals(0f, Blas.dot(0, none, 0, none, 0));
        assertEquals(0f, Blas.asum(0, none, 0));
        assertEquals(0f, Blas.nrm2(0, none, 0));
    }

    /// The kernel along the last dimension and the tensor operations along the first give the same bits.
    @Property(tries = 60)
    void softmax(@ForAll @IntRange(min = 1, max = 30) int rows, @ForAll @IntRange(min = 1, max = 400) int columns,
                 @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = random.nextInt(4) == 0 ? Numbers.wild(random, rows * columns) : Numbers.tame(random, rows * columns);
        var y = new float[rows * (columns + 2)];
        ArrayMath.softmax(rows, columns, x, 0, columns, y, 1, columns + 2);
        var tensor = Tensor.of(x, rows, columns);
        var last = tensor.softmax(1).toArray();
        assertArrayEquals(tensor.t().softmax(0).t().toArray(), last);
        var shifted = tensor.sub(tensor.amax(true, 1)).exp();
        var quotients = shifted.div(shifted.sum(true, 1)).toArray();
        // the kernel takes subnormal powers for 0
        for (int i = 0; i < last.length; i++)
            if (last[i] != 0 || !(quotients[i] < Float.MIN_NORMAL)) assertEquals(quotients[i], last[i]);
        for (int row = 0; row < rows; row++)
            assertArrayEquals(Arrays.copyOfRange(last, row * columns, (row + 1) * columns),
                Arrays.copyOfRange(y, 1 + row * (columns + 2), 1 + row * (columns + 2) + columns));
    }

    @Property(tries = 200)
    void gemmRoundsAsItSays(@ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll @IntRange(max = 40) int m,
                            @ForAll @IntRange(max = 40) int n, @ForAll @IntRange(max = 300) int k, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        float alpha = new float[] {1, 0, -1, 0.37f}[random.nextInt(4)];
        float beta = new float[] {0, 1, -1, 0.77f}[random.nextInt(4)];
        int lda = (transposeA ? m : k) + random.nextInt(3);
        int ldb = (transposeB ? k : n) + random.nextInt(3);
        int ldc = n + random.nextInt(3);
        var a = Numbers.tame(random, 2 + (transposeA ? k : m) * lda);
        var b = Numbers.tame(random, 1 + (transposeB ? n : k) * ldb);
        var c = Numbers.tame(random, 3 + m * ldc);
        if (beta == 0) Arrays.fill(c, Float.NaN);
        var p = matrix(a, 2, lda, m, k, transposeA).matmul(matrix(b, 1, ldb, k, n, transposeB)).toArray();
        var expected = c.clone();
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++) {
                int at = 3 + i * ldc + j;
                float scaled = beta * c[at];
                expected[at] = alpha == 0 ? beta == 0 ? 0 : scaled
                    : beta == 0 ? alpha * p[i * n + j] : Math.fma(alpha, p[i * n + j], scaled);
            }
        if (alpha == 0) Arrays.fill(a, Float.NaN);
        Blas.gemm(transposeA, transposeB, m, n, k, alpha, a, 2, lda, b, 1, ldb, beta, c, 3, ldc);
        assertArrayEquals(expected, c);
        if (alpha == 1 && beta == 0) {
            Arrays.fill(c, 3, c.length, Float.NaN);
            Blas.gemm(transposeA, transposeB, m, n, k, a, 2, lda, b, 1, ldb, c, 3, ldc);
            assertArrayEquals(expected, c);
        }
    }

    private static Tensor matrix(float[] x, int offset, int ld, int rows, int columns, boolean transposed) {
        var values = new float[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) values[i * columns + j] = x[offset + (transposed ? j * ld + i : i * ld + j)];
        return Tensor.of(values, rows, columns);
    }

    /// A product that doesn't fit into what is kept at a time, in both directions.
    @Example
    void largeProductsAreScaledBlockByBlock() {
        var random = new SplittableRandom(3);
        int m = 150;
        int n = 5000;
        int k = 7;
        var a = Numbers.tame(random, m * k);
        var b = Numbers.tame(random, k * n);
        var c = Numbers.tame(random, m * n);
        var p = Tensor.of(a, m, k).matmul(Tensor.of(b, k, n)).toArray();
        var expected = new float[m * n];
        for (int i = 0; i < m * n; i++) expected[i] = Math.fma(0.3f, p[i], 0.7f * c[i]);
        Blas.gemm(false, false, m, n, k, 0.3f, a, 0, k, b, 0, n, 0.7f, c, 0, n);
        assertArrayEquals(expected, c);
    }

    @Property(tries = 60)
    void gemvIsGemmWithOneColumn(@ForAll boolean transpose, @ForAll @IntRange(max = 70) int m, @ForAll @IntRange(max = 70) int n,
                                 @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int lda = n + 2;
        int terms = transpose ? m : n;
        int results = transpose ? n : m;
        var a = Numbers.tame(random, m * lda);
        var x = Numbers.tame(random, terms + 1);
        var y = Numbers.tame(random, results + 1);
        float beta = random.nextInt(2);
        var expected = y.clone();
        Blas.gemm(transpose, false, results, 1, terms, 0.5f, a, 0, lda, x, 1, 1, beta, expected, 1, 1);
        Blas.gemv(transpose, m, n, 0.5f, a, 0, lda, x, 1, beta, y, 1);
        assertArrayEquals(expected, y);
    }

    @Property(tries = 30)
    void vectorsRoundOnce(@ForAll @IntRange(max = 3000) int n, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        float alpha = (float) random.nextGaussian();
        var x = Numbers.tame(random, n + 1);
        var y = Numbers.tame(random, n + 2);
        var sum = y.clone();
        var scaled = x.clone();
        for (int i = 0; i < n; i++) sum[i + 2] = Math.fma(alpha, x[i + 1], y[i + 2]);
        for (int i = 0; i < n; i++) scaled[i + 1] = alpha * x[i + 1];
        Blas.axpy(n, alpha, x, 1, y, 2);
        assertArrayEquals(sum, y);
        Blas.scal(n, alpha, x, 1);
        assertArrayEquals(scaled, x);
    }

    @Property(tries = 60)
    void lengthsNeitherOverflowNorUnderflow(@ForAll @IntRange(min = 1, max = 3000) int n,
                                            @ForAll @IntRange(min = -140, max = 120) int exponent, @ForAll long seed) {
        var x = Numbers.tame(new SplittableRandom(seed), n);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            x[i] = Math.scalb(x[i], exponent);
            sum += (double) x[i] * x[i];
        }
        // a few roundings a lane, the tree's and the root's; half an ulp where the result is subnormal
        assertEquals(Math.sqrt(sum), Blas.nrm2(n, x, 0), Math.sqrt(sum) * 64 * 0x1p-24 + (double) Float.MIN_VALUE / 2);
    }

    @Example
    void lengthsOfWhatIsNotFinite() {
        assertEquals(Float.POSITIVE_INFINITY, Blas.nrm2(2, new float[] {1, Float.NEGATIVE_INFINITY}, 0));
        assertEquals(Float.NaN, Blas.nrm2(2, new float[] {Float.NaN, Float.NEGATIVE_INFINITY}, 0));
        assertEquals(Float.POSITIVE_INFINITY, Blas.nrm2(2, new float[] {Float.MAX_VALUE, Float.MAX_VALUE}, 0));
        assertEquals(0f, Blas.nrm2(2, new float[] {0, -0f}, 0));
        assertArrayEquals(new float[] {0, 0}, scaledByZero(), "by 0 all becomes 0");
    }

    private static float[] scaledByZero() {
        var x = new float[] {Float.NaN, -3};
        Blas.scal(2, 0, x, 0);
        return x;
    }

    @Example
    void adamIsTheOptimizers() {
        assertStepsAlike(parameters -> new Adam(parameters, 0.01, 0.8, 0.95, 1e-6), 0);
        var options = AdamW.options().betas(0.8, 0.95).epsilon(1e-6).weightDecay(0.1);
        assertStepsAlike(parameters -> new AdamW(parameters, 0.01, options), 0.1);
    }

    private static void assertStepsAlike(Function<List<Parameter>, Optimizer> make, double weightDecay) {
        var random = new SplittableRandom(4);
        var parameter = new Parameter("weight", Shape.of(N), Fan.linear(1, 1), Initializers.normal(0, 1));
        parameter.initialize(new Threefry(5));
        var optimizer = make.apply(List.of(parameter));
        var p = parameter.tensor().toArray();
        var m = new float[N];
        var v = new float[N];
        var seen = new ArrayList<float[]>();
        for (int t = 1; t <= 20; t++) {
            var g = Numbers.tame(random, N);
            parameter.zeroGrad();
            parameter.tensor().mul(Tensor.of(g.clone(), N)).sum().backward();
            optimizer.step();
            if (weightDecay == 0) ArrayOptim.adam(N, p, 0, g, 0, m, 0, v, 0, t, 0.01, 0.8, 0.95, 1e-6);
            else ArrayOptim.adamW(N, p, 0, g, 0, m, 0, v, 0, t, 0.01, 0.8, 0.95, 1e-6, weightDecay);
            seen.add(p.clone());
            assertArrayEquals(parameter.tensor().toArray(), p);
        }
        assertEquals(20, seen.stream().map(Arrays::hashCode).distinct().count(), "every step changes something");
    }
}
