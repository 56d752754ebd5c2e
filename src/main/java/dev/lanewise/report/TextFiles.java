package dev.lanewise.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// Writes whole text files: a reader sees the old file or the new one, never a half.
final class TextFiles {
    private TextFiles() {}

    /// Writes `text` as UTF-8, through a temporary file beside the target that then takes its place. Missing folders are made.
    ///
    /// @throws IllegalArgumentException if `target` is a folder
    /// @throws UncheckedIOException     if it cannot be written; what was there is unchanged
    static void write(Path target, String text) {
        if (Files.isDirectory(target)) throw new IllegalArgumentException(
            "cannot write %s: it is a folder; name a file, such as %s".formatted(target, target.resolve("report.html")));
        try {
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                // A device or a pipe, such as /dev/stdout, is written to; a move would put a file in its place.
                Files.writeString(target, text);
            } else {
                // The real path of a link, so that the link stays and what it names is replaced.
                replace(Files.exists(target) ? target.toRealPath() : target.toAbsolutePath(), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write %s: %s; name a file in a folder that you may write to"
                    .formatted(target, reason(e)), e);
        }
    }

    private static void replace(Path file, String text) throws IOException {
        // The move below would succeed, but who protects a file means it.
        if (Files.exists(file) && !Files.isWritable(file))
            throw new AccessDeniedException(file.toString(), null, "the file is write-protected");
        Files.createDirectories(file.getParent());
        // Not createTempFile: its files are readable by their owner alone, and a report is to be shared.
        var temporary = file.resolveSibling(".lanewise-" + UUID.randomUUID() + ".tmp");
        try {
            Files.writeString(temporary, text, StandardOpenOption.CREATE_NEW);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /// The messages of file system exceptions are often a bare path; their class says what happened.
    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + " (" + e.getMessage() + ")";
    }
}
