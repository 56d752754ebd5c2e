package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.group.Group;
import dev.lanewise.testing.Members;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShardTreeTest {

    private static final int[] LENGTHS = {5, 0, 1, 9};

    /// Of sizes that lose bits when they are added in another order; some shards have nothing in some slots.
    private static Partial shard(long seed, int index) {
        var random = new SplittableRandom(seed + 31L * index);
        var shard = new Partial(new TreePlace(0, index), LENGTHS.length, 2);
        for (int i = 0; i < LENGTHS.length; i++) {
            if (random.nextInt(4) == 0 || i == 2 && seed % 2 == 0) continue;
            shard.slots[i] = new float[LENGTHS[i]];
            for (int j = 0; j < LENGTHS[i]; j++) shard.slots[i][j] = (float) Math.scalb(random.nextDouble() - 0.5,
                random.nextInt(20));
            shard.counts[i] = 1;
        }
        shard.sum = Math.scalb(random.nextDouble(), random.nextInt(20));
        shard.weight = random.nextInt(5);
        shard.steps[0] = random.nextInt(3);
        return shard;
    }

    private static List<Partial> nodes(long seed, int from, int to) {
        var tree = new ShardTree(new SlotArrays(LENGTHS));
        for (int i = from; i < to; i++) tree.add(shard(seed, i));
        return tree.nodes();
    }

    /// As a tree is drawn.
    private static Partial whole(long seed, int from, int to) {
        if (to - from == 1) return shard(seed, from);
        int middle = (from + to) / 2;
        return whole(seed, from, middle).with(whole(seed, middle, to), new SlotArrays(LENGTHS));
    }

    private static void assertSame(Partial expected, Partial actual) {
        assertEquals(expected.place.level(), actual.place.level());
        assertEquals(expected.place.index(), actual.place.index());
        assertEquals(expected.sum, actual.sum);
        assertEquals(expected.weight, actual.weight);
        assertArrayEquals(expected.counts, actual.counts);
        assertArrayEquals(expected.steps, actual.steps);
        assertTrue(Arrays.deepEquals(expected.slots, actual.slots));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void whoAddsPlaysNoPart(@ForAll long seed, @ForAll @IntRange(max = 6) int levels,
        @ForAll @IntRange(min = 1, max = 9) int processes) {
        int shards = 1 << levels;
        var tree = new ShardTree(new SlotArrays(LENGTHS));
        for (int rank = 0; rank < processes; rank++) {
            var nodes = nodes(seed, shards * rank / processes, shards * (rank + 1) / processes);
            assertTrue(nodes.size() <= 2 * levels + 1);
            nodes.forEach(tree::add);
        }
        assertEquals(1, tree.nodes().size());
        assertSame(whole(seed, 0, shards), tree.nodes().getFirst());
    }

    /// Over sockets, in rounds of any size, and no process has more to add than its share; step after step, while other slots
    /// have something in them each time.
    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void allGetTheSameSums(@ForAll @Size(min = 1, max = 4) List<Long> seeds, @ForAll @IntRange(max = 4) int levels,
        @ForAll @IntRange(min = 1, max = 5) int processes,
            @ForAll @IntRange(min = 1, max = 20) int round, @ForAll @IntRange(max = 60) int few) throws Exception {
        int shards = 1 << levels;
        Members.all(processes, group -> {
            var exchange = new ShardExchange(group, new SlotArrays(LENGTHS), 2, round, few);
            for (var seed : seeds) {
                var sum = exchange.sum(nodes(seed, shards * group.rank() / processes, shards * (group.rank() + 1) / processes),
                    new ShardExchange.Word(7, group.rank() == 2, group.rank() == 1, "abc".substring(0, group.rank() % 4)));
                assertSame(whole(seed, 0, shards), sum.root());
                assertEquals(processes > 2, sum.stop());
                assertEquals(processes > 1, sum.asks());
                assertEquals("aababc".substring(0, new int[] {0, 1, 3, 6, 6}[processes - 1]), sum.data());
            }
            return null;
        });
    }

    /// The first step of some slots says which they are before it sends their numbers; the ones after it do both at once.
    @Test
    void aStepOfFewNumbersIsTwoExchangesAndOneOfVeryFew() throws Exception {
        for (boolean veryFew : new boolean[] {false, true}) for (int exchanges : Members.all(3, group -> {
            var counted = new Counted(group);
            var exchange = new ShardExchange(counted, new SlotArrays(LENGTHS), 2, 20, veryFew ? 200 : 0);
            for (int step = 0; step < 10; step++) exchange.sum(nodes(4, 8 * group.rank() / 3, 8 * (group.rank() + 1) / 3),
                new ShardExchange.Word(step, false, false, ""));
            return counted.exchanges;
        })) assertEquals(veryFew ? 1 + 10 : 1 + 2 * 10, exchanges);
    }

    private static final class Counted implements Group {

        private final Group group;
        private int exchanges;

        Counted(Group group) { this.group = group; }

        @Override
        public int rank() { return group.rank(); }

        @Override
        public int size() { return group.size(); }

        @Override
        public List<ByteBuffer> exchange(List<ByteBuffer> messages) {
            exchanges++;
            return group.exchange(messages);
        }
    }

    /// Else those above would show nothing.
    @Test
    void theOrderCounts() {
        long differ = IntStream.range(0, 100).filter(seed -> {
            double inOrder = IntStream.range(0, 64).mapToDouble(i -> shard(seed, i).sum).reduce(0, Double::sum);
            return inOrder != whole(seed, 0, 64).sum;
        }).count();
        assertTrue(differ > 20, differ + " of 100 differ");
    }
}
