package dev.lanewise.data;

import java.util.List;

/// A finite collection of examples, addressed by row number. Implementations are immutable, so threads may share them.
///
/// @param <T> the type of a batch's targets: `int[]` of class labels, or a tensor for regression
public interface Dataset<T> {

    /// The number of examples.
    int size();

    /// The examples of these rows, in this order, freshly made; a row may occur more than once. The array stays
    /// the caller's, who may use it again.
    ///
    /// @throws IllegalArgumentException if there are no rows, or one is outside `[0, size())`
    Batch<T> batch(int... rows);

    /// The names of the classes, by label; empty where the targets are not class labels.
    default List<String> classNames() {
        return List.of();
    }

    /// A view of some rows of this data set, in this order.
    ///
    /// @throws IllegalArgumentException if there are no rows, or one is outside `[0, size())`
    default Dataset<T> subset(int... rows) {
        return new Subset<>(this, rows);
    }
}
