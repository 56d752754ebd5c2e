package dev.lanewise.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// A finite collection of examples, addressed by row number. Implementations are immutable, so threads may share them.
///
/// What a batch is, is the data set's: a [Batch] of inputs and targets, or any record of your own, with several inputs, masks,
/// lengths or weights. Examples of any kind become batches by a function of yours, for which [Collate] has the parts:
///
/// ```java
/// record Review(Tensor words, int stars) {}
/// record Reviews(Collate.Padded words, int[] stars) {}
///
/// Dataset<Reviews> reviews = Dataset.of(list,
///     some -> new Reviews(Collate.pad(some, Review::words), Collate.labels(some, Review::stars)));
/// ```
///
/// @param <B> what a batch is
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

    /// This data set as it is in an epoch, which a [DataLoader] asks for: itself, unless its examples change from epoch to epoch,
    /// as those of an [Augmentation] do.
    default Dataset<B> epoch(int epoch) {
        return this;
    }

    /// A view whose batches are what `function` makes of this data set's: another record, other inputs, noise.
    ///
    /// It is called for each batch when it is asked for. The names of the classes stay.
    default <C> Dataset<C> map(Function<? super B, ? extends C> function) {
        return new Mapped<>(this, function);
    }

    /// Examples that are put together into batches.
    ///
    /// @param examples are copied, as a list; the examples themselves must not be changed afterwards
    /// @param collate  from some examples, at least one, to a batch of its own
    static <E, B> Dataset<B> of(List<? extends E> examples, Function<? super List<E>, ? extends B> collate) {
        List<E> all = List.copyOf(examples);
        return of(all.size(), all::get, collate);
    }

    /// As [#of(List, Function)], of examples that are made, or read, when they are asked for.
    ///
    /// @param example from a row to its example, the same each time
    /// @throws IllegalArgumentException if `size` is negative
    static <E, B> Dataset<B> of(int size, IntFunction<? extends E> example, Function<? super List<E>, ? extends B> collate) {
        if (size < 0) throw new IllegalArgumentException("Dataset.of: " + size + " examples; there can't be fewer than none");
        Objects.requireNonNull(example, "dataset: no example");
        Objects.requireNonNull(collate, "dataset: no collate");
        return new Dataset<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public B batch(int... rows) {
                Checks.rows("Dataset.batch", rows, size);
                var some = new ArrayList<E>(rows.length);
                for (int row : rows) some.add(example.apply(row));
                return collate.apply(some);
            }
        };
    }

    /// The labels of all rows, as [Sampler#balanced] and [Split#stratifiedFolds] take them. Batches are made for it, some
    /// thousand rows at a time.
    static int[] labels(Dataset<Batch<int[]>> dataset) {
        var labels = new int[dataset.size()];
        int piece = 1 << 12;
        for (int from = 0; from < labels.length; from += piece) {
            int to = Math.min(labels.length, from + piece);
            System.arraycopy(dataset.batch(IntStream.range(from, to).toArray()).targets(), 0, labels, from, to - from);
        }
        return labels;
    }
}
