package dev.lanewise.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.tensor.Rejected;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What is wrong with an argument, in words, and before anything is written.
class BadArrayTest {

    private final float[] x = new float[10];
    private final float[] y = new float[10];
    private final float[] z = new float[10];

    @Test
    void arraysThatAreNot() {
        Rejected.argument(() -> ArrayMath.exp(1, null, 0, y, 0), "exp", "x is null", "give the array");
        Rejected.argument(() -> ArrayMath.exp(1, x, 0, null, 0), "exp", "y is null");
        Rejected.argument(() -> ArrayMath.add(1, x, 0, y, 0, null, 0), "add", "z is null");
        Rejected.argument(() -> ArrayMath.sum(0, null, 0), "sum", "x is null");
        Rejected.argument(() -> Blas.dot(1, x, 0, null, 0), "dot", "y is null");
        Rejected.argument(() -> Blas.gemm(false, false, 1, 1, 1, x, 0, 1, null, 0, 1, z, 0, 1), "gemm", "B is null");
        Rejected.argument(() -> ArrayMath.softmax(1, 1, null, 0, 1, y, 0, 1), "softmax", "x is null");
        Rejected.argument(() -> ArrayOptim.adam(1, x, 0, y, 0, z, 0, null, 0, 1, 0, 0, 0, 0), "adam", "v is null");
    }

    @Test
    void vectorsThatReachOutside() {
        Rejected.argument(() -> ArrayMath.exp(11, x, 0, y, 0), "exp", "x needs 11 elements from offset 0", "has 10", "longer");
        Rejected.argument(() -> ArrayMath.exp(8, x, 0, y, 3), "exp", "y needs 8 elements from offset 3");
        Rejected.argument(() -> ArrayMath.exp(2, x, -1, y, 0), "exp", "x begins at offset -1", "counted from 0");
        Rejected.argument(() -> ArrayMath.exp(0, x, 11, y, 0), "exp", "x begins at offset 11", "has 10");
        Rejected.argument(() -> ArrayMath.exp(Integer.MAX_VALUE, x, 5, y, 0), "exp", "x needs 2147483647");
        Rejected.argument(() -> ArrayMath.exp(-1, x, 0, y, 0), "exp", "n is -1", "0 or more");
        Rejected.argument(() -> ArrayMath.mul(3, x, 0, y, 8, z, 0), "mul", "y needs 3");
        Rejected.argument(() -> ArrayMath.mul(-3, x, 0, y, 8, z, 0), "mul", "n is -3");
        Rejected.argument(() -> ArrayMath.max(2, x, 9), "max", "x needs 2");
        Rejected.argument(() -> ArrayMath.min(-1, x, 0), "min", "n is -1");
        Rejected.argument(() -> ArrayMath.max(0, x, 0), "max", "n is 0", "an element");
        Rejected.argument(() -> Blas.axpy(4, 1, x, 7, y, 0), "axpy", "x needs 4");
        Rejected.argument(() -> Blas.axpy(-4, 1, x, 0, y, 0), "axpy", "n is -4");
        Rejected.argument(() -> Blas.scal(4, 1, x, 7), "scal", "x needs 4");
        Rejected.argument(() -> Blas.scal(-1, 1, x, 0), "scal", "n is -1");
        Rejected.argument(() -> Blas.dot(4, x, 0, y, 7), "dot", "y needs 4");
        Rejected.argument(() -> Blas.asum(4, x, 7), "asum", "x needs 4");
        Rejected.argument(() -> Blas.nrm2(4, x, 7), "nrm2", "x needs 4");
        Rejected.argument(() -> Blas.nrm2(-4, x, 7), "nrm2", "n is -4");
    }

    /// One row may be said to lie as far from the next as an int goes.
    @Test
    void rowsFarApartThatOverlap() {
        int far = Integer.MAX_VALUE;
        Rejected.argument(() -> Blas.gemm(false, false, 1, 5, 1, x, 3, far, y, 0, far, x, 0, far), "gemm", "C", "overlaps A");
        Rejected.argument(() -> ArrayMath.softmax(1, 5, x, 3, far, x, 0, far), "softmax", "y", "overlaps x");
        Blas.gemm(false, false, 1, 5, 1, x, 9, far, y, 0, far, x, 0, far);
        Rejected.argument(() -> Blas.gemm(false, false, far, far, far, x, 0, far, y, 0, far, z, 0, far), "gemm",
            "A of 2147483647 x", "ends at 4611686014132420609");
        Rejected.argument(() -> ArrayMath.softmax(65536, 65536, x, 0, 65536, y, 0, 65536), "softmax", "ends at 4294967296");
    }

    @Test
    void matricesThatReachOutside() {
        Rejected.argument(() -> gemm(false, false, 2, 2, 3, 2, 2, 2), "gemm", "leading dimension of A is 2", "a row has 3");
        Rejected.argument(() -> gemm(true, false, 4, 1, 2, 3, 1, 1), "gemm", "leading dimension of A is 3", "a row has 4");
        Rejected.argument(() -> gemm(false, false, 2, 4, 2, 2, 3, 4), "gemm", "leading dimension of B is 3");
        Rejected.argument(() -> gemm(false, false, 2, 4, 2, 2, 4, -1), "gemm", "leading dimension of C is -1");
        Rejected.argument(() -> gemm(false, false, 3, 1, 4, 4, 1, 1), "gemm", "A of 3 x 4 from offset 0", "ends at 12", "has 10");
        Rejected.argument(() -> gemm(false, true, 1, 6, 2, 2, 2, 6), "gemm", "B of 6 x 2");
        Rejected.argument(() -> gemm(false, false, 6, 2, 1, 1, 2, 2), "gemm", "C of 6 x 2");
        Rejected.argument(() -> gemm(false, false, 1 << 20, 1, 1, 1 << 20, 1, 1), "gemm", "A of 1048576 x 1");
        Rejected.argument(() -> gemm(false, false, -1, 1, 1, 1, 1, 1), "gemm", "m is -1");
        Rejected.argument(() -> gemm(false, false, 1, -2, 1, 1, 1, 1), "gemm", "n is -2");
        Rejected.argument(() -> gemm(false, false, 1, 1, -3, 1, 1, 1), "gemm", "k is -3");
        Rejected.argument(() -> Blas.gemv(false, 2, 3, 1, x, 0, 2, y, 0, 0, z, 0), "gemv", "leading dimension of A is 2");
        Rejected.argument(() -> Blas.gemv(false, 2, 3, 1, x, 0, 3, y, 8, 0, z, 0), "gemv", "x needs 3");
        Rejected.argument(() -> Blas.gemv(true, 2, 3, 1, x, 0, 3, y, 8, 0, z, 8), "gemv", "y needs 3");
        Rejected.argument(() -> Blas.gemv(false, -2, 3, 1, x, 0, 3, y, 0, 0, z, 0), "gemv", "m is -2");
        Rejected.argument(() -> Blas.gemv(false, 2, -3, 1, x, 0, 3, y, 0, 0, z, 0), "gemv", "n is -3");
        Rejected.argument(() -> ArrayMath.softmax(2, 5, x, 1, 5, y, 0, 5), "softmax", "x of 2 x 5 from offset 1");
        Rejected.argument(() -> ArrayMath.softmax(2, 5, x, 0, 5, y, 0, 4), "softmax", "leading dimension of y is 4");
        Rejected.argument(() -> ArrayMath.softmax(-2, 5, x, 0, 5, y, 0, 5), "softmax", "rows is -2");
        Rejected.argument(() -> ArrayMath.softmax(2, -5, x, 0, 5, y, 0, 5), "softmax", "columns is -5");
    }

    private void gemm(boolean transposeA, boolean transposeB, int m, int n, int k, int lda, int ldb, int ldc) {
        Blas.gemm(transposeA, transposeB, m, n, k, 2, x, 0, lda, y, 0, ldb, 3, z, 0, ldc);
    }

    @Test
    void operandsThatOverlap() {
        Rejected.argument(() -> ArrayMath.exp(4, x, 0, x, 1),
            "exp", "y, written from offset 1", "overlaps x at offset 0", "elsewhere");
        Rejected.argument(() -> ArrayMath.add(4, x, 0, y, 2, y, 0), "add", "overlaps y at offset 2");
        Rejected.argument(() -> ArrayMath.add(4, x, 3, y, 2, x, 0), "add", "overlaps x at offset 3");
        Rejected.argument(() -> Blas.axpy(4, 1, x, 3, x, 0), "axpy", "overlaps x");
        Rejected.argument(() -> ArrayMath.softmax(2, 3, x, 0, 3, x, 2, 3), "softmax", "overlaps x");
        Rejected.argument(() -> ArrayMath.softmax(2, 3, x, 0, 3, x, 0, 4), "softmax", "overlaps x");
        Rejected.argument(() -> Blas.gemm(false, false, 2, 2, 2, x, 0, 2, y, 0, 2, x, 0, 2), "gemm", "C", "overlaps A");
        Rejected.argument(() -> Blas.gemm(false, false, 2, 2, 2, x, 0, 2, y, 0, 2, y, 3, 2), "gemm", "overlaps B at offset 0");
        Rejected.argument(() -> Blas.gemv(false, 2, 2, 1, x, 0, 2, y, 0, 0, y, 1), "gemv", "y", "overlaps x");
        Rejected.argument(() -> Blas.gemv(false, 2, 2, 1, x, 0, 2, y, 0, 0, x, 3), "gemv", "overlaps A");
        Rejected.argument(() -> ArrayOptim.adam(2, x, 0, x, 0, y, 0, z, 0, 1, 0, 0, 0, 0), "adam", "p", "overlaps g");
        Rejected.argument(() -> ArrayOptim.adam(2, x, 0, y, 0, z, 0, z, 1, 1, 0, 0, 0, 0), "adam", "m", "overlaps v at offset 1");
        Rejected.argument(() -> ArrayOptim.adam(2, x, 0, y, 0, z, 0, y, 1, 1, 0, 0, 0, 0), "adam", "v", "overlaps g");
    }

    /// Two matrices side by side in one array share no element, nor do neighbours.
    @Test
    void neighboursAreWelcome() {
        float[] both = {1, 2, 0, 0, 3, 4, 0, 0};
        Blas.gemm(false, false, 2, 2, 2, both, 0, 4, new float[] {1, 0, 0, 1}, 0, 2, both, 2, 4);
        assertArrayEquals(new float[] {1, 2, 1, 2, 3, 4, 3, 4}, both);
        Rejected.argument(() -> Blas.gemm(false, false, 2, 2, 2, both, 0, 4, y, 0, 2, both, 1, 4), "overlaps A");
        Rejected.argument(() -> Blas.gemm(false, false, 2, 2, 2, both, 1, 4, y, 0, 2, both, 0, 4), "overlaps A");
        ArrayMath.neg(4, both, 0, both, 4);
        assertArrayEquals(new float[] {1, 2, 1, 2, -1, -2, -1, -2}, both);
        ArrayMath.exp(0, both, 8, both, 8);
    }

    @Test
    void numbersOutOfTheirRange() {
        Rejected.argument(() -> adam(0, 0.1, 0.9, 0.9, 0, 0), "adamW", "t is 0", "from 1");
        Rejected.argument(() -> adam(1, -0.1, 0.9, 0.9, 0, 0), "adamW", "rate is -0.1", "0 or more");
        Rejected.argument(() -> adam(1, Double.NaN, 0.9, 0.9, 0, 0), "rate is NaN");
        Rejected.argument(() -> adam(1, 0.1, 1, 0.9, 0, 0), "beta1 is 1.0", "[0, 1)");
        Rejected.argument(() -> adam(1, 0.1, 0.9, -0.5, 0, 0), "beta2 is -0.5");
        Rejected.argument(() -> adam(1, 0.1, 0.9, 0.9, Double.POSITIVE_INFINITY, 0), "epsilon is Infinity");
        Rejected.argument(() -> adam(1, 0.1, 0.9, 0.9, 0, -1), "weightDecay is -1.0");
        Rejected.argument(() -> ArrayOptim.adam(-1, x, 0, y, 0, z, 0, new float[1], 0, 1, 0, 0, 0, 0), "adam", "n is -1");
        assertArrayEquals(new float[10], x, "nothing was written");
    }

    private void adam(long t, double rate, double beta1, double beta2, double epsilon, double weightDecay) {
        Arrays.fill(y, 1);
        ArrayOptim.adamW(10, x, 0, y, 0, z, 0, new float[10], 0, t, rate, beta1, beta2, epsilon, weightDecay);
    }
}
