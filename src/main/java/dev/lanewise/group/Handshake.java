package dev.lanewise.group;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Two processes prove to each other that they are of one group: each sends a nonce and its rank, and then the HMAC of both
/// nonces and both ranks, the caller's first, marked by who sends it. What anybody else sends is dropped, and waited on.
///
/// @param millis to wait for a message
record Handshake(int rank, int size, byte[] secret, int millis) {

    private static final int MAGIC = 0x6c77_6703; // lwg, version 3
    private static final int NONCE = 32;
    private static final int GREETING = 3 * Integer.BYTES + NONCE;
    private static final int PROOF = 32;
    private static final long RETRY_MILLIS = 50;
    /// For somebody who calls, and who may not be of the group.
    static final int STRANGER_MILLIS = 5_000;
    private static final String CALLER = "caller";
    private static final String ANSWERER = "answerer";

    private record Greeting(int rank, byte[] nonce) {}

    /// To one of a lower rank, which may not listen yet.
    Peer call(int other, InetSocketAddress address, long deadline) throws IOException {
        var name = "rank " + other + " at " + address;
        var channel = connected(name, address, deadline);
        try {
            return proven(channel, other, true, Math.min(millis, left(deadline, name + " doesn't answer")));
        } catch (SocketTimeoutException e) {
            channel.close();
            throw new IOException(name + " doesn't answer", e);
        } catch (EOFException | SocketException e) {
            channel.close();
            throw new IOException(name + " hung up: it has another secret, or this process's rank twice, or runs another version",
                e);
        } catch (IOException e) {
            channel.close();
            throw new IOException(name + " can't be joined: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static SocketChannel connected(String name, InetSocketAddress address, long deadline) throws IOException {
        while (true) {
            var channel = SocketChannel.open();
            try {
                var resolved = address.isUnresolved()
                    ? new InetSocketAddress(address.getHostString(), address.getPort()) : address;
                channel.socket().connect(resolved, left(deadline, name + " can't be reached"));
                return channel;
            } catch (ConnectException e) {
                channel.close();
                left(deadline, name + " doesn't listen");
                pause();
            } catch (IOException e) {
                channel.close();
                throw new IOException(name + " can't be reached" + (e.getMessage() == null ? "" : ", " + e.getMessage()), e);
            } catch (RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        }
    }

    /// Nothing is read beyond the proof: what follows is the first message.
    ///
    /// @param expected rank; -1 for any that is higher than this one
    /// @param wait     milliseconds for all of it, lest somebody who sends byte after byte keep the others waiting
    Peer proven(SocketChannel channel, int expected, boolean calls, int wait) throws IOException {
        var socket = channel.socket();
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait);
        var in = socket.getInputStream();
        var out = socket.getOutputStream();
        var nonce = new byte[NONCE];
        new SecureRandom().nextBytes(nonce);
        out.write(ByteBuffer.allocate(GREETING).putInt(MAGIC).putInt(size).putInt(rank).put(nonce).array());
        var other = greeting(read(socket, in, GREETING, until));
        if (expected >= 0 ? other.rank != expected : other.rank <= rank || other.rank >= size) throw new IOException("rank "
            + other.rank + " is there in place of " + (expected >= 0 ? "rank " + expected : "one above " + rank)
            + "; the addresses must be the same, in the same order, in all processes");
        var own = new Greeting(rank, nonce);
        var caller = calls ? own : other;
        var answerer = calls ? other : own;
        out.write(proof(calls ? CALLER : ANSWERER, caller, answerer));
        var proof = read(socket, in, PROOF, until).array();
        if (!MessageDigest.isEqual(proof, proof(calls ? ANSWERER : CALLER, caller, answerer))) throw new IOException("rank "
            + other.rank + " doesn't know the secret");
        return new Peer(other.rank, channel);
    }

    private static ByteBuffer read(Socket socket, InputStream in, int length, long until) throws IOException {
        var bytes = new byte[length];
        for (int count = 0; count < length;) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) throw new SocketTimeoutException("no greeting in time");
            socket.setSoTimeout((int) left);
            int some = in.read(bytes, count, length - count);
            if (some < 0) throw new EOFException();
            count += some;
        }
        return ByteBuffer.wrap(bytes);
    }

    private Greeting greeting(ByteBuffer in) throws IOException {
        if (in.getInt() != MAGIC) throw new IOException("somebody is there who isn't of a group of this version of Lanewise");
        int all = in.getInt();
        int other = in.getInt();
        if (all != size) throw new IOException("rank " + other + " is of a group of " + all + ", not of " + size);
        var nonce = new byte[NONCE];
        in.get(nonce);
        return new Greeting(other, nonce);
    }

    private byte[] proof(String role, Greeting caller, Greeting answerer) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(role.getBytes(StandardCharsets.US_ASCII));
            mac.update(ByteBuffer.allocate(3 * Integer.BYTES).putInt(size).putInt(caller.rank).putInt(answerer.rank).flip());
            mac.update(caller.nonce);
            return mac.doFinal(answerer.nonce);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has HmacSHA256", e);
        }
    }

    /// @throws IOException if no time is left, which says what there was to wait for
    private static int left(long deadline, String missing) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) throw new IOException(missing);
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
