package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Target;

/// What kernels cost by estimate, in nanoseconds on one thread, in scalar loops and in those of vectors: it decides when a cold
/// start is over and whether a call is worth several threads. No result depends on it, and a factor of two does little harm.
///
/// Measured on one core of an AMD EPYC (Zen 4) with vectors of 512 bits, JDK 25, compiled by C2, arrays in the cache. Each names
/// the benchmark that measures it anew, for scalar loops with `-Dlanewise.simd=off`. What a loop costs before C2 has compiled it
/// is no part of it.
enum Cost {

    /// An operation of an elementwise formula, an input or an output, for one element. `UnaryBenchmark` on 4,096 elements, scalar
    /// and vectors: relu 0.6 and 0.06 ns an element, exp 2.1 and 0.27, gelu 4.5 and 0.45; of 6, 42 and 65 such operations.
    OPERATION(0.2, 0.02),
    /// A value of a reduction. `ReduceBenchmark`, a sum: 0.8 ns and, of a million, 0.045.
    VALUE(0.5, 0.05),
    /// A group of [Fill#GROUP] elements in one pass of a fill. `RandomFillBenchmark`, normal numbers, which take two: 300 ns and
    /// 25 in both.
    GROUP(200, 20),
    /// An element of a softmax. `SoftmaxBenchmark`, 128 x 1000: 6.3 ns in passes of other kernels, 0.41 in its own loops.
    SOFTMAX(5, 0.4),
    /// A multiply-add of a product. `GemmBenchmark`, 512 x 512 x 512: 0.037 ns and 0.018.
    MULTIPLY_ADD(0.035, 0.02),
    /// Beginning with an element of A in scalar loops, which is most of a product of few columns. `GemmBenchmark`, 256 x 256
    /// x 8: 98 us in all.
    LEFT(1.25, 0),
    /// Copying an element of B, if it is transposed, in scalar loops, which is most of a product of few rows. `GemmBenchmark`,
    /// 1 x 256 x 256 NT: 31 us in all.
    RIGHT(0.5, 0),
    /// A place of a window in pooling or interpolation, in scalar loops. `PoolingBenchmark`: 1.7 ns of windows of 2 x 2, 2.6 of 3
    /// x 3, most of which is guessing wrong what is larger; averages take 1.2 to 2.3.
    PLACE(2, 2);

    /// A call, besides its arithmetic. `UnaryBenchmark`, relu of 64 elements: 12 to 18 ns, most of which is this.
    static final double CALL_NANOS = 20;
    /// What makes a call worth several threads: many times the several microseconds that it takes to wake a worker. Each kernel's
    /// benchmark with two threads, from the size on at which they begin.
    static final double WORTH_SPLITTING_NANOS = 40_000;
    /// What makes a product worth one more thread: 10 microseconds' work, since each copies what it needs of the operands.
    /// `GemmBenchmark` with two threads, 64 x 64 x 64 to 256 x 256 x 256.
    static final double MULTIPLY_ADDS_PER_THREAD = 500_000;

    private final double scalarNanos;
    private final double vectorNanos;

    Cost(double scalarNanos, double vectorNanos) {
        this.scalarNanos = scalarNanos;
        this.vectorNanos = vectorNanos;
    }

    double nanos(Target target) { return target.isScalar() ? scalarNanos : vectorNanos; }

    /// How many of `items` one task takes: all, if threads aren't worth it; else so many that there are two tasks for each
    /// thread, or fewer, if these would have too little to do.
    static int share(int items, double nanosEach) {
        double all = nanosEach * items;
        if (all < WORTH_SPLITTING_NANOS || Pool.threads() == 1) return items;
        return Math.ceilDiv(items, 2 * (int) Math.min(Pool.threads(), all / WORTH_SPLITTING_NANOS));
    }

    /// Of a product in scalar loops.
    static double scalarProduct(int m, int n, int k) {
        return k * (MULTIPLY_ADD.scalarNanos * m * n + LEFT.scalarNanos * m + RIGHT.scalarNanos * n);
    }

    /// That have enough to do with products of so many multiply-adds in all.
    static int threads(double multiplyAdds) {
        return multiplyAdds < 2 * MULTIPLY_ADDS_PER_THREAD ? 1
            : (int) Math.min(multiplyAdds / MULTIPLY_ADDS_PER_THREAD, Pool.threads());
    }
}
