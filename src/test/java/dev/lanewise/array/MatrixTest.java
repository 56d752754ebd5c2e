package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.Compute;
import dev.lanewise.tensor.Rejected;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/// Operands outside of float arrays give the bits of those within, on one thread and on two.
class MatrixTest {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int THREADS = Compute.threads();

    @AfterProperty
    void restore() { Compute.setThreads(THREADS); }

    private enum Kind {
        ARRAY, FLOAT32, BFLOAT16, SHORTS, CONFINED, HEAP;

        boolean isHalf() { return this == BFLOAT16 || this == SHORTS; }

        /// Of numbers from an offset on, in memory that is aligned to nothing.
        Matrix of(float[] x, int offset, int ld, Arena shared, Arena confined) {
            int n = x.length - offset;
            switch (this) {
                case ARRAY:
                    return Matrix.of(x, offset, ld);
                case SHORTS:
                    var shorts = new short[x.length];
                    for (int i = 0; i < x.length; i++) shorts[i] = (short) (Float.floatToRawIntBits(x[i]) >>> 16);
                    return Matrix.bfloat16(shorts, offset, ld);
                case HEAP:
                    var bytes = MemorySegment.ofArray(new byte[4 * n + 1]).asSlice(1);
                    for (int i = 0; i < n; i++) bytes.set(FLOAT, 4L * i, x[offset + i]);
                    return Matrix.float32(bytes, ld);
                default:
                    var segment = (this == CONFINED ? confined : shared).allocate(4L * n + 3).asSlice(3);
                    for (int i = 0; i < n; i++)
                        if (isHalf()) segment.set(SHORT, 2L * i, (short) (Float.floatToRawIntBits(x[offset + i]) >>> 16));
                        else segment.set(FLOAT, 4L * i, x[offset + i]);
                    return isHalf() ? Matrix.bfloat16(segment, ld) : Matrix.float32(segment, ld);
            }
        }
    }

    @Property(tries = 120)
    void products(@ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll @IntRange(max = 40) int m,
                  @ForAll @IntRange(max = 90) int n, @ForAll @IntRange(max = 300) int k, @ForAll Kind kindA, @ForAll Kind kindB,
                  @ForAll Activation activation, @ForAll boolean twoThreads, @ForAll long seed) {
        Compute.setThreads(twoThreads ? 2 : 1);
        assertProduct(transposeA, transposeB, m, n, k, kindA, kindB, activation, new SplittableRandom(seed));
    }

    /// In several blocks of steps, rows and columns.
    @Example
    void large() {
        for (int threads = 1; threads <= 2; threads++) {
            Compute.setThreads(threads);
            var random = new SplittableRandom(threads);
            assertProduct(false, true, 270, 300, 2100, Kind.FLOAT32, Kind.BFLOAT16, Activation.RELU, random);
            assertProduct(true, false, 270, 530, 1300, Kind.SHORTS, Kind.HEAP, Activation.GELU, random);
            assertProduct(false, false, 30, 530, 2048, Kind.ARRAY, Kind.CONFINED, Activation.IDENTITY, random);
        }
    }

    private static void assertProduct(boolean transposeA, boolean transposeB, int m, int n, int k, Kind kindA, Kind kindB,
                                      Activation activation, SplittableRandom random) {
        int lda = (transposeA ? m : k) + random.nextInt(2);
        int ldb = (transposeB ? k : n) + random.nextInt(2);
        var a = numbers(kindA.isHalf(), random, 2 + (transposeA ? k : m) * lda);
        var b = numbers(kindB.isHalf(), random, 1 + (transposeB ? n : k) * ldb);
        var bias = random.nextBoolean() ? Numbers.tame(random, n + 1) : null;
        var expected = Numbers.tame(random, 3 + m * (n + 1));
        var c = expected.clone();
        Blas.gemm(transposeA, transposeB, m, n, k, a, 2, lda, b, 1, ldb, expected, 3, n + 1, bias, 1, activation);
        try (var shared = Arena.ofShared(); var confined = Arena.ofConfined()) {
            Blas.gemm(transposeA, transposeB, m, n, k, kindA.of(a, 2, lda, shared, confined),
                kindB.of(b, 1, ldb, shared, confined), c, 3, n + 1, bias, 1, activation);
        }
        assertArrayEquals(expected, c);
    }

    private static float[] numbers(boolean half, SplittableRandom random, int n) {
        var x = Numbers.tame(random, n);
        if (half) for (int i = 0; i < n; i++) x[i] = Float.intBitsToFloat(Float.floatToRawIntBits(x[i]) & 0xffff0000);
        return x;
    }

    /// Subnormal, infinite, NaN, zeros of both signs: each brain float is what it says.
    @Example
    void everyBrainFloatIsWidenedExactly() {
        var all = new short[1 << 16];
        var expected = new float[1 << 16];
        for (int i = 0; i < 1 << 16; i++) {
            all[i] = (short) i;
            expected[i] = Float.intBitsToFloat(i << 16) * 1f + 0f;
        }
        var c = new float[1 << 16];
        Blas.gemm(false, false, 1, 1 << 16, 1, Matrix.of(new float[] {1}, 0, 1), Matrix.bfloat16(all, 0, 1 << 16), c, 0,
            1 << 16, null, 0, Activation.IDENTITY);
        assertArrayEquals(expected, c);
    }

    @Example
    void whatDoesNotFit() throws Exception {
        var x = new float[20];
        var y = new float[20];
        var whole = Matrix.of(x, 0, 3);
        Rejected.argument(() -> Matrix.of(null, 0, 3), "matrix", "array is null");
        Rejected.argument(() -> Matrix.float32(null, 3), "matrix", "segment is null");
        Rejected.argument(() -> Matrix.bfloat16(new short[3], 4, 3), "matrix", "offset 4", "has 3");
        Rejected.argument(() -> multiply(null, whole, y), "gemm", "A is null");
        Rejected.argument(() -> multiply(whole, Matrix.of(x, 15, 3), y), "gemm", "B of 3 x 3 from offset 15", "ends at 24");
        Rejected.argument(() -> multiply(whole, Matrix.bfloat16(new short[8], 0, 3), y), "gemm", "B of 3 x 3 brain floats",
            "takes 18 bytes", "has 16");
        Rejected.argument(() -> multiply(Matrix.float32(MemorySegment.ofArray(new float[9]), 2), whole, y),
            "leading dimension of A is 2");
        Rejected.argument(() -> multiply(whole, Matrix.float32(MemorySegment.ofArray(y).asSlice(8), 3), y), "gemm", "C",
            "overlaps B, a segment");
        Rejected.argument(() -> multiply(Matrix.of(y, 8, 3), whole, y), "gemm", "overlaps A");
        var arena = Arena.ofConfined();
        var matrix = Matrix.float32(arena.allocate(36), 3);
        var elsewhere = new FutureTask<Void>(
            () -> Rejected.argument(() -> multiply(whole, matrix, y), "gemm", "confined to another thread", "shared"), null);
        Thread.ofPlatform().start(elsewhere);
        elsewhere.get();
        arena.close();
        Rejected.argument(() -> multiply(whole, matrix, y), "gemm", "arena of B is closed");
        assertArrayEquals(new float[20], y, "nothing was written");
    }

    private static void multiply(Matrix a, Matrix b, float[] c) {
        Blas.gemm(false, false, 3, 3, 3, a, b, c, 0, 3, null, 0, Activation.IDENTITY);
    }
}
