package dev.lanewise.spark;

import static dev.lanewise.spark.Digits.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// On two executors that are JVMs of their own.
class SparkTrainerTest {

    private static final Settings SETTINGS = Settings.DEFAULT.epochs(3).batchSize(64).shards(4).seed(1);
    private static final List<Digits.Point> POINTS = Digits.points(1002);
    /// Without a cluster.
    private static final Fitted HERE = new SparkTrainer<>(new Digits(), SETTINGS).fitHere(POINTS);
    private static Cluster cluster;

    @BeforeAll
    static void start() throws Exception { cluster = Cluster.of(2); }

    @AfterAll
    static void stop() { cluster.close(); }

    private static Fitted fit(Program<Digits.Point, Batch<int[]>> program, Settings settings, List<Digits.Point> points,
            int partitions) {
        return new SparkTrainer<>(program, settings).fit(cluster.spark().parallelize(points, partitions));
    }

    @Test
    void processesPartitionsAndOrderPlayNoPart() {
        assertEquals(3, HERE.epochLosses().length);
        assertTrue(HERE.epochLosses()[2] < HERE.epochLosses()[0]);
        for (int processes : new int[] {0, 1}) {
            var points = new ArrayList<>(POINTS);
            Collections.shuffle(points, new Random(processes));
            var there = fit(new Digits(), SETTINGS.processes(processes), points, 1 + 4 * processes);
            assertEquals(processes == 0 ? 2 : 1, there.processes());
            assertSame(HERE, there);
        }
    }

    /// With as many processes as there are executors, one shard each at most: of eight, seven processes have one but for the
    /// last.
    @Test
    @Tag("exhaustive")
    void asManyExecutorsAsMayBePlayNoPart() throws Exception {
        var settings = SETTINGS.shards(8);
        var here = new SparkTrainer<>(new Digits(), settings).fitHere(POINTS);
        cluster.close();
        try {
            for (int executors : new int[] {1, 2, 3, 7}) try (var other = Cluster.of(executors)) {
                for (int partitions : new int[] {1, 5}) {
                    var points = new ArrayList<>(POINTS);
                    Collections.shuffle(points, new Random(executors));
                    var there = new SparkTrainer<>(new Digits(), settings.processes(executors))
                        .fit(other.spark().parallelize(points, 4).repartition(partitions));
                    assertEquals(executors, there.processes());
                    assertSame(here, there);
                }
            }
        } finally {
            cluster = Cluster.of(2);
        }
    }

    @Test
    void aPoisonedRowIsNamed() {
        var poisoned = new ArrayList<>(POINTS);
        poisoned.set(POINTS.size() - 3, new Digits.Point(new float[] {1, Float.NaN, 0, 0, 0}, 1));
        var error = assertThrows(Exception.class, () -> fit(new Digits(), SETTINGS, poisoned, 3));
        assertTrue(error.getMessage().contains("row 331 of partition 2: a feature is NaN"), error.getMessage());
        var here = assertThrows(IllegalArgumentException.class,
            () -> new SparkTrainer<>(new Digits(), SETTINGS).fitHere(poisoned));
        assertTrue(here.getMessage().contains("row 999 of partition 0"), here.getMessage());
    }

    @Test
    void moreShardsThanRowsAndMoreProcessesThanShardsAreFine() {
        var few = POINTS.subList(0, 4);
        var settings = SETTINGS.batchSize(2).shards(1);
        assertSame(new SparkTrainer<>(new Digits(), settings).fitHere(few), fit(new Digits(), settings.processes(2), few, 2));
        assertThrows(IllegalArgumentException.class, () -> fit(new Digits(), SETTINGS, List.of(), 2));
    }
}
