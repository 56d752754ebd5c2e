package dev.lanewise.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.WeakReference;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Keeps others from writing a file while someone means to: in this process by a list, other processes by a lock on another
/// file beside it, `.NAME.lock`. The system takes the lock away when the process ends, however that comes; where it has no
/// locks, only this process is kept out. A file is what its name leads to, by whatever links.
public final class FileClaim implements AutoCloseable {

    /// Somebody has it.
    public static final class Taken extends IllegalStateException {
        private static final long serialVersionUID = 1;

        private Taken(String message) { super(message); }
    }

    /// Beyond what is in it: where locks are binding they would keep readers out, too.
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;
    private static final int LEAST_LENGTH = 32;
    private static final int LENGTHS = 1 << 16;
    private static final int TRIES = 100;

    /// Those of this process, by what they claim. One that nobody has any more without having closed it is over.
    private static final Map<Path, WeakReference<FileClaim>> OWN = new HashMap<>();

    private final Path file;
    private final Path path;
    /// Null without one.
    private RandomAccessFile lock;

    private FileClaim(Path file) {
        this.file = file;
        this.path = file.resolveSibling("." + file.getFileName() + ".lock");
    }

    /// Makes missing folders.
    ///
    /// @throws Taken if somebody has it
    public static FileClaim of(String operation, Path file) {
        var claim = new FileClaim(real(operation, file));
        synchronized (OWN) {
            var other = OWN.get(claim.file);
            if (other != null && other.get() != null) throw new Taken(operation + ": " + Quote.of(file)
                + " is being written by another run, or twice by this one; give each its own file");
            OWN.put(claim.file, new WeakReference<>(claim));
        }
        boolean good = false;
        try {
            if (file.getFileSystem() == FileSystems.getDefault()) claim.lock(operation, file);
            good = true;
            return claim;
        } finally {
            if (!good) claim.forget();
        }
    }

    private static Path real(String operation, Path file) {
        var end = file.toAbsolutePath();
        if (end.getFileName() == null) throw new IllegalArgumentException(operation + ": " + Quote.of(file)
            + " is a folder; name a file");
        try {
            end = RegularFile.end(end);
            if (file.getFileSystem() == FileSystems.getDefault()) Files.createDirectories(end.getParent());
            return end.getParent().toRealPath().resolve(end.getFileName());
        } catch (IOException e) {
            return end.normalize(); // who can't write here will be told so when it is tried
        }
    }

    private void lock(String operation, Path named) {
        try {
            for (int tries = 0; tries < TRIES && lock == null; tries++) tryToLock(operation, named);
        } catch (IOException | UnsupportedOperationException e) {
            // who can't write here will be told so when it is tried
        }
    }

    private void tryToLock(String operation, Path named) throws IOException {
        lock = new RandomAccessFile(path.toFile(), "rw");
        boolean good = false;
        try {
            if (lock.getChannel().tryLock(LOCKED_BYTE, 1, false) == null) throw taken(operation, named, lock);
            good = isThere(LEAST_LENGTH + ThreadLocalRandom.current().nextInt(LENGTHS));
        } catch (OverlappingFileLockException e) {
            throw taken(operation, named, lock);
        } finally {
            if (!good) {
                lock.close();
                lock = null;
            }
        }
    }

    private void forget() {
        synchronized (OWN) {
            OWN.computeIfPresent(file, (_, claim) -> claim.refersTo(this) ? null : claim);
        }
    }

    /// Whether the file that is locked still has the name: whoever had it before took it away with the lock in hand. A length
    /// tells, since whoever opens a file twice loses the lock with the second.
    private boolean isThere(long length) throws IOException {
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
            + new String(owner, 0, length, StandardCharsets.US_ASCII).replaceAll("[^0-9]", "")
            + "; wait for its end, or give each a file of its own");
    }

    @Override
    @SuppressWarnings("try") // closed before its end where an open file can't be deleted
    public void close() {
        try (var closing = lock) {
            // if it was taken away, another may have made its own
            if (closing != null && Files.exists(path) && Files.size(path) == closing.length()) {
                if (Temporary.OPEN_FILES_STAY) closing.close();
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // an empty name is left, which locks nobody out
        } finally {
            lock = null;
            forget();
        }
    }
}
