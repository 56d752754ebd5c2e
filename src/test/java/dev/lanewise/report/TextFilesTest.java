package dev.lanewise.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
    @TempDir
    Path folder;

    @Test
    void makesFoldersAndLeavesOnlyTheFile() throws IOException {
        var file = folder.resolve("a/b/report.html");
        TextFiles.write("page", file, "größer 😀");
        assertEquals("größer 😀", Files.readString(file));
        assertEquals(List.of(file), list(file.getParent()));
    }

    @Test
    void replacesAFileOfAnyLength() throws IOException {
        var file = folder.resolve("report.html");
        TextFiles.write("page", file, "long ".repeat(10_000));
        TextFiles.write("page", file, "short");
        assertEquals("short", Files.readString(file));
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        var file = folder.resolve("report.html");
        TextFiles.write("page", file, "old");
        // UTF-8 cannot encode a lone surrogate.
        var failure = assertThrows(UncheckedIOException.class, () -> TextFiles.write("page", file,
            "x".repeat(100_000) + "\uD800"));
        assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(file), list(folder));
    }

    @Test
    void aFailureOfTheMoveLeavesNoTemporaryFile() throws IOException {
        // Longer than file systems allow: the temporary file is written and cannot be renamed.
        var file = folder.resolve("x".repeat(300));
        assertThrows(UncheckedIOException.class, () -> TextFiles.write("page", file, "text"));
        assertEquals(List.of(), list(folder));
    }

    @Test
    void aFolderIsNoTarget() {
        var failure = assertThrows(IllegalArgumentException.class, () -> TextFiles.write("page", folder, "text"));
        assertTrue(failure.getMessage().contains(folder.toString()), failure.getMessage());
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "kept");
        var failure = assertThrows(UncheckedIOException.class, () -> TextFiles.write("page",
            file.resolve("report.html"), "text"));
        assertTrue(failure.getMessage().contains("report.html") && failure.getMessage().contains("file already exists"),
            failure.getMessage());
        assertEquals("kept", Files.readString(file));
    }

    @Test
    void aLinkStaysALink() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "old");
        var link = Files.createSymbolicLink(folder.resolve("link"), file);
        TextFiles.write("page", link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
    }

    @Test
    void aLinkToWhatIsNotThereMakesIt() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("file"));
        TextFiles.write("page", link, "new");
        assertEquals("new", Files.readString(link));
    }

    @Test
    void aRelativePathIsInTheWorkingFolder() throws IOException {
        var file = Path.of("").toAbsolutePath().relativize(folder.resolve("relative.txt"));
        TextFiles.write("page", file, "here");
        assertEquals("here", Files.readString(folder.resolve("relative.txt")));
    }

    @Test
    void theFileIsReadableAsAnyNewFileIs() throws IOException {
        var plain = Files.writeString(folder.resolve("plain"), "");
        TextFiles.write("page", folder.resolve("report.html"), "text");
        assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(folder.resolve("report.html")));
    }

    @Test
    void anInterruptedThreadWritesAndStaysInterrupted() throws IOException {
        var file = folder.resolve("a/report.html");
        Thread.currentThread().interrupt();
        TextFiles.write("page", file, "x".repeat(1_000_000));
        assertTrue(Thread.interrupted());
        assertEquals(1_000_000, Files.size(file));
    }

    @Test
    void permissionsStay() throws IOException {
        var file = Files.writeString(folder.resolve("report.html"), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        TextFiles.write("page", file, "new");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    /// As /dev/stdout is one: a link that leads to no name.
    @Test
    void aPipeIsWrittenTo() throws IOException {
        var reader = new ProcessBuilder("cat").start();
        try {
            var pipe = Path.of("/proc", "" + reader.pid(), "fd", "0");
            assumeTrue(Files.exists(pipe), "Linux names a process' pipes");
            TextFiles.write("page", pipe, "through");
            reader.getOutputStream().close();
            assertEquals("through", new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } finally {
            reader.destroy();
        }
    }

    @Test
    void anArchiveIsWrittenInto() throws IOException {
        try (var zip = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            for (var text : List.of("old", "new")) {
                TextFiles.write("page", zip.getPath("a/report.html"), text);
                assertEquals(text, Files.readString(zip.getPath("/a/report.html")));
            }
        }
    }

    /// Digits, commas and letters of a page are the program's, not the machine's.
    @Test
    void pagesDependOnNoLocale() {
        var locale = Locale.getDefault();
        var pages = new LinkedHashSet<String>();
        try {
            for (var tag : List.of("en", "de", "tr", "ar-EG-u-nu-arab", "hi-u-nu-deva")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                pages.add(page());
            }
        } finally {
            Locale.setDefault(locale);
        }
        assertEquals(1, pages.size());
    }

    private static String page() {
        var values = new float[] {1234.5f, Float.NaN, 0.001f, -3e7f, 1e9f, Float.POSITIVE_INFINITY};
        return LineChart.titled("I").yLabel("loss").series("i", values).logY().html()
            + Violin.titled("v").groups("a").series("s", values).logY().html() + Bars.titled("b")
                .groups("a", "b", "c", "d", "e", "f")
                .series("s", 1234.5, Double.NaN, 1e-9, 3e7, 1, 2).html() + Json.text(Map.of("a", values, "i", 1234567));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
