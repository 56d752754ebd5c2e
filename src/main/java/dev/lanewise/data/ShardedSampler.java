package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.Objects;

/// Shuffles rows within regions, so that whoever looks at a shard needs the rows of its region alone: each batch's shard s, as
/// [Sharding] cuts it, has rows of region s. Regions lie one behind the other, and are as equal as can be.
///
/// The order is a function of the key, the epoch, and the numbers of rows, of shards and of rows a batch: in one process and in
/// many it is the same.
public final class ShardedSampler implements Sampler {

    private final int rows;
    private final int batchSize;
    private final Sharding sharding;
    private final RandomSource source;

    /// An order of so many rows in as many regions as there are shards.
    ///
    /// @param batchSize of the loader
    /// @param source    region s of epoch e is in the order `source.stream(e).stream(s).permutation(its size)`
    /// @throws IllegalArgumentException if there are no rows, none in a batch, or no shards
    public ShardedSampler(int rows, int batchSize, int shards, RandomSource source) {
        Samplers.requireRows("ShardedSampler", rows);
        if (batchSize < 1) throw new IllegalArgumentException("ShardedSampler: batch size " + batchSize
            + "; it must be at least 1");
        this.rows = rows;
        this.batchSize = batchSize;
        this.sharding = new Sharding(shards);
        this.source = Objects.requireNonNull(source, "sharded sampler: no source");
    }

    /// The row that a shard's region begins with; of one behind the last, the number of rows.
    ///
    /// @throws IllegalArgumentException if there is no such shard
    public int first(int shard) {
        if (shard < 0 || shard > sharding.count()) throw new IllegalArgumentException("ShardedSampler: shard " + shard + " of "
            + sharding.count());
        int whole = rows / batchSize;
        return whole * sharding.first(batchSize, shard) + sharding.first(rows % batchSize, shard);
    }

    /// The shard whose region a row is of.
    ///
    /// @throws IllegalArgumentException if there is no such row
    public int shard(int row) {
        if (row < 0 || row >= rows) throw new IllegalArgumentException("ShardedSampler: row " + row + " of " + rows);
        int low = 0;
        int high = sharding.count() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (first(middle) <= row) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    @Override
    public int size() { return rows; }

    @Override
    public int[] rows(int epoch) {
        var order = new int[rows];
        var ofEpoch = source.stream(epoch);
        for (int shard = 0; shard < sharding.count(); shard++) {
            int first = first(shard);
            var region = ofEpoch.stream(shard).permutation(first(shard + 1) - first);
            int next = 0;
            for (int batch = 0; batch < rows; batch += Math.min(batchSize, rows - batch)) {
                int size = Math.min(batchSize, rows - batch);
                int end = sharding.first(size, shard + 1);
                for (int i = sharding.first(size, shard); i < end; i++) order[batch + i] = first + region[next++];
            }
        }
        return order;
    }
}
