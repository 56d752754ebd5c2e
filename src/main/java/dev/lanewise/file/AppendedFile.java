package dev.lanewise.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// A file of lines that grows while a program runs. It has one writer: another, of this process or a second one, is refused,
/// and what somebody else changes meanwhile is not written over.
///
/// What lies there from before stays until the first lines are written. If the file is removed while it is open, or its folder,
/// it comes back whole with the next lines, where the system keeps what is open without a name.
public final class AppendedFile implements AutoCloseable {

    private static final int PIECE = 1 << 16;

    private final String operation;
    private final Path file;
    /// Where that really lies, behind all links.
    private Path place;
    private FileClaim claim;
    /// Not a channel, which an interrupt would close.
    private RandomAccessFile out;
    /// What tells the open file from others; null where nothing does.
    private Object key;
    /// Whether it wasn't there.
    private boolean made;
    private boolean begun;
    private boolean closed;
    /// Behind the last line.
    private long position;
    /// How far a write may have come that failed.
    private long reach;

    private AppendedFile(String operation, Path file, FileClaim claim) {
        this.operation = operation;
        this.file = file;
        this.claim = claim;
    }

    /// Missing folders are made.
    ///
    /// @param beginning what a file begins with that may be written over, in ASCII; so may one that was cut off within it
    /// @throws IllegalArgumentException if the file holds something else, or lies in an archive
    /// @throws FileClaim.Taken          if it has a writer
    /// @throws UncheckedIOException     if it can't be written
    public static AppendedFile open(String operation, Path file, String beginning) {
        requireLocal(operation, file);
        var opened = new AppendedFile(operation, file, FileClaim.of(operation, file));
        boolean good = false;
        try {
            opened.open(beginning);
            good = true;
            return opened;
        } catch (IOException e) {
            throw opened.unwritable(e);
        } finally {
            if (!good) opened.discard();
        }
    }

    /// @throws IllegalArgumentException if it lies in an archive
    public static void requireLocal(String operation, Path file) {
        if (file.getFileSystem() != FileSystems.getDefault()) throw new IllegalArgumentException(operation + ": " + Quote.of(file)
            + " is in an archive or the like, where nothing can be appended; name a file on a disk");
    }

    private void open(String beginning) throws IOException {
        made = !RegularFile.exists(operation, file);
        if (!made && !Files.isRegularFile(file)) throw new IllegalArgumentException(operation + ": " + Quote.of(file)
            + " is a folder, a device or a pipe; name a file");
        Files.createDirectories(RegularFile.end(file).getParent());
        out = new RandomAccessFile(file.toFile(), "rw");
        place = file.toRealPath();
        key = Files.readAttributes(place, BasicFileAttributes.class).fileKey();
        var start = new byte[(int) Math.min(beginning.length(), out.length())];
        out.readFully(start);
        if (!beginning.startsWith(new String(start, StandardCharsets.ISO_8859_1))) throw new IllegalArgumentException(operation
            + ": "
            + Quote.of(file) + " holds something else, which would be lost; name another file, or remove it first");
    }

    /// Goes on behind a byte, at which a line must end; what is beyond goes with the next write.
    ///
    /// @throws IllegalArgumentException if none does
    public void resume(long position) {
        attempt(() -> {
            if (position > out.length()) throw new IllegalArgumentException(operation + ": " + Quote.of(file) + " has "
                + out.length()
                + " bytes, but the checkpoint says that " + position
                + " were written; name the run's own file, or remove the checkpoint");
            if (position > 0) {
                out.seek(position - 1);
                if (out.read() != '\n') throw new IllegalArgumentException(operation + ": " + Quote.of(file)
                    + " has no line that ends at byte " + position
                    + ", where the checkpoint says that one does; name the run's own file,"
                    + " or remove the checkpoint");
            }
            this.position = position;
        });
    }

    /// Writes whole lines, or nothing that stays.
    ///
    /// @throws UncheckedIOException if the disk fails, or somebody else has changed the file
    public void append(byte[] lines) {
        attempt(() -> {
            comeBack();
            long length = out.length();
            if (begun && (length < position || length > reach)) throw changed("has " + length + " bytes, and had " + position);
            begun = true;
            out.setLength(position); // what is beyond is of another run, came after the checkpoint, or is half of a try
            out.seek(position);
            reach = position + lines.length;
            out.write(lines);
            position = reach;
        });
    }

    /// @return the byte at which it ends, all of it on the disk
    /// @throws UncheckedIOException if the disk fails
    public long sync() {
        attempt(() -> out.getFD().sync());
        return position;
    }

    /// Whether its name still leads to it.
    private boolean isThere() throws IOException {
        var there = place == null ? null : RegularFile.attributes(place);
        return there != null && (key == null || there.fileKey() == null ? there.size() == out.length()
            : key.equals(there.fileKey()));
    }

    /// Without its name, what is written would be lost when it is closed.
    private void comeBack() throws IOException {
        if (isThere()) return;
        if (RegularFile.attributes(place) != null) throw changed("is another one than it was");
        Files.createDirectories(place.getParent());
        claim.close();
        try {
            claim = FileClaim.of(operation, file);
        } catch (FileClaim.Taken e) {
            // in the moment since it was looked for: as with a disk that fails, the next try may find it free
            throw changed("was taken away, and another run has its name");
        }
        Files.createFile(place); // or it would be somebody else's
        RandomAccessFile copy = null;
        try {
            copy = new RandomAccessFile(place.toFile(), "rw");
            var piece = new byte[PIECE];
            out.seek(0);
            for (long left = begun ? position : out.length(); left > 0;) {
                int size = (int) Math.min(left, PIECE);
                out.readFully(piece, 0, size);
                copy.write(piece, 0, size);
                left -= size;
            }
            key = Files.readAttributes(place, BasicFileAttributes.class).fileKey();
        } catch (Throwable e) {
            if (copy != null) copy.close();
            Files.deleteIfExists(place);
            throw e;
        }
        out.close();
        out = copy;
        reach = position;
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        attempt(() -> {
            try (var _ = claim) {
                boolean isLookedAtAlone;
                try (var closing = out) {
                    isLookedAtAlone = made && !begun && closing.length() == 0 && isThere();
                }
                // it is as it was; Windows removes no file that is open
                if (isLookedAtAlone) Files.deleteIfExists(place);
            }
        });
    }

    private void discard() {
        try {
            if (out != null) close();
            else claim.close();
        } catch (RuntimeException e) {
            // there is an error already
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private void attempt(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private UncheckedIOException changed(String how) {
        return new UncheckedIOException(operation + ": " + Quote.of(file) + " " + how
            + " when this program wrote to it last: another one"
            + " changes it, too; give each its own file", new IOException("it was changed by another program"));
    }

    private UncheckedIOException unwritable(IOException e) {
        return new UncheckedIOException(operation + ": " + Quote.of(file) + " can't be written, " + RegularFile.reason(e)
            + "; name a file in a folder that you may write to, on a disk with room", e);
    }
}
