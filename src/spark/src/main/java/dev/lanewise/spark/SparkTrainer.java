package dev.lanewise.spark;

import dev.lanewise.group.Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;

/// Trains a program on examples that a cluster has: the weights are a function of the program, the examples and [Settings]'
/// epochs, batch size, shards and seed alone.
///
/// Examples are numbered in the order of their content's digest, so that partitions play no part. Each process keeps those of its
/// shards, in memory or, of a [CompactProgram], in a file of its own; an epoch is a stage, or several that are short. If a
/// process dies, Spark runs the stage again, from the newest checkpoint.
///
/// @param <E> an example
/// @param <B> what a batch is
public final class SparkTrainer<E, B> {

    private final Program<E, B> program;
    private final Settings settings;

    /// Of a program as the settings say.
    public SparkTrainer(Program<E, B> program, Settings settings) {
        this.program = Objects.requireNonNull(program, "spark trainer: no program");
        this.settings = Objects.requireNonNull(settings, "spark trainer: no settings");
    }

    /// Trains; goes on from the newest checkpoint that is not beyond the epochs, if there is a folder that has any. Where the
    /// cluster gives up, Spark's own [org.apache.spark.SparkException] has in its message what a process said: that a row can't
    /// be.
    ///
    /// @throws IllegalArgumentException if there are no examples, or the folder's checkpoints are of other examples, another
    ///                                  program or settings
    public Fitted fit(JavaRDD<E> examples) { return fit(examples, false); }

    /// @param ownFolder whether checkpoints are in a folder of the run's own below the settings', so that several runs may have
    ///                  one
    Fitted fit(JavaRDD<E> examples, boolean ownFolder) {
        if (program instanceof CompactProgram<E, B> compact) {
            var rows = examples.mapPartitionsWithIndex((partition, some) -> Keyed.packed(compact, partition, some), false);
            return fit(new Packed<>(compact), rows, examples, ownFolder);
        }
        var program = this.program;
        var rows = examples.mapPartitionsWithIndex((partition, some) -> Keyed.of(program, partition, some), false);
        return fit(program, rows, examples, ownFolder);
    }

    private <R> Fitted fit(Program<R, B> program, JavaRDD<Numbered<R>> rows, JavaRDD<E> examples, boolean ownFolder) {
        // they are read twice
        boolean kept = examples.getStorageLevel().equals(StorageLevel.NONE());
        if (kept) rows.persist(StorageLevel.DISK_ONLY());
        try {
            return new ClusterRun<>(program, settings, rows, ownFolder).fit();
        } finally {
            if (kept) rows.unpersist(false);
        }
    }

    /// The same in this process, without a cluster: the same bits.
    ///
    /// @param examples in any order
    /// @throws IllegalArgumentException as [#fit]
    public Fitted fitHere(List<E> examples) {
        var rows = new ArrayList<Numbered<E>>();
        Keyed.of(program, 0, examples.iterator()).forEachRemaining(rows::add);
        rows.sort(Comparator.comparing(Numbered::key));
        var census = Census.NONE;
        for (var row : rows) census = census.plus(row.key());
        var sorted = rows.stream().map(Numbered::row).toList();
        try (var scratch = Scratch.make()) {
            var whole = new EpochTask<>("", new byte[0], program, settings, Identity.of(program, settings, census), census,
                null, 0, null, null, null);
            return Fitted.of(whole.fit(scratch.checkpoint(), Group.alone(), Examples.all(sorted),
                EpochTask.sampler(settings, census), null, List.of()), 1, census);
        } catch (IOException e) {
            throw new UncheckedIOException("fit: " + e.getMessage(), e);
        }
    }
}
