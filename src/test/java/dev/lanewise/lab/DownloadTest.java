package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.FashionMnistMirror;
import dev.lanewise.lab.train.ImageSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When `--download` opens a connection, and when it does not.
class DownloadTest {

    @TempDir
    Path folder;

    private FashionMnist.Places places() { return new FashionMnist.Places(Map.of(), folder, "Linux", folder.resolve("system")); }

    /// At a port of this machine where nobody answers.
    private static FashionMnistMirror nowhere() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new FashionMnistMirror(URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/"),
                List.of(new FashionMnistMirror.RemoteFile("file.gz", 1, "0")));
        }
    }

    @Test
    void whatIsFoundIsNotDownloaded() throws IOException {
        var system = Files.createDirectories(folder.resolve("system"));
        for (var name : List.of("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"))
            Files.writeString(system.resolve(name + "-ubyte.gz"), "");
        var said = new ArrayList<String>();
        ImageSource.download(nowhere(), places(), said::add);
        assertEquals(List.of(), said);
    }

    @Test
    void whatIsNotFoundIsLookedForOnTheNetwork() throws IOException {
        var mirror = nowhere();
        var said = new ArrayList<String>();
        assertThrows(UncheckedIOException.class, () -> ImageSource.download(mirror, places(), said::add));
        assertEquals(1, said.size());
        assertTrue(said.getFirst().contains(mirror.base() + "file.gz"), said.getFirst());
        try (var files = Files.list(places().cache())) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aFolderAndADownloadExcludeEachOther() {
        var err = new ByteArrayOutputStream();
        assertEquals(2, CommandLine.run(new PrintStream(new ByteArrayOutputStream()), new PrintStream(err), "compare",
            "--download", "--data", folder.toString()));
        assertTrue(err.toString().contains("--data") && err.toString().contains("--download"), err.toString());
    }
}
