package dev.lanewise.data;

import java.util.Iterator;

/// The batches of an epoch, as they are made.
interface Batches<B> extends Iterator<B>, AutoCloseable {

    /// In the batch that came last.
    int examples();

    @Override
    default void close() {}
}
