package dev.lanewise.group;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A group whose processes are joined by TCP, each with each. Who they are is told by whoever starts them: each listens, its address
/// is handed to the others (by a file, an argument, Spark's barrier), and then all join.
///
/// Each two prove to each other that they know the secret (HMAC-SHA256 of both sides' nonces and ranks) before anything else is read. What
/// they send afterwards is neither encrypted nor signed: the network must be one that you trust.
public final class SocketGroup implements Group, AutoCloseable {

    private static final int LARGEST = 1 << 30;
    private static final int SECRET_LEAST = 16;
    /// All of a large group may call at once.
    private static final int BACKLOG = 1024;

    private final int rank;
    /// By rank; null for this one.
    private final List<Peer> peers;
    private final List<ByteBuffer> received = new ArrayList<>();

    private SocketGroup(int rank, List<Peer> peers) {
        this.rank = rank;
        this.peers = peers;
        for (int i = 0; i < peers.size(); i++) received.add(ByteBuffer.allocate(0));
    }

    /// Opens a port for the others, any that is free.
    ///
    /// @param local the address of this machine by which they reach it
    /// @throws UncheckedIOException if it can't be had
    public static Listener listen(InetAddress local) {
        try {
            return new Listener(new ServerSocket(0, BACKLOG, Objects.requireNonNull(local, "listen: no address")));
        } catch (IOException e) {
            throw new UncheckedIOException("listen: no port at " + local + ", " + e.getMessage(), e);
        }
    }

    /// Waits for the others.
    public static final class Listener implements AutoCloseable {

        private final ServerSocket server;

        private Listener(ServerSocket server) { this.server = server; }

        /// Where the others reach this process.
        public InetSocketAddress address() { return (InetSocketAddress) server.getLocalSocketAddress(); }

        /// Becomes one of a group, when all others do; the port is closed then.
        ///
        /// @param rank     of this process
        /// @param members  the listeners' addresses by rank, the same in all processes
        /// @param secret   16 bytes or more, the same in all, known to nobody else
        /// @param patience for joining, and for each of the others' messages: as long as the slowest of them may take for a step; positive
        /// @throws UncheckedIOException     if one of them can't be reached, doesn't know the secret, or isn't there in time
        /// @throws IllegalArgumentException if rank, secret or patience can't be
        public SocketGroup join(int rank, List<InetSocketAddress> members, byte[] secret, Duration patience) {
            if (rank < 0 || rank >= members.size()) throw new IllegalArgumentException("join: rank " + rank + " of " + members.size()
                + " members; it must be the place of this process's own address among them");
            if (secret.length < SECRET_LEAST) throw new IllegalArgumentException("join: a secret of " + secret.length + " bytes; make it of "
                + SECRET_LEAST + " or more");
            if (!patience.isPositive() || patience.toSeconds() > Integer.MAX_VALUE / 1000) throw new IllegalArgumentException("join: a patience of "
                + patience + "; it must be positive, and less than 24 days");
            var deadline = System.nanoTime() + patience.toNanos();
            var peers = new ArrayList<Peer>();
            for (int i = 0; i < members.size(); i++) peers.add(null);
            var handshake = new Handshake(rank, members.size(), secret, (int) Math.max(1, patience.toMillis()));
            try {
                for (int lower = 0; lower < rank; lower++) peers.set(lower, handshake.call(lower, members.get(lower), deadline));
                for (int higher = rank + 1; higher < members.size(); higher++) {
                    var peer = handshake.answer(server, deadline);
                    if (peers.get(peer.rank()) != null) {
                        peer.close();
                        throw new IOException("two processes are of rank " + peer.rank() + "; give each its own");
                    }
                    peers.set(peer.rank(), peer);
                }
                server.close();
                return new SocketGroup(rank, peers);
            } catch (IOException | RuntimeException e) {
                peers.stream().filter(Objects::nonNull).forEach(Peer::close);
                if (e instanceof RuntimeException thrown) throw thrown;
                throw new UncheckedIOException("join: rank " + rank + " of " + members.size() + " could not join, " + e.getMessage(), (IOException) e);
            }
        }

        @Override
        public void close() {
            try {
                server.close();
            } catch (IOException e) {
                // nobody can reach it, which is what was asked for
            }
        }
    }

    @Override
    public int rank() { return rank; }

    @Override
    public int size() { return peers.size(); }

    /// As [Group#exchange].
    ///
    /// @throws IllegalArgumentException also if a message is of more than 1 GB
    @Override
    public List<ByteBuffer> exchange(List<ByteBuffer> messages) {
        requireOneEach(messages, peers.size());
        for (var message : messages) if (message.remaining() > LARGEST) throw new IllegalArgumentException("exchange: a message of "
            + message.remaining() + " bytes; cut it into some of at most " + LARGEST);
        var sending = new ArrayList<Peer.Sent>();
        try {
            // beside the reading, lest all wait for each other with full buffers
            for (var peer : peers) sending.add(peer == null ? null : peer.send(messages.get(peer.rank())));
            for (var peer : peers) if (peer != null) received.set(peer.rank(), peer.receive(received.get(peer.rank())));
            received.set(rank, messages.get(rank).duplicate().order(ByteOrder.LITTLE_ENDIAN));
            for (var peer : peers) if (peer != null) peer.await(sending.get(peer.rank()));
            return List.copyOf(received);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("exchange: rank " + rank + " of " + size() + " goes no further: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    static void requireOneEach(List<ByteBuffer> messages, int size) {
        if (messages.size() != size) throw new IllegalArgumentException("exchange: " + messages.size() + " messages for " + size
            + " processes; give one for each, empty if there is nothing to say");
    }

    /// Leaves the group: the others' exchanges end with an error.
    @Override
    public void close() { peers.stream().filter(Objects::nonNull).forEach(Peer::close); }

    /// What a message begins with is its length.
    static int length(int length) throws IOException {
        if (length < 0 || length > LARGEST) throw new EOFException("a message of " + length + " bytes, which no member sends");
        return length;
    }

    static IOException late(int rank, int millis, SocketTimeoutException e) {
        return new IOException("rank " + rank + " said nothing for " + millis + " ms; it hangs, or it needs more patience", e);
    }
}
