package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Epilogue;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// A product whose right operand lies anywhere has the bits of one of the same operand in order, on every target.
class GatheredGemmTest {

    /// Kept so that their tiles get compiled.
    private static final List<GatheredGemm> GEMMS = Samples.targets().stream().map(GatheredGemm::new).toList();

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void everyTargetGivesTheBitsOfAProductInOrder(@ForAll @IntRange(max = 20) int few, @ForAll @IntRange(max = 200) int n,
                                                  @ForAll boolean isLong, @ForAll boolean biased, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        // of many rows copies are multiplied
        int m = random.nextInt(4) == 0 ? 45 + few : few;
        int k = random.nextInt(isLong ? 600 : 20);
        int lda = k + random.nextInt(4);
        var a = Samples.tame(random, 2 + m * lda);
        int reach = 1 + random.nextInt(300);
        var b = Samples.tame(random, 1 + reach + n + GatheredGemm.SLACK);
        var starts = new int[k];
        int run = 1 + random.nextInt(5);
        int apart = random.nextInt(-9, 10);
        for (int i = 0; i < k; i++) starts[i] = i % run == 0 ? random.nextInt(reach)
            : Math.floorMod(starts[i - 1] + apart, reach);
        var inOrder = new float[k * n];
        for (int i = 0; i < k; i++) System.arraycopy(b, 1 + starts[i], inOrder, i * n, n);
        var bias = biased ? Samples.tame(random, 3 + m) : null;
        int ldc = n + random.nextInt(4);
        var before = Samples.tame(random, 5 + m * ldc);
        var expected = before.clone();
        Gemm.run(m, n, k, a, 2, lda, false, inOrder, 0, n, false, expected, 5, ldc, Epilogue.IDENTITY, bias, 3, true);
        for (int i = 0; i < GEMMS.size(); i++) {
            var actual = before.clone();
            GEMMS.get(i).run(m, n, k, a, 2, lda, b, 1, starts, actual, 5, ldc, bias, 3);
            assertArrayEquals(expected, actual, "with " + Samples.targets().get(i));
        }
    }
}
