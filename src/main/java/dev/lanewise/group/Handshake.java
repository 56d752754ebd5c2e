package dev.lanewise.group;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Two processes prove to each other that they are of one group: each sends a nonce and its rank, and then the HMAC of both nonces and
/// both ranks, the caller's first, marked by who sends it. What anybody else sends is dropped, and waited on.
///
/// @param millis to wait for a message
record Handshake(int rank, int size, byte[] secret, int millis) {

    private static final int MAGIC = 0x6c77_6701; // lwg, version 1
    private static final int NONCE = 32;
    private static final int GREETING = 3 * Integer.BYTES + NONCE;
    private static final int PROOF = 32;
    private static final int BUFFER = 1 << 16;
    private static final long RETRY_MILLIS = 50;
    /// For somebody who calls and says nothing, lest the others wait on him.
    private static final int STRANGER_MILLIS = 5_000;
    private static final String CALLER = "caller";
    private static final String ANSWERER = "answerer";

    private record Greeting(int rank, byte[] nonce) {}

    /// To one of a lower rank, which may not listen yet.
    Peer call(int other, InetSocketAddress address, long deadline) throws IOException {
        while (true) {
            var socket = new Socket();
            try {
                var resolved = address.isUnresolved() ? new InetSocketAddress(address.getHostString(), address.getPort()) : address;
                socket.connect(resolved, left(deadline, "rank " + other + " can't be reached at " + address));
                return proven(socket, other, true, Math.min(millis, left(deadline, "rank " + other + " doesn't answer at " + address)));
            } catch (ConnectException e) {
                socket.close();
                left(deadline, "rank " + other + " doesn't listen at " + address);
                pause();
            } catch (SocketTimeoutException e) {
                socket.close();
                throw new IOException("rank " + other + " doesn't answer at " + address, e);
            } catch (EOFException e) {
                socket.close();
                throw new IOException("rank " + other + " at " + address + " hung up: it has another secret, or this process's rank twice", e);
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        }
    }

    /// From one of a higher rank.
    Peer answer(ServerSocket server, long deadline) throws IOException {
        while (true) {
            server.setSoTimeout(left(deadline, "not all of higher ranks have called"));
            Socket socket;
            try {
                socket = server.accept();
            } catch (SocketTimeoutException e) {
                continue; // the time that is left says it
            }
            try {
                return proven(socket, -1, false, Math.min(STRANGER_MILLIS, left(deadline, "not all of higher ranks have called")));
            } catch (IOException e) {
                socket.close(); // a stranger
            } catch (RuntimeException e) {
                socket.close();
                throw e;
            }
        }
    }

    /// @param expected rank; -1 for any that is higher than this one
    /// @param wait     milliseconds for all of it, lest somebody who sends byte after byte keep the others waiting
    private Peer proven(Socket socket, int expected, boolean calls, int wait) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait);
        var in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
        var out = new DataOutputStream(socket.getOutputStream());
        var nonce = new byte[NONCE];
        new SecureRandom().nextBytes(nonce);
        out.write(ByteBuffer.allocate(GREETING).putInt(MAGIC).putInt(size).putInt(rank).put(nonce).array());
        var other = greeting(read(socket, in, GREETING, until));
        if (expected >= 0 ? other.rank != expected : other.rank <= rank || other.rank >= size) throw new IOException("rank " + other.rank
            + " is there in place of " + (expected >= 0 ? "rank " + expected : "one above " + rank) + "; the addresses must be the same, in the same"
            + " order, in all processes");
        var own = new Greeting(rank, nonce);
        var caller = calls ? own : other;
        var answerer = calls ? other : own;
        out.write(proof(calls ? CALLER : ANSWERER, caller, answerer));
        var proof = read(socket, in, PROOF, until).array();
        if (!MessageDigest.isEqual(proof, proof(calls ? ANSWERER : CALLER, caller, answerer))) throw new IOException("rank " + other.rank
            + " doesn't know the secret");
        socket.setSoTimeout(millis);
        return new Peer(other.rank, socket, in, out);
    }

    private static ByteBuffer read(Socket socket, DataInputStream in, int length, long until) throws IOException {
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
