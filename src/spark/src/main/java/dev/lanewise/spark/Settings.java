package dev.lanewise.spark;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/// How a run on a cluster is made. What decides the weights are epochs, batch size, shards and seed; the rest doesn't. A folder for
/// checkpoints is of one run: another is refused, by its data, program or settings, but for epochs and what decides nothing.
///
/// @param epochs          passes over the data
/// @param batchSize       rows a step, of all shards together
/// @param shards          logical shards, a power of two: as many processes as ever may share a step
/// @param seed            of the order of rows
/// @param processes       that train together; 0 for as many as there are executors, at most one a shard
/// @param checkpoints     a folder on any of Hadoop's file systems, as `hdfs://…`; null for none
/// @param checkpointSteps after so many steps one is written there, and after each epoch; 0 for epochs alone
/// @param patience        for the slowest process in a step; longer, and it counts as gone
public record Settings(int epochs, int batchSize, int shards, long seed, int processes, String checkpoints, long checkpointSteps, Duration patience)
        implements Serializable {

    /// One epoch of batches of 256 rows in 8 shards, without checkpoints of steps, patient for ten minutes.
    public static final Settings DEFAULT = new Settings(1, 256, 8, 0, 0, null, 0, Duration.ofMinutes(10));

    /// @throws IllegalArgumentException if a number can't be
    public Settings {
        require(epochs >= 1, "epochs", epochs, "1 or more");
        require(batchSize >= 1, "batchSize", batchSize, "1 or more");
        require(shards >= 1 && Integer.bitCount(shards) == 1, "shards", shards, "a power of two");
        require(processes >= 0, "processes", processes, "0, for as many as there are executors, or more");
        require(checkpointSteps >= 0, "checkpointSteps", checkpointSteps, "0, for none within epochs, or more");
        Objects.requireNonNull(patience, "settings: no patience");
        require(patience.isPositive() && patience.toSeconds() <= Integer.MAX_VALUE / 1000, "patience", patience, "positive, and less than 24 days");
    }

    private static void require(boolean holds, String name, Object value, String wanted) {
        if (!holds) throw new IllegalArgumentException("settings: " + name + " " + value + "; it must be " + wanted);
    }

    /// With so many passes over the data.
    public Settings epochs(int epochs) {
        return new Settings(epochs, batchSize, shards, seed, processes, checkpoints, checkpointSteps, patience);
    }

    /// With so many rows a step.
    public Settings batchSize(int batchSize) {
        return new Settings(epochs, batchSize, shards, seed, processes, checkpoints, checkpointSteps, patience);
    }

    /// With so many logical shards.
    public Settings shards(int shards) {
        return new Settings(epochs, batchSize, shards, seed, processes, checkpoints, checkpointSteps, patience);
    }

    /// With this seed of the rows' order.
    public Settings seed(long seed) {
        return new Settings(epochs, batchSize, shards, seed, processes, checkpoints, checkpointSteps, patience);
    }

    /// With so many processes.
    public Settings processes(int processes) {
        return new Settings(epochs, batchSize, shards, seed, processes, checkpoints, checkpointSteps, patience);
    }

    /// With a folder for checkpoints, one written after so many steps and after each epoch.
    public Settings checkpoints(String folder, long steps) {
        return new Settings(epochs, batchSize, shards, seed, processes, folder, steps, patience);
    }

    /// With this patience.
    public Settings patience(Duration patience) {
        return new Settings(epochs, batchSize, shards, seed, processes, checkpoints, checkpointSteps, patience);
    }
}
