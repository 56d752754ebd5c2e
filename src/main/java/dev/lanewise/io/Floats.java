package dev.lanewise.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Floats in a stream of bytes, piece by piece.
final class Floats {

    /// Elements that are converted at a time.
    private static final int PIECE = 1 << 13;
    /// Of memory, which is there already.
    private static final int LARGE_PIECE = 1 << 24;

    private Floats() {}

    /// How the elements of a piece become floats.
    @FunctionalInterface
    interface Decoder {
        /// @param first the number of the piece's first element, for messages
        void decode(ByteBuffer bytes, long first, float[] to, int at, int count);
    }

    /// Four bytes each, the lowest first, bit for bit.
    static void write(float[] values, OutputStream out) throws IOException { write(values, FloatType.F32, out); }

    /// The lowest byte first.
    static void write(float[] values, FloatType type, OutputStream out) throws IOException {
        var bytes = ByteBuffer.allocate(type.bytes() * Math.min(PIECE, values.length)).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0, count; from < values.length; from += count) {
            count = Math.min(PIECE, values.length - from);
            type.encode(values, from, count, bytes);
            out.write(bytes.array(), 0, type.bytes() * count);
        }
    }

    /// The array grows as the bytes arrive, so that a file that promises too much costs no more than what it holds.
    ///
    /// @param width bytes of an element
    /// @throws EOFException if the stream ends before; the message says after how many bytes
    static float[] read(InputStream in, int count, int width, ByteOrder order, Decoder decoder) throws IOException {
        var values = new float[Math.min(count, PIECE)];
        var bytes = ByteBuffer.allocate(width * values.length).order(order);
        for (int done = 0; done < count;) {
            if (done == values.length) values = Arrays.copyOf(values, (int) Math.min(count, 2L * done));
            int piece = Math.min(PIECE, values.length - done);
            int got = in.readNBytes(bytes.array(), 0, width * piece);
            if (got < width * piece) throw new EOFException(((long) width * done + got) + " of " + (long) width * count
                + " bytes");
            decoder.decode(bytes, done, values, done, piece);
            done += piece;
        }
        return values;
    }

    /// @param bytes of the elements, and no others
    /// @param first the number of the first element, for messages
    static float[] read(MemorySegment bytes, long first, int width, ByteOrder order, Decoder decoder) {
        int count = Math.toIntExact(bytes.byteSize() / width);
        var values = new float[count];
        for (int done = 0, piece; done < count; done += piece) {
            piece = Math.min(LARGE_PIECE, count - done);
            decoder.decode(bytes.asSlice((long) width * done, (long) width * piece).asByteBuffer().order(order), first + done,
                values, done, piece);
        }
        return values;
    }
}
