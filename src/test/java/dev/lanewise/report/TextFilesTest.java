package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
    @TempDir
    Path folder;

    @Test
    void makesFoldersAndLeavesOnlyTheFile() throws IOException {
        var file = folder.resolve("a/b/report.html");
        TextFiles.write(file, "größer 😀");
        assertEquals("größer 😀", Files.readString(file));
        assertEquals(List.of(file), list(file.getParent()));
    }

    @Test
    void replacesAFileOfAnyLength() throws IOException {
        var file = folder.resolve("report.html");
        TextFiles.write(file, "long ".repeat(10_000));
        TextFiles.write(file, "short");
        assertEquals("short", Files.readString(file));
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        var file = folder.resolve("report.html");
        TextFiles.write(file, "old");
        // UTF-8 cannot encode a lone surrogate.
        var failure = assertThrows(UncheckedIOException.class, () -> TextFiles.write(file, "x".repeat(100_000) + "\uD800"));
        assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(file), list(folder));
    }

    @Test
    void aFailureOfTheMoveLeavesNoTemporaryFile() throws IOException {
        // Longer than file systems allow: the temporary file is written and cannot be renamed.
        var file = folder.resolve("x".repeat(300));
        assertThrows(UncheckedIOException.class, () -> TextFiles.write(file, "text"));
        assertEquals(List.of(), list(folder));
    }

    @Test
    void aFolderIsNoTarget() {
        var failure = assertThrows(IllegalArgumentException.class, () -> TextFiles.write(folder, "text"));
        assertTrue(failure.getMessage().contains(folder.toString()), failure.getMessage());
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "kept");
        var failure = assertThrows(UncheckedIOException.class, () -> TextFiles.write(file.resolve("report.html"), "text"));
        assertTrue(failure.getMessage().contains("report.html") && failure.getMessage().contains("FileAlreadyExists"), failure.getMessage());
        assertEquals("kept", Files.readString(file));
    }

    @Test
    void aLinkStaysALink() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "old");
        var link = Files.createSymbolicLink(folder.resolve("link"), file);
        TextFiles.write(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
    }

    @Test
    void aLinkToWhatIsNotThereMakesIt() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("file"));
        TextFiles.write(link, "new");
        assertEquals("new", Files.readString(link));
    }

    @Test
    void aRelativePathIsInTheWorkingFolder() throws IOException {
        var file = Path.of("").toAbsolutePath().relativize(folder.resolve("relative.txt"));
        TextFiles.write(file, "here");
        assertEquals("here", Files.readString(folder.resolve("relative.txt")));
    }

    @Test
    void theFileIsReadableAsAnyNewFileIs() throws IOException {
        var plain = Files.writeString(folder.resolve("plain"), "");
        TextFiles.write(folder.resolve("report.html"), "text");
        assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(folder.resolve("report.html")));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
