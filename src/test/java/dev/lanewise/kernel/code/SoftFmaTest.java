package dev.lanewise.kernel.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The same bits as `Math.fma`: 10,000 triples a try.
class SoftFmaTest {

    private static final int TRIPLES = 10_000;

    @Property(tries = 20)
    void anyBits(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < TRIPLES; i++) check(bits(random), bits(random), bits(random));
    }

    @Property(tries = 10)
    void specialNumbers(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < TRIPLES; i++) {
            var x = Samples.wild(random, 3);
            check(x[0], x[1], x[2]);
        }
    }

    /// c is near -a b, so that few bits are left, or near half an ulp of it, so that the sum lies near a tie.
    @Property(tries = 20)
    void cancellationAndTies(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < TRIPLES; i++) {
            float a = ordinary(random, 10);
            float b = ordinary(random, 10);
            check(a, b, near(random, -a * b));
            check(a, b, near(random, Math.scalb(a * b, random.nextInt(-26, 27))));
            // odd numbers of 12 and 13 bits: many products lie exactly between two floats, and the least c decides
            float odd = random.nextInt(1 << 10, 1 << 11) * 2 + 1;
            float longer = random.nextInt(1 << 11, 1 << 12) * 2 + 1;
            check(odd, longer, Math.scalb((float) random.nextInt(), random.nextInt(-120, 0)));
        }
    }

    @Property(tries = 20)
    void subnormalResults(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < TRIPLES; i++) {
            float a = Math.scalb(ordinary(random, 3), -70);
            float b = Math.scalb(ordinary(random, 3), -70);
            check(a, b, Math.scalb(ordinary(random, 3), -140));
            check(a, b, Math.scalb((float) random.nextInt(-3, 4), -149));
        }
    }

    private static void check(float a, float b, float c) {
        if (Float.floatToIntBits(Math.fma(a, b, c)) != Float.floatToIntBits(SoftFma.fma(a, b, c)))
            assertEquals(Math.fma(a, b, c), SoftFma.fma(a, b, c), () -> "fma of " + Float.toHexString(a) + ", "
                + Float.toHexString(b) + " and " + Float.toHexString(c));
    }

    private static float bits(SplittableRandom random) { return Float.intBitsToFloat(random.nextInt()); }

    private static float ordinary(SplittableRandom random, int exponents) {
        return Math.scalb((float) random.nextDouble(-2, 2), random.nextInt(-exponents, exponents + 1));
    }

    private static float near(SplittableRandom random, float x) {
        return x + random.nextInt(-2, 3) * Math.ulp(x);
    }
}
