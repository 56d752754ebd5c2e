package dev.lanewise.spark;

import dev.lanewise.train.Trainer;
import java.io.Serializable;
import java.util.List;

/// What is trained, and on what. It is sent to every executor, and must say the same on each of them.
///
/// @param <E> an example, which Spark can send: a record that is [Serializable]
/// @param <B> what a batch is
public interface Program<E, B> extends Serializable {

    /// A new model and all that training is told, but shards, checkpoints and files, which are [SparkTrainer]'s. The model is
    /// initialized by a seed of the program's own, as `model.initialize(42)` does.
    Trainer<B> trainer();

    /// Makes a batch.
    ///
    /// @param examples one or more
    B collate(List<E> examples);

    /// All that is in an example: what decides the order in which they are numbered, whatever partition they came from. Examples
    /// of one content count as the same.
    byte[] content(E example);

    /// What tells this program from others: checkpoints keep it, and are refused by another. By default the class's name and, of
    /// a record, what is in it, looked into records, lists, maps and arrays. What the trainer says of itself is told apart
    /// besides, as layers, first weights and optimizers: see [Trainer#facts()].
    ///
    /// @return the same text wherever the program is the same
    default String description() { return Description.of(this); }

    /// Looks at an example before training.
    ///
    /// @throws IllegalArgumentException if there is something wrong with it; the message is told with the partition and the row
    default void check(E example) {}
}
