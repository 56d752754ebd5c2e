package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

class ShardedSamplerTest {

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void everyShardOfEveryBatchIsOfItsRegion(@ForAll @IntRange(min = 1, max = 300) int rows,
        @ForAll @IntRange(min = 1, max = 70) int batch,
            @ForAll @IntRange(min = 1, max = 20) int shards, @ForAll long key, @ForAll @IntRange(max = 3) int epoch) {
        var sampler = new ShardedSampler(rows, batch, shards, new Threefry(key));
        assertEquals(rows, sampler.first(shards));
        var order = sampler.rows(epoch);
        assertArrayEquals(IntStream.range(0, rows).toArray(), Arrays.stream(order).sorted().toArray());
        var loader = new DataLoader<>(Dataset.of(rows, row -> row, some -> some), batch).sampler(sampler);
        var seen = new ArrayList<Integer>();
        var inStep = new int[1];
        boolean all = loader.forEachShard(epoch, 0, new Sharding(shards), new Sharding.Visitor<List<Integer>>() {
            @Override
            public void shard(int index, Runnable pieces) { pieces.run(); }

            @Override
            public void piece(Sharding.Piece piece, List<Integer> part) {
                assertEquals(piece.rows(), part.size());
                assertEquals(inStep[0], piece.first());
                for (int row : part) {
                    assertEquals(piece.index(), sampler.shard(row));
                    assertTrue(row >= sampler.first(piece.index()) && row < sampler.first(piece.index() + 1));
                }
                inStep[0] += piece.rows();
                seen.addAll(part);
            }

            @Override
            public boolean step(int batches, int examples) {
                assertEquals(examples, inStep[0]);
                inStep[0] = 0;
                return true;
            }
        });
        assertTrue(all);
        assertEquals(IntStream.of(order).boxed().toList(), seen);
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void whatAProcessSeesDoesNotDependOnTheOthers(@ForAll @IntRange(min = 1, max = 200) int rows,
        @ForAll @IntRange(min = 1, max = 40) int batch,
            @ForAll @IntRange(min = 1, max = 9) int shards, @ForAll @IntRange(min = 1, max = 5) int together,
                @ForAll @IntRange(max = 9) int start) {
        var loader = new DataLoader<>(Dataset.of(rows, row -> row, some -> some), batch).shuffle(new Threefry(rows))
            .prefetch(start % 3);
        int first = Math.min(start, loader.batches());
        var whole = pieces(loader, first, new Sharding(shards, 0, shards, together));
        var parted = new ArrayList<String>();
        for (int shard = 0; shard < shards; shard++) parted.addAll(pieces(loader, first,
            new Sharding(shards, shard, shard + 1, together)));
        assertEquals(whole.stream().sorted().toList(), parted.stream().sorted().toList());
    }

    private static List<String> pieces(DataLoader<List<Integer>> loader, int first, Sharding sharding) {
        var pieces = new ArrayList<String>();
        loader.forEachShard(0, first, sharding, new Sharding.Visitor<List<Integer>>() {
            @Override
            public void shard(int index, Runnable shard) { shard.run(); }

            @Override
            public void piece(Sharding.Piece piece, List<Integer> part) { pieces.add(piece + " " + part); }

            @Override
            public boolean step(int batches, int examples) { return true; }
        });
        return pieces;
    }

    @Example
    void epochsDifferAndComeAgain() {
        var sampler = new ShardedSampler(100, 10, 4, new Threefry(1));
        assertArrayEquals(sampler.rows(3), sampler.rows(3));
        assertFalse(Arrays.equals(sampler.rows(3), sampler.rows(4)));
    }

    @Example
    void hugeNumbersOfRowsDoNotOverflow() {
        int rows = Integer.MAX_VALUE;
        var sampler = new ShardedSampler(rows, 1 << 20, 64, new Threefry(1));
        assertEquals(rows, sampler.first(64));
        assertEquals(63, sampler.shard(rows - 1));
        assertEquals(Integer.MAX_VALUE, new ShardedSampler(rows, rows, 64, new Threefry(1)).first(64));
    }

    @Example
    void whatCantBeIsRefused() {
        var key = new Threefry(1);
        assertThrows(IllegalArgumentException.class, () -> new ShardedSampler(0, 1, 1, key));
        assertThrows(IllegalArgumentException.class, () -> new ShardedSampler(1, 0, 1, key));
        assertThrows(IllegalArgumentException.class, () -> new ShardedSampler(1, 1, 0, key));
        assertThrows(IllegalArgumentException.class, () -> new ShardedSampler(5, 2, 2, key).first(3));
        assertThrows(IllegalArgumentException.class, () -> new ShardedSampler(5, 2, 2, key).shard(5));
        assertThrows(IllegalArgumentException.class, () -> new Sharding(4, 3, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> new Sharding(4, 0, 5, 1));
        assertThrows(IllegalArgumentException.class, () -> new Sharding(4, 0, 4, 0));
    }
}
