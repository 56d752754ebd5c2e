package dev.lanewise.spark;

import static dev.lanewise.spark.Digits.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens to executors and drivers plays no part.
class FaultsTest {

    private static final Settings SETTINGS = Settings.DEFAULT.epochs(3).batchSize(64).shards(4).seed(1).stage(Duration.ZERO);
    private static final List<Digits.Point> POINTS = Digits.points(1002);
    private static final int STEPS = 48;
    /// Without a cluster.
    private static final Fitted HERE = new SparkTrainer<>(new Digits(), SETTINGS).fitHere(POINTS);
    private static Cluster cluster;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception { cluster = Cluster.of(2); }

    @AfterAll
    static void stop() { cluster.close(); }

    private static Fitted fit(Program<Digits.Point, dev.lanewise.data.Batch<int[]>> program, Settings settings,
            List<Digits.Point> points) {
        return new SparkTrainer<>(program, settings).fit(cluster.spark().parallelize(points, 3));
    }

    /// Two processes, one of which has trouble.
    private void assertSameDespite(Troubled.Kind kind, int step, int rank, Settings settings) {
        var mark = folder.resolve("mark-" + kind + "-" + step + "-" + rank + "-" + settings.checkpointSteps());
        var there = fit(new Troubled(mark.toString(), kind, step, rank), settings.processes(2), POINTS);
        assertTrue(Files.exists(mark), "nothing has happened");
        assertEquals(STEPS, there.stepLosses().length);
        assertSame(HERE, there);
    }

    private Settings kept(String name, long steps) {
        return SETTINGS.checkpoints(folder.resolve(name).toUri().toString(), steps);
    }

    @Test
    void anExecutorThatIsKilledPlaysNoPart() {
        assertSameDespite(Troubled.Kind.KILLED, 20, 1, SETTINGS);
        assertSameDespite(Troubled.Kind.KILLED, 20, 0, kept("kept", 3));
    }

    /// Rows that it had are made anew.
    @Test
    void anExecutorThatIsKilledWhileRowsAreNumberedPlaysNoPart() { assertSameDespite(Troubled.Kind.KILLED, -1, 0, SETTINGS); }

    @Test
    void anExecutorThatIsSlowIsWaitedForAndOneThatSaysNothingIsLeft() {
        assertSameDespite(Troubled.Kind.SLOW, 20, 1, SETTINGS);
        assertSameDespite(Troubled.Kind.SLOW, 21, 1, SETTINGS.patience(Duration.ofMillis(Troubled.SLOW_MILLIS / 4)));
    }

    @Test
    void aTaskThatFailsIsRunAgain() { assertSameDespite(Troubled.Kind.THROWS, 20, 1, SETTINGS); }

    /// Of each process, at a step of a run that writes checkpoints or has none.
    @Test
    @Tag("exhaustive")
    void twentyThatAreKilledAtARandomStepPlayNoPart() {
        var random = new SplittableRandom(20);
        for (int i = 0; i < 20; i++) {
            int step = random.nextInt(1, STEPS + 1);
            int rank = random.nextInt(2);
            long start = System.nanoTime();
            assertSameDespite(Troubled.Kind.KILLED, step, rank, i % 2 == 0 ? SETTINGS : kept("kept" + i, 1 + random.nextInt(10)));
            System.out.printf("rank %d killed at step %d: the same after %.1f s%n", rank, step,
                (System.nanoTime() - start) * 1e-9);
        }
    }

    @Test
    void anotherDriverGoesOnFromTheNewestCheckpoint() {
        var kept = kept("kept", 5);
        fit(new Digits(), kept.epochs(2), POINTS);
        assertFalse(new Folder(kept.checkpoints(), cluster.spark().hadoopConfiguration()).steps().isEmpty());
        assertSame(HERE, fit(new Digits(), kept, POINTS));
        assertSame(HERE, fit(new Digits(), kept, POINTS)); // there is nothing left to do
    }

    /// In a JVM of its own, on executors of its own.
    static final class Driver {

        private Driver() {}

        /// @param args the folder for checkpoints, and a file that says that a step was made
        public static void main(String... args) throws Exception {
            try (var cluster = Cluster.of(2)) {
                var slow = new Troubled(args[1], Troubled.Kind.SLOW, 25, 1);
                new SparkTrainer<>(slow, SETTINGS.checkpoints(args[0], 4)).fit(cluster.spark().parallelize(POINTS, 2));
            }
        }
    }

    @Test
    @Tag("exhaustive")
    void aDriverThatIsKilledIsGoneOnFrom() throws Exception {
        var kept = kept("kept", 4);
        var mark = folder.resolve("mark");
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Driver.class.getName(), kept.checkpoints(),
            mark.toString()));
        var driver = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
        for (int i = 0; i < 3000 && !Files.exists(mark) && driver.isAlive(); i++) Thread.sleep(100);
        assertTrue(Files.exists(mark), () -> "the driver made no step, see what it said");
        driver.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
        // the program is the same, and nothing happens to it again
        var again = fit(new Troubled(mark.toString(), Troubled.Kind.SLOW, 25, 1), kept, POINTS);
        assertSame(HERE, again);
    }

    @Test
    void otherDataAreRefused() {
        var kept = kept("kept", 0);
        fit(new Digits(), kept.epochs(1), POINTS);
        var one = new ArrayList<>(POINTS);
        var x = one.get(7).x().clone();
        x[2] = Math.nextUp(x[2]);
        one.set(7, new Digits.Point(x, one.get(7).label()));
        var more = new ArrayList<>(POINTS);
        more.add(POINTS.getFirst());
        for (var others : List.of(one, more, POINTS.subList(1, POINTS.size()))) {
            var error = assertThrows(IllegalArgumentException.class, () -> fit(new Digits(), kept, others));
            assertTrue(error.getMessage().contains("the checkpoint is of other data: digest "), error.getMessage());
        }
        assertSame(HERE, fit(new Digits(), kept, POINTS.reversed()));
    }
}
