package dev.lanewise.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularFileTest {

    private static final byte[] CONTENT = new byte[200_001];

    static { new Random(1).nextBytes(CONTENT); }

    @TempDir
    Path folder;

    @Test
    void bytesOfADiskAndOfAnArchiveInterruptedOrNot() throws IOException {
        var file = Files.write(folder.resolve("a"), CONTENT);
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            Files.write(zip.getPath("/b"), CONTENT);
        }
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"))) {
            for (boolean interrupted : new boolean[] {false, true}) {
                if (interrupted) Thread.currentThread().interrupt();
                assertArrayEquals(CONTENT, RegularFile.bytes("test", file, CONTENT.length));
                assertArrayEquals(CONTENT, RegularFile.bytes("test", zip.getPath("b"), Integer.MAX_VALUE));
                assertEquals(interrupted, Thread.interrupted());
            }
        }
        assertArrayEquals(new byte[0], RegularFile.bytes("test", Files.createFile(folder.resolve("empty")), 0));
    }

    @Test
    void whatIsNoRegularFileIsRefusedBeforeItIsOpened() throws Exception {
        assertRefused(folder, "a folder");
        if (!Files.exists(Path.of("/dev/zero"))) return;
        assertRefused(Path.of("/dev/zero"), "a device");
        assertRefused(Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/zero")), "a device");
        var pipe = folder.resolve("pipe");
        Assumptions.assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertRefused(pipe, "a pipe"));
    }

    private static void assertRefused(Path file, String kind) {
        var e = assertThrows(UncheckedIOException.class, () -> RegularFile.bytes("test", file, 10));
        assertTrue(e.getMessage().startsWith("test: " + file + ": it is ") && e.getMessage().contains(kind), e.getMessage());
    }

    @Test
    void moreThanTheMostAndNothingAreNamed() throws IOException {
        var file = Files.write(folder.resolve("a"), CONTENT);
        assertEquals("test: " + file + ": it has 200001 bytes, but 200000 are the most that are read; split it",
            assertThrows(IllegalArgumentException.class, () -> RegularFile.bytes("test", file, 200_000)).getMessage());
        var missing = folder.resolve("b");
        assertEquals("test: " + missing + " does not exist; check the path",
            assertThrows(UncheckedIOException.class, () -> RegularFile.bytes("test", missing, 9)).getMessage());
    }

    @Test
    void aFileCutOrGrownWhileItIsReadHasChanged() throws IOException {
        for (int left : new int[] {0, 1, 100_000, 200_000, 200_002, 300_000}) {
            var file = Files.write(folder.resolve("a"), CONTENT);
            var e = assertThrows(UncheckedIOException.class, () -> RegularFile.read("test", file, in -> {
                in.readNBytes(70_000);
                resize(file, left);
                if (in.readAllBytes().length < CONTENT.length - 70_000) throw new IllegalArgumentException("it is damaged");
                return 1;
            }), () -> left + " bytes");
            assertTrue(e.getMessage().startsWith("test: " + file + ": it changed while it was read"), e.getMessage());
        }
    }

    /// A new file in its place is another one: what was opened is read to its end.
    @Test
    void aFileThatIsReplacedIsReadAsItWas() throws IOException {
        var file = Files.write(folder.resolve("a"), CONTENT);
        assertArrayEquals(CONTENT, RegularFile.read("test", file, in -> {
            WholeFile.write("test", file, out -> out.write(1));
            return in.readAllBytes();
        }));
        assertEquals(1, Files.size(file));
    }

    private static void resize(Path file, int bytes) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
            if (channel.size() < bytes) channel.position(bytes - 1).write(ByteBuffer.allocate(1));
        }
    }
}
