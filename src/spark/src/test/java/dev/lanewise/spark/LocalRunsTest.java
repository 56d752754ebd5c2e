package dev.lanewise.spark;

import static dev.lanewise.spark.Digits.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.data.Batch;
import dev.lanewise.group.SocketGroup;
import dev.lanewise.optim.SGD;
import dev.lanewise.train.Callback;
import dev.lanewise.train.Run;
import dev.lanewise.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs in one JVM, of one process and of two.
class LocalRunsTest {

    private static final List<Digits.Point> POINTS = Digits.points(140);
    private static final Settings SETTINGS = Settings.DEFAULT.batchSize(32).shards(2).seed(1).stage(Duration.ZERO);
    private static final Told PLAIN = new Told(0.01, 1, -1, false);
    /// What tasks saw.
    private static final Queue<Integer> THREADS = new ConcurrentLinkedQueue<>();
    private static JavaSparkContext spark;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        spark = new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("Lanewise's tests")
            .set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1"));
        spark.setLogLevel("WARN");
    }

    @AfterAll
    static void stop() { spark.close(); }

    /// @param rate    of learning
    /// @param last    the epoch after which a process stops the run, where there are two the second one; -1 for none
    /// @param planned whether the rate falls with the run's plan
    private record Told(double rate, int accumulate, int last, boolean planned) implements Program<Digits.Point, Batch<int[]>> {

        @Override
        public Trainer<Batch<int[]>> trainer() {
            var model = Digits.model();
            model.initialize(42);
            return Trainer.classifier(model, new SGD(model.parameters(), rate)).accumulate(accumulate).callback(new Callback() {
                @Override
                public void onStep(Run run, Step step) {
                    THREADS.add(Compute.threads());
                    if (!planned) return;
                    run.optimizers().getFirst().learningRate(rate * (1 - (double) run.step() / run.plan().allSteps()));
                }

                @Override
                public void onEpochEnd(Run run, Epoch epoch) {
                    boolean one = TaskContext.get() == null || BarrierTaskContext.get().getTaskInfos().length == 1;
                    if (epoch.number() == last && (one || TaskContext.getPartitionId() == 1)) run.stop();
                }
            });
        }

        @Override
        public Batch<int[]> collate(List<Digits.Point> points) { return new Digits().collate(points); }

        @Override
        public byte[] content(Digits.Point point) { return new Digits().content(point); }

        @Override
        public void check(Digits.Point point) { new Digits().check(point); }
    }

    private static Fitted fit(Told program, Settings settings) {
        return new SparkTrainer<>(program, settings).fit(spark.parallelize(POINTS, 3));
    }

    private static Fitted here(Told program, Settings settings) { return new SparkTrainer<>(program, settings).fitHere(POINTS); }

    @Test
    void whoStopsAtAnEpochsEndStopsHoweverManyEpochsAreAStage() {
        for (int last = 0; last < 4; last++) for (int processes : new int[] {1, 2}) for (int days : new int[] {0, 400_000}) {
            var program = new Told(0.01, 1, last, false);
            var fitted = fit(program, SETTINGS.epochs(6).processes(processes).stage(Duration.ofDays(days)));
            assertEquals(last + 1, fitted.epochLosses().length);
            assertSame(here(program, SETTINGS.epochs(6)), fitted);
        }
    }

    @Test
    void thePlanIsThatOfTheWholeRun() {
        var program = new Told(0.1, 1, -1, true);
        for (int days : new int[] {0, 400_000}) assertSame(here(program, SETTINGS.epochs(4)),
            fit(program, SETTINGS.epochs(4).processes(2).stage(Duration.ofDays(days))));
    }

    @Test
    void anotherRunsCheckpointsAreRefusedBeforeAStage() {
        var kept = SETTINGS.epochs(2).checkpoints(folder.toUri().toString(), 2);
        var fitted = fit(PLAIN, kept);
        assertSame(fitted, fit(PLAIN, kept.processes(2)));
        assertRefused("optimizer.0 was ", new Told(0.02, 1, -1, false), kept);
        assertRefused("planned=true", new Told(0.01, 1, -1, true), kept);
        assertRefused("batchSize was \"32\", and is \"64\"", PLAIN, kept.batchSize(64));
        assertRefused("shards was \"2\", and is \"1\"", PLAIN, kept.shards(1));
        assertRefused("seed was \"1\", and is \"2\"", PLAIN, kept.seed(2));
    }

    private static void assertRefused(String told, Told program, Settings settings) {
        // Spark's own exception would be that of a stage
        var error = assertThrows(IllegalArgumentException.class, () -> fit(program, settings));
        assertTrue(error.getMessage().contains(told) && error.getMessage().contains("name another folder for checkpoints"),
            error.getMessage());
    }

    @Test
    void checkpointsBeyondTheEpochsThatAreAskedForAreLeftOut() {
        for (int accumulate : new int[] {1, 2}) {
            var program = new Told(0.01, accumulate, -1, false);
            var kept = SETTINGS.checkpoints(folder.resolve("of" + accumulate).toUri().toString(), 0);
            var longest = fit(program, kept.epochs(4));
            for (int epochs : new int[] {1, 3})
                assertSame(here(program, SETTINGS.epochs(epochs)), fit(program, kept.epochs(epochs)));
            assertSame(longest, fit(program, kept.epochs(4)));
        }
    }

    @Test
    void aPageSaysHowARunWent() throws Exception {
        var fitted = fit(PLAIN, SETTINGS.epochs(3).processes(2).reports(folder.resolve("pages").toUri().toString()));
        try (var files = Files.list(folder.resolve("pages"))) {
            var pages = files.filter(file -> file.toString().endsWith(".html")).toList();
            assertEquals(1, pages.size());
            var html = Files.readString(pages.getFirst());
            for (var told : List.of("<svg", "Loss of each step", "3 epochs in 2 processes", fitted.data() + " of 140 rows",
                "epoch 1 of 3"))
                assertTrue(html.contains(told), () -> told + " isn't in " + html);
        }
    }

    @Test
    void nothingIsKeptOfARunThatIsOver() throws Exception {
        int others = Examples.kept(); // of tests before, for a while
        fit(PLAIN, SETTINGS.epochs(3).processes(2));
        assertTrue(Examples.kept() <= others);
        // one that fails, or whose driver is gone
        Examples.begin("failed");
        held("failed");
        Examples.end("failed", 0, false, Duration.ofMillis(50));
        for (long since = System.nanoTime(); Examples.kept() > others; Thread.sleep(10))
            assertTrue(System.nanoTime() - since < 20_000_000_000L, "it is kept still");
        // one that goes on before the time is over, beside another that is new here
        Examples.begin("goes on");
        var before = held("goes on");
        Examples.end("goes on", 0, false, Duration.ofMillis(300));
        Examples.begin("goes on");
        fit(PLAIN, SETTINGS);
        Thread.sleep(500);
        assertTrue(before == held("goes on"), "they were read again");
        Examples.end("goes on", 0, true);
        assertTrue(Examples.kept() <= others);
    }

    private static Object held(String run) throws java.io.IOException {
        return Examples.of(run, 0, PLAIN, new Placement(new int[2], new int[1], new int[1], new int[0], new int[0]),
            List.<Numbered<Digits.Point>>of().iterator());
    }

    private static final AtomicInteger LOOKED = new AtomicInteger();

    /// As rows with `rand()` in them, when what was kept of them is gone.
    private record Changing() implements Program<Digits.Point, Batch<int[]>> {

        @Override
        public Trainer<Batch<int[]>> trainer() { return PLAIN.trainer(); }

        @Override
        public Batch<int[]> collate(List<Digits.Point> points) { return PLAIN.collate(points); }

        @Override
        public byte[] content(Digits.Point point) {
            var content = PLAIN.content(point);
            if (LOOKED.incrementAndGet() > POINTS.size()) content[7] ^= 1;
            return content;
        }
    }

    /// One process gets as many as before, whichever they are.
    @Test
    void rowsThatAreOthersTheSecondTimeAreRefused() {
        for (int processes : new int[] {1, 2}) {
            LOOKED.set(0);
            var kept = spark.parallelize(POINTS, 3).persist(StorageLevel.MEMORY_ONLY());
            var error = assertThrows(Exception.class,
                () -> new SparkTrainer<>(new Changing(), SETTINGS.processes(processes)).fit(kept));
            assertTrue(error.getMessage().contains(" examples than were counted; was the data set read differently"),
                error.getMessage());
        }
    }

    @Test
    void aTaskHasTheThreadsThatSparkGivesIt() {
        int before = Compute.threads();
        try {
            Compute.setThreads(3);
            THREADS.clear();
            fit(PLAIN, SETTINGS.processes(2));
            assertFalse(THREADS.isEmpty());
            assertTrue(THREADS.stream().allMatch(threads -> threads == 1), THREADS::toString);
            assertEquals(3, Compute.threads());
        } finally {
            Compute.setThreads(before);
        }
    }

    private static final Queue<Long> ENDED = new ConcurrentLinkedQueue<>();

    /// One that is alone waits for nobody, and one that waits for the others to join may wait for long.
    @Test
    void aTaskThatSparkGivesUpEnds() throws Exception {
        for (int processes : new int[] {1, 2}) {
            THREADS.clear();
            givenUp(() -> !THREADS.isEmpty(), () -> fit(PLAIN, SETTINGS.batchSize(8).epochs(1_000_000).processes(processes)));
            long steps = -1;
            for (long since = System.nanoTime(); steps != THREADS.size();) {
                assertTrue(System.nanoTime() - since < 20_000_000_000L, "it makes steps still");
                steps = THREADS.size();
                Thread.sleep(1_000);
            }
            THREADS.clear();
        }
        for (int rank : new int[] {0, 1}) {
            ENDED.clear();
            THREADS.clear();
            givenUp(() -> !THREADS.isEmpty(), () -> spark.parallelize(List.of(rank), 1).foreach(LocalRunsTest::joinNobody));
            for (long since = System.nanoTime(); ENDED.isEmpty(); Thread.sleep(50))
                assertTrue(System.nanoTime() - since < 20_000_000_000L, "it waits still");
        }
    }

    @Test
    void whoIsInterruptedLeavesNoJobBehind() throws Exception {
        THREADS.clear();
        var endless = SETTINGS.batchSize(8).epochs(1_000_000);
        var thread = Thread.ofPlatform().start(() -> assertThrows(Exception.class, () -> fit(PLAIN, endless)));
        for (long since = System.nanoTime(); THREADS.isEmpty(); Thread.sleep(20))
            assertTrue(System.nanoTime() - since < 60_000_000_000L, "it doesn't begin");
        thread.interrupt();
        thread.join();
        for (long since = System.nanoTime(); spark.statusTracker().getActiveJobIds().length > 0; Thread.sleep(20))
            assertTrue(System.nanoTime() - since < 20_000_000_000L, "Spark goes on with it");
    }

    private static void joinNobody(int rank) throws java.io.IOException {
        var loopback = java.net.InetAddress.getLoopbackAddress();
        try (var listener = SocketGroup.listen(loopback); var silent = new java.net.ServerSocket(0, 1, loopback)) {
            var nobody = new java.net.InetSocketAddress(loopback, silent.getLocalPort());
            var members = rank == 0 ? List.of(listener.address(), nobody) : List.of(nobody, listener.address());
            THREADS.add(rank);
            try (var watch = new TaskWatch(TaskContext.get());
                var _ = watch.joined(listener.join(rank, members, new byte[16], Duration.ofHours(1)))) {
                throw new AssertionError("nobody is there");
            }
        } finally {
            ENDED.add(Thread.currentThread().threadId());
        }
    }

    private static void givenUp(java.util.function.BooleanSupplier runs, Runnable job) throws InterruptedException {
        var thread = Thread.ofPlatform().start(() -> {
            spark.sc().setJobGroup("given up", "to be cancelled", false);
            assertThrows(Exception.class, job::run);
        });
        for (long since = System.nanoTime(); !runs.getAsBoolean(); Thread.sleep(20))
            assertTrue(System.nanoTime() - since < 60_000_000_000L, "it doesn't begin");
        spark.sc().cancelJobGroup("given up");
        thread.join();
    }

    @Test
    void theUsersOwnDescriptionOfJobsStays() {
        spark.sc().setJobDescription("mine");
        try {
            fit(PLAIN, SETTINGS);
            assertEquals("mine", spark.getLocalProperty("spark.job.description"));
            var failing = new SparkTrainer<>(new Failing(), SETTINGS);
            assertThrows(Exception.class, () -> failing.fit(spark.parallelize(POINTS, 2)));
            assertEquals("mine", spark.getLocalProperty("spark.job.description"));
        } finally {
            spark.sc().setJobDescription(null);
        }
    }

    private record Failing() implements Program<Digits.Point, Batch<int[]>> {

        @Override
        public Trainer<Batch<int[]>> trainer() { return PLAIN.trainer(); }

        @Override
        public Batch<int[]> collate(List<Digits.Point> points) { throw new IllegalStateException("no batch can be made"); }

        @Override
        public byte[] content(Digits.Point point) { return PLAIN.content(point); }
    }

    @Test
    void aProgramSaysWhatIsInIt() {
        record Plain(int[] sizes, List<double[]> rates, Object other, java.util.Map<String, Integer> map) {}
        var text = Description.of(new Plain(new int[] {1, 2}, List.of(new double[] {0.5}), new Object(),
            java.util.Map.of("b", 1, "a", 2)));
        assertTrue(text.endsWith("[sizes=[1, 2], rates=[[0.5]], other=java.lang.Object, map={a=2, b=1}]"), text);
        Runnable lambda = () -> {};
        assertEquals(getClass().getName() + "$$Lambda", Description.of(lambda));
        assertEquals("PT1M", Description.of(Duration.ofMinutes(1)));
        var itself = new ArrayList<Object>();
        itself.add(itself);
        var error = assertThrows(IllegalArgumentException.class, () -> Description.of(itself));
        assertTrue(error.getMessage().contains("lie in each other"), error.getMessage());
    }

    @Test
    void checkpointsAreReplacedWhereNothingIsRenamedOver() throws Exception {
        var configuration = new org.apache.hadoop.conf.Configuration(spark.hadoopConfiguration());
        configuration.setClass("fs.strict.impl", StrictFiles.class, org.apache.hadoop.fs.FileSystem.class);
        var kept = new Folder("strict://" + folder.resolve("kept"), configuration);
        assertEquals(List.of(), kept.steps());
        var file = folder.resolve("file");
        // what a process left that was killed
        Files.createDirectories(folder.resolve("kept"));
        Files.writeString(folder.resolve("kept/run-000000000001.safetensors.0.part"), "half");
        for (var text : new String[] {"first", "second"}) for (long step : new long[] {1, 2, 3, 4}) {
            Files.writeString(file, text + step);
            kept.write(step, file);
            kept.read(step, folder.resolve("read"));
            assertEquals(text + step, Files.readString(folder.resolve("read")));
        }
        assertEquals(List.of(4L, 3L), kept.steps());
        assertEquals(3, kept.newest(0, 3));
        assertEquals(0, kept.newest(4, 9));
        try (var files = Files.list(folder.resolve("kept"))) {
            assertEquals(2, files.count());
        }
    }

    /// Renames nothing over what is there, as HDFS.
    public static final class StrictFiles extends org.apache.hadoop.fs.RawLocalFileSystem {

        @Override
        public java.net.URI getUri() { return java.net.URI.create("strict:///"); }

        @Override
        public String getScheme() { return "strict"; }

        @Override
        public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to) throws java.io.IOException {
            return !exists(to) && super.rename(from, to);
        }
    }

    @Test
    void patienceHasAnEndAndAStageNoLessThanNoTime() {
        Settings.DEFAULT.patience(Duration.ofDays(23));
        assertThrows(IllegalArgumentException.class, () -> Settings.DEFAULT.patience(Duration.ofDays(25)));
        assertThrows(IllegalArgumentException.class, () -> Settings.DEFAULT.stage(Duration.ofNanos(-1)));
    }
}
