package dev.lanewise.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.function.Function;

/// A part of a file as memory, for as long as a function looks at it: of what it doesn't touch, nothing is read. No file stays
/// open or mapped behind it.
///
/// Files of other file systems than the default one can't be mapped: of those the part is read.
public final class MappedFile {

    private MappedFile() {}

    /// What tells that a file is the one that it was: its contents may have been replaced by as many bytes.
    ///
    /// @param key of the file within its file system; null where there is none
    public record Stamp(long size, FileTime modified, Object key) {

        /// Of a regular file.
        ///
        /// @throws UncheckedIOException if it is missing or none
        public static Stamp of(String operation, Path file) {
            try {
                return of(file);
            } catch (IOException e) {
                throw RegularFile.unreadable(operation, file, e);
            }
        }

        private static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }
    }

    /// @param stamp  of when the file was first looked at; null for any
    /// @param from   the part's first byte
    /// @param length in bytes; negative for all that follow
    /// @param look   must not keep the segment
    /// @throws UncheckedIOException as [RegularFile#read], and if the file is another one than it was
    public static <T> T read(String operation, Path file, Stamp stamp, long from, long length, Function<MemorySegment, T> look) {
        if (file.getFileSystem() != FileSystems.getDefault()) return look.apply(copied(operation, file, stamp, from, length));
        while (true) {
            boolean interrupted = Thread.interrupted(); // a channel would close itself
            try {
                return RegularFile.read(operation, file, in -> {
                    requireSame(stamp, file);
                    return mapped(RegularFile.origin(operation, file), in.file(), from, within(in.size(), from, length), look);
                });
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof ClosedByInterruptException)) throw e;
                interrupted = true;
            } finally {
                if (interrupted) Thread.currentThread().interrupt();
            }
        }
    }

    /// @param stamp null for any
    /// @throws IOException if the file is another one than it was
    public static void requireSame(Stamp stamp, Path file) throws IOException {
        if (stamp == null) return;
        var now = Stamp.of(file);
        if (now.size != stamp.size) throw new IOException("it has " + now.size + " bytes, and had " + stamp.size + " before");
        if (!now.equals(stamp)) throw new IOException("it was written anew since it was opened; open it again");
    }

    /// The part's length.
    private static long within(long size, long from, long length) throws IOException {
        if (from < 0 || from > size - Math.max(0, length)) throw new IOException("it has " + size + " bytes, not " + length
            + " from " + from + " on");
        return length < 0 ? size - from : length;
    }

    private static <T> T mapped(String origin, RandomAccessFile file, long from, long length, Function<MemorySegment, T> look)
        throws IOException {
        if (length == 0) return look.apply(MemorySegment.ofArray(new byte[0]));
        try (var arena = Arena.ofConfined()) {
            // the file's own channel: closing it is left to who opened the file
            var segment = file.getChannel().map(FileChannel.MapMode.READ_ONLY, from, length, arena);
            try {
                var result = look.apply(segment);
                file.length(); // a fault of the mapping arrives at the next call into the system, at the latest
                return result;
            } catch (InternalError e) {
                // the JVM's word for memory that is no longer there; the file may have grown again since
                if (e.getMessage() == null || !e.getMessage().contains("unsafe memory access")) throw e;
                throw RegularFile.changed(origin, "it was cut off while it was read", e);
            }
        }
    }

    private static MemorySegment copied(String operation, Path file, Stamp stamp, long from, long length) {
        return RegularFile.read(operation, file, in -> {
            requireSame(stamp, file);
            long wanted = within(in.size(), from, length);
            if (wanted > RegularFile.LONGEST_ARRAY) throw new IOException(wanted
                + " bytes are more than an array holds; copy it to a disk");
            in.skipNBytes(from);
            var bytes = in.readNBytes((int) wanted);
            if (bytes.length < wanted) throw new IOException("it ends after " + (from + bytes.length) + " bytes");
            return MemorySegment.ofArray(bytes);
        });
    }
}
