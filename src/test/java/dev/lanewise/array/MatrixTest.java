package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.Compute;
import dev.lanewise.tensor.Rejected;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
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

    /// However far apart they are said to be: of no terms each element is its bias.
    @Example
    void rowsOfNothingAreNotRead() {
        float[] bias = {1, -2, 3};
        for (var empty : new Matrix[] {Matrix.float32(MemorySegment.NULL, 3), Matrix.bfloat16(new short[0], 0, 3),
            Matrix.float32(MemorySegment.NULL, Integer.MAX_VALUE), Matrix.of(new float[0], 0, 3)})
            for (boolean transposeA : new boolean[] {false, true}) for (boolean transposeB : new boolean[] {false, true}) {
                float[] c = {9, 9, 9, 9, 9, 9, 9, 9, 9};
                Blas.gemm(transposeA, transposeB, 3, 3, 0, empty, empty, c, 0, 3, bias, 0, Activation.RELU);
                assertArrayEquals(new float[] {1, 0, 3, 1, 0, 3, 1, 0, 3}, c);
                Arrays.fill(c, 9);
                Blas.gemm(false, 3, c, 0, 0, PackedMatrix.of(transposeB, 3, 0, empty), c, 0, 3, bias, 0, Activation.RELU);
                assertArrayEquals(new float[] {1, 0, 3, 1, 0, 3, 1, 0, 3}, c);
            }
    }

    /// Rows that begin more than 2^31 bytes behind the first; the file is a hole but for them.
    @Example
    void segmentsBeyondWhatAnArrayHolds() throws IOException {
        int ld = (1 << 29) + 3;
        var file = Files.createTempFile("lanewise", ".bin");
        try (var arena = Arena.ofShared();
             var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long bytes = 4 * (ld + 5L);
            var small = Numbers.tame(new SplittableRandom(3), 10);
            var written = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
            for (int row = 0; row < 2; row++) {
                written.clear();
                for (int i = 0; i < 5; i++) written.putFloat(small[5 * row + i]);
                channel.write(written.flip(), 4L * row * ld);
            }
            var matrix = Matrix.float32(channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena), ld);
            for (boolean transpose : new boolean[] {false, true}) {
                int n = transpose ? 2 : 5;
                float[] a = {1, -2, 3, 4, 5};
                var expected = new float[n];
                var c = new float[n];
                Blas.gemm(false, transpose, 1, n, 7 - n, a, 0, 7 - n, small, 0, 5, expected, 0, n);
                Blas.gemm(false, transpose, 1, n, 7 - n, Matrix.of(a, 0, 7 - n), matrix, c, 0, n, null, 0, Activation.IDENTITY);
                assertArrayEquals(expected, c);
                Blas.gemm(false, 1, a, 0, 7 - n, PackedMatrix.of(transpose, n, 7 - n, matrix), c, 0, n, null, 0,
                    Activation.IDENTITY);
                assertArrayEquals(expected, c);
            }
            Rejected.argument(() -> Blas.gemm(false, false, 1, 6, 2, Matrix.of(small, 0, 2), matrix, new float[6], 0, 6, null, 0,
                Activation.IDENTITY), "gemm", "B of 2 x 6", "takes " + (bytes + 4), "has " + bytes);
        } finally {
            Files.delete(file);
        }
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
        Rejected.argument(() -> multiply(whole, Matrix.float32(MemorySegment.ofArray(y).asReadOnly(), 3), y), "gemm", "C",
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
