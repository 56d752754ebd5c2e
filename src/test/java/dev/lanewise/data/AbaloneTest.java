package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AbaloneTest {

    @TempDir
    Path folder;

    private FashionMnist.Places places(Map<String, String> environment) {
        return new FashionMnist.Places(environment, folder.resolve("home"), "Linux", folder.resolve("system"));
    }

    @Test
    void sexIsThreeColumnsAndRingsAreTheTarget() throws IOException {
        var file = Files.writeString(folder.resolve(Abalone.FILE), """
            M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15,15
            F,0.53,0.42,0.135,0.677,0.2565,0.1415,0.21,9
            I,0.33,0.255,0.08,0.205,0.0895,0.0395,0.055,7
            """);
        var batch = Abalone.read(file).batch(1, 2);
        assertArrayEquals(new float[] {0, 1, 0, 0.53f, 0.42f, 0.135f, 0.677f, 0.2565f, 0.1415f, 0.21f},
            batch.inputs().select(0, 0).toArray());
        assertArrayEquals(new float[] {9, 7}, batch.targets().toArray());
    }

    @Test
    void theVariableComesBeforeTheCache() throws IOException {
        assertEquals(Optional.empty(), Abalone.find(places(Map.of())));
        var cached = Abalone.cache(places(Map.of())).resolve(Abalone.FILE);
        Files.createDirectories(cached.getParent());
        Files.writeString(cached, "");
        assertEquals(Optional.of(cached), Abalone.find(places(Map.of())));
        // a folder of other data says nothing about this
        var named = places(Map.of("LANEWISE_DATA", folder.toString()));
        assertEquals(Optional.of(cached), Abalone.find(named));
        var file = Files.writeString(folder.resolve(Abalone.FILE), "");
        assertEquals(Optional.of(file), Abalone.find(named));
    }

    @Test
    void anotherFileIsNotTaken() throws IOException {
        try (var server = new Loopback()) {
            server.answer(Abalone.FILE, "200 OK", new byte[191_873], 191_873);
            var said = new ArrayList<String>();
            var thrown = assertThrows(UncheckedIOException.class, () -> Abalone.download(server.base(), places(Map.of()),
                said::add));
            assertTrue(thrown.getMessage().contains("SHA-256") && thrown.getMessage().contains("by hand"), thrown.getMessage());
            assertEquals(1, said.size());
            try (var files = Files.list(Abalone.cache(places(Map.of())))) {
                assertEquals(0, files.count());
            }
        }
    }

    /// No such page, and nobody who answers: each says where the file can be put.
    @Test
    void whereNothingCanBeHadTheRemedyIsSaid() throws IOException {
        var where = "put the file into " + Abalone.cache(places(Map.of())) + " by hand";
        URI gone;
        try (var server = new Loopback()) {
            gone = server.base();
            server.answer(Abalone.FILE, "404 Not Found", new byte[0], 0);
            assertRefused(gone, "404", "try again later, or " + where);
        }
        assertRefused(gone, "check the connection, or " + where);
    }

    private void assertRefused(URI base, String... parts) {
        var message = assertThrows(UncheckedIOException.class, () -> Abalone.download(base, places(Map.of()), _ -> {}))
            .getMessage();
        for (var part : parts) assertTrue(message.contains(part), part + " in " + message);
    }

    @Test
    void theRightFileIsTakenAndKept() throws IOException {
        var contents = "M,1\n".getBytes(StandardCharsets.US_ASCII);
        try (var server = new Loopback()) {
            server.answer("file", "200 OK", contents, contents.length);
            var download = new Download(server.base(), "nothing");
            var said = new ArrayList<String>();
            for (int i = 0; i < 2; i++) download.to(folder.resolve("new"), "file", contents.length,
                "d5549d9806b221cee749080e48595ab9a3ee65099732c8474fa21fadb32e6015", said::add);
            assertArrayEquals(contents, Files.readAllBytes(folder.resolve("new/file")));
            assertEquals(1, server.requests().size(), "what is there is kept");
        }
    }
}
