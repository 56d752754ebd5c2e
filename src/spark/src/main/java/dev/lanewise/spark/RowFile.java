package dev.lanewise.spark;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/// Rows of bytes in a file that is nobody else's, and goes with the process, whatever ends it. Read by any thread; Spark's
/// interrupts don't close it.
final class RowFile extends AbstractList<byte[]> implements RandomAccess, AutoCloseable {

    private static final int BUFFER = 1 << 20;
    /// A file that is smaller, and takes no more than such a part of the heap, is read whole: two calls of the system for each
    /// row cost more than all else that is done with a short one.
    private static final long SMALL = 1 << 26;
    private static final int HEAPS = 16;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final RandomAccessFile file;
    /// Where each begins, with its length before it.
    private final long[] places;
    /// Of all rows; -1 if they are of different ones.
    private final int length;
    /// All of the file; null if it isn't small, or is closed.
    private volatile byte[] small;

    private RowFile(RandomAccessFile file, long[] places, int length, byte[] small) {
        this.file = file;
        this.small = small;
        this.places = places;
        this.length = length;
    }

    /// Writes rows as they come.
    static final class Writer implements AutoCloseable {

        private final Path path;
        private final DataOutputStream out;
        private final long[] places;
        private final long small;
        private int count;
        private long end;
        private int length;

        /// Of so many rows.
        Writer(int rows) throws IOException { this(rows, SMALL); }

        /// @param small bytes up to which it is read whole
        Writer(int rows, long small) throws IOException {
            this.small = small;
            path = Files.createTempFile("lanewise-rows", null);
            out = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(path.toFile()), BUFFER));
            places = new long[rows];
        }

        void add(byte[] row) throws IOException {
            places[count] = end;
            out.writeInt(row.length);
            out.write(row);
            length = count == 0 || length == row.length ? row.length : -1;
            end += Integer.BYTES + row.length;
            count++;
        }

        /// What was written.
        ///
        /// @param slots of the rows that are wanted, in their order
        RowFile file(int[] slots) throws IOException {
            out.close();
            boolean isSmall = end <= Math.min(small, Runtime.getRuntime().maxMemory() / HEAPS);
            var all = isSmall ? Files.readAllBytes(path) : null;
            var file = new RandomAccessFile(path.toFile(), "r");
            return new RowFile(file, Arrays.stream(slots).mapToLong(slot -> places[slot]).toArray(), length, all);
        }

        /// The file has no name any longer; where the system wants it to have one while it is open, it goes with this JVM.
        @Override
        public void close() throws IOException {
            out.close();
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                path.toFile().deleteOnExit();
            }
        }
    }

    @Override
    public byte[] get(int row) {
        var all = small;
        if (all != null) {
            int place = (int) places[row];
            int from = place + Integer.BYTES;
            return Arrays.copyOfRange(all, from, from + (length < 0 ? (int) INT.get(all, place) : length));
        }
        try {
            synchronized (file) {
                file.seek(places[row] + (length < 0 ? 0 : Integer.BYTES));
                var bytes = new byte[length < 0 ? file.readInt() : length];
                file.readFully(bytes);
                return bytes;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("fit: rows that were kept in a file can't be read, " + e.getMessage(), e);
        }
    }

    @Override
    public int size() { return places.length; }

    @Override
    public void close() {
        small = null;
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("fit: a file of rows can't be closed, " + e.getMessage(), e);
        }
    }
}
