package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.List;

/// A view of a data set whose batches are another in each epoch.
///
/// @param source as it is in the epoch
/// @param maker  of what is a function of epoch and rows alone
record PerEpoch<A, B>(Dataset<A> source, int epoch, Maker<A, B> maker) implements Dataset<B> {

    interface Maker<A, B> {
        B batch(Dataset<A> source, int epoch, int[] rows);
    }

    /// Numbers of a sequential one would depend on the order in which examples are loaded.
    static void requireKeyed(String operation, RandomSource source) {
        if (source.stream(0) == source) throw new IllegalArgumentException(operation
            + ": a source whose numbers depend on what was drawn before; take a keyed one, as new Threefry(seed).stream(\""
            + operation + "\")");
    }

    @Override
    public int size() { return source.size(); }

    @Override
    public B batch(int... rows) { return maker.batch(source, epoch, rows); }

    @Override
    public List<String> classNames() { return source.classNames(); }

    @Override
    public Dataset<B> epoch(int epoch) { return new PerEpoch<>(source.epoch(epoch), epoch, maker); }
}
