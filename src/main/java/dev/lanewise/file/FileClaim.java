package dev.lanewise.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/// Keeps other processes from writing a file while this one means to, by a lock on another file beside it, `.NAME.lock`. The system takes
/// the lock away when the process ends, however that comes; where it has no locks, nobody is kept out.
public final class FileClaim implements AutoCloseable {

    /// Another process has it.
    public static final class Taken extends IllegalStateException {
        private static final long serialVersionUID = 1;

        private Taken(String message) { super(message); }
    }

    /// Beyond what is in it: where locks are binding they would keep readers out, too.
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;
    private static final int LEAST_LENGTH = 32;
    private static final int LENGTHS = 1 << 16;
    private static final int TRIES = 100;

    private final Path path;
    private final RandomAccessFile lock;

    private FileClaim(Path path, RandomAccessFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /// Makes missing folders.
    ///
    /// @return null where there are no locks to be had
    /// @throws Taken if another process has it, or this one under another name
    public static FileClaim of(String operation, Path file) {
        var real = file.toAbsolutePath();
        var path = real.resolveSibling("." + real.getFileName() + ".lock");
        try {
            Files.createDirectories(path.getParent());
            for (int tries = 0; tries < TRIES; tries++) {
                var lock = new RandomAccessFile(path.toFile(), "rw");
                var claim = new FileClaim(path, lock);
                try {
                    if (lock.getChannel().tryLock(LOCKED_BYTE, 1, false) == null) throw taken(operation, file, lock);
                    if (claim.isThere()) return claim;
                } catch (OverlappingFileLockException e) {
                    throw taken(operation, file, lock);
                } catch (Throwable e) {
                    lock.close();
                    throw e;
                }
                lock.close();
            }
        } catch (IOException | UnsupportedOperationException e) {
            // who can't write here will be told so when it is tried
        }
        return null;
    }

    /// Whether the file that is locked still has the name: whoever had it before took it away with the lock in hand. A length tells, since
    /// whoever opens a file twice loses the lock with the second.
    private boolean isThere() throws IOException {
        long length = LEAST_LENGTH + ThreadLocalRandom.current().nextInt(LENGTHS);
        lock.setLength(0);
        lock.write(("" + ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII));
        lock.setLength(length);
        return Files.exists(path) && Files.size(path) == length;
    }

    private static Taken taken(String operation, Path file, RandomAccessFile lock) throws IOException {
        var owner = new byte[LEAST_LENGTH];
        lock.seek(0);
        int length = Math.max(0, lock.read(owner));
        lock.close();
        return new Taken(operation + ": " + Quote.of(file) + " is being written by another process, "
            + new String(owner, 0, length, StandardCharsets.US_ASCII).replaceAll("[^0-9]", "") + "; wait for its end, or give each a file of its own");
    }

    @Override
    public void close() {
        try (lock) {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // an empty name is left, which locks nobody out
        }
    }
}
