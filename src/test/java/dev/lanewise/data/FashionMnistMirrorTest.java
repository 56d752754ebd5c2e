package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.FashionMnistMirror.RemoteFile;
import dev.lanewise.tensor.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Downloads from this machine alone.
@Timeout(60)
class FashionMnistMirrorTest {
    private static final String FIRST = "train-labels-idx1-ubyte.gz";
    private static final String SECOND = "train-images-idx3-ubyte.gz";

    @TempDir
    Path root;

    private Path folder;
    private Loopback server;
    private final byte[] first = bytes(1000, 3);
    private final byte[] second = bytes(200_000, 5); // more than one buffer

    @BeforeEach
    void start() throws IOException {
        folder = root.resolve("cache/fashion");
        server = new Loopback();
        server.answer(FIRST, "200 OK", first, first.length);
        server.answer(SECOND, "200 OK", second, second.length);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static byte[] bytes(int length, int factor) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * factor + i / 251);
        }
        return bytes;
    }

    private static RemoteFile file(String name, byte[] contents) {
        try {
            return new RemoteFile(name, contents.length,
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(contents)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private FashionMnistMirror mirror() {
        return new FashionMnistMirror(server.base(), List.of(file(FIRST, first), file(SECOND, second)));
    }

    private List<String> files() throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void filesArriveAndAreNotFetchedAgain() throws IOException {
        var said = new ArrayList<String>();
        mirror().download(folder, said::add);
        assertEquals(List.of(SECOND, FIRST), files());
        assertArrayEquals(first, Files.readAllBytes(folder.resolve(FIRST)));
        assertArrayEquals(second, Files.readAllBytes(folder.resolve(SECOND)));
        assertEquals(2, said.size());
        assertTrue(said.getFirst().contains(server.base() + FIRST) && said.getFirst().contains("1000 bytes"), said.getFirst());
        mirror().download(folder, said::add);
        assertEquals(2, said.size());
        assertEquals(List.of(FIRST, SECOND), server.requests());
    }

    @Test
    void aDamagedFileIsReplaced() throws IOException {
        Files.createDirectories(folder);
        var damaged = first.clone();
        damaged[500]++;
        Files.write(folder.resolve(FIRST), damaged);
        Files.write(folder.resolve(SECOND), second);
        mirror().download(folder, _ -> {});
        assertArrayEquals(first, Files.readAllBytes(folder.resolve(FIRST)));
        assertEquals(List.of(FIRST), server.requests());
    }

    @Test
    void aWrongChecksumLeavesNothing() throws IOException {
        var wrong = first.clone();
        wrong[999]++;
        server.answer(FIRST, "200 OK", wrong, wrong.length);
        fails("SHA-256 is " + file(FIRST, wrong).sha256(), file(FIRST, first).sha256(), server.base() + FIRST);
        assertEquals(List.of(), files());
    }

    @Test
    void aCutConnectionLeavesNothingOfItsFile() throws IOException {
        server.answer(SECOND, "200 OK", Arrays.copyOf(second, 150_000), second.length);
        fails(SECOND);
        assertEquals(List.of(FIRST), files(), "what was finished remains");
        server.answer(SECOND, "200 OK", Arrays.copyOf(second, 150_000), -1); // a server that promises no length
        fails(SECOND, "150000 of 200000 bytes");
        assertEquals(List.of(FIRST), files());
        server.answer(SECOND, "200 OK", second, -1);
        mirror().download(folder, _ -> {});
        assertEquals(List.of(SECOND, FIRST), files(), "and the next time goes on from there");
    }

    @Test
    void aFileThatIsTooLongIsNotReadToItsEnd() throws Exception {
        var tooLong = bytes(50_000_000, 3); // more than waits in sockets
        server.answer(FIRST, "200 OK", tooLong, -1);
        fails("more than 1000 bytes");
        assertTrue(server.wasCutOff());
        assertEquals(List.of(), files());
    }

    @Test
    void aServersErrorIsSaid() throws IOException {
        server.answer(FIRST, "503 Service Unavailable", new byte[0], 0);
        fails("the server answered 503 Service Unavailable");
        server.answer(FIRST, "404 Not Found", "<html>".getBytes(), 6);
        fails("the server answered 404 Not Found");
        assertEquals(List.of(), files());
    }

    @Test
    void noServerIsSaid() throws IOException {
        server.close();
        fails("Connect");
        assertEquals(List.of(), files());
    }

    @Test
    void aFolderThatCannotBeMadeIsSaid() throws IOException {
        Files.writeString(root.resolve("cache"), "a file");
        fails("folder " + folder);
        assertEquals(List.of(), server.requests());
    }

    private void fails(String... parts) {
        var message = assertThrows(UncheckedIOException.class, () -> mirror().download(folder, _ -> {})).getMessage();
        for (var part : parts) {
            assertTrue(message.contains(part), () -> "\"" + part + "\" is missing in: " + message);
        }
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void thePropertyNamesAnotherPlace() {
        var before = System.getProperty(FashionMnistMirror.PROPERTY);
        try {
            System.clearProperty(FashionMnistMirror.PROPERTY);
            var original = FashionMnistMirror.ofProperties();
            assertEquals("fashion-mnist.s3-website.eu-central-1.amazonaws.com", original.base().getHost());
            assertEquals(4, original.files().size());
            System.setProperty(FashionMnistMirror.PROPERTY, "https://mirror.example/f/");
            assertEquals(URI.create("https://mirror.example/f/"), FashionMnistMirror.ofProperties().base());
            assertEquals(original.files(), FashionMnistMirror.ofProperties().files());
            for (var bad : List.of("ftp://mirror.example/", "https://mirror.example/f", "mirror", "http:f/", "a b")) {
                System.setProperty(FashionMnistMirror.PROPERTY, bad);
                Rejected.argument(FashionMnistMirror::ofProperties, '"' + bad + '"', "address");
            }
        } finally {
            if (before == null) {
                System.clearProperty(FashionMnistMirror.PROPERTY);
            } else {
                System.setProperty(FashionMnistMirror.PROPERTY, before);
            }
        }
    }
}
