package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.kernel.StoredGemm.Stored;
import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Epilogue;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PackedGemmTest {

    private static final List<Gemm> GEMMS = Samples.targets().stream().map(Gemm::new).toList();

    /// Of whole strips and cut ones, within C alone.
    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void everyTargetGivesTheBitsOfTheOperandAsItLies(@ForAll @IntRange(min = 1, max = 40) int m,
        @ForAll @IntRange(min = 1, max = 200) int n,
                                                     @ForAll @IntRange(max = 300) int k, @ForAll boolean transposeA,
                                                         @ForAll boolean transposeB,
                                                     @ForAll Epilogue epilogue, @ForAll boolean hasBias, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int lda = (transposeA ? m : k) + random.nextInt(3);
        int ldb = (transposeB ? k : n) + random.nextInt(3);
        int ldc = n + random.nextInt(3);
        var a = Samples.wild(random, 2 + lda * (transposeA ? k : m));
        var b = Samples.wild(random, 1 + ldb * (transposeB ? n : k));
        var c = Samples.wild(random, 3 + ldc * m);
        var bias = hasBias ? Samples.wild(random, 4 + n) : null;
        var form = Epilogue.Form.of(epilogue, hasBias ? Epilogue.Bias.COLUMNS : Epilogue.Bias.NONE);
        for (int i = 0; i < GEMMS.size(); i++) {
            var gemm = GEMMS.get(i);
            var expected = c.clone();
            gemm.multiply(m, n, k, a, 2, lda, transposeA, b, 1, ldb, transposeB, expected, 3, ldc, false, form, bias, 4);
            var actual = c.clone();
            new PackedGemm(gemm, new Stored(b, 1, null, false, ldb), transposeB, n, k)
                .run(m, a, 2, lda, transposeA, actual, 3, ldc, epilogue, bias, 4);
            assertArrayEquals(expected, actual, "with " + Samples.targets().get(i));
        }
    }

    /// A left operand that the second-level cache holds as a whole, and one of which it holds no more than a block.
    @Test
    void longOnesToo() {
        longOne(12);
        longOne(66);
    }

    private static void longOne(int m) {
        int n = 600;
        int k = 1000;
        var random = new SplittableRandom(1);
        var a = ordinary(random, m * k);
        var b = ordinary(random, k * n);
        var expected = new float[m * n];
        var actual = new float[m * n];
        Gemm.CURRENT.multiply(m, n, k, a, 0, k, false, b, 0, n, false, expected, 0, n, false, Epilogue.Form.NONE, null, 0);
        var target = Samples.targets().stream().filter(each -> each.registers() < 32 && each.lanes() > 1).findFirst()
            .orElseThrow();
        new PackedGemm(new Gemm(target), new Stored(b, 0, null, false, n), false, n, k)
            .run(m, a, 0, k, false, actual, 0, n, Epilogue.IDENTITY, null, 0);
        assertArrayEquals(expected, actual);
    }

    private static float[] ordinary(SplittableRandom random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = random.nextFloat() - 0.5f;
        return x;
    }
}
