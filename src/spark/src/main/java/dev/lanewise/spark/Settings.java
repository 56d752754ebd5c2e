package dev.lanewise.spark;

import dev.lanewise.train.Trainer;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/// How a run on a cluster is made. What decides the weights are epochs, batch size, shards and seed; the rest doesn't. A folder
/// for checkpoints is of one run: another is refused, by its data, program or settings, but for epochs and what decides nothing.
///
/// @param epochs          passes over the data
/// @param batchSize       rows a step, of all shards together
/// @param shards          logical shards, a power of two: as many processes as ever may share a step
/// @param seed            of the order of rows
/// @param processes       that train together; 0 for as many as there are executors, at most one a shard
/// @param checkpoints     a folder on any of Hadoop's file systems, as `hdfs://…`; null for none
/// @param checkpointSteps after so many steps one is written there, and after each epoch; 0 for epochs alone
/// @param reports         a folder on any of them for a page about the run, which is written at its end; null for none
/// @param patience        for the slowest process in a step; longer, and it counts as gone
/// @param stage           that a stage of Spark's trains at least, in whole epochs: what a death costs where there is no folder
///                        for checkpoints. Spark takes more than a second for each; at 0 each epoch is one
public record Settings(int epochs, int batchSize, int shards, long seed, int processes, String checkpoints, long checkpointSteps,
        String reports, Duration patience, Duration stage) implements Serializable {

    /// One epoch of batches of 256 rows in 8 shards, without checkpoints of steps, patient for ten minutes,
    /// of stages of ten seconds.
    public static final Settings DEFAULT = new Settings(1, 256, 8, 0, 0, null, 0, null, Duration.ofMinutes(10),
        Duration.ofSeconds(10));

    /// @throws IllegalArgumentException if a number can't be
    public Settings {
        require(epochs >= 1, "epochs", epochs, "1 or more");
        require(batchSize >= 1, "batchSize", batchSize, "1 or more");
        require(canBe(shards), "shards", shards, "a power of two, and at most " + Trainer.MOST_SHARDS);
        require(processes >= 0, "processes", processes, "0, for as many as there are executors, or more");
        require(checkpointSteps >= 0, "checkpointSteps", checkpointSteps, "0, for none within epochs, or more");
        require(checkpoints == null || !checkpoints.isBlank(), "checkpoints", "blank", "a folder, or null for none");
        require(reports == null || !reports.isBlank(), "reports", "blank", "a folder, or null for none");
        Objects.requireNonNull(patience, "settings: no patience");
        require(patience.isPositive() && patience.toSeconds() <= Integer.MAX_VALUE / 1000, "patience", patience,
            "positive, and less than 24 days");
        Objects.requireNonNull(stage, "settings: no stage");
        require(!stage.isNegative(), "stage", stage, "0 or longer");
    }

    static boolean canBe(int shards) { return Integer.bitCount(shards) == 1 && shards >= 1 && shards <= Trainer.MOST_SHARDS; }

    private static void require(boolean holds, String name, Object value, String wanted) {
        if (!holds) throw new IllegalArgumentException("settings: " + name + " " + value + "; it must be " + wanted);
    }

    /// What may be changed of a copy.
    private static final class Copy {
        private int epochs;
        private int batchSize;
        private int shards;
        private long seed;
        private int processes;
        private String checkpoints;
        private long checkpointSteps;
        private String reports;
        private Duration patience;
        private Duration stage;
    }

    private Settings with(Consumer<Copy> change) {
        var copy = new Copy();
        copy.epochs = epochs;
        copy.batchSize = batchSize;
        copy.shards = shards;
        copy.seed = seed;
        copy.processes = processes;
        copy.checkpoints = checkpoints;
        copy.checkpointSteps = checkpointSteps;
        copy.reports = reports;
        copy.patience = patience;
        copy.stage = stage;
        change.accept(copy);
        return new Settings(copy.epochs, copy.batchSize, copy.shards, copy.seed, copy.processes, copy.checkpoints,
            copy.checkpointSteps, copy.reports, copy.patience, copy.stage);
    }

    /// With so many passes over the data.
    public Settings epochs(int epochs) { return with(copy -> copy.epochs = epochs); }

    /// With so many rows a step.
    public Settings batchSize(int batchSize) { return with(copy -> copy.batchSize = batchSize); }

    /// With so many logical shards.
    public Settings shards(int shards) { return with(copy -> copy.shards = shards); }

    /// With this seed of the rows' order.
    public Settings seed(long seed) { return with(copy -> copy.seed = seed); }

    /// With so many processes.
    public Settings processes(int processes) { return with(copy -> copy.processes = processes); }

    /// With a folder for checkpoints, one written after so many steps and after each epoch.
    public Settings checkpoints(String folder, long steps) {
        return with(copy -> {
            copy.checkpoints = folder;
            copy.checkpointSteps = steps;
        });
    }

    /// With a folder for a page about the run; the driver's log says how it is named, by the digest of what decides the run's
    /// bits.
    public Settings reports(String folder) { return with(copy -> copy.reports = folder); }

    /// With this patience.
    public Settings patience(Duration patience) { return with(copy -> copy.patience = patience); }

    /// With stages that train so long at least.
    public Settings stage(Duration stage) { return with(copy -> copy.stage = stage); }
}
