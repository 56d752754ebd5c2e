package dev.lanewise.spark;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/// Rows of bytes in a file that is nobody else's, and goes with the process, whatever ends it. Read by any thread; Spark's
/// interrupts don't close it.
final class RowFile extends AbstractList<byte[]> implements RandomAccess, AutoCloseable {

    private static final int BUFFER = 1 << 20;

    private final RandomAccessFile file;
    /// Where each begins, with its length before it.
    private final long[] places;
    /// Of all rows; -1 if they are of different ones.
    private final int length;

    private RowFile(RandomAccessFile file, long[] places, int length) {
        this.file = file;
        this.places = places;
        this.length = length;
    }

    /// Writes rows as they come.
    static final class Writer implements AutoCloseable {

        private final Path path;
        private final DataOutputStream out;
        private final long[] places;
        private int count;
        private long end;
        private int length;

        /// Of so many rows.
        Writer(int rows) throws IOException {
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
            var file = new RandomAccessFile(path.toFile(), "r");
            return new RowFile(file, Arrays.stream(slots).mapToLong(slot -> places[slot]).toArray(), length);
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
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("fit: a file of rows can't be closed, " + e.getMessage(), e);
        }
    }
}
