package dev.lanewise.lab.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Synthetic;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.report.Page;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import dev.lanewise.train.Trainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every job can, on one that is over at once.
class TrainingTest {

    @TempDir
    Path folder;

    private final int threads = Compute.threads();

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    record Outcome(float[] losses, float[] weights) {}

    /// Four steps an epoch.
    static final class Small extends Job {

        private static final Option<Integer> BATCH = Option.count("--batch", 5, 1, 20, "Rows in a step");

        @Override
        public String name() { return "small"; }

        @Override
        public String summary() { return "A line through points."; }

        @Override
        protected List<Option<?>> own() { return List.of(BATCH); }

        @Override
        protected int epochs() { return 3; }

        @Override
        protected Result run(Setting setting, Training training) {
            var points = Synthetic.polynomialRegression(20, new double[][] {{2}}, 0, 0.1, setting.source().stream("points"));
            var model = new Sequential(new Linear(1, 4), new Dropout(0.5), new Linear(4, 1));
            model.initialize(setting.weights());
            setting.say("Data", "20 points");
            var history = training.fit(Trainer.regressor(model, new Adam(model.parameters(), 0.01)),
                new DataLoader<>(points, setting.get(BATCH)).shuffle(setting.source().stream("order")));
            var weights = model.parameters().getFirst().tensor().toArray();
            return new Result(new Outcome(history.stepLosses(), weights), "", "", Page.titled("A line"));
        }
    }

    /// Its first step has no end.
    static final class Stuck extends Job {

        @Override
        public String name() { return "stuck"; }

        @Override
        public String summary() { return "Waits."; }

        @Override
        protected int epochs() { return 1; }

        @Override
        protected Result run(Setting setting, Training training) {
            var model = new Linear(1, 1).initialize(setting.weights());
            training.fit(new Trainer<Batch<Tensor>>(model, _ -> {
                setting.out().println("stuck");
                for (;;) LockSupport.park();
            }, new Adam(model.parameters(), 0.01)),
                new DataLoader<>(Synthetic.polynomialRegression(2, new double[][] {{2}}, 0, 0.1, setting.source()), 2));
            throw new AssertionError();
        }

        public static void main(String... args) {
            var trial = new Trial("train stuck", new Stuck());
            trial.result(Options.parse(trial, args), Terminal.of(System.out));
        }
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String out() { return out.toString(StandardCharsets.UTF_8); }

    private Outcome run(String... args) { return run(out, args); }

    private Outcome run(OutputStream to, String... args) {
        var trial = new Trial("train small", new Small());
        var words = Stream.concat(Stream.of("--checkpoint", checkpoint().toString()), Stream.of(args)).toArray(String[]::new);
        return (Outcome) trial.result(Options.parse(trial, words), Terminal.of(new PrintStream(to, true, StandardCharsets.UTF_8)))
            .result().outcome();
    }

    private Path checkpoint() { return folder.resolve("kept.safetensors"); }

    private static void assertSame(Outcome expected, Outcome actual) {
        assertArrayEquals(expected.losses(), actual.losses());
        assertArrayEquals(expected.weights(), actual.weights());
    }

    @Test
    void moreEpochsGoOnToTheBit() {
        var whole = run();
        run("--epochs", "1");
        assertSame(whole, run("--resume", "--threads", "3"));
        assertSame(whole, run("--resume"));
        assertEquals(12, whole.losses().length);
    }

    /// As Ctrl-C does, by the thread's own means: in the middle of an epoch.
    @Test
    void aRunThatIsEndedSaysHowToGoOnAndDoes() throws Exception {
        var whole = run("--seed", "7", "--batch", "4");
        Files.delete(checkpoint());
        out.reset();
        Thread.currentThread().interrupt();
        assertThrows(Training.Ended.class, () -> run("--seed", "7", "--batch=4"));
        assertTrue(Thread.interrupted(), "the caller is told, too");
        assertTrue(out().contains("Ended after step 1, with 0 of 3 epochs done; " + checkpoint() + " has all of it."), out());
        assertTrue(out().contains("-Dargs=\"train small --checkpoint " + checkpoint() + " --seed 7 --batch 4 --resume\"\n"),
            out());
        assertSame(whole, run("--seed", "7", "--batch", "4", "--resume"));
    }

    /// A pipe that breaks, as by the same Ctrl-C, takes nothing away.
    @Test
    void aReaderThatLeavesEndsItWithACheckpoint() {
        var whole = run();
        checkpoint().toFile().delete();
        var pipe = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (b == '\n' && ++lines == 2) throw new IOException("Broken pipe");
            }

            private int lines;
        };
        assertThrows(Terminal.Closed.class, () -> run(pipe));
        assertTrue(Files.exists(checkpoint()), "in the middle of what could be lost");
        assertSame(whole, run("--resume"));
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void withoutACheckpointItBeginsAndSaysSo() {
        var whole = run();
        checkpoint().toFile().delete();
        out.reset();
        assertSame(whole, run("--resume"));
        assertTrue(out().contains("Resume    there is no " + checkpoint() + " yet: from the start"), out());
    }

    @Test
    void otherOptionsAreRefused() {
        run("--epochs", "1");
        for (var other : List.of("--batch=4 --batch is 4, but was 5 where the run began",
            "--seed=1 weights is seed 1, but was seed 42", "--torch-seed=3 weights is PyTorch's")) {
            var words = other.split(" ", 2);
            var thrown = assertThrows(IllegalArgumentException.class, () -> run("--resume", words[0]));
            assertTrue(thrown.getMessage().contains(words[1]), thrown.getMessage());
        }
    }

    /// Meanwhile nobody else may write its checkpoint.
    @Test
    void aSecondControlCEndsItAtOnce() throws Exception {
        var process = new ForkedJvm(Stuck.class, ForkedJvm.VECTORS).with("--checkpoint", checkpoint().toString()).patient()
            .startForSignals();
        var said = new StringBuilder();
        CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS).execute(process::destroyForcibly);
        try (var reader = process.inputReader()) {
            for (String line; (line = reader.readLine()) != null; ) {
                said.append(line).append('\n');
                if (line.equals("stuck")) Rejected.state(this::run, "is being written by another process, " + process.pid(),
                    "a file of its own");
                if (line.equals("stuck") || line.startsWith("Ending after this step"))
                    new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
            }
        } finally {
            process.destroyForcibly();
        }
        assertEquals(130, process.waitFor(), said::toString);
        assertTrue(said.toString().contains("Ending after this step") && !said.toString().contains("To go on"), said::toString);
        run();
        try (var files = Files.list(folder)) {
            assertEquals(List.of(checkpoint()), files.toList(), "what keeps others out is taken away, a dead one's, too");
        }
    }

    @Test
    void anotherJobsCheckpointIsSaidToBeThat() {
        run("--batch", "4");
        var trial = new Trial("train stuck", new Stuck());
        var options = Options.parse(trial, "--checkpoint", checkpoint().toString(), "--resume");
        Rejected.argument(() -> trial.result(options, new PrintStream(out)), "it is of train small, and this is train stuck",
            "--checkpoint");
    }

    @Test
    void aJobTrainsOnce() {
        var trial = new Trial("train small", new Small());
        var setting = new Setting("small", Options.parse(trial, "--checkpoint", checkpoint().toString()), new PrintStream(out));
        var training = new Training(new Small(), setting);
        new Small().run(setting, training);
        assertThrows(IllegalStateException.class, () -> new Small().run(setting, training));
    }

    @Test
    void theBestWeightsLieBesideTheCheckpoint() {
        assertEquals(Path.of("a/b-best.safetensors"), Training.best(Path.of("a/b.safetensors")));
        assertEquals(Path.of("c.d-best"), Training.best(Path.of("c.d")));
    }
}
