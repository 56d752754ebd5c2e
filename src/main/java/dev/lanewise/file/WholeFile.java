package dev.lanewise.file;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Writes files so that a reader sees the old one or the new one, never a half; interrupted or not.
///
/// The contents go to a temporary file beside the target that then takes its place, permissions and all. What is there when this
/// returns is also on the disk, its name included. A temporary that a killed process left is removed by the next write into the
/// same folder: see [Temporary].
public final class WholeFile {

    private static final int BUFFER = 1 << 16;

    private WholeFile() {}

    /// What a file is to hold.
    @FunctionalInterface
    public interface Content {
        void write(OutputStream out) throws IOException;
    }

    /// Writes to a path of any file system. Missing folders are made.
    ///
    /// @param operation the caller, for messages
    /// @throws IllegalArgumentException if `target` is there and is no regular file
    /// @throws UncheckedIOException     if it can't be written; what was there is unchanged
    public static void write(String operation, Path target, Content content) { write(operation, target, content, false); }

    /// As [#write(String, Path, Content)], but that a device or a pipe, such as /dev/stdout, is written to as it is.
    public static void writeOrSend(String operation, Path target, Content content) { write(operation, target, content, true); }

    /// Finds out whether [#write] could write there, as far as that can be known before; leaves nothing but missing folders,
    /// which are made.
    ///
    /// @throws UncheckedIOException as it would
    public static void requireWritable(String operation, Path target) {
        if (target.getFileSystem() != FileSystems.getDefault()) return;
        boolean interrupted = Thread.interrupted(); // a channel would close itself
        try {
            var file = RegularFile.end(target);
            if (RegularFile.attributes(file) != null) file.getFileSystem().provider().checkAccess(file, AccessMode.WRITE);
            Files.createDirectories(file.getParent());
            Temporary.locked(file.getParent(), true).close();
        } catch (IOException e) {
            throw unwritable(operation, target, e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /// What fails while a file is written is the disk, most often its room; all else is about names and rights.
    private static UncheckedIOException unwritable(String operation, Path target, IOException e) {
        return new UncheckedIOException(operation + ": " + Quote.of(target) + " can't be written, " + RegularFile.reason(e) + (
            e.getClass() == IOException.class ? "; make room on its disk, or name a file on another one"
            : "; name a file in a folder that you may write to"), e);
    }

    private static void write(String operation, Path target, Content content, boolean send) {
        Objects.requireNonNull(target, () -> operation + ": no file; name one");
        boolean interrupted = Thread.interrupted(); // a channel would close itself
        try {
            var there = RegularFile.attributes(target);
            boolean keep = there == null || there.isRegularFile();
            if (keep && target.getFileSystem() == FileSystems.getDefault()) replace(target, content);
            else if (keep || send && !there.isDirectory()) Undisturbed.run(() -> {
                if (keep) replace(target, content);
                else send(target, content);
                return null;
            });
            else throw new IllegalArgumentException(operation + ": " + Quote.of(target) + " is " + RegularFile.kind(there)
                + "; name a file");
        } catch (IOException e) {
            throw unwritable(operation, target, e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static void send(Path device, Content content) throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(device, StandardOpenOption.WRITE), BUFFER)) {
            content.write(out);
        }
    }

    private static void replace(Path target, Content content) throws IOException {
        // the end of a link, so that the link stays and what it names is replaced
        var file = RegularFile.end(target);
        boolean replaces = RegularFile.attributes(file) != null;
        // the move would succeed, but who protects a file means it
        if (replaces) file.getFileSystem().provider().checkAccess(file, AccessMode.WRITE);
        replace(file, replaces, content);
    }

    private static void replace(Path file, boolean replaces, Content content) throws IOException {
        boolean local = file.getFileSystem() == FileSystems.getDefault();
        var folder = file.getParent();
        var changed = changedFolders(folder);
        Files.createDirectories(folder);
        if (local) Temporary.removeDead(folder);
        var temporary = local ? Temporary.locked(folder, replaces) : Temporary.unlocked(folder);
        try (temporary) {
            if (local) writeThrough(temporary.file(), content);
            else write(temporary.path(), content);
            if (replaces) Ownership.copy(file, temporary.path());
            temporary.move(file);
        }
        if (local) changed.forEach(WholeFile::force);
    }

    private static void writeThrough(RandomAccessFile file, Content content) throws IOException {
        // must not be closed: that would end the lock
        var out = new BufferedOutputStream(new FileOutputStream(file.getFD()), BUFFER);
        content.write(out);
        out.flush();
        file.getFD().sync(); // or a power failure could leave the new name with no contents
    }

    private static void write(Path temporary, Content content) throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW), BUFFER)) {
            content.write(out);
        }
    }

    /// The folder and those above that are to be made or get a new one.
    private static List<Path> changedFolders(Path folder) throws IOException {
        var changed = new ArrayList<Path>();
        for (var at = folder; at != null; at = at.getParent()) {
            changed.add(at);
            if (RegularFile.attributes(at) != null) break;
        }
        return changed;
    }

    /// Names are on the disk when their folder is. Some systems can't be asked for it; the file is whole there, too.
    private static void force(Path folder) {
        boolean interrupted = false;
        for (boolean again = true; again;) {
            again = false;
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (ClosedByInterruptException e) {
                again = interrupted = Thread.interrupted();
            } catch (IOException | UnsupportedOperationException e) {
                // nothing is lost unless the power fails, too
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
