package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DataLoaderTest {

    @Property
    void anEpochVisitsEveryRowOnce(@ForAll @IntRange(min = 1, max = 300) int size,
            @ForAll @IntRange(min = 1, max = 400) int batchSize, @ForAll long seed, @ForAll @IntRange(max = 1000) int epoch) {
        var loader = new DataLoader<>(Numbered.rows(size), batchSize).shuffle(new Threefry(seed));
        var visited = Numbered.of(loader.epoch(epoch));
        assertEquals(IntStream.range(0, size).boxed().toList(), visited.stream().sorted().toList());
    }

    @Property
    void onlyTheLastBatchIsShort(@ForAll @IntRange(min = 1, max = 300) int size,
            @ForAll @IntRange(min = 1, max = 400) int batchSize) {
        var sizes = sizes(new DataLoader<>(Numbered.rows(size), batchSize));
        int last = sizes.removeLast();
        assertTrue(sizes.stream().allMatch(s -> s == batchSize), sizes::toString);
        assertEquals(size, sizes.size() * batchSize + last);
        assertTrue(last >= 1 && last <= batchSize, "last batch of " + last);
    }

    @Property
    void dropLastLeavesWholeBatchesOnly(@ForAll @IntRange(min = 1, max = 300) int size,
            @ForAll @IntRange(min = 1, max = 300) int batchSize, @ForAll long seed) {
        var loader = new DataLoader<>(Numbered.rows(size), Math.min(batchSize, size)).shuffle(new Threefry(seed)).dropLast(true);
        var sizes = sizes(loader);
        assertEquals(size / loader.batchSize(), sizes.size());
        assertTrue(sizes.stream().allMatch(s -> s == loader.batchSize()), sizes::toString);
        var rows = Numbered.of(loader.epoch(0));
        assertEquals(rows.size(), new HashSet<>(rows).size());
    }

    @Property
    void theOrderDependsOnKeyAndEpochAlone(@ForAll long seed, @ForAll @IntRange(max = 1000) int epoch) {
        var data = Numbered.rows(50);
        var source = new Threefry(seed);
        source.uniform(new float[10], 0, 10); // what was drawn before must not matter
        var used = new DataLoader<>(data, 7).shuffle(source);
        Numbered.of(used.epoch(epoch + 1));
        var fresh = new DataLoader<>(data, 7).shuffle(new Threefry(seed));
        assertEquals(Numbered.of(fresh.epoch(epoch)), Numbered.of(used.epoch(epoch)));
    }

    /// Two orders of 50 rows agree by chance once in 50! = 3e64 times.
    @Property
    void epochsAndKeysDiffer(@ForAll long seed, @ForAll @IntRange(max = 1000) int epoch) {
        var loader = new DataLoader<>(Numbered.rows(50), 7).shuffle(new Threefry(seed));
        var order = Numbered.of(loader.epoch(epoch));
        assertNotEquals(order, Numbered.of(loader.epoch(epoch + 1)));
        assertNotEquals(order, Numbered.of(loader.shuffle(new Threefry(seed + 1)).epoch(epoch)));
    }

    @Test
    void withoutShuffleTheOrderIsThatOfTheDataSet() {
        var loader = new DataLoader<>(Numbered.rows(5), 2);
        assertEquals(List.of(0, 1, 2, 3, 4), Numbered.of(loader.epoch(3)));
    }

    @Test
    void anEpochCanBeWalkedAgain() {
        var epoch = new DataLoader<>(Numbered.rows(20), 3).shuffle(new Threefry(1)).epoch(0);
        assertEquals(Numbered.of(epoch), Numbered.of(epoch));
    }

    @Property(tries = 100)
    void batchesInTheSameMemoryAreThoseOfTheEpoch(@ForAll @IntRange(min = 1, max = 60) int size,
            @ForAll @IntRange(min = 1, max = 70) int batchSize, @ForAll boolean dropLast, @ForAll long seed) {
        var loader = new DataLoader<>(Numbered.rows(size), Math.min(batchSize, size)).shuffle(new Threefry(seed))
            .dropLast(dropLast);
        var expected = loader.epoch(3).iterator();
        var shown = new ArrayList<Batch<int[]>>();
        loader.forEach(3, batch -> {
            var same = expected.next();
            assertArrayEquals(same.inputs().toArray(), batch.inputs().toArray());
            assertArrayEquals(same.targets(), batch.targets());
            shown.add(batch);
        });
        assertFalse(expected.hasNext());
        for (var batch : shown) assertThrows(IllegalStateException.class, () -> batch.inputs().toArray());
    }

    @Test
    void anIteratorEnds() {
        var batches = new DataLoader<>(Numbered.rows(3), 2).epoch(0).iterator();
        batches.next();
        batches.next();
        assertThrows(NoSuchElementException.class, batches::next);
    }

    /// The number of batches must not be computed in a way that overflows.
    @Test
    void aBatchMayBeLargerThanAnyDataSet() {
        var loader = new DataLoader<>(Numbered.rows(3), Integer.MAX_VALUE);
        assertEquals(1, loader.batches());
        assertEquals(List.of(0, 1, 2), Numbered.of(loader.epoch(0)));
    }

    @Test
    void namesWhatIsWrong() {
        var data = Numbered.rows(3);
        assertRejected("batch size 0; it must be at least 1", () -> new DataLoader<>(data, 0));
        assertRejected("batch size -1; it must be at least 1", () -> new DataLoader<>(data, -1));
        assertRejected("the data set is empty", () -> new DataLoader<>(Numbered.rows(0), 1));
        assertRejected("dropLast leaves no batch", () -> new DataLoader<>(data, 4).dropLast(true));
        assertRejected("epoch -1; epochs count from 0", () -> new DataLoader<>(data, 1).epoch(-1));
    }

    private static List<Integer> sizes(DataLoader<Batch<int[]>> loader) {
        var sizes = new ArrayList<Integer>();
        loader.epoch(0).forEach(batch -> sizes.add(batch.size()));
        assertEquals(loader.batches(), sizes.size());
        return sizes;
    }

    private static void assertRejected(String complaint, Runnable action) {
        var error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(complaint), error.getMessage());
    }
}
