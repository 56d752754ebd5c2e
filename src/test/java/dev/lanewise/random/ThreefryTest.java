package dev.lanewise.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// The numbers that the class comment promises, bit for bit.
class ThreefryTest {

    /// The test vectors that its authors publish with Random123 (`threefry2x32 20` of `kat_vectors`).
    @Example
    void knownAnswers() {
        assertEquals(words(0x6b200159, 0x99ba4efe), Threefry.encrypt(0, 0));
        assertEquals(words(0x1cb996fc, 0xbb002be7), Threefry.encrypt(-1, -1));
        assertEquals(words(0xc4923a9c, 0x483df7a0),
            Threefry.encrypt(words(0x13198a2e, 0x03707344), words(0x243f6a88, 0x85a308d3)));
    }

    private static long words(int low, int high) { return low & 0xffffffffL | (long) high << 32; }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void uniformNumbersAreTheUpperBitsOfTheirWords(@ForAll long seed, @ForAll @IntRange(max = 300) int first,
                                                   @ForAll @IntRange(max = 300) int second) {
        var source = new Threefry(seed);
        var one = draw(source::uniform, first);
        var two = draw(source::uniform, second);
        for (int i = 0; i < first; i++) assertEquals((word(seed, 0, i) >>> 8) * 0x1p-24f, one[i]);
        int next = Math.ceilDiv(first, 32);
        for (int i = 0; i < second; i++) assertEquals((word(seed, next, i) >>> 8) * 0x1p-24f, two[i]);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void normalNumbersAreBoxAndMullers(@ForAll long seed, @ForAll @IntRange(max = 300) int n) {
        var out = draw(new Threefry(seed)::normal, n);
        for (int i = 0; i < n; i++) {
            int partner = i / 32 * 32 + i % 16;
            // in float, where it is rounded
            float u = Math.fma(word(seed, 0, partner) >>> 1, 0x1p-31f, 0x1p-32f);
            double radius = Math.sqrt(-2 * Math.log(u));
            double angle = word(seed, 0, partner + 16) * (Math.PI * 0x1p-31);
            assertEquals(radius * (i == partner ? Math.cos(angle) : Math.sin(angle)), out[i], Math.max(1e-6, radius * 0x1p-21));
        }
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void whatIsSkippedIsAsFilled(@ForAll long seed, @ForAll @IntRange(max = 300) int n) {
        var source = new Threefry(seed);
        draw(source::uniform, n);
        var skipping = new Threefry(seed);
        skipping.skip(n);
        assertArrayEquals(draw(source::normal, 40), draw(skipping::normal, 40));
        assertThrows(IllegalArgumentException.class, () -> source.skip(-1));
        assertThrows(IllegalArgumentException.class, () -> source.skip(Long.MAX_VALUE));
    }

    /// The word of element i of a fill that begins with this group.
    private static int word(long seed, int firstGroup, int i) {
        long block = Threefry.encrypt(seed, 16L * (firstGroup + i / 32) + i % 16);
        return i % 32 < 16 ? (int) block : (int) (block >>> 32);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void anElementDoesNotDependOnTheLengthNorOnTheOffset(@ForAll long seed, @ForAll @IntRange(max = 200_000) int n,
                                                         @ForAll @IntRange(max = 100) int more,
                                                         @ForAll @IntRange(max = 20) int offset) {
        var shorter = new float[offset + n + 20];
        new Threefry(seed).normal(shorter, offset, n);
        var longer = draw(new Threefry(seed)::normal, n + more);
        assertArrayEquals(Arrays.copyOf(longer, n), Arrays.copyOfRange(shorter, offset, offset + n));
        for (int i = 0; i < shorter.length; i++)
            if (i < offset || i >= offset + n) assertEquals(0f, shorter[i], "beside the range");
    }

    /// Probabilities on either side of one of the numbers.
    @Property(edgeCases = EdgeCasesMode.NONE)
    void anEventIsAUniformNumberBelowItsProbability(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int n) {
        var uniform = draw(new Threefry(seed)::uniform, n);
        double last = uniform[n - 1];
        for (double p : new double[] {last, Math.nextUp(last)}) {
            var events = draw((out, offset, length) -> new Threefry(seed).bernoulli(p, out, offset, length), n);
            for (int i = 0; i < n; i++) assertEquals(uniform[i] < p ? 1f : 0f, events[i]);
        }
    }

    @Example
    void whatDoesNotFitIsRefused() {
        var source = new Threefry(1);
        for (double p : new double[] {-1e-9, 1.0000001, Double.NaN}) {
            var refusal = assertThrows(IllegalArgumentException.class, () -> source.bernoulli(p, new float[1], 0, 1));
            assertTrue(refusal.getMessage().contains("bernoulli: probability " + p), refusal::getMessage);
        }
        assertThrows(IllegalArgumentException.class, () -> source.permutation(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> source.uniform(new float[4], 1, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> source.normal(new float[4], -1, 2));
    }

    private interface Draw {
        void into(float[] out, int offset, int length);
    }

    private static float[] draw(Draw draw, int n) {
        var out = new float[n];
        draw.into(out, 0, n);
        return out;
    }
}
