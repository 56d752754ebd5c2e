package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Epilogue;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GemmTest {

    /// One for each target, kept so that their tiles get compiled.
    private static final List<Gemm> GEMMS =
        Samples.targets().stream().map(target -> new Gemm(target)).toList();

    record Shape(int m, int n, int k) {}

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void everyTargetGivesTheBitsOfThePlainLoop(@ForAll("shapes") Shape shape, @ForAll boolean transposeA,
                                               @ForAll boolean transposeB, @ForAll @IntRange(max = 2) int wildness,
                                               @ForAll long seed) {
        var problem = Problem.random(shape, transposeA, transposeB, wildness, new SplittableRandom(seed));
        var expected = problem.plain();
        for (int i = 0; i < GEMMS.size(); i++)
            assertArrayEquals(expected, problem.by(GEMMS.get(i)), "with " + Samples.targets().get(i));
    }

    /// The product, the sum and the function one after the other, as the elementwise loops round them: the same bits, and
    /// nothing beyond C.
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void anEpilogueGivesTheBitsOfPassesOfItsOwn(@ForAll("shapes") Shape shape, @ForAll boolean transposeA,
                                                @ForAll boolean transposeB, @ForAll Epilogue epilogue, @ForAll Epilogue.Bias bias,
                                                @ForAll @IntRange(max = 2) int wildness, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = Problem.random(shape, transposeA, transposeB, wildness, random);
        int biasOffset = random.nextInt(9);
        // as long as it has to be: a cut tile must not read beyond it
        var numbers = Problem.numbers(random, wildness, biasOffset + (bias == Epilogue.Bias.ROWS ? shape.m : shape.n));
        var ending = Epilogue.Form.of(epilogue, bias);
        var expected = problem.inPasses(ending, numbers, biasOffset);
        for (int i = 0; i < GEMMS.size(); i++)
            assertArrayEquals(expected, problem.by(GEMMS.get(i), ending, numbers, biasOffset),
                "with " + Samples.targets().get(i));
    }

    /// Of some blocks of k each, the later ones added to what the earlier ones gave.
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aProductInPartsHasTheBitsOfOneAtOnce(@ForAll("shapes") Shape shape, @ForAll @IntRange(min = 1, max = 3) int blocks,
                                              @ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll Epilogue epilogue,
                                              @ForAll Epilogue.Bias bias, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var deep = new Shape(shape.m, shape.n, shape.k + random.nextInt(3) * Gemm.K_BLOCK);
        var problem = Problem.random(deep, transposeA, transposeB, random.nextInt(3), random);
        var numbers = Problem.numbers(random, 0, bias == Epilogue.Bias.ROWS ? shape.m : shape.n);
        var ending = Epilogue.Form.of(epilogue, bias);
        var expected = problem.inPasses(ending, numbers, 0);
        for (int i = 0; i < GEMMS.size(); i++)
            assertArrayEquals(expected, problem.byParts(GEMMS.get(i), blocks, ending, numbers, 0),
                "with " + Samples.targets().get(i));
    }

    /// So wide and so deep that sums are kept apart from C, for a part of its columns at a time: on one thread, as each would
    /// have a part alone, and find there what it left. Scalar loops keep none.
    @Test
    void aWideAndDeepProductHasTheBitsOfThePlainLoopToo() {
        int threads = Pool.threads();
        Pool.setThreads(1);
        try {
            for (boolean transposed : new boolean[] {false, true}) {
                var problem = Problem.random(new Shape(61, 1139, 1283), transposed, transposed, 0, new SplittableRandom(1));
                var expected = problem.plain();
                for (int i = 0; i < GEMMS.size(); i++) {
                    if (Samples.targets().get(i).isScalar()) continue;
                    assertArrayEquals(expected, problem.by(GEMMS.get(i)), "with " + Samples.targets().get(i));
                    assertArrayEquals(expected, problem.byParts(GEMMS.get(i), 3, Epilogue.Form.NONE, null, 0),
                        "with " + Samples.targets().get(i));
                }
            }
        } finally {
            Pool.setThreads(threads);
        }
    }

    /// Scalar loops take rows in pairs: where there are fewer than threads, these share columns.
    @Test
    void threadsThatShareColumnsGiveTheBitsOfThePlainLoop() {
        int threads = Pool.threads();
        Pool.setThreads(3);
        try {
            for (int m : new int[] {1, 5, 8}) {
                var problem = Problem.random(new Shape(m, 1501, 701), m == 5, m == 1, 0, new SplittableRandom(m));
                var expected = problem.plain();
                for (int i = 0; i < GEMMS.size(); i++)
                    assertArrayEquals(expected, problem.by(GEMMS.get(i)), "with " + Samples.targets().get(i));
            }
        } finally {
            Pool.setThreads(threads);
        }
    }

    /// What users call: one number a column, one a row, none.
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void theBiasIsOfColumnsUnlessOfRows(@ForAll("shapes") Shape shape, @ForAll Epilogue epilogue, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var problem = Problem.random(shape, false, false, 1, random);
        var bias = Samples.wild(random, 3 + Math.max(shape.m, shape.n));
        for (var kind : Epilogue.Bias.values()) {
            var expected = problem.inPasses(Epilogue.Form.of(epilogue, kind), bias, 3);
            var numbers = kind == Epilogue.Bias.NONE ? null : bias;
            assertArrayEquals(expected, problem.byRun(epilogue, numbers, 3, kind == Epilogue.Bias.ROWS));
            if (kind != Epilogue.Bias.ROWS) assertArrayEquals(expected, problem.byRun(epilogue, numbers, 3));
        }
    }

    /// A batch of one included, NaN and infinity in other rows too.
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void aRowDoesNotDependOnTheRowsBesideIt(@ForAll @IntRange(min = 2, max = 40) int m,
                                            @ForAll @IntRange(min = 1, max = 300) int n,
                                            @ForAll @IntRange(min = 1, max = 600) int k,
                                            @ForAll boolean transposeA, @ForAll boolean transposeB,
                                            @ForAll @IntRange(max = 2) int wildness, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var a = Problem.numbers(random, wildness, m * k);
        var b = Problem.numbers(random, wildness, k * n);
        int lda = transposeA ? m : k;
        int ldb = transposeB ? k : n;
        var together = new float[m * n];
        Gemm.run(m, n, k, a, 0, lda, transposeA, b, 0, ldb, transposeB, together, 0, n);
        var alone = new float[m * n];
        for (int i = 0; i < m; i++)
            Gemm.run(1, n, k, a, transposeA ? i : i * k, lda, transposeA, b, 0, ldb, transposeB, alone, i * n, n);
        assertArrayEquals(together, alone);
    }

    /// k roundings, each of at most half an ulp of a partial sum, or of half the smallest number; and where an operand is
    /// NaN or infinite, what arithmetic without rounding gives.
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void theErrorIsWithinThatOfKFusedMultiplyAdds(@ForAll("sides") int m, @ForAll("sides") int n, @ForAll("depths") int k,
                                                  @ForAll boolean transposeA, @ForAll boolean transposeB,
                                                  @ForAll @IntRange(max = 3) int specials, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var a = withSpecials(random, specials, m * k);
        var b = withSpecials(random, specials, k * n);
        var c = Samples.wild(random, m * n);
        Gemm.run(m, n, k, a, 0, transposeA ? m : k, transposeA, b, 0, transposeB ? k : n, transposeB, c, 0, n);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++) {
                double exact = 0;
                double magnitude = 0;
                for (int p = 0; p < k; p++) {
                    double product = (double) a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j];
                    exact += product;
                    magnitude += Math.abs(product);
                }
                float actual = c[i * n + j];
                if (!Double.isFinite(exact)) {
                    assertEquals(exact, actual);
                    continue;
                }
                double error = Math.abs(actual - exact);
                double bound = k * 0x1p-24 / (1 - k * 0x1p-24) * magnitude + k * 0x1p-150;
                assertTrue(error <= bound, () -> error + " > " + bound);
            }
    }

    /// Tame numbers, `specials` of them replaced by numbers with rules of their own; none of them overflows.
    private static float[] withSpecials(SplittableRandom random, int specials, int n) {
        float[] special = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f, Float.MIN_VALUE,
            0x1.8p-140f, 0x1p-75f};
        var x = Samples.tame(random, n);
        for (int i = 0; i < specials && n > 0; i++) x[random.nextInt(n)] = special[random.nextInt(special.length)];
        return x;
    }

    @Provide
    Arbitrary<Integer> sides() { return Arbitraries.of(0, 1, 2, 3, 5, 7, 13, 17, 31, 61); }

    @Provide
    Arbitrary<Integer> depths() { return Arbitraries.of(0, 1, 2, 3, 7, 17, 61, 127, 251, 257, 509, 521, 1999); }

    /// Operands in the midst of larger arrays, with rows longer than the matrices'.
    private record Problem(Shape shape, float[] a, int ao, int lda, boolean transposeA,
                           float[] b, int bo, int ldb, boolean transposeB, float[] c, int co, int ldc) {

        static Problem random(Shape shape, boolean transposeA, boolean transposeB, int wildness,
                              SplittableRandom random) {
            int lda = (transposeA ? shape.m : shape.k) + random.nextInt(4);
            // now and then the stride at which rows of B share few sets of the cache
            int ldb = (transposeB ? shape.k : shape.n) + random.nextInt(4);
            if (random.nextInt(4) == 0) ldb = Math.ceilDiv(ldb, 128) * 128;
            int ldc = shape.n + random.nextInt(4);
            int ao = random.nextInt(9);
            int bo = random.nextInt(9);
            int co = random.nextInt(9);
            var a = numbers(random, wildness, ao + lda * (transposeA ? shape.k : shape.m));
            var b = numbers(random, wildness, bo + ldb * (transposeB ? shape.n : shape.k));
            var c = Samples.wild(random, co + ldc * shape.m + 20);
            return new Problem(shape, a, ao, lda, transposeA, b, bo, ldb, transposeB, c, co, ldc);
        }

        /// Tame numbers; with a few special ones among them; or all of them wild.
        private static float[] numbers(SplittableRandom random, int wildness, int n) {
            if (wildness == 2) return Samples.wild(random, n);
            var x = Samples.tame(random, n);
            var special = Samples.SPECIAL;
            if (wildness == 1 && n > 0)
                for (int i = 0; i < 3; i++) x[random.nextInt(n)] = special[random.nextInt(special.length)];
            return x;
        }

        float[] by(Gemm gemm) { return by(gemm, Epilogue.Form.NONE, null, 0); }

        float[] by(Gemm gemm, Epilogue.Form ending, float[] bias, int biasOffset) {
            var out = c.clone();
            gemm.multiply(shape.m, shape.n, shape.k, a, ao, lda, transposeA, b, bo, ldb, transposeB, out, co, ldc, false,
                ending, bias, biasOffset);
            return out;
        }

        /// In parts of `blocks` blocks of k; the epilogue ends the last.
        float[] byParts(Gemm gemm, int blocks, Epilogue.Form ending, float[] bias, int biasOffset) {
            var out = c.clone();
            int p = 0;
            do {
                int steps = Math.min(blocks * Gemm.K_BLOCK, shape.k - p);
                gemm.multiply(shape.m, shape.n, steps, a, ao + p * (transposeA ? lda : 1), lda, transposeA,
                    b, bo + p * (transposeB ? 1 : ldb), ldb, transposeB, out, co, ldc, p > 0,
                    p + steps == shape.k ? ending : Epilogue.Form.NONE, bias, biasOffset);
                p += steps;
            } while (p < shape.k);
            return out;
        }

        float[] byRun(Epilogue epilogue, float[] bias, int biasOffset, boolean biasOfRows) {
            var out = c.clone();
            Gemm.run(shape.m, shape.n, shape.k, a, ao, lda, transposeA, b, bo, ldb, transposeB, out, co, ldc,
                epilogue, bias, biasOffset, biasOfRows);
            return out;
        }

        float[] byRun(Epilogue epilogue, float[] bias, int biasOffset) {
            var out = c.clone();
            Gemm.run(shape.m, shape.n, shape.k, a, ao, lda, transposeA, b, bo, ldb, transposeB, out, co, ldc,
                epilogue, bias, biasOffset);
            return out;
        }

        /// The plain product, and the loops that tensors run after it.
        float[] inPasses(Epilogue.Form ending, float[] bias, int biasOffset) {
            var out = plain();
            for (int i = 0; i < shape.m; i++) {
                int row = co + i * ldc;
                var kind = ending.bias();
                if (kind != Epilogue.Bias.NONE)
                    Maps.ADD.run(kind == Epilogue.Bias.ROWS ? 0b10 : 0, out, row, bias, biasOffset + ending.place(i, 0), out, row,
                        null, 0, null, 0, null, 0, null, shape.n);
                if (ending.epilogue() == Epilogue.RELU) Maps.RELU.run(out, row, out, row, shape.n);
            }
            return out;
        }

        /// The definition: a chain of fused multiply-adds for each 256 steps of k, and the chains' sums in order.
        float[] plain() {
            var out = c.clone();
            for (int i = 0; i < shape.m; i++)
                for (int j = 0; j < shape.n; j++) {
                    float sum = 0;
                    for (int block = 0; block < shape.k; block += 256) {
                        float chain = 0;
                        for (int p = block; p < Math.min(shape.k, block + 256); p++)
                            chain = Math.fma(a[ao + (transposeA ? p * lda + i : i * lda + p)],
                                b[bo + (transposeB ? j * ldb + p : p * ldb + j)], chain);
                        sum = block == 0 ? chain : sum + chain;
                    }
                    out[co + i * ldc + j] = sum;
                }
            return out;
        }
    }

    /// Around tiles and blocks: long in at most one direction.
    @Provide
    Arbitrary<Shape> shapes() {
        var side = Arbitraries.of(0, 1, 2, 3, 5, 7, 11, 12, 13, 16, 17, 24, 31, 33, 37, 61);
        var small = Combinators.combine(side, side, side).as(Shape::new);
        var deep = Combinators.combine(side, side, Arbitraries.of(64, 255, 256, 257, 512, 513)).as(Shape::new);
        var wide = Combinators.combine(side, Arbitraries.of(127, 128, 129, 321), side).as(Shape::new);
        var tall = Combinators.combine(Arbitraries.of(479, 480, 481, 963), side, side).as(Shape::new);
        // few rows, whose tiles may turn B
        var few = Combinators.combine(Arbitraries.of(1, 2, 3), Arbitraries.of(8, 15, 16, 24, 40, 64, 129, 160),
            Arbitraries.of(4, 8, 12, 16, 255, 256, 264, 513, 520)).as(Shape::new);
        // those of which both operands may be packed
        var large = Combinators.combine(Arbitraries.of(31, 32, 37, 64, 77), Arbitraries.of(127, 128, 136, 143, 176, 321),
            Arbitraries.of(31, 32, 33, 77, 255, 257, 513, 770)).as(Shape::new);
        return Arbitraries.oneOf(small, deep, wide, tall, few, large);
    }
}
