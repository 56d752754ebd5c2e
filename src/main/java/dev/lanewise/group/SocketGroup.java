package dev.lanewise.group;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A group whose processes are joined by TCP, each with each. Who they are is told by whoever starts them: each listens, its
/// address is handed to the others (by a file, an argument, Spark's barrier), and then all join.
///
/// Each two prove to each other that they know the secret (HMAC-SHA256 of both sides' nonces and ranks) before anything else is
/// read. What they send afterwards is neither encrypted nor signed: the network must be one that you trust.
public final class SocketGroup implements Group, AutoCloseable {

    static final int LARGEST = 1 << 30;
    private static final int SECRET_LEAST = 16;
    /// All of a large group may call at once.
    private static final int BACKLOG = 1024;
    /// So often it is looked whether somebody hangs.
    private static final long LOOK_MILLIS = 1_000;

    private final int rank;
    /// By rank; null for this one.
    private final List<Peer> peers;
    private final Selector selector;
    /// In milliseconds.
    private final int patience;
    private final List<ByteBuffer> received = new ArrayList<>();

    private SocketGroup(int rank, List<Peer> peers, int patience) throws IOException {
        this.rank = rank;
        this.peers = peers;
        this.patience = patience;
        this.selector = Selector.open();
        try {
            for (var peer : peers) {
                if (peer != null) peer.register(selector);
                received.add(null);
            }
        } catch (IOException | RuntimeException e) {
            selector.close();
            throw e;
        }
    }

    /// Opens a port for the others, any that is free.
    ///
    /// @param local the address of this machine by which they reach it
    /// @throws UncheckedIOException if it can't be had
    public static Listener listen(InetAddress local) {
        Objects.requireNonNull(local, "listen: no address");
        try {
            var server = ServerSocketChannel.open();
            try {
                return new Listener(server.bind(new InetSocketAddress(local, 0), BACKLOG));
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("listen: no port at " + local + ", " + e.getMessage(), e);
        }
    }

    /// Waits for the others.
    public static final class Listener implements AutoCloseable {

        private final ServerSocketChannel server;
        private final InetSocketAddress address;

        private Listener(ServerSocketChannel server) throws IOException {
            this.server = server;
            this.address = (InetSocketAddress) server.getLocalAddress();
        }

        /// Where the others reach this process.
        public InetSocketAddress address() { return address; }

        /// Becomes one of a group, when all others do; the port is closed then.
        ///
        /// @param rank     of this process
        /// @param members  the listeners' addresses by rank, the same in all processes
        /// @param secret   16 bytes or more, the same in all, known to nobody else
        /// @param patience for joining, and for each of the others' messages: as long as the slowest of them may take for a step;
        ///     positive
        /// @throws UncheckedIOException     if one of them can't be reached, doesn't know the secret, or isn't there in time
        /// @throws IllegalArgumentException if rank, secret or patience can't be
        public SocketGroup join(int rank, List<InetSocketAddress> members, byte[] secret, Duration patience) {
            if (rank < 0 || rank >= members.size()) throw new IllegalArgumentException("join: rank " + rank + " of "
                + members.size() + " members; it must be the place of this process's own address among them");
            if (secret.length < SECRET_LEAST) throw new IllegalArgumentException("join: a secret of " + secret.length
                + " bytes; make it of " + SECRET_LEAST + " or more");
            if (!patience.isPositive() || patience.toSeconds() > Integer.MAX_VALUE / 1000) throw new IllegalArgumentException(
                "join: a patience of " + patience + "; it must be positive, and less than 24 days");
            var deadline = System.nanoTime() + patience.toNanos();
            var peers = new ArrayList<Peer>();
            for (int i = 0; i < members.size(); i++) peers.add(null);
            int millis = (int) Math.max(1, patience.toMillis());
            var handshake = new Handshake(rank, members.size(), secret, millis);
            try {
                for (int lower = 0; lower < rank; lower++) peers.set(lower, handshake.call(lower, members.get(lower), deadline));
                Callers.answer(server, handshake, deadline, peers);
                server.close();
                return new SocketGroup(rank, peers, millis);
            } catch (IOException | RuntimeException e) {
                peers.stream().filter(Objects::nonNull).forEach(Peer::close);
                if (e instanceof RuntimeException thrown) throw thrown;
                throw new UncheckedIOException("join: rank " + rank + " of " + members.size() + " could not join, "
                    + e.getMessage(), (IOException) e);
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
        for (var message : messages) if (message.remaining() > LARGEST) throw new IllegalArgumentException(
            "exchange: a message of " + message.remaining() + " bytes; cut it into some of at most " + LARGEST);
        // whoever trains asks for that after the step; and a selector waits for nobody who is interrupted
        boolean interrupted = Thread.interrupted();
        try {
            interrupted |= pass(messages);
            for (var peer : peers) if (peer != null) received.set(peer.rank(), peer.received());
            received.set(rank, messages.get(rank).duplicate().order(ByteOrder.LITTLE_ENDIAN));
            return List.copyOf(received);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("exchange: rank " + rank + " of " + size() + " goes no further: " + e.getMessage(), e);
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new UncheckedIOException("exchange: rank " + rank + " of " + size() + " goes no further: this group was closed",
                new ClosedChannelException());
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /// Sends and receives beside each other, lest all wait for each other with full buffers.
    ///
    /// @return whether the thread was interrupted meanwhile
    private boolean pass(List<ByteBuffer> messages) throws IOException {
        if (!selector.isOpen()) throw new ClosedSelectorException();
        long looked = System.nanoTime();
        var open = new Open();
        for (var peer : peers) if (peer != null) peer.begin(messages.get(peer.rank()), looked);
        for (var peer : peers) if (peer != null && peer.advance()) open.peers++;
        boolean interrupted = false;
        while (open.peers > 0) {
            selector.select(open, Math.clamp(patience, 1, LOOK_MILLIS));
            if (open.error != null) throw open.error;
            interrupted |= Thread.interrupted();
            long now = System.nanoTime();
            if (now - looked < TimeUnit.MILLISECONDS.toNanos(Math.clamp(patience / 4, 1, LOOK_MILLIS))) continue;
            looked = now;
            for (var peer : peers) if (peer != null) peer.requireProgress(now, patience);
        }
        return interrupted;
    }

    /// Peers that have more to say, or to be told.
    private static final class Open implements Consumer<SelectionKey> {
        private int peers;
        private IOException error;

        @Override
        public void accept(SelectionKey key) {
            try {
                if (!((Peer) key.attachment()).advance()) {
                    key.interestOps(0);
                    peers--;
                }
            } catch (IOException e) {
                if (error == null) error = e;
            }
        }
    }

    static void requireOneEach(List<ByteBuffer> messages, int size) {
        if (messages.size() != size) throw new IllegalArgumentException("exchange: " + messages.size() + " messages for " + size
            + " processes; give one for each, empty if there is nothing to say");
    }

    /// Leaves the group: the others' exchanges end with an error, and so does one of this process that is under way in another
    /// thread.
    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            // it is of no use any more, either way
        }
        peers.stream().filter(Objects::nonNull).forEach(Peer::close);
    }
}
