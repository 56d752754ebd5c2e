package dev.lanewise.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/// Reads files that may be anything: what is no regular file is refused before it is opened, since a folder can't be read, a
/// device need not end and a pipe may have nobody at its other end. Memory grows with what has arrived.
public final class RegularFile {

    private static final int PIECE = 1 << 16;
    /// As many links in a row as Linux follows.
    private static final int MOST_LINKS = 40;
    /// The longest array of bytes that every JVM can allocate.
    public static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private RegularFile() {}

    /// What is done with an open file.
    @FunctionalInterface
    public interface Reader<T> {
        /// @param in not buffered; need not be closed
        T read(Opened in) throws IOException;
    }

    /// Reads a file of any file system.
    ///
    /// @param operation the caller, for messages, which begin with it and the path
    /// @throws UncheckedIOException if it is missing, a folder, a device or a pipe, can't be read, or has become longer or
    ///     shorter meanwhile
    public static <T> T read(String operation, Path file, Reader<T> reader) {
        try {
            return file.getFileSystem() == FileSystems.getDefault() ? opened(operation, file, reader)
                : Undisturbed.run(() -> opened(operation, file, reader));
        } catch (IOException e) {
            throw unreadable(operation, file, e);
        }
    }

    private static <T> T opened(String operation, Path file, Reader<T> reader) throws IOException {
        try (var source = open(operation, file)) {
            return whole(origin(operation, file), source, reader);
        }
    }

    private static <T> T whole(String origin, Opened source, Reader<T> reader) throws IOException {
        T result;
        try {
            result = reader.read(source);
        } catch (IOException | RuntimeException e) {
            // whatever the reader makes of a file that has lost its end, this is the reason
            if (source.hasChanged()) throw changed(origin, source, e);
            throw e;
        }
        if (source.hasChanged()) throw changed(origin, source, null);
        return result;
    }

    private static UncheckedIOException changed(String origin, Opened source, Throwable e) {
        return changed(origin, "it changed while it was read: it had " + source.size + " bytes, and then had more or fewer", e);
    }

    static UncheckedIOException changed(String origin, String message, Throwable e) {
        return new UncheckedIOException(origin + message + "; read it again when nobody writes to it",
            e instanceof IOException io ? io : new IOException(message, e));
    }

    /// A whole file.
    ///
    /// @param most bytes that it may have
    /// @throws IllegalArgumentException if it has more
    /// @throws UncheckedIOException     as [#read]
    public static byte[] bytes(String operation, Path file, int most) {
        return read(operation, file, in -> {
            int limit = Math.min(most, LONGEST_ARRAY);
            if (in.size() > limit) throw new IllegalArgumentException(origin(operation, file) + "it has " + in.size()
                + " bytes, but " + limit + " are the most that are read; split it");
            return in.rest();
        });
    }

    /// "operation: file: ", with which messages about a file begin.
    public static String origin(String operation, Path file) {
        return operation + ": " + Quote.of(Objects.requireNonNull(file, () -> operation + ": no file; name one")) + ": ";
    }

    /// The error for a file that can't be opened or read.
    public static UncheckedIOException unreadable(String operation, Path file, IOException e) {
        return new UncheckedIOException(operation + ": " + Quote.of(file) + (e instanceof NoSuchFileException
            ? " does not exist; check the path" : " can't be read, " + reason(e) + "; it must be a file that this user may read"),
            e);
    }

    /// Whether something is there. Only a file system that says so makes it false: what can't be looked at may be there.
    ///
    /// @throws UncheckedIOException if it can't be told
    public static boolean exists(String operation, Path file) {
        try {
            return attributes(file) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(operation + ": whether " + Quote.of(file) + " exists can't be told, " + reason(e)
                + "; its folder must be one that this user may look into", e);
        }
    }

    /// Null if nothing is there.
    static BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// Where a name leads, by all its links, whether something is there or not.
    static Path end(Path file) throws IOException {
        var path = file.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(path); links++) {
            if (links == MOST_LINKS) throw new FileSystemLoopException(path.toString());
            // the real folder: a link may begin with "..", which means what is above it in truth
            path = path.getParent().toRealPath().resolve(Files.readSymbolicLink(path));
        }
        return path;
    }

    /// What happened, in words: the messages of file system exceptions are often a bare path, and their class says it.
    public static String reason(IOException e) {
        if (e.getClass() == IOException.class && e.getMessage() != null) return Quote.bare(e.getMessage());
        var kind = e.getClass().getSimpleName().replace("Exception", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
        var failed = e instanceof FileSystemException each ? each : null;
        var reason = failed == null || failed.getReason() == null ? kind : Quote.bare(failed.getReason());
        var more = failed == null ? e.getMessage() : failed.getFile();
        return more == null ? reason : reason + " (" + Quote.bare(more) + ")";
    }

    /// Says what a path that isn't a regular file's is.
    static String kind(BasicFileAttributes attributes) { return attributes.isDirectory() ? "a folder" : "a device or a pipe"; }

    private static Opened open(String operation, Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) throw new UncheckedIOException(origin(operation, file) + "it is " + kind(attributes)
            + "; name a file", new FileSystemException(file.toString(), null, "no regular file"));
        if (file.getFileSystem() != FileSystems.getDefault())
            return new Opened(Files.newInputStream(file), null, attributes.size());
        file.getFileSystem().provider().checkAccess(file, AccessMode.READ); // its exceptions say more than the one below
        // no channel, which an interrupt would close; and the size of what was opened, which may have replaced what was looked at
        var opened = new RandomAccessFile(file.toFile(), "r");
        try {
            return new Opened(null, opened, opened.length());
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    /// The bytes of an open file, as many as it had when it was opened: both fewer and more are an exception.
    public static final class Opened extends InputStream {

        private final InputStream stream; // null for a file of the default file system
        private final RandomAccessFile file;
        private final long size;
        private long at;
        private boolean changed;

        private Opened(InputStream stream, RandomAccessFile file, long size) {
            this.stream = stream;
            this.file = file;
            this.size = size;
        }

        /// Of the default file system; else null.
        RandomAccessFile file() { return file; }

        /// In bytes, when it was opened. For a file in an archive it is what the archive says.
        public long size() { return size; }

        /// Bytes that are still to come.
        public long left() { return size - at; }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) return 0;
            if (at == size) {
                if (hasChanged()) throw new IOException("it has more than the " + size + " bytes that it had");
                return -1;
            }
            int piece = (int) Math.min(length, size - at);
            int got = stream == null ? file.read(to, offset, piece) : stream.read(to, offset, piece);
            if (got <= 0) {
                changed = true;
                throw new IOException("it ends after " + at + " of the " + size + " bytes that it had");
            }
            at += got;
            return got;
        }

        /// Goes on behind the next bytes, without reading them where the file system has a place to go to.
        @Override
        public long skip(long n) throws IOException {
            long piece = Math.clamp(n, 0L, left());
            if (stream != null) piece = stream.skip(piece);
            else file.seek(file.getFilePointer() + piece);
            at += piece;
            return piece;
        }

        /// All that is still to come.
        ///
        /// @throws IOException also if that is more than an array holds
        public byte[] rest() throws IOException {
            if (left() > LONGEST_ARRAY) throw new IOException("it has " + left() + " bytes, more than an array holds");
            int all = (int) left();
            // an archive's word for a size is no better than a header's
            var bytes = new byte[stream == null ? all : Math.min(all, PIECE)];
            for (int done = 0; done < all;) {
                if (done == bytes.length) bytes = Arrays.copyOf(bytes, (int) Math.min(all, 2L * done));
                done += read(bytes, done, bytes.length - done);
            }
            return bytes;
        }

        private boolean hasChanged() throws IOException {
            if (stream == null) changed |= file.length() != size;
            else if (!changed && at == size) changed = stream.read() >= 0;
            return changed;
        }

        @Override
        public int available() { return (int) Math.min(left(), Integer.MAX_VALUE); }

        @Override
        public void close() throws IOException {
            if (stream == null) file.close();
            else stream.close();
        }
    }
}
