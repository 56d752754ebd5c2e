package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.lanewise.kernel.code.Samples;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Elements that lie apart are copied bit by bit, on every target, and no others are read or changed: the arrays end where the
/// last one does.
class StridesTest {

    /// Kept so that their loops get compiled.
    private static final List<Strides> STRIDES = Samples.targets().stream().map(Strides::new).toList();

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void elementsComeFromAndGoToTheirPlaces(@ForAll @IntRange(min = 1, max = 5) int rows,
        @ForAll @IntRange(min = 1, max = 70) int n,
                                            @ForAll @IntRange(min = 1, max = 4) int stride, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int reach = (n - 1) * stride + 1;
        int ldx = reach + random.nextInt(3);
        int ldo = n + random.nextInt(3);
        int xo = random.nextInt(3);
        int oo = random.nextInt(3);
        var apart = bits(random, xo + (rows - 1) * ldx + reach);
        var together = bits(random, oo + (rows - 1) * ldo + n);
        var gathered = together.clone();
        var scattered = apart.clone();
        for (int row = 0; row < rows; row++)
            for (int i = 0; i < n; i++) {
                gathered[oo + row * ldo + i] = apart[xo + row * ldx + i * stride];
                scattered[xo + row * ldx + i * stride] = together[oo + row * ldo + i];
            }
        for (int i = 0; i < STRIDES.size(); i++) {
            var target = Samples.targets().get(i);
            var out = together.clone();
            STRIDES.get(i).gather(rows, n, apart, xo, ldx, stride, out, oo, ldo);
            assertArrayEquals(raw(gathered), raw(out), () -> "gathered with " + target);
        }
        Strides.scatter(rows, n, together, oo, ldo, apart, xo, ldx, stride);
        assertArrayEquals(raw(scattered), raw(apart), "scattered");
    }

    /// Of any kind, NaN among them.
    private static float[] bits(SplittableRandom random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = Float.intBitsToFloat(random.nextInt());
        return x;
    }

    private static int[] raw(float[] x) { return IntStream.range(0, x.length).map(i -> Float.floatToRawIntBits(x[i])).toArray(); }
}
