package dev.lanewise.data;

import java.util.Arrays;
import java.util.stream.Stream;

/// The rows of an epoch's batches.
sealed interface Plan permits Plan.Cut, Plan.Listed, ShardedPlan {
    int batches();

    Stream<int[]> all();

    int size(int batch);

    /// Some rows of a batch.
    ///
    /// @param from the first of them, counted within the batch
    /// @param to   as long as what is wanted
    void copy(int batch, int from, int[] to);

    record Cut(int[] order, int batchSize, int batches) implements Plan {
        @Override
        public Stream<int[]> all() { return Stream.of(order); }

        @Override
        public int size(int batch) {
            return Math.min(batchSize, order.length - batch * batchSize); // a row of the data set, so it fits an int
        }

        @Override
        public void copy(int batch, int from, int[] to) { System.arraycopy(order, batch * batchSize + from, to, 0, to.length); }
    }

    record Listed(int[][] rows) implements Plan {
        @Override
        public int batches() { return rows.length; }

        @Override
        public Stream<int[]> all() { return Arrays.stream(rows); }

        @Override
        public int size(int batch) { return rows[batch].length; }

        @Override
        public void copy(int batch, int from, int[] to) { System.arraycopy(rows[batch], from, to, 0, to.length); }
    }
}
