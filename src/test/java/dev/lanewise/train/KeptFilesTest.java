package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Synthetic;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which files a run leaves, and what becomes of them, and of it, where the disk fails.
class KeptFilesTest {

    private static final int STEPS_IN_EPOCH = 4;
    private static final int EPOCHS = 3;

    @TempDir
    Path folder;

    private static Trainer<Batch<int[]>> trainer(Path folder) {
        var model = new Sequential(new Linear(2, 40), new Tanh(), new Linear(40, 2)).initialize(7);
        return Trainer.classifier(model, new Adam(model.parameters(), 0.01)).checkpoint(folder.resolve("run.st"), 7)
            .checkpointEvery(1)
            .validate(data(), Metrics.accuracy(), Mode.MAX).keepBest(folder.resolve("best"))
            .log(MetricSink.csv(folder.resolve("run.csv")), 1)
            .receipt(folder.resolve("receipt"), ReceiptOptions.DEFAULT.every(2));
    }

    private static DataLoader<Batch<int[]>> data() {
        return new DataLoader<>(Synthetic.twoMoons(32, 0.1, new Threefry(3)), 8).shuffle(new Threefry(4));
    }

    private static long step(Path file) { return Long.parseLong(Safetensors.read(file).metadata().get("step")); }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("run")
                && !name.endsWith("csv")).sorted()
                .toList();
        }
    }

    // ---- the last ones and the best

    /// The first epoch is the best here, as the validation says it is; its checkpoint stays, whatever comes.
    @Test
    void theLastAndTheBestStay() throws IOException {
        var ranks = new double[] {3, 9, 1, 1, 1};
        var calls = new int[1];
        var trainer = trainer(folder).keepLast(3).validate(data(), (_, _) -> ranks[calls[0]++], Mode.MAX);
        Files.writeString(folder.resolve("run-2.st"), "another's");
        Files.createDirectory(folder.resolve("run-3.st"));
        Files.writeString(folder.resolve("run-99.st"), "another's");
        trainer.fit(data(), 5);
        assertEquals(List.of("run-18.st", "run-19.st", "run-2.st", "run-3.st", "run-8.st", "run-99.st", "run.st"), names(folder));
        for (int step : new int[] {8, 18, 19}) assertEquals(step, step(folder.resolve("run-" + step + ".st")));
        assertEquals(20, step(folder.resolve("run.st")));
        for (int step : new int[] {2, 99}) assertEquals("another's", Files.readString(folder.resolve("run-" + step + ".st")));
        Rejected.argument(() -> trainer.keepLast(0), "0 checkpoints");
        var model = new Linear(2, 2);
        Rejected.argument(() -> Trainer.classifier(model, new Adam(model.parameters(), 1)).keepLast(2).fit(data(), 1),
            "keepLast has no checkpoints", "checkpoint(file, seed)");
    }

    /// Also where a program before left them; and from an older one that is copied over the newest.
    @Test
    void whatGoesOnKeepsAsMany() throws IOException {
        var whole = Files.createDirectory(folder.resolve("whole"));
        var parts = Files.createDirectory(folder.resolve("parts"));
        trainer(whole).keepLast(2).fit(data(), EPOCHS);
        for (int at = 1; at <= EPOCHS * STEPS_IN_EPOCH; at++) {
            int step = at;
            trainer(parts).keepLast(2).callback(new Callback() {
                @Override
                public void onStep(Run run, Step last) { if (run.step() == step) run.stop(); }
            }).resume(data(), EPOCHS);
            assertTrue(names(parts).size() <= 3, () -> "too many");
        }
        assertEquals(names(whole), names(parts));
        for (var name : names(whole))
            assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(parts.resolve(name)), name);
        Files.copy(parts.resolve("run-11.st"), parts.resolve("run.st"), StandardCopyOption.REPLACE_EXISTING);
        trainer(parts).keepLast(2).resume(data(), EPOCHS);
        assertArrayEquals(Files.readAllBytes(whole.resolve("run.st")), Files.readAllBytes(parts.resolve("run.st")));
    }

    @Test
    void anArchiveKeepsThemToo() throws IOException {
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            var model = new Sequential(new Linear(2, 3)).initialize(7);
            Trainer.classifier(model, new Adam(model.parameters(), 0.01)).checkpoint(zip.getPath("run"), 7).checkpointEvery(1)
                .keepLast(2).fit(data(), 1);
            assertEquals(STEPS_IN_EPOCH, step(zip.getPath("run")));
            assertEquals(STEPS_IN_EPOCH - 1, step(zip.getPath("run-" + (STEPS_IN_EPOCH - 1))));
            assertFalse(Files.exists(zip.getPath("run-" + (STEPS_IN_EPOCH - 2))));
        }
    }

    // ---- where the disk fails

    /// What happens to a disk, which is one of its own where this user may mount one.
    private enum Fault {
        FULL {
            @Override
            void fail(Path disk) throws IOException {
                try (var filler = Files.newOutputStream(disk.resolve("filler"))) {
                    var page = new byte[4096];
                    while (true) filler.write(page);
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains("space"), e.getMessage());
                }
            }

            @Override
            void mend(Path disk) throws IOException { Files.delete(disk.resolve("filler")); }
        },
        READ_ONLY {
            @Override
            void fail(Path disk) throws IOException {
                // a view of its own: the files that we have open keep the disk itself from becoming so
                var files = disk.resolve("there").toString();
                assertTrue(run("mount", "--bind", files, files) && run("mount", "-o", "remount,bind,ro", files));
            }

            @Override
            void mend(Path disk) throws IOException { assertTrue(run("umount", disk.resolve("there").toString())); }
        },
        GONE {
            @Override
            void fail(Path disk) throws IOException {
                Files.move(disk.resolve("there"), disk.resolve("away"));
                Files.createFile(disk.resolve("there"));
            }

            @Override
            void mend(Path disk) throws IOException {
                Files.move(disk.resolve("away"), disk.resolve("there"), StandardCopyOption.REPLACE_EXISTING);
            }
        };

        abstract void fail(Path disk) throws IOException;

        abstract void mend(Path disk) throws IOException;
    }

    private static boolean run(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Fails after one step, and is mended after another.
    private record Failing(Fault fault, Path disk, int from, int until) implements Callback {

        @Override
        public void onStep(Run run, Step step) {
            try {
                if (run.step() == from) fault.fail(disk);
                if (run.step() == until) fault.mend(disk);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private interface Body {
        void run(Path disk, Path files) throws IOException;
    }

    private void onDisk(Fault fault, Body body) throws IOException {
        var disk = Files.createDirectory(folder.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=256k", "lanewise", disk.toString());
        Assumptions.assumeTrue(mounted || fault == Fault.GONE, "only an administrator may mount a disk");
        try {
            body.run(disk, Files.createDirectory(disk.resolve("there")));
        } finally {
            if (mounted) run("umount", "-l", disk.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoSaysNothingIsStoppedAndLosesNothing(Fault fault) throws IOException {
        var whole = Files.createDirectory(folder.resolve("whole"));
        var history = trainer(whole).fit(data(), EPOCHS);
        onDisk(fault, (disk, files) -> {
            var e = assertThrows(UncheckedIOException.class,
                () -> trainer(files).callback(new Failing(fault, disk, 6, 0)).fit(data(), EPOCHS));
            for (var part : List.of("the checkpoint of step 6 could not be written, and that of step 5 is still there",
                files.toString(), "resume(…)", fault == Fault.FULL ? "No space left on device"
                : "in a folder that you may write to"))
                assertTrue(e.getMessage().contains(part), e.getMessage());
            if (fault != Fault.GONE) assertEquals(5, step(files.resolve("run.st")));
            // nor is a run begun that could not be kept
            if (fault != Fault.FULL) assertThrows(UncheckedIOException.class, () -> trainer(files).callback(new Callback() {
                @Override
                public void onStep(Run run, Step step) { throw new AssertionError("it trains"); }
            }).fit(data(), EPOCHS));
            fault.mend(disk);
            assertArrayEquals(history.stepLosses(), trainer(files).resume(data(), EPOCHS).stepLosses());
            for (var name : List.of("run.st", "best", "run.csv", "receipt"))
                assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(files.resolve(name)), name);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoWantsToGoOnIsToldAndLosesNothing(Fault fault) throws IOException {
        var whole = Files.createDirectory(folder.resolve("whole"));
        var history = trainer(whole).fit(data(), EPOCHS);
        onDisk(fault, (disk, files) -> {
            var told = new ArrayList<String>();
            // an epoch's end lies in it, the best one's
            var found = trainer(files).callback(new Failing(fault, disk, 3, 6)).onDiskFailure(e -> told.add(e.getMessage()))
                .fit(data(), EPOCHS);
            assertArrayEquals(history.stepLosses(), found.stepLosses());
            for (var name : List.of("run.st", "best", "run.csv", "receipt"))
                assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(files.resolve(name)), name);
            assertTrue(told.stream().anyMatch(message ->
                message.contains("the best weights could not be written; training goes on")),
                told::toString);
            assertTrue(told.stream().anyMatch(message ->
                message.contains("the checkpoint of step 5 could not be written, and that of step 2 is"
                + " still there; training goes on: ")), told::toString);
        });
    }

    /// Till the end: the best weights are had all the same, and nobody takes others for them afterwards.
    @Test
    void bestWeightsThatCouldNotBeWrittenAreHad() throws IOException {
        onDisk(Fault.GONE, (disk, files) -> {
            var told = new ArrayList<String>();
            var ranks = new double[] {1, 2, 3};
            var calls = new int[1];
            var trainer = trainer(files).validate(data(), (_, _) -> ranks[calls[0]++], Mode.MAX)
                .callback(new Failing(Fault.GONE, disk, 6, 0)).onDiskFailure(e -> told.add(e.getMessage()));
            trainer.fit(data(), EPOCHS);
            assertFalse(told.isEmpty());
            var trained = trainer.model.stateDict();
            trainer.loadBest();
            trained.forEach((name, tensor) -> assertArrayEquals(tensor.toArray(), trainer.model.stateDict().get(name).toArray()));
            Fault.GONE.mend(disk);
            trainer.unwrittenBest = null; // as in another process
            Rejected.state(trainer::loadBest, "has the weights of epoch \"0\"", "epoch 2");
        });
    }

    @Test
    void whoIsToldMayEndTheRun() throws IOException {
        onDisk(Fault.GONE, (disk, files) -> {
            var e = assertThrows(UncheckedIOException.class, () -> trainer(files).callback(new Failing(Fault.GONE, disk, 6, 0))
                .onDiskFailure(failure -> { throw failure; }).fit(data(), EPOCHS));
            assertTrue(e.getMessage().contains("step 6"), e.getMessage());
        });
        assertThrows(NullPointerException.class, () -> trainer(folder).onDiskFailure(null));
    }

    /// A folder that is only missing is made again, with all that was in the files that were open.
    @Test
    void aFolderThatWasRemovedIsMadeAgain() throws IOException {
        var whole = Files.createDirectory(folder.resolve("whole"));
        trainer(whole).fit(data(), EPOCHS);
        var files = Files.createDirectory(folder.resolve("files"));
        trainer(files).callback(new Callback() {
            @Override
            public void onStep(Run run, Step step) {
                if (run.step() != 6) return;
                try (Stream<Path> all = Files.walk(files)) {
                    for (var each : all.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(each);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }).fit(data(), EPOCHS);
        for (var name : List.of("run.st", "run.csv", "receipt"))
            assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(files.resolve(name)), name);
    }

    /// What is written over in a run's files is said, and stays.
    @Test
    void whoWritesIntoARunsFilesIsToldOf() {
        var told = new ArrayList<String>();
        trainer(folder).onDiskFailure(e -> told.add(e.getMessage())).callback(new Callback() {
            @Override
            public void onStep(Run run, Step step) {
                try {
                    if (run.step() == 6) Files.writeString(folder.resolve("run.csv"), "mine\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }).fit(data(), EPOCHS);
        assertTrue(told.getLast().contains("csv: " + folder.resolve("run.csv") + " has 5 bytes"), told::toString);
    }

    /// A checkpoint of another run may have the name that one of ours would get as an older one.
    @Test
    void anotherRunsCheckpointIsNotTakenForAnOlderOne() throws IOException {
        var trainer = trainer(folder).keepLast(3);
        var other = trainer(Files.createDirectory(folder.resolve("other"))).checkpoint(folder.resolve("run-2.st"), 7);
        other.callback(new Callback() {
            @Override
            public void onStep(Run run, Step step) {
                if (run.step() != 3) return; // its checkpoint is of step 2
                trainer.fit(data(), EPOCHS);
                assertEquals(2, step(folder.resolve("run-2.st")));
            }
        }).fit(data(), EPOCHS);
        assertEquals(List.of("run-10.st", "run-11.st", "run-2.st", "run-4.st", "run.st"), names(folder), "4 is the best epoch's");
        assertEquals(EPOCHS * STEPS_IN_EPOCH, step(folder.resolve("run-2.st")));
    }
}
