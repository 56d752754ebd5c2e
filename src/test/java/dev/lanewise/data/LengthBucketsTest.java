package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.TailBounds;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LengthBucketsTest {

    @Property(tries = 300)
    void everyExampleComesOnceWithItsLike(@ForAll @Size(min = 1, max = 200) List<@IntRange(max = 60) Integer> list,
            @ForAll @IntRange(min = 1, max = 20) int examples, @ForAll @IntRange(min = 60, max = 500) int tokens,
            @ForAll @IntRange(min = 1, max = 5) int mixing, @ForAll boolean shuffled, @ForAll long seed) {
        int[] lengths = list.stream().mapToInt(length -> length).toArray();
        var buckets = new LengthBuckets(lengths, examples).tokens(tokens).mixing(mixing);
        if (shuffled) buckets = buckets.shuffle(new Threefry(seed));
        int[][] batches = buckets.batches(3);
        assertEquals(buckets.size(), batches.length);
        assertArrayEquals(batches, buckets.batches(3), "an epoch can be had again");
        if (shuffled) assertArrayEquals(batches, new LengthBuckets(lengths, examples).shuffle(new Threefry(seed)).mixing(mixing)
            .tokens(tokens).batches(3), "in whatever order it is said");
        assertArrayEquals(IntStream.range(0, lengths.length).toArray(), Stream.of(batches).flatMapToInt(Arrays::stream).sorted()
            .toArray());
        int[] sorted = Arrays.stream(lengths).map(length -> -length).sorted().map(length -> -length).toArray();
        for (int[] batch : batches) {
            int longest = Arrays.stream(batch).map(row -> lengths[row]).max().getAsInt();
            int shortest = Arrays.stream(batch).map(row -> lengths[row]).min().getAsInt();
            assertTrue(batch.length >= 1 && batch.length <= examples && (long) batch.length * longest <= tokens);
            // within as many neighbours of the sorted lengths as a bucket has
            int last = IntStream.range(0, sorted.length).filter(i -> sorted[i] == longest).reduce((_, i) -> i).getAsInt();
            assertTrue(sorted[Math.min(sorted.length - 1, last + mixing * examples)] <= shortest, Arrays.toString(batch));
        }
        if (!shuffled) for (int i = 1; i < batches.length; i++) assertTrue(lengths[batches[i - 1][0]] >= lengths[batches[i][0]]);
    }

    /// A right one fails with a probability below 4 e^-32: see [TailBounds].
    @Test
    void whoMeetsWhomIsRandomWithinABucket() {
        var buckets = new LengthBuckets(new int[40], 10).shuffle(new Threefry(3));
        int epochs = 5_000;
        int met = 0;
        int first = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[][] batches = buckets.batches(epoch);
            for (int[] batch : batches) if (Arrays.stream(batch).filter(row -> row < 2).count() == 2) met++;
            if (Arrays.stream(batches[0]).anyMatch(row -> row == 17)) first++;
        }
        for (var each : List.of(new double[] {met, 9 / 39.0}, new double[] {first, 1 / 4.0})) {
            double share = each[0] / epochs;
            assertTrue(share > TailBounds.USUAL.leastShare(each[1], epochs)
                && share < TailBounds.USUAL.greatestShare(each[1], epochs), share + "");
        }
    }

    @Test
    void theNumbersAreWrittenDown() {
        var lengths = new int[] {3, 9, 1, 4, 4, 7, 2, 8, 0, 5};
        assertEquals("[[1], [7, 5], [9, 3, 4], [0, 6, 2, 8]]",
            Arrays.deepToString(new LengthBuckets(lengths, 4).tokens(16).mixing(1).batches(7)));
        assertEquals("[[4, 5], [7], [1], [9, 3], [2, 0, 6, 8]]",
            Arrays.deepToString(new LengthBuckets(lengths, 4).tokens(16).mixing(2)
            .shuffle(new Threefry(42)).batches(1)));
    }

    @Test
    void aLoaderShowsTheBatches() {
        var lengths = IntStream.range(0, 50).map(i -> i * i % 23).toArray();
        var buckets = new LengthBuckets(lengths, 7).shuffle(new Threefry(1));
        var loader = new DataLoader<>(Numbered.rows(50), buckets);
        assertEquals(buckets.size(), loader.batches());
        assertEquals(0, loader.batchSize());
        for (int first : new int[] {0, 3}) assertEquals(
            Arrays.stream(buckets.batches(2)).skip(first).flatMapToInt(Arrays::stream).boxed().toList(),
            Numbered.of(loader.epoch(2, first)));
        for (var of : List.<Executable>of(() -> loader.shuffle(new Threefry(1)), () -> loader.dropLast(true),
            () -> loader.sampler(Sampler.sequential(3)))) Rejected.state(of, "DataLoader.", "batch sampler");
    }

    @Test
    void whatNoBatchHoldsIsRefused() {
        Rejected.argument(() -> new LengthBuckets(new int[0], 1), "0 rows");
        Rejected.argument(() -> new LengthBuckets(new int[] {1, -2}, 1), "example 1 has length -2");
        Rejected.argument(() -> new LengthBuckets(new int[1], 0), "0 examples");
        Rejected.argument(() -> new LengthBuckets(new int[] {1, 7, 3}, 4).tokens(6), "at most 6", "example 1 alone has 7");
        Rejected.argument(() -> new LengthBuckets(new int[1], 4).tokens(0), "at most 0");
        Rejected.argument(() -> new LengthBuckets(new int[1], 4).mixing(0), "0 batches");
        assertEquals(1, new LengthBuckets(new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE}, Integer.MAX_VALUE)
            .mixing(Integer.MAX_VALUE).size());
    }

    @Test
    void badSamplersAreNamed() {
        var data = Numbered.rows(5);
        Rejected.argument(() -> new DataLoader<>(data, _ -> new int[][] {{1}, {}}).epoch(3), "a batch without rows for epoch 3");
        Rejected.argument(() -> new DataLoader<>(data, _ -> new int[][] {{1}, {5}}).epoch(3), "row 5 for epoch 3", "0 to 4");
        Rejected.argument(() -> new DataLoader<>(data, _ -> new int[0][]).epoch(3), "no batch for epoch 3");
        Rejected.argument(() -> new DataLoader<>(data, 2).sampler(epoch -> new int[] {-1}).epoch(1), "row -1 for epoch 1");
        Rejected.argument(() -> new DataLoader<>(data, 2).sampler(epoch -> new int[0]).epoch(1), "no batch for epoch 1");
        Rejected.argument(() -> new DataLoader<>(data, 2).epoch(1, 4), "begin at batch 4 of 3");
        Rejected.argument(() -> new DataLoader<>(data, 2).epoch(1, -1), "begin at batch -1 of 3");
        assertFalse(new DataLoader<>(data, 2).epoch(1, 3).iterator().hasNext());
        var shrinking = new DataLoader<>(data, 2).sampler(epoch -> IntStream.range(epoch, 5).toArray());
        Rejected.argument(() -> shrinking.forEach(1, _ -> {}), "chose 2 batches for epoch 1, but its size says 3",
            "the same in each epoch");
    }
}
