package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.train.Callback;
import dev.lanewise.train.Run;
import dev.lanewise.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On two executors that are JVMs of their own.
class SparkTrainerTest {

    private static final Settings SETTINGS = Settings.DEFAULT.epochs(3).batchSize(64).shards(4).seed(1);
    private static final List<Digits.Point> POINTS = Digits.points(1002);
    /// Without a cluster.
    private static final Fitted HERE = new SparkTrainer<>(new Digits(), SETTINGS).fitHere(POINTS);
    private static Cluster cluster;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception { cluster = Cluster.of(2); }

    @AfterAll
    static void stop() { cluster.close(); }

    private static void assertSame(Fitted expected, Fitted actual) {
        assertArrayEquals(expected.stepLosses(), actual.stepLosses());
        assertArrayEquals(expected.epochLosses(), actual.epochLosses());
        assertEquals(expected.data(), actual.data());
        assertArrayEquals(expected.weights(), actual.weights());
    }

    private static Fitted fit(Program<Digits.Point, Batch<int[]>> program, Settings settings, List<Digits.Point> points, int partitions) {
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

    @Test
    void anExecutorThatIsKilledPlaysNoPart() throws Exception {
        for (var checkpoints : new String[] {null, folder.resolve("kept").toUri().toString()}) {
            var mark = folder.resolve("killed-" + (checkpoints == null));
            var there = fit(new Killed(mark.toString(), 20), SETTINGS.checkpoints(checkpoints, checkpoints == null ? 0 : 3), POINTS, 3);
            assertTrue(Files.exists(mark), "nobody was killed");
            assertSame(HERE, there);
        }
    }

    /// Ends the JVM of one process, once, at a step.
    private record Killed(String mark, int step) implements Program<Digits.Point, Batch<int[]>> {

        @Override
        public Trainer<Batch<int[]>> trainer() {
            return new Digits().trainer().callback(new Callback() {
                @Override
                public void onStep(Run run, Step made) {
                    if (run.step() != step || SparkEnv.get() == null || org.apache.spark.TaskContext.getPartitionId() != 1) return;
                    try {
                        Files.createFile(Path.of(mark));
                    } catch (java.io.IOException e) {
                        return; // it was there
                    }
                    Runtime.getRuntime().halt(137);
                }
            });
        }

        @Override
        public Batch<int[]> collate(List<Digits.Point> points) { return new Digits().collate(points); }

        @Override
        public byte[] content(Digits.Point point) { return new Digits().content(point); }
    }

    @Test
    void anotherDriverGoesOnFromTheNewestCheckpoint() {
        var kept = folder.resolve("kept").toUri().toString();
        fit(new Digits(), SETTINGS.epochs(2).checkpoints(kept, 5), POINTS, 2);
        assertFalse(new Folder(kept, cluster.spark().hadoopConfiguration()).steps().isEmpty());
        assertSame(HERE, fit(new Digits(), SETTINGS.checkpoints(kept, 5), POINTS, 4));
        assertSame(HERE, fit(new Digits(), SETTINGS.checkpoints(kept, 5), POINTS, 4)); // there is nothing left to do
    }

    @Test
    void otherDataAreRefused() {
        var kept = folder.resolve("kept").toUri().toString();
        fit(new Digits(), SETTINGS.epochs(1).checkpoints(kept, 0), POINTS, 2);
        var others = new ArrayList<>(POINTS);
        others.set(7, new Digits.Point(new float[Digits.FEATURES], 1));
        var error = assertThrows(Exception.class, () -> fit(new Digits(), SETTINGS.checkpoints(kept, 0), others, 2));
        assertTrue(error.getMessage().contains("the checkpoint is of other data"), error.getMessage());
    }

    @Test
    void aPoisonedRowIsNamed() {
        var poisoned = new ArrayList<>(POINTS);
        poisoned.set(POINTS.size() - 3, new Digits.Point(new float[] {1, Float.NaN, 0, 0, 0}, 1));
        var error = assertThrows(Exception.class, () -> fit(new Digits(), SETTINGS, poisoned, 3));
        assertTrue(error.getMessage().contains("row 331 of partition 2: a feature is NaN"), error.getMessage());
        var here = assertThrows(IllegalArgumentException.class, () -> new SparkTrainer<>(new Digits(), SETTINGS).fitHere(poisoned));
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
