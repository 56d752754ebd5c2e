package dev.lanewise.data;

import java.util.List;

/// A finite collection of examples, addressed by row number. Implementations are immutable, so threads may share them.
///
/// @param <B> what a batch is: a [Batch] of inputs and targets, or any record of your own
public interface Dataset<B> {

    /// The number of examples.
    int size();

    /// The examples of these rows, in this order, freshly made; a row may occur more than once. The array stays
    /// the caller's, who may use it again.
    ///
    /// @throws IllegalArgumentException if there are no rows, or one is outside `[0, size())`
    B batch(int... rows);

    /// The names of the classes, by label; empty where the targets are not class labels.
    default List<String> classNames() {
        return List.of();
    }

    /// A view of some rows of this data set, in this order.
    ///
    /// @throws IllegalArgumentException if there are no rows, or one is outside `[0, size())`
    default Dataset<B> subset(int... rows) {
        return new Subset<>(this, rows);
    }
}
