package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernel.expr.Expr;
import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/// Which block gives which element, with the block's number itself for the random bits.
class FillTest {

    private static final int MASK = 0xffffff;
    private static final Fill NUMBERS = new Fill("numbers", Expr.counter(0).and(MASK).toFloat(),
        Expr.counter(1).xor(Expr.key(0)).add(Expr.key(1)).and(MASK).toFloat());

    @Property(edgeCases = EdgeCasesMode.NONE)
    void elementsComeInGroupsOf32(@ForAll @IntRange(max = 500) int n, @ForAll @IntRange(max = 9) int offset,
                                  @ForAll long key, @ForAll long counter) {
        check(n, offset, key, counter & -16);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void theCounterHas64Bits(@ForAll @IntRange(max = 2000) int n, @ForAll @IntRange(max = 60) int groupsBefore,
                             @ForAll @LongRange(min = 1, max = 1L << 31) long high, @ForAll long key) {
        check(n, 0, key, (high << 32) - 16L * groupsBefore);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void aSecondPassReadsWhatTheFirstLeft(@ForAll @IntRange(max = 5000) int n, @ForAll @IntRange(max = 9) int offset,
                                          @ForAll long key) {
        var first = Expr.slot(0);
        var second = Expr.slot(1);
        var twice = new float[offset + n];
        NUMBERS.then("turned", second.neg(), first.add(second)).run(twice, offset, n, key, 0);
        var whole = new float[Math.ceilDiv(n, Fill.GROUP) * Fill.GROUP];
        NUMBERS.run(whole, 0, whole.length, key, 0);
        for (int i = 0; i < n; i++) {
            int low = i - i % 32 + i % 16;
            float expected = i == low ? -whole[low + 16] : whole[low] + whole[low + 16];
            if (twice[offset + i] != expected) assertEquals(expected, twice[offset + i], "element " + i);
        }
    }

    /// Long enough to be split among threads.
    @Property(tries = 10, edgeCases = EdgeCasesMode.NONE)
    void aLongFillIsASingleRun(@ForAll @IntRange(min = 200_000, max = 1_000_000) int n,
                               @ForAll @IntRange(max = 20_000) int groupsBefore, @ForAll long key) {
        check(n, 3, key, (1L << 32) - 16L * groupsBefore);
    }

    private static void check(int n, int offset, long key, long counter) {
        var out = new float[offset + n + 40];
        Arrays.fill(out, -1);
        NUMBERS.run(out, offset, n, key, counter);
        for (int i = -offset; i < n + 40; i++) {
            long block = counter + 16L * Math.floorDiv(i, 32) + i % 16;
            int word = i % 32 < 16 ? (int) block : (int) ((block >>> 32 ^ key) + (key >>> 32));
            float expected = i < 0 || i >= n ? -1 : word & MASK;
            if (out[offset + i] != expected) assertEquals(expected, out[offset + i], "element " + i);
        }
        assertEquals(16L * Math.ceilDiv(n, 32), Fill.blocks(n));
    }
}
