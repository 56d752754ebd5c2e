package dev.lanewise.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.ForkedJvm;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    private static final byte[] OLD = new byte[100];
    private static final byte[] NEW = new byte[300_000];

    @TempDir
    Path folder;

    static { Arrays.fill(NEW, (byte) 7); }

    private static void write(Path file, byte[] bytes) { WholeFile.write("test", file, out -> out.write(bytes)); }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /// Where what is open keeps its name, it is closed before: the same files are there in the end.
    @Test
    @Tag("machines")
    void writesAsOnWindows() throws IOException {
        new ForkedJvm(Twice.class, "-Dos.name=Windows 11").with(folder.resolve("a").toString()).run().orFail();
        assertArrayEquals(NEW, Files.readAllBytes(folder.resolve("a")));
        assertEquals(List.of("a"), names());
    }

    /// Writes a file, writes over it, and fails to.
    static final class Twice {

        public static void main(String[] args) {
            assertTrue(Temporary.OPEN_FILES_STAY);
            var file = Path.of(args[0]);
            try (var _ = FileClaim.of("test", file)) {
                write(file, OLD);
                write(file, NEW);
                assertThrows(UncheckedIOException.class, () -> WholeFile.write("test", file,
                    _ -> { throw new IOException("full"); }));
            }
        }
    }

    @Test
    void anInterruptedThreadWritesAndStaysInterrupted() throws IOException {
        var file = folder.resolve("a/b/c");
        Thread.currentThread().interrupt();
        write(file, NEW);
        WholeFile.write("test", file, out -> {
            Thread.currentThread().interrupt();
            out.write(OLD);
        });
        assertTrue(Thread.interrupted());
        assertArrayEquals(OLD, Files.readAllBytes(file));
    }

    @Test
    void anInterruptAtAnyTimeLosesNothing() throws Exception {
        var file = folder.resolve("a");
        try (var threads = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 60; i++) {
                var bytes = new byte[100_000 + i];
                var done = threads.submit(() -> write(file, bytes));
                TimeUnit.MICROSECONDS.sleep(100 * (i % 20));
                done.cancel(true);
                threads.submit(Thread::interrupted).get();
                if (Files.exists(file)) assertTrue(Files.size(file) >= 100_000);
            }
            threads.submit(() -> write(file, NEW)).get();
        }
        assertArrayEquals(NEW, Files.readAllBytes(file));
        assertEquals(List.of("a"), names());
    }

    /// Its channel, once closed by an interrupt, would be closed for everybody.
    @Test
    void anInterruptAtAnyTimeLeavesAnArchiveOpen() throws Exception {
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            write(zip.getPath("there"), new byte[1_000_000]);
        }
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip")); var threads = Executors.newSingleThreadExecutor()) {
            var there = zip.getPath("there");
            for (int i = 0; i < 60; i++) {
                var done = threads.submit(() -> {
                    RegularFile.bytes("test", there, Integer.MAX_VALUE);
                    write(zip.getPath("new"), NEW);
                });
                TimeUnit.MICROSECONDS.sleep(100 * (i % 20));
                done.cancel(true);
                threads.submit(Thread::interrupted).get();
            }
            assertEquals(1_000_000, RegularFile.bytes("test", there, Integer.MAX_VALUE).length);
            write(zip.getPath("new"), NEW);
            assertArrayEquals(NEW, Files.readAllBytes(zip.getPath("new")));
        }
    }

    @Test
    void whatFailsLeavesTheOldFile() throws IOException {
        var file = folder.resolve("a");
        write(file, OLD);
        assertThrows(UncheckedIOException.class, () -> WholeFile.write("test", file, out -> {
            out.write(NEW);
            throw new IOException("full");
        }));
        assertThrows(StackOverflowError.class, () -> WholeFile.write("test", file, _ -> { throw new StackOverflowError(); }));
        assertArrayEquals(OLD, Files.readAllBytes(file));
        assertEquals(List.of("a"), names());
        assertThrows(IllegalArgumentException.class, () -> write(folder, OLD));
        assertThrows(UncheckedIOException.class, () -> write(file.resolve("below"), OLD));
    }

    @Test
    void permissionsStayAndANewFileHasTheUsersMask() throws IOException {
        Assumptions.assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        var plain = Files.createFile(folder.resolve("plain"));
        var file = folder.resolve("a");
        write(file, OLD);
        assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(file));
        for (var mode : List.of("rw-------", "rw-rw-rw-", "rwxr-x--x", "rw-r-----")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            write(file, NEW);
            assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
    }

    @Test
    void linksStayAndTheirEndsAreReplaced() throws IOException {
        var target = folder.resolve("target");
        Files.createDirectory(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("first"), Path.of("sub", "second"));
        Files.createSymbolicLink(folder.resolve("sub/second"), Path.of("..", "target"));
        for (var bytes : List.of(OLD, NEW)) { // at first the links lead nowhere
            write(folder.resolve("first"), bytes);
            assertArrayEquals(bytes, Files.readAllBytes(target));
        }
        assertTrue(Files.isSymbolicLink(folder.resolve("first")) && Files.isSymbolicLink(folder.resolve("sub/second")));
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        assertThrows(UncheckedIOException.class, () -> write(folder.resolve("loop"), OLD));
    }

    @Test
    void anArchiveIsWrittenInto() throws IOException {
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            for (var bytes : List.of(NEW, OLD)) {
                write(zip.getPath("x/y"), bytes);
                assertArrayEquals(bytes, Files.readAllBytes(zip.getPath("/x/y")));
            }
            try (var files = Files.list(zip.getPath("x"))) {
                assertEquals(1, files.count());
            }
        }
    }

    @Test
    void whatADeadProcessLeftGoesAndWhatALivingOneWritesStays() throws Exception {
        var living = start("living");
        var dying = start("dying");
        assertEquals(2, names().size());
        dying.destroyForcibly().waitFor();
        write(folder.resolve("mine"), OLD);
        assertEquals(2, names().size(), () -> "the dead one's is there or the living one's is gone");
        living.getOutputStream().close();
        assertEquals(0, living.waitFor());
        assertEquals(List.of("living", "mine"), names());
        assertArrayEquals(NEW, Files.readAllBytes(folder.resolve("living")));
    }

    private Process start(String name) throws IOException {
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
            "-XX:TieredStopAtLevel=1", "-cp", home(Writer.class) + File.pathSeparator + home(WholeFile.class),
            Writer.class.getName(), folder.resolve(name).toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertEquals('w', process.getInputStream().read());
        return process;
    }

    private static Path home(Class<?> type) throws IOException {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /// Writes half a file, and the rest when its input ends.
    static final class Writer {
        public static void main(String... args) {
            WholeFile.write("test", new File(args[0]).toPath(), out -> {
                out.write(NEW, 0, NEW.length / 2);
                out.flush();
                System.out.write('w');
                System.out.flush();
                while (System.in.read() >= 0);
                out.write(NEW, 0, NEW.length / 2);
            });
        }
    }

    @Test
    void manyThreadsWriteOneFileAndOthersBesideIt() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 40; i++) {
                var file = folder.resolve(i % 2 == 0 ? "same" : "other" + i % 4);
                threads.submit(() -> write(file, NEW));
            }
        }
        for (var name : names()) {
            assertFalse(name.endsWith(".tmp"), name);
            assertArrayEquals(NEW, Files.readAllBytes(folder.resolve(name)));
        }
    }
}
