package dev.lanewise.group;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/// Another process of a group, and what is on its way to it and from it. Nothing here waits.
final class Peer {

    /// Bytes at a time of what isn't native memory: they are copied there.
    private static final int PIECE = 1 << 17;
    /// Of a message that is said to be longer, memory is taken as it comes.
    private static final int TRUSTED = 1 << 20;

    private final int rank;
    private final SocketChannel channel;
    private SelectionKey key;

    private final ByteBuffer lengthOut = ByteBuffer.allocateDirect(Integer.BYTES);
    /// Null once all of it is sent.
    private ByteBuffer out;
    private long sent;

    private final ByteBuffer lengthIn = ByteBuffer.allocateDirect(Integer.BYTES);
    private ByteBuffer in = roomFor(0);
    /// Of the message that comes; -1 before that is known.
    private int expected;
    private boolean whole = true;
    private long heard;

    Peer(int rank, SocketChannel channel) {
        this.rank = rank;
        this.channel = channel;
    }

    int rank() { return rank; }

    /// From now on nobody waits for a byte: the selector tells.
    void register(Selector selector) throws IOException {
        channel.configureBlocking(false);
        key = channel.register(selector, 0, this);
    }

    /// Begins to send a message and to receive one.
    ///
    /// @param now by [System#nanoTime]
    void begin(ByteBuffer message, long now) {
        out = message.duplicate();
        lengthOut.clear().putInt(out.remaining()).flip();
        lengthIn.clear();
        expected = -1;
        whole = false;
        sent = heard = now;
    }

    /// Sends and receives what can be at once.
    ///
    /// @return whether there is more to come
    boolean advance() throws IOException {
        try {
            if (!whole) receive();
            if (out != null) send();
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("rank " + rank + " is gone" + (e.getMessage() == null ? "" : ", " + e.getMessage()), e);
        }
        boolean open = out != null || !whole;
        if (open) key.interestOps((out == null ? 0 : SelectionKey.OP_WRITE) | (whole ? 0 : SelectionKey.OP_READ));
        return open;
    }

    private void send() throws IOException {
        while (true) {
            int end = out.limit();
            if (!out.isDirect()) out.limit(Math.min(end, out.position() + PIECE));
            long some = channel.write(new ByteBuffer[] {lengthOut, out});
            out.limit(end);
            if (some > 0) sent = System.nanoTime();
            if (!lengthOut.hasRemaining() && !out.hasRemaining()) {
                out = null;
                return;
            }
            if (some == 0) return;
        }
    }

    private void receive() throws IOException {
        while (!whole) {
            if (expected < 0 && !lengthIn.hasRemaining()) {
                expected = length(lengthIn.flip().getInt());
                in = (in.capacity() >= Math.min(expected, TRUSTED) ? in : roomFor(Math.min(expected, TRUSTED))).clear();
            }
            if (expected >= 0 && in.position() == expected) {
                whole = true;
                in.flip();
                return;
            }
            if (expected >= 0 && in.position() == in.capacity()) in = roomFor((int) Math.min(expected, 2L * in.capacity()))
                .put(in.flip());
            if (expected >= 0) in.limit(Math.min(expected, in.capacity()));
            int some = channel.read(expected < 0 ? lengthIn : in);
            if (some < 0) throw new IOException("it has closed the connection");
            if (some == 0) return;
            heard = System.nanoTime();
        }
    }

    private int length(int length) throws ProtocolException {
        if (length < 0 || length > SocketGroup.LARGEST) throw new ProtocolException("rank " + rank
            + " sends a message of " + length
            + " bytes, which no member does: it runs another version, or somebody else writes to its connection");
        return length;
    }

    private static ByteBuffer roomFor(int bytes) { return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN); }

    /// The message that came, until the next one begins.
    ByteBuffer received() { return in; }

    /// @param patience in milliseconds, since the last byte
    /// @throws IOException if it says nothing, or takes nothing, for longer
    void requireProgress(long now, int patience) throws IOException {
        long bound = TimeUnit.MILLISECONDS.toNanos(patience);
        if (!whole && now - heard >= bound) throw new IOException("rank " + rank + " said nothing for " + patience
            + " ms; it hangs, or it needs more patience");
        if (out != null && now - sent >= bound) throw new IOException("rank " + rank + " took nothing for " + patience
            + " ms; it hangs, or it needs more patience");
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it is of no use any more, either way
        }
    }
}
