package dev.lanewise.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.check.TailBounds;
import java.util.Arrays;
import java.util.HashMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

class PermutationTest {

    @Property
    void holdsEachNumberOnce(@ForAll long seed, @ForAll @IntRange(max = 3000) int n) {
        var order = new Threefry(seed).permutation(n);
        Arrays.sort(order);
        assertArrayEquals(IntStream.range(0, n).toArray(), order);
    }

    /// All 24 orders of 4 numbers are as likely: a false alarm in a try has a probability of 24 times 2.5e-14.
    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void allOrdersAreAsLikely(@ForAll long seed) {
        int draws = 400_000;
        var source = new Threefry(seed);
        var counts = new HashMap<String, Integer>();
        for (int i = 0; i < draws; i++) counts.merge(Arrays.toString(source.permutation(4)), 1, Integer::sum);
        assertEquals(24, counts.size());
        double bound = TailBounds.USUAL.ofMean(1 / 24.0 * 23 / 24, 1, draws);
        counts.forEach((order, count) -> assertEquals(1 / 24.0, count / (double) draws, bound, order));
    }

    /// As likely for each number to come to each place: 100 checks a try.
    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void allPlacesAreAsLikely(@ForAll long seed) {
        int draws = 100_000;
        var source = new Threefry(seed);
        var counts = new int[10][10];
        for (int i = 0; i < draws; i++) {
            var order = source.permutation(10);
            for (int place = 0; place < 10; place++) counts[place][order[place]]++;
        }
        double bound = TailBounds.USUAL.ofMean(0.09, 1, draws);
        for (var row : counts)
            for (int count : row) assertEquals(0.1, count / (double) draws, bound);
    }

    @Property
    void numbersDrawnAfterwardsAreOthers(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int n) {
        var source = new Threefry(seed);
        source.permutation(n);
        var after = new float[8];
        source.uniform(after, 0, 8);
        // whole groups of 16 blocks are used up
        var expected = new float[32 * Math.ceilDiv(n, 16) + 8];
        new Threefry(seed).uniform(expected, 0, expected.length);
        assertArrayEquals(Arrays.copyOfRange(expected, expected.length - 8, expected.length), after);
    }
}
