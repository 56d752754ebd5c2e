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

/// Another process of a group.
record Peer(int rank, Socket socket, DataInputStream in, OutputStream out) {

    private static final int PIECE = 1 << 16;

    /// Begins to send a message.
    CompletableFuture<Void> send(ByteBuffer message) {
        var done = new CompletableFuture<Void>();
        Thread.ofVirtual().name("lanewise-group-" + rank).start(() -> {
            try {
                write(message.duplicate());
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private void write(ByteBuffer message) throws IOException {
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(message.remaining()).array());
        if (message.hasArray()) out.write(message.array(), message.arrayOffset() + message.position(), message.remaining());
        else {
            var piece = new byte[PIECE];
            while (message.hasRemaining()) {
                int length = Math.min(piece.length, message.remaining());
                message.get(piece, 0, length);
                out.write(piece, 0, length);
            }
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

    static void await(CompletableFuture<Void> sent) throws IOException {
        try {
            sent.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) throw cause;
            throw e;
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
