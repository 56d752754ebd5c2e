package dev.lanewise.group;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// Another process of a group.
record Peer(int rank, Socket socket, DataInputStream in, OutputStream out) {

    private static final int PIECE = 1 << 16;

    /// A message on its way.
    ///
    /// @param written pieces so far
    record Sent(CompletableFuture<Void> done, AtomicLong written) {}

    /// Begins to send a message.
    Sent send(ByteBuffer message) {
        var done = new CompletableFuture<Void>();
        var written = new AtomicLong();
        Thread.ofVirtual().name("lanewise-group-" + rank).start(() -> {
            try {
                write(message.duplicate(), written);
                done.complete(null);
            } catch (Throwable e) { // want of memory, too: somebody waits
                done.completeExceptionally(e);
            }
        });
        return new Sent(done, written);
    }

    private void write(ByteBuffer message, AtomicLong written) throws IOException {
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(message.remaining()).array());
        var piece = message.hasArray() ? null : new byte[PIECE];
        while (message.hasRemaining()) {
            int length = Math.min(PIECE, message.remaining());
            if (piece == null) out.write(message.array(), message.arrayOffset() + message.position(), length);
            else {
                message.get(message.position(), piece, 0, length);
                out.write(piece, 0, length);
            }
            message.position(message.position() + length);
            written.incrementAndGet();
        }
        out.flush();
    }

    /// Reads the next message, into the memory of one before if it is large enough.
    ByteBuffer receive(ByteBuffer before) throws IOException {
        try {
            int length = SocketGroup.length(in.readInt());
            var buffer = before.hasArray() && before.capacity() >= length ? before : ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            in.readFully(buffer.array(), buffer.arrayOffset(), length);
            return buffer.clear().limit(length);
        } catch (SocketTimeoutException e) {
            throw SocketGroup.late(rank, socket.getSoTimeout(), e);
        } catch (IOException e) {
            throw new IOException("rank " + rank + " is gone" + (e.getMessage() == null ? "" : ", " + e.getMessage()), e);
        }
    }

    /// Waits until all of a message is sent, as long as the other one takes some of it within its patience: a socket that nobody reads
    /// from would wait for ever.
    void await(Sent sent) throws IOException {
        int millis = socket.getSoTimeout();
        while (true) {
            long before = sent.written.get();
            try {
                // not interrupted: whoever trains asks for that after the step
                sent.done.copy().orTimeout(millis, TimeUnit.MILLISECONDS).join();
                return;
            } catch (CompletionException e) {
                switch (e.getCause()) {
                    case TimeoutException late when sent.written.get() == before -> throw new IOException("rank " + rank + " took nothing for " + millis
                        + " ms; it hangs, or it needs more patience", late);
                    case TimeoutException _ -> {}
                    case IOException cause -> throw new IOException("rank " + rank + " is gone"
                        + (cause.getMessage() == null ? "" : ", " + cause.getMessage()), cause);
                    default -> throw e;
                }
            }
        }
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more, either way
        }
    }
}
