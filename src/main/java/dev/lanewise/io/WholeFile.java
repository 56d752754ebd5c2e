package dev.lanewise.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// Writes files so that a reader sees the old one or the new one, never a half; and says why one can't be read.
final class WholeFile {

    private WholeFile() {}

    @FunctionalInterface
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /// Writes through a temporary file beside the target that then takes its place. Missing folders are made.
    ///
    /// @param operation the caller, for messages
    /// @throws IllegalArgumentException if `target` is there and is no regular file
    /// @throws UncheckedIOException     if it can't be written; what was there is unchanged
    static void write(String operation, Path target, Content content) {
        if (Files.exists(target) && !Files.isRegularFile(target)) throw new IllegalArgumentException(
            operation + ": " + target + " is a folder or a device; name a file");
        try {
            // the real path of a link, so that the link stays and what it names is replaced
            replace(Files.exists(target) ? target.toRealPath() : target.toAbsolutePath(), content);
        } catch (IOException e) {
            throw new UncheckedIOException(operation + ": " + target + " can't be written, " + reason(e)
                + "; name a file in a folder that you may write to", e);
        }
    }

    private static void replace(Path file, Content content) throws IOException {
        // the move below would succeed, but who protects a file means it
        if (Files.exists(file) && !Files.isWritable(file))
            throw new AccessDeniedException(file.toString(), null, "the file is write-protected");
        Files.createDirectories(file.getParent());
        var temporary = file.resolveSibling(".lanewise-" + UUID.randomUUID() + ".tmp");
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                content.write(out);
                out.flush();
                channel.force(true); // or a power failure could leave the new name with no contents
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    static UncheckedIOException unreadable(String operation, Path file, IOException e) {
        return new UncheckedIOException(operation + ": " + file + (e instanceof NoSuchFileException
            ? " does not exist; check the path" : " can't be read, " + reason(e) + "; it must be a file that this user may read"), e);
    }

    /// The messages of file system exceptions are often a bare path; their class says what happened.
    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + " (" + e.getMessage() + ")";
    }
}
