package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.Compute;
import dev.lanewise.tensor.Rejected;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/// An operand that was packed gives the bits of the one that it was made of, on one thread and on two.
class PackedMatrixTest {

    private static final int THREADS = Compute.threads();

    @AfterProperty
    void restore() { Compute.setThreads(THREADS); }

    @Property(tries = 100)
    void products(@ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll @IntRange(max = 40) int m,
                  @ForAll @IntRange(max = 150) int n, @ForAll @IntRange(max = 300) int k, @ForAll Activation activation,
                  @ForAll boolean twoThreads, @ForAll long seed) {
        Compute.setThreads(twoThreads ? 2 : 1);
        assertProduct(transposeA, transposeB, m, n, k, activation, new SplittableRandom(seed));
    }

    /// Worth two threads: more strips than threads, and one.
    @Example
    void large() {
        Compute.setThreads(2);
        var random = new SplittableRandom(0);
        assertProduct(false, true, 100, 300, 784, Activation.RELU, random);
        assertProduct(true, false, 3000, 10, 300, Activation.GELU, random);
    }

    private static void assertProduct(boolean transposeA, boolean transposeB, int m, int n, int k, Activation activation,
        SplittableRandom random) {
        int lda = (transposeA ? m : k) + random.nextInt(2);
        int ldb = (transposeB ? k : n) + random.nextInt(2);
        var a = Numbers.wild(random, 2 + (transposeA ? k : m) * lda);
        var b = Numbers.wild(random, 1 + (transposeB ? n : k) * ldb);
        var bias = random.nextBoolean() ? Numbers.tame(random, n + 1) : null;
        var expected = Numbers.tame(random, 3 + m * (n + 1));
        var c = expected.clone();
        Blas.gemm(transposeA, transposeB, m, n, k, a, 2, lda, b, 1, ldb, expected, 3, n + 1, bias, 1, activation);
        var packed = PackedMatrix.of(transposeB, n, k, Matrix.of(b, 1, ldb));
        // a copy
        Arrays.fill(b, Float.NaN);
        Blas.gemm(transposeA, m, a, 2, lda, packed, c, 3, n + 1, bias, 1, activation);
        assertArrayEquals(expected, c);
        assertEquals(k, packed.rows());
        assertEquals(n, packed.columns());
    }

    @Example
    void brainFloatsAreWidened() {
        var random = new SplittableRandom(0);
        var halves = new short[70 * 90];
        for (int i = 0; i < halves.length; i++) halves[i] =
            (short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16);
        var a = Numbers.tame(random, 5 * 90);
        var b = Matrix.bfloat16(halves, 0, 90);
        var expected = new float[5 * 70];
        var c = new float[5 * 70];
        Blas.gemm(false, true, 5, 70, 90, Matrix.of(a, 0, 90), b, expected, 0, 70, null, 0, Activation.IDENTITY);
        Blas.gemm(false, 5, a, 0, 90, PackedMatrix.of(true, 70, 90, b), c, 0, 70, null, 0, Activation.IDENTITY);
        assertArrayEquals(expected, c);
    }

    @Example
    void whatDoesNotFit() {
        var x = new float[20];
        var y = new float[20];
        var packed = PackedMatrix.of(false, 3, 2, Matrix.of(x, 0, 3));
        Rejected.argument(() -> PackedMatrix.of(false, -1, 2, Matrix.of(x, 0, 3)), "pack", "n is -1", "0 or more");
        Rejected.argument(() -> PackedMatrix.of(false, 3, -2, Matrix.of(x, 0, 3)), "pack", "k is -2");
        Rejected.argument(() -> PackedMatrix.of(false, 3, 2, null), "pack", "B is null", "Matrix.of");
        Rejected.argument(() -> PackedMatrix.of(false, 3, 7, Matrix.of(x, 0, 3)), "pack", "B of 7 x 3", "ends at 21", "has 20");
        Rejected.argument(() -> PackedMatrix.of(true, 3, 2, Matrix.of(x, 0, 1)), "pack", "leading dimension of B is 1");
        Rejected.argument(() -> PackedMatrix.of(false, 70_000, 70_000,
            Matrix.bfloat16(MemorySegment.ofArray(new short[1]), 70_000)), "pack", "70000 x 70000 has 4900000000 elements",
                "at a time");
        Rejected.argument(() -> multiply(-1, x, packed, y), "gemm", "m is -1");
        Rejected.argument(() -> multiply(2, null, packed, y), "gemm", "A is null");
        Rejected.argument(() -> multiply(2, x, null, y), "gemm", "B is null", "PackedMatrix.of");
        Rejected.argument(() -> multiply(11, x, packed, y), "gemm", "A of 11 x 2", "has 20");
        Rejected.argument(() -> multiply(7, x, packed, y), "gemm", "C of 7 x 3", "has 20");
        Rejected.argument(() -> multiply(2, x, packed, x), "gemm", "C", "overlaps A");
        Rejected.argument(() -> Blas.gemm(false, 2, x, 0, 2, packed, y, 0, 3, new float[2], 0, Activation.IDENTITY), "gemm",
            "bias needs 3");
        Rejected.argument(() -> Blas.gemm(false, 2, x, 0, 2, packed, y, 0, 3, null, 0, null), "gemm", "activation is null");
        assertArrayEquals(new float[20], y, "nothing was written");
    }

    private static void multiply(int m, float[] a, PackedMatrix b, float[] c) {
        Blas.gemm(false, m, a, 0, 2, b, c, 0, 3, null, 0, Activation.IDENTITY);
    }
}
