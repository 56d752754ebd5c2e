package dev.lanewise.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/// A file that is being written and has no name of its own yet.
///
/// Its writer holds a lock on it, which the system takes away when the process ends, however that comes: so whoever gets the lock
/// of a temporary knows that it is dead, be it in another container or, where the file system has locks, on another machine.
/// Within a process locks say nothing (POSIX drops them when any descriptor of the file is closed), so its own are told by their
/// names.
///
/// @param path where it lies
/// @param file open, with the lock; null if there is none
record Temporary(Path path, RandomAccessFile file) implements Closeable {

    private static final String PREFIX = ".lanewise-";
    private static final String SUFFIX = ".tmp";
    /// The number of a process is used again, the moment of its start with it isn't.
    private static final String OWN = PREFIX + Long.toHexString(ProcessHandle.current().pid()) + "-"
        + Long.toHexString(ProcessHandle.current().info().startInstant().orElseGet(Instant::now).toEpochMilli()) + "-";
    private static final Pattern NAME = Pattern.compile("\\.lanewise-[0-9a-f]{1,16}-[0-9a-f]{1,16}-[0-9a-f-]{36}\\.tmp");
    /// Beyond any data: where locks are binding they would keep the writer out, too.
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;
    private static final int TRIES = 100;
    /// Windows neither renames nor removes what is open, unless it was opened by a channel, which an interrupt would close.
    static final boolean OPEN_FILES_STAY = System.getProperty("os.name").startsWith("Windows");

    /// A new one, empty.
    ///
    /// @param secret for this user's eyes alone; else readable by whom the user's mask says
    static Temporary locked(Path folder, boolean secret) throws IOException {
        for (int tries = 0; tries < TRIES; tries++) {
            var path = name(folder);
            Files.createFile(path, secret && folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0]);
            var file = new RandomAccessFile(path.toFile(), "rw");
            var temporary = new Temporary(path, file);
            if (temporary.isLocked()) return temporary;
            temporary.close();
        }
        throw new FileSystemException(folder.toString(), null, "other processes took away each new file");
    }

    /// Only a name: for file systems without locks.
    static Temporary unlocked(Path folder) { return new Temporary(name(folder), null); }

    private static Path name(Path folder) { return folder.resolve(OWN + UUID.randomUUID() + SUFFIX); }

    /// False if someone took it for dead before the lock was there.
    private boolean isLocked() {
        try {
            return file.getChannel().tryLock(LOCKED_BYTE, 1, false) != null && !Files.notExists(path);
        } catch (IOException e) {
            return true; // where nobody has locks nobody takes it
        }
    }

    /// Removes what dead processes left.
    static void removeDead(Path folder) {
        try (var found = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (var path : found) {
                var name = path.getFileName().toString();
                if (NAME.matcher(name).matches() && !name.startsWith(OWN)) removeIfDead(path);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // whoever may not look at the folder leaves it as it is
        }
    }

    private static void removeIfDead(Path path) {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) return;
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (channel.tryLock(LOCKED_BYTE, 1, false) != null) Files.deleteIfExists(path);
        } catch (IOException | OverlappingFileLockException e) {
            // it is another user's, or no locks are to be had: it may live
        }
    }

    /// Gives it the name of what it is to be. With the lock in hand, where that can be: else whoever takes it for dead in this
    /// moment makes this fail.
    void move(Path to) throws IOException {
        if (OPEN_FILES_STAY && file != null) file.close();
        try {
            Files.move(path, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException | UnsupportedOperationException e) {
            Files.move(path, to, StandardCopyOption.REPLACE_EXISTING); // not from a disk's file system
        }
    }

    @Override
    public void close() throws IOException {
        if (OPEN_FILES_STAY && file != null) file.close();
        try {
            Files.deleteIfExists(path);
        } finally {
            if (file != null) file.close();
        }
    }
}
