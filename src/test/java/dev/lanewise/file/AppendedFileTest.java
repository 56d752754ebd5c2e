package dev.lanewise.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Rejected;
import dev.lanewise.testing.ForkedJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file of lines, and what others do to it meanwhile.
class AppendedFileTest {

    @TempDir
    Path folder;

    private static AppendedFile open(Path file) { return AppendedFile.open("log", file, "# log\n"); }

    private static byte[] bytes(String text) { return text.getBytes(StandardCharsets.US_ASCII); }

    @Test
    void whatIsThereStaysUntilTheFirstLines() throws IOException {
        var file = folder.resolve("new/ä b/log");
        open(file).close();
        assertTrue(Files.notExists(file), "what was only looked at");
        Files.writeString(file, "# log\nold\n");
        try (var log = open(file)) {
            assertEquals("# log\nold\n", Files.readString(file));
            log.append(bytes("# log\n"));
            assertEquals("# log\n", Files.readString(file));
        }
        try (var log = open(file)) {
            Rejected.argument(() -> log.resume(7), "log: " + file, "has 6 bytes", "7 were written");
            Rejected.argument(() -> log.resume(5), "no line that ends at byte 5");
            log.resume(6);
            log.append(bytes("new\n"));
            assertEquals(10, log.sync());
        }
        assertEquals("# log\nnew\n", Files.readString(file));
        Rejected.argument(() -> open(Files.writeString(folder.resolve("other"), "# lo\n")), "something else");
        Rejected.argument(() -> open(folder), "is a folder");
        Rejected.argument(() -> open(Path.of("/")), "is a folder");
        try (var files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList(), "nothing is left beside it");
        }
    }

    @Test
    void whatTookItsPlaceStaysWhenNothingWasWritten() throws IOException {
        var file = folder.resolve("log");
        var log = open(file);
        Files.delete(file);
        Files.writeString(file, "another's");
        log.close();
        assertEquals("another's", Files.readString(file));
    }

    /// However it is named.
    @Test
    void itHasOneWriter() throws IOException {
        var file = folder.resolve("log");
        Files.createDirectory(folder.resolve("x"));
        var others = List.of(file, folder.resolve("x/../log"), Path.of("").toAbsolutePath().relativize(folder.toRealPath()
            .resolve("log")),
            Files.createSymbolicLink(folder.resolve("link"), Path.of("log")),
            Files.createSymbolicLink(folder.resolve("folder"), folder).resolve("log"));
        for (var each : others) try (var log = open(each)) {
            log.append(bytes("# log\n"));
            for (var other : others) Rejected.state(() -> open(other), "log: " + Quote.of(other),
                "by another run, or twice by this one");
            log.append(bytes("a\n"));
            assertEquals("# log\na\n", Files.readString(file));
        }
        assertTrue(Files.isSymbolicLink(folder.resolve("link")));
    }

    static final class Program {
        public static void main(String... arguments) throws Exception {
            var log = open(Path.of(arguments[0]));
            System.out.println("open");
            System.in.read();
            log.append(bytes("# log\nthere\n"));
            log.close();
        }
    }

    @Test
    void noOtherProcessWritesIt() throws Exception {
        var file = folder.resolve("log");
        var process = new ForkedJvm(Program.class, "-Xint").with(file.toString()).startForSignals();
        try (var out = process.inputReader()) {
            assertEquals("open", out.readLine());
            Rejected.state(() -> open(file), "log: " + file, "another process, " + process.pid(), "a file of its own");
            process.getOutputStream().close();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }
        assertEquals("# log\nthere\n", Files.readString(file));
        open(file).close();
    }

    private interface Loss {
        void of(Path file) throws IOException;
    }

    @Test
    void whatIsRemovedComesBackWhole() throws IOException {
        var losses = List.<Loss>of(Files::delete, file -> Files.move(file, folder.resolve("old")), file -> {
            try (var all = Files.list(file.getParent())) {
                for (var each : all.toList()) Files.delete(each);
            }
            Files.delete(file.getParent());
        });
        for (int i = 0; i < losses.size(); i++) {
            var file = folder.resolve(i + "/log");
            try (var log = open(file)) {
                var lines = "# log\n" + "a line\n".repeat(20_000);
                log.append(bytes(lines));
                losses.get(i).of(file);
                log.append(bytes("b\n"));
                assertEquals(lines + "b\n", Files.readString(file));
                Rejected.state(() -> open(file), "another run");
                log.append(bytes("c\n"));
                assertEquals(lines.length() + 4, log.sync());
                assertEquals(lines + "b\nc\n", Files.readString(file));
            }
        }
        assertEquals("# log\n" + "a line\n".repeat(20_000), Files.readString(folder.resolve("old")));
    }

    @Test
    void whatOthersChangeIsNotWrittenOver() throws IOException {
        var changes = List.<Loss>of(file -> Files.writeString(file, "theirs\n", StandardOpenOption.APPEND), file ->
            Files.writeString(file, "# log\n"), file -> {
            Files.delete(file);
            Files.writeString(file, "# log\na\n");
        });
        for (var change : changes) {
            var file = Files.createTempFile(folder, "a", "b");
            try (var log = open(file)) {
                log.append(bytes("# log\na\n"));
                change.of(file);
                var theirs = Files.readString(file);
                var error = assertThrows(UncheckedIOException.class, () -> log.append(bytes("b\n")));
                assertTrue(error.getMessage().startsWith("log: " + file) && error.getMessage().contains("give each its own file"),
                    error.getMessage());
                assertThrows(UncheckedIOException.class, () -> log.append(bytes("b\n")));
                assertEquals(theirs, Files.readString(file));
            }
        }
    }

    /// The disk takes a part of what is written, and no more; with room, the same lines are written again, once.
    @Test
    void halfOfATryIsGoneWithTheNext() throws IOException {
        var disk = Files.createDirectory(folder.resolve("disk"));
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "lanewise", disk.toString()),
            "only an administrator may mount a disk");
        try (var log = open(disk.resolve("log"))) {
            log.append(bytes("# log\n"));
            try (var filler = Files.newOutputStream(disk.resolve("filler"))) {
                assertThrows(IOException.class, () -> { while (true) filler.write(new byte[4096]); });
            }
            var line = bytes("x".repeat(9_999) + "\n");
            for (int tries = 0; tries < 2; tries++) {
                var error = assertThrows(UncheckedIOException.class, () -> log.append(line));
                assertTrue(error.getMessage().contains("No space left") && error.getMessage().contains("a disk with room"),
                    error.getMessage());
                assertTrue(Files.size(disk.resolve("log")) > 6, "it took a part");
            }
            Files.delete(disk.resolve("filler"));
            log.append(line);
            assertEquals(10_006, log.sync());
            assertEquals("# log\n" + "x".repeat(9_999) + "\n", Files.readString(disk.resolve("log")));
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private static boolean run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                .waitFor() == 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatNobodyHasAnyMoreIsFree() throws InterruptedException {
        var file = folder.resolve("log");
        open(file).append(bytes("# log\n"));
        for (int tries = 0; tries < 100; tries++) {
            System.gc();
            try (var log = open(file)) {
                log.append(bytes("# log\n"));
                return;
            } catch (FileClaim.Taken e) {
                Thread.sleep(20);
            }
        }
        assertFalse(true, "it is held by what is gone");
    }
}
