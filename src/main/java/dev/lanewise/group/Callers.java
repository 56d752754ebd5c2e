package dev.lanewise.group;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Answers those who call, several at once: somebody who isn't of the group, and says nothing or takes his time, holds up no
/// member.
final class Callers implements AutoCloseable {

    /// At once; who comes then waits until one of them is done, which takes no longer than [Handshake#STRANGER_MILLIS].
    private static final int MOST = 64;

    private final ServerSocketChannel server;
    private final Handshake handshake;
    private final Semaphore places = new Semaphore(MOST);
    private final Set<SocketChannel> unproven = ConcurrentHashMap.newKeySet();
    /// A [Peer], or what ended it all.
    private final LinkedBlockingQueue<Object> news = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private final AtomicInteger dropped = new AtomicInteger();
    private volatile String lastDropped;

    private Callers(ServerSocketChannel server, Handshake handshake) {
        this.server = server;
        this.handshake = handshake;
    }

    /// Waits for all of higher ranks.
    ///
    /// @param peers by rank, to be completed
    static void answer(ServerSocketChannel server, Handshake handshake, long deadline, List<Peer> peers) throws IOException {
        if (handshake.rank() == handshake.size() - 1) return;
        try (var callers = new Callers(server, handshake)) {
            Thread.ofVirtual().name("lanewise-group-listener").start(callers::accept);
            for (int left = handshake.size() - 1 - handshake.rank(); left > 0; left--) {
                var peer = callers.next(deadline, peers);
                if (peers.get(peer.rank()) != null) {
                    peer.close();
                    throw new IOException("two processes are of rank " + peer.rank() + "; give each its own");
                }
                peers.set(peer.rank(), peer);
            }
        }
    }

    private Peer next(long deadline, List<Peer> peers) throws IOException {
        try {
            return switch (news.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                case Peer peer -> peer;
                case null -> throw new IOException("not all of higher ranks have called: " + missing(peers) + said());
                case Throwable e -> throw new IOException("nobody can be answered, " + e, e);
                case Object other -> throw new AssertionError(other);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private String missing(List<Peer> peers) {
        var missing = new ArrayList<Integer>();
        for (int i = handshake.rank() + 1; i < peers.size(); i++) if (peers.get(i) == null) missing.add(i);
        return "missing " + missing;
    }

    private String said() {
        return dropped.get() == 0 ? "" : "; callers that were dropped: " + dropped + ", the last one because " + lastDropped;
    }

    private void accept() {
        try {
            while (!closed) {
                places.acquireUninterruptibly();
                var channel = server.accept();
                unproven.add(channel);
                Thread.ofVirtual().name("lanewise-group-caller").start(() -> prove(channel));
            }
        } catch (IOException | RuntimeException | Error e) {
            if (!closed) news.add(e);
        }
    }

    private void prove(SocketChannel channel) {
        try {
            var peer = handshake.proven(channel, -1, false, Handshake.STRANGER_MILLIS);
            unproven.remove(channel);
            news.add(peer);
            if (closed && news.remove(peer)) peer.close();
        } catch (IOException e) {
            lastDropped = e.getMessage() == null ? "it hung up" : e.getMessage();
            dropped.incrementAndGet();
        } catch (RuntimeException | Error e) {
            news.add(e);
        } finally {
            places.release();
            if (unproven.remove(channel)) close(channel);
        }
    }

    /// Nobody else is answered; the port is free.
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            // nobody can reach it, which is what was asked for
        }
        unproven.forEach(Callers::close);
        for (Object each; (each = news.poll()) != null;) if (each instanceof Peer peer) peer.close();
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is of no use, either way
        }
    }
}
