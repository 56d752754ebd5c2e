package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MalformedFileExceptionTest {

    @TempDir
    Path folder;

    @Test
    void itSaysWhereAndWhat() throws IOException {
        var csv = Files.writeString(folder.resolve("a.csv"), "a,b\n1,2\n3\n");
        var narrow = assertThrows(MalformedFileException.class, () -> Csv.withHeader().read(csv));
        assertEquals(Optional.of(csv), narrow.file());
        assertEquals(OptionalLong.of(3), narrow.line());
        assertEquals(OptionalLong.empty(), narrow.offset());
        assertEquals("Csv: " + csv + ": line 3: " + narrow.fault(), narrow.getMessage());
        var idx = Files.write(folder.resolve("a.idx"), new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 7, 7});
        var cut = assertThrows(MalformedFileException.class, () -> Idx.read(idx, 1));
        assertEquals(OptionalLong.of(10), cut.offset());
        assertEquals(OptionalLong.empty(), cut.line());
        assertEquals("Idx.read: " + idx + ": byte 10: " + cut.fault(), cut.getMessage());
        Files.write(idx, IdxFiles.gzip(new byte[] {0, 0, 9, 1}));
        assertEquals(OptionalLong.of(2), assertThrows(MalformedFileException.class, () -> Idx.read(idx, 1)).offset());
    }

    @Test
    void aTextIsInNoFile() {
        var text = assertThrows(MalformedFileException.class, () -> Preprocessing.fromText("lanewise preprocessing 1\n?"));
        assertEquals(Optional.empty(), text.file());
        assertEquals(OptionalLong.of(2), text.line());
        assertTrue(text.getMessage().startsWith("Preprocessing.fromText: the text: line 2: "), text.getMessage());
    }

    @Test
    void readersOfYourOwnThrowItToo() {
        var cause = new IOException("cut");
        var mine = new MalformedFileException("Wav.read", Path.of("a\u001b.wav"), "no RIFF").because(cause);
        assertEquals("Wav.read: a\\u001b.wav: no RIFF", mine.getMessage());
        assertSame(cause, mine.getCause());
    }
}
