package dev.lanewise.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// Writes whole text files: a reader sees the old file or the new one, never a half. Interrupted threads do, too.
final class TextFiles {

    private static final String PREFIX = ".lanewise-report-";
    private static final String SUFFIX = ".tmp";
    /// No report takes as long to write: whoever began so long ago is dead.
    private static final Duration DEAD = Duration.ofHours(1);
    /// As many links in a row as Linux follows.
    private static final int MOST_LINKS = 40;

    private TextFiles() {}

    /// Writes `text` as UTF-8, through a temporary file beside the target that then takes its place. Missing folders are made; the
    /// permissions of a file that is replaced stay.
    ///
    /// @throws IllegalArgumentException if `target` is a folder
    /// @throws UncheckedIOException     if it cannot be written; what was there is unchanged
    static void write(Path target, String text) {
        boolean interrupted = Thread.interrupted(); // the channels of some file systems would close themselves
        try {
            // The end of a link, so that the link stays and what it names is replaced.
            var file = end(target.toAbsolutePath());
            var there = attributes(file);
            if (there != null && there.isDirectory()) throw new IllegalArgumentException(
                "cannot write %s: it is a folder; name a file, such as %s".formatted(target, target.resolve("report.html")));
            // A device or a pipe, such as /dev/stdout, is written to; a move would put a file in its place.
            if (there != null && !there.isRegularFile()) Files.writeString(file, text);
            else replace(file, there != null, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write %s: %s; name a file in a folder that you may write to"
                    .formatted(target, reason(e)), e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /// Null if nothing is there; what cannot be looked at is an error.
    private static BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static Path end(Path path) throws IOException {
        for (int links = 0; Files.isSymbolicLink(path); links++) {
            if (links == MOST_LINKS) throw new FileSystemLoopException(path.toString());
            path = path.getParent().toRealPath().resolve(Files.readSymbolicLink(path));
        }
        return path;
    }

    private static void replace(Path file, boolean replaces, String text) throws IOException {
        // The move below would succeed, but who protects a file means it.
        if (replaces) file.getFileSystem().provider().checkAccess(file, AccessMode.WRITE);
        Files.createDirectories(file.getParent());
        removeDead(file.getParent());
        // Not createTempFile: its files are readable by their owner alone, and a report is to be shared.
        var temporary = file.resolveSibling(PREFIX + UUID.randomUUID() + SUFFIX);
        try {
            Files.writeString(temporary, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
            var permissions = replaces ? Files.getFileAttributeView(file, PosixFileAttributeView.class) : null;
            if (permissions != null) Files.setPosixFilePermissions(temporary, permissions.readAttributes().permissions());
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException | UnsupportedOperationException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING); // not from a disk's file system
        }
    }

    /// Removes what killed processes left.
    private static void removeDead(Path folder) {
        var latest = Instant.now().minus(DEAD);
        try (var found = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (var path : found)
                if (Files.getLastModifiedTime(path).toInstant().isBefore(latest)) Files.deleteIfExists(path);
        } catch (IOException | DirectoryIteratorException e) {
            // whoever may not look at the folder leaves it as it is
        }
    }

    /// The messages of file system exceptions are often a bare path; their class says what happened.
    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + " (" + e.getMessage() + ")";
    }
}
