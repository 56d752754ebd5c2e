package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Scope;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Cuts a data set into batches, epoch by epoch. Immutable: [#shuffle] and [#dropLast] return a new loader, and any epoch
/// can be had at any time, again or out of turn, which is what resuming from a checkpoint needs.
///
/// @param <B> what a batch is
public final class DataLoader<B> {
    private final Dataset<B> dataset;
    private final int batchSize;
    private final RandomSource shuffle; // null: in the order of the data set
    private final boolean dropLast;

    /// Batches in the order of the data set, the last one shorter where the sizes don't divide.
    ///
    /// @throws IllegalArgumentException if the data set is empty or `batchSize` is below 1
    public DataLoader(Dataset<B> dataset, int batchSize) {
        this(dataset, batchSize, null, false);
    }

    private DataLoader(Dataset<B> dataset, int batchSize, RandomSource shuffle, boolean dropLast) {
        if (batchSize < 1) throw new IllegalArgumentException("DataLoader: batch size " + batchSize
            + "; it must be at least 1");
        if (dataset.size() == 0) throw new IllegalArgumentException(
            "DataLoader: the data set is empty; give it at least one example");
        if (dropLast && dataset.size() < batchSize) throw new IllegalArgumentException(
            "DataLoader: dropLast leaves no batch, since the data set has " + dataset.size() + " examples and a batch "
            + batchSize + "; keep the last batch or make batches smaller");
        this.dataset = dataset;
        this.batchSize = batchSize;
        this.shuffle = shuffle;
        this.dropLast = dropLast;
    }

    /// This loader with a new order for every epoch: epoch `e` is in the order `source.stream(e).permutation(size)`. So with a
    /// keyed source the order depends on the key and the epoch alone, whatever was drawn before.
    public DataLoader<B> shuffle(RandomSource source) {
        return new DataLoader<>(dataset, batchSize, source, dropLast);
    }

    /// This loader with a short last batch left out (true) or kept (false, the default).
    ///
    /// @throws IllegalArgumentException if that leaves no batch at all
    public DataLoader<B> dropLast(boolean drop) {
        return new DataLoader<>(dataset, batchSize, shuffle, drop);
    }

    /// The data set that the batches come from.
    public Dataset<B> dataset() {
        return dataset;
    }

    /// The size of every batch but perhaps the last.
    public int batchSize() {
        return batchSize;
    }

    /// The number of batches in an epoch.
    public int batches() {
        int size = dataset.size();
        return dropLast ? size / batchSize : (size - 1) / batchSize + 1;
    }

    /// The batches of one epoch. Each is made when it is asked for, and every iteration starts from the first again.
    ///
    /// @throws IllegalArgumentException if `epoch` is negative
    public Iterable<B> epoch(int epoch) {
        return epoch(epoch, 0);
    }

    /// The batches of one epoch from the batch `first` on, as for a run that goes on in the middle. Those before it aren't made.
    ///
    /// @throws IllegalArgumentException if `epoch` is negative, or `first` is outside `[0, batches()]`
    public Iterable<B> epoch(int epoch, int first) {
        var order = order(epoch, first);
        return () -> new Batches(order, first, false);
    }

    /// Shows each batch of an epoch to `action`, one after the other in the same memory: the batch, and what is computed from it on
    /// this thread, is recycled when `action` returns. See [Scope].
    ///
    /// @throws IllegalArgumentException if `epoch` is negative
    public void forEach(int epoch, Consumer<B> action) {
        forEachWhile(epoch, 0, (batch, _) -> {
            action.accept(batch);
            return true;
        });
    }

    /// Takes a batch and says whether it wants the next one.
    ///
    /// @param <B> what a batch is
    @FunctionalInterface
    public interface Visitor<B> {

        /// @param examples the number of examples in the batch
        /// @return whether to go on
        boolean visit(B batch, int examples);
    }

    /// As [#forEach], from the batch `first` on, until `visitor` says false. The batches before `first` aren't made.
    ///
    /// @return whether the last batch was shown, or there was none left
    /// @throws IllegalArgumentException if `epoch` is negative, or `first` is outside `[0, batches()]`
    public boolean forEachWhile(int epoch, int first, Visitor<? super B> visitor) {
        var scope = new Scope();
        var batches = new Batches(order(epoch, first), first, true);
        boolean goesOn = true;
        while (goesOn && batches.hasNext()) try (var _ = scope.open()) {
            goesOn = visitor.visit(batches.next(), batches.examples);
        }
        return !batches.hasNext();
    }

    private int[] order(int epoch, int first) {
        if (epoch < 0) throw new IllegalArgumentException("DataLoader.epoch: epoch " + epoch + "; epochs count from 0");
        if (first < 0 || first > batches()) throw new IllegalArgumentException("DataLoader.epoch: to begin at batch " + first
            + " of " + batches() + "; begin at one of them");
        int size = dataset.size();
        return shuffle == null ? IntStream.range(0, size).toArray() : shuffle.stream(epoch).permutation(size);
    }

    private final class Batches implements Iterator<B> {
        private final int[] order;
        /// The rows of a batch, where the array is used again; else null.
        private final int[] rows;
        private int next;
        private int examples;

        Batches(int[] order, int first, boolean again) {
            this.order = order;
            this.next = first;
            this.rows = again ? new int[Math.min(batchSize, order.length)] : null;
        }

        @Override
        public boolean hasNext() {
            return next < batches();
        }

        @Override
        public B next() {
            if (!hasNext()) throw new NoSuchElementException("DataLoader: the epoch's " + batches()
                + " batches are all used up");
            int from = next++ * batchSize; // a row of the data set, so it fits an int; from + batchSize might not
            examples = Math.min(batchSize, order.length - from);
            if (rows == null || rows.length != examples) return dataset.batch(Arrays.copyOfRange(order, from, from + examples));
            System.arraycopy(order, from, rows, 0, examples);
            return dataset.batch(rows);
        }
    }
}
