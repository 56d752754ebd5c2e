package dev.lanewise.kernel.code;

import dev.lanewise.kernel.Provider;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/// What the kernels are tried on: targets, sizes and numbers.
public final class Samples {

    public static final float[] SPECIAL = {0f, -0f, 1f, -1f, 0.5f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, Math.nextDown(Float.MIN_NORMAL), Float.MAX_VALUE,
        -Float.MAX_VALUE, 0x1p24f, -0x1p31f, Math.nextDown(1f), 88.72284f, -103.97208f};

    private Samples() {}

    /// Around every vector length, block and group.
    public static Arbitrary<Integer> sizes() {
        return Arbitraries.of(0, 1, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 100, 127, 129, 1000);
    }

    /// Scalar loops with and without the fused multiply-add of the CPU, and vectors of every width that it has: for loops, which
    /// are the same however many registers there are.
    public static List<Target> widths() {
        int widest = Provider.current().lanes();
        var vectors = IntStream.of(4, 8, 16).filter(n -> n <= widest).mapToObj(n -> new Target(n, n < 16 ? 16 : 32, true));
        return Stream.concat(Stream.of(new Target(1, 16, true), new Target(1, 16, false)), vectors).toList();
    }

    /// Beside these NEON: vectors of 128 bits with as many registers as the longest have.
    public static List<Target> targets() {
        var more = widths().stream().filter(target -> target.lanes() == 4).map(target -> new Target(target.lanes(), 32, true));
        return Stream.concat(widths().stream(), more).toList();
    }

    /// Special numbers, any bit patterns and numbers of ordinary size.
    public static float[] wild(SplittableRandom random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++)
            x[i] = switch (random.nextInt(3)) {
                case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
                case 1 -> Float.intBitsToFloat(random.nextInt());
                default -> (float) random.nextGaussian() * 10;
            };
        return x;
    }

    /// Numbers of [-1, 1).
    public static float[] tame(SplittableRandom random, int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) x[i] = 2 * (float) random.nextDouble() - 1;
        return x;
    }
}
