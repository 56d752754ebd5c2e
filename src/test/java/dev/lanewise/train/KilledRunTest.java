package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Synthetic;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.random.Threefry;
import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that end by SIGKILL at any moment, most of them while a checkpoint is written, since they do little else.
class KilledRunTest {

    private static final int EPOCHS = 40;
    private static final int WIDTH = 150;
    private static final int LONGEST_MILLIS = 40;

    @TempDir
    Path folder;

    /// Trains, from where the checkpoint is, with one after each step.
    static final class Program {

        private Program() {}

        public static void main(String... arguments) {
            trainer(Path.of(arguments[0])).callback(new Callback() {
                private boolean begun;

                /// By then the loops are made, and most of what is left is to write.
                @Override
                public void onStep(Run run, Step step) {
                    if (!begun) System.out.println("from " + (run.step() - 1));
                    begun = true;
                }
            }).resume(data(), EPOCHS);
        }

        static Trainer<Batch<int[]>> trainer(Path folder) {
            var model = new Sequential(new Linear(2, WIDTH), new Dropout(0.3), new ReLU(), new Linear(WIDTH, WIDTH), new ReLU(),
                new Linear(WIDTH, 2)).initialize(7);
            return Trainer.classifier(model, new Adam(model.parameters(), 1e-3)).checkpoint(folder.resolve("run.safetensors"), 7)
                .checkpointEvery(1).keepLast(3).validate(data(), Metrics.accuracy(), Mode.MAX).keepBest(folder.resolve("best"))
                .log(MetricSink.csv(folder.resolve("run.csv")), 1).receipt(folder.resolve("receipt"),
                    ReceiptOptions.DEFAULT.every(7));
        }

        private static DataLoader<Batch<int[]>> data() {
            return new DataLoader<>(Synthetic.twoMoons(40, 0.1, new Threefry(3)), 8).shuffle(new Threefry(4));
        }
    }

    @Test
    void aKillLosesNothing() throws Exception { survives(1); }

    @Test
    @Tag("machines")
    void aHundredKillsLoseNothing() throws Exception { assertTrue(survives(100) > 0, "no kill came while a file was written"); }

    @Test
    @Tag("exhaustive")
    void aThousandKillsLoseNothing() throws Exception { assertTrue(survives(1000) > 0, "no kill came while a file was written"); }

    /// @return how many kills came while a file was written
    private int survives(int kills) throws Exception {
        var killed = Files.createDirectory(folder.resolve("killed"));
        var whole = Files.createDirectory(folder.resolve("whole"));
        Program.trainer(whole).fit(Program.data(), EPOCHS);
        var random = new SplittableRandom(kills);
        int written = 0;
        long step = 0;
        for (int kill = 0; kill < kills;) {
            var process = new ForkedJvm(Program.class, ForkedJvm.VECTORS, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC").patient()
                .with(killed.toString()).startForSignals();
            try (var said = process.inputReader()) {
                assertEquals("from " + step, said.lines().filter(line -> line.startsWith("from ")).findFirst().orElse("nothing"),
                    "it goes on where the last one was");
                if (!process.waitFor(random.nextInt(1000 * LONGEST_MILLIS), TimeUnit.MICROSECONDS)) kill++;
            } finally {
                process.destroyForcibly().waitFor();
            }
            if (names(killed).stream().anyMatch(name -> name.endsWith(".tmp"))) written++;
            long now = wholeCheckpoints(killed);
            assertTrue(now >= step, () -> "it goes back to step " + now);
            step = now;
            if (step < 5 * EPOCHS) continue;
            assertSame(whole, killed);
            for (var name : names(killed)) Files.delete(killed.resolve(name));
            step = 0;
        }
        Program.trainer(killed).resume(Program.data(), EPOCHS);
        assertSame(whole, killed);
        return written;
    }

    /// @return the step of the newest
    private static long wholeCheckpoints(Path folder) throws IOException {
        long newest = 0;
        for (var name : names(folder)) if (name.matches("run(-\\d+)?\\.safetensors")) {
            long step = Long.parseLong(Safetensors.read(folder.resolve(name)).metadata().get("step"));
            if (name.equals("run.safetensors")) newest = step;
            else assertEquals("run-" + step + ".safetensors", name);
        }
        return newest;
    }

    /// All files, the older checkpoints included.
    private static void assertSame(Path whole, Path killed) throws IOException {
        var names = names(whole);
        assertEquals(names, names(killed).stream().filter(name -> !name.endsWith(".lock") && !name.endsWith(".tmp")).toList());
        for (var name : names)
            assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(killed.resolve(name)), name);
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
