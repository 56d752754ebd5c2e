package dev.lanewise.data;

/// How each step's rows are cut into logical shards, and which of them are looked at here: all, or those of one process of
/// several. Of n rows of a batch, shard s of S has those from n s / S on to n (s + 1) / S, rounded down: as equal as can be, and
/// none where S is above n. So who looks at a shard plays no part in what is in it.
///
/// @param count   all shards, S
/// @param from    the first that is looked at here
/// @param to      behind the last one; `from` for none
/// @param batches of the loader in a step, 1 or more; an epoch's last step may have fewer
public record Sharding(int count, int from, int to, int batches) {

    /// Refuses shards that aren't of their number, and less than a batch.
    public Sharding {
        if (count < 1 || from < 0 || to < from || to > count) throw new IllegalArgumentException("Sharding: shards " + from
            + " to " + to + " of " + count + "; there must be one at least, and those that are looked at must be of them");
        if (batches < 1) throw new IllegalArgumentException("Sharding: " + batches + " batches a step; it must be 1 or more");
    }

    /// All shards, one batch a step.
    public Sharding(int count) { this(count, 0, count, 1); }

    /// Of a batch of so many rows, the one that a shard begins with.
    int first(int rows, int shard) { return (int) ((long) rows * shard / count); }

    /// Rows of a batch that are one shard's.
    ///
    /// @param index the shard
    /// @param batch of the epoch
    /// @param first of the step's rows, counted over all of its batches
    /// @param rows  1 or more
    public record Piece(int index, int batch, int first, int rows) {}

    /// Sees the pieces of each step: shard after shard, of each the batches in their order, and then the step's end. Shards
    /// without rows are passed over.
    ///
    /// @param <B> what a batch is
    public interface Visitor<B> {

        /// Before a shard's pieces, and behind them.
        ///
        /// @param pieces shows them, once
        void shard(int index, Runnable pieces);

        /// Takes one shard, or what this process has of it.
        ///
        /// @param part made of the piece's rows alone
        void piece(Piece piece, B part);

        /// After a step's last piece, or at once where it has none here.
        ///
        /// @param batches  of the epoch that are done, those before `first` included
        /// @param examples in the step, those of shards that aren't looked at included
        /// @return whether to go on
        boolean step(int batches, int examples);
    }
}
