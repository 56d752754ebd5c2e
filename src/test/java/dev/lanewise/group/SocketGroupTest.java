package dev.lanewise.group;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.Members;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketGroupTest {

    private static final byte[] SECRET = "sixteen bytes at least".getBytes();
    private static final Duration SHORT = Duration.ofSeconds(2);

    /// Empty ones, and such as no socket's buffer holds.
    private static byte[] message(int round, int from, int to) {
        var random = new SplittableRandom(round * 1009L + from * 31L + to);
        int length = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1 << 22);
            default -> random.nextInt(100);
        };
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void eachGetsWhatEachHasForIt(int size) throws Exception {
        Members.all(size, group -> {
            for (int round = 0; round < 12; round++) {
                var messages = new ArrayList<ByteBuffer>();
                for (int to = 0; to < size; to++) {
                    var bytes = message(round, group.rank(), to);
                    messages.add(round % 2 == 0 ? ByteBuffer.wrap(bytes) : ByteBuffer.allocateDirect(bytes.length)
                        .put(bytes).flip());
                }
                var received = group.exchange(messages);
                for (int from = 0; from < size; from++) {
                    var bytes = new byte[received.get(from).remaining()];
                    received.get(from).get(bytes);
                    assertArrayEquals(message(round, from, group.rank()), bytes);
                }
                for (int to = 0; to < size; to++) assertEquals(message(round, group.rank(), to).length,
                    messages.get(to).remaining());
            }
            return null;
        });
    }

    @Test
    void numbersAreLittleEndianOnEverySide() throws Exception {
        Members.all(2, group -> {
            var one = ByteBuffer.wrap(new byte[] {1, 0, 0, 0});
            for (var each : group.exchange(List.of(one, one))) assertEquals(1, each.getInt());
            return null;
        });
        assertEquals(1, Group.alone().exchange(List.of(ByteBuffer.wrap(new byte[] {1, 0, 0, 0}))).getFirst().getInt());
    }

    @Test
    void whoHasAnotherSecretIsNotLetIn() throws Exception {
        try (var first = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var second = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var threads = Executors.newFixedThreadPool(1)) {
            var addresses = List.of(first.address(), second.address());
            var waiting = threads.submit(() -> first.join(0, addresses, SECRET, SHORT));
            var other = SECRET.clone();
            other[0]++;
            var error = assertThrows(UncheckedIOException.class, () -> second.join(1, addresses, other, SHORT));
            assertTrue(error.getMessage().contains("secret"), error.getMessage());
            var late = assertThrows(ExecutionException.class, waiting::get).getCause();
            assertTrue(late.getMessage().contains("not all of higher ranks have called"), late.getMessage());
        }
    }

    @Test
    void strangersAreDropped() throws Exception {
        try (var first = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var second = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var threads = Executors.newFixedThreadPool(1)) {
            var addresses = List.of(first.address(), second.address());
            var waiting = threads.submit(() -> first.join(0, addresses, SECRET, Members.PATIENCE));
            try (var stranger = new Socket(first.address().getAddress(), first.address().getPort())) {
                stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".repeat(10).getBytes());
            }
            try (var group = second.join(1, addresses, SECRET, Members.PATIENCE); var other = waiting.get()) {
                assertEquals(1, group.rank());
                assertEquals(2, other.size());
            }
        }
    }

    @Test
    void theOthersHearWhenOneIsGone() throws Exception {
        var outcomes = Members.outcomes(3, group -> {
            if (group.rank() == 1) return null; // and so closes it
            var nothing = ByteBuffer.allocate(0);
            return group.exchange(List.of(nothing, nothing, nothing));
        });
        for (int rank : new int[] {0, 2}) {
            var error = assertThrows(ExecutionException.class, outcomes.get(rank)::get).getCause();
            assertTrue(error instanceof UncheckedIOException && error.getMessage().contains("goes no further: rank "),
                error.getMessage());
        }
    }

    @Test
    void whoHangsIsNotWaitedForForever() throws Exception {
        try (var first = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var second = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var threads = Executors.newFixedThreadPool(1)) {
            var addresses = List.of(first.address(), second.address());
            var joining = threads.submit(() -> first.join(0, addresses, SECRET, SHORT));
            try (var silent = second.join(1, addresses, SECRET, SHORT); var group = joining.get()) {
                var nothing = ByteBuffer.allocate(0);
                var error = assertThrows(UncheckedIOException.class, () -> group.exchange(List.of(nothing, nothing)));
                assertTrue(error.getMessage().contains("rank 1 said nothing for 2000 ms"), error.getMessage());
                assertEquals(2, silent.size());
            }
        }
    }

    /// A member whose messages are ours to make.
    private interface Odd {
        void act(SocketChannel channel) throws Exception;
    }

    private static String saidOf(Odd odd, Duration patience) throws Exception {
        try (var first = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var threads = Executors.newFixedThreadPool(1); var channel = SocketChannel.open()) {
            var joining = threads.submit(() -> first.join(0, List.of(first.address(), first.address()), SECRET, patience));
            channel.connect(first.address());
            new Handshake(1, 2, SECRET, 60_000).proven(channel, 0, true, 60_000);
            try (var group = joining.get()) {
                odd.act(channel);
                var large = ByteBuffer.allocate(1 << 26);
                return assertThrows(UncheckedIOException.class, () -> group.exchange(List.of(large, large))).getMessage();
            }
        }
    }

    /// As one does that is stopped: the system takes what its buffers hold, and no more.
    @Test
    void whoTakesNothingIsNotWaitedForForever() throws Exception {
        // an empty message, after which it reads nothing
        var said = saidOf(channel -> channel.write(ByteBuffer.allocate(Integer.BYTES)), SHORT);
        assertTrue(said.contains("rank 1 took nothing for 2000 ms"), said);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, (1 << 30) + 1, Integer.MAX_VALUE, 0x48545450})
    void aLengthThatNoMemberSendsIsSaid(int length) throws Exception {
        var said = saidOf(channel -> channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip()), Members.PATIENCE);
        assertTrue(said.contains("rank 1 sends a message of " + length + " bytes, which no member does"), said);
    }

    /// There is no memory for what doesn't come.
    @Test
    void aMessageThatEndsTooSoonIsSaid() throws Exception {
        long before = nativeMemory();
        var said = saidOf(channel -> {
            channel.write(ByteBuffer.allocate(100).putInt(1 << 30).clear());
            channel.shutdownOutput();
        }, Members.PATIENCE);
        assertTrue(said.contains("rank 1 is gone, it has closed the connection"), said);
        assertTrue(nativeMemory() - before < 1 << 28, "memory for a gigabyte");
    }

    private static long nativeMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    @Test
    void silentStrangersHoldUpNobody() throws Exception {
        try (var first = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var second = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var threads = Executors.newFixedThreadPool(1)) {
            var strangers = new ArrayList<Socket>();
            for (int i = 0; i < 10; i++) strangers.add(new Socket(first.address().getAddress(), first.address().getPort()));
            var addresses = List.of(first.address(), second.address());
            var waiting = threads.submit(() -> first.join(0, addresses, SECRET, Members.PATIENCE));
            long start = System.nanoTime();
            try (var group = second.join(1, addresses, SECRET, Members.PATIENCE); var other = waiting.get()) {
                assertEquals(2, group.size() + other.rank());
                assertTrue(System.nanoTime() - start < 1_000_000L * Handshake.STRANGER_MILLIS, "waited for strangers");
            }
            for (var stranger : strangers) {
                stranger.setSoTimeout(60_000);
                stranger.getInputStream().readAllBytes(); // a greeting, and the end
                stranger.close();
            }
        }
    }

    /// More of them than are looked at at once.
    @Tag("machines")
    @Test
    void aCrowdOfSilentStrangersIsOutlasted() throws Exception {
        try (var first = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var second = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var threads = Executors.newFixedThreadPool(1)) {
            var strangers = new ArrayList<Socket>();
            for (int i = 0; i < 150; i++) strangers.add(new Socket(first.address().getAddress(), first.address().getPort()));
            var addresses = List.of(first.address(), second.address());
            var waiting = threads.submit(() -> first.join(0, addresses, SECRET, Members.PATIENCE));
            try (var group = second.join(1, addresses, SECRET, Members.PATIENCE); var other = waiting.get()) {
                assertEquals(2, group.size() + other.rank());
            }
            for (var stranger : strangers) stranger.close();
        }
    }

    @Test
    void whoRunsAnotherVersionIsSaid() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            var own = SocketGroup.listen(InetAddress.getLoopbackAddress());
                var threads = Executors.newFixedThreadPool(1)) {
            threads.submit(() -> {
                var socket = other.accept();
                socket.getOutputStream().write("SSH-2.0-OpenSSH_9.6 and some more, so that it is a greeting".getBytes());
                return socket;
            });
            var addresses = List.of(new InetSocketAddress(other.getInetAddress(), other.getLocalPort()), own.address());
            var error = assertThrows(UncheckedIOException.class, () -> own.join(1, addresses, SECRET, Members.PATIENCE));
            assertTrue(error.getMessage().contains("rank 0 at ") && error.getMessage()
                .contains("isn't of a group of this version"), error.getMessage());
        }
    }

    @Test
    void whoIsMissingIsNamedAndWhoWasDropped() throws Exception {
        try (var first = SocketGroup.listen(InetAddress.getLoopbackAddress()); var threads = Executors.newFixedThreadPool(1)) {
            var waiting = threads.submit(() -> first.join(0, List.of(first.address(), first.address(), first.address()),
                SECRET, SHORT));
            try (var stranger = new Socket(first.address().getAddress(), first.address().getPort())) {
                stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".repeat(10).getBytes());
            }
            var said = assertThrows(ExecutionException.class, waiting::get).getCause().getMessage();
            assertTrue(said.contains("missing [1, 2]; callers that were dropped: 1, the last one because somebody is there who"
                + " isn't of a group"), said);
        }
    }

    /// By one thread each, also where there are fewer carriers than members.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsInterruptedExchangesAndStaysInterrupted(boolean virtual) throws Exception {
        var outcomes = Members.outcomes(5, group -> {
            Thread.currentThread().interrupt();
            for (int round = 0; round < 20; round++) {
                var message = ByteBuffer.allocate(round * 1000);
                var received = group.exchange(Collections.nCopies(5, message));
                for (var each : received) assertEquals(round * 1000, each.remaining());
                assertTrue(Thread.currentThread().isInterrupted());
            }
            return Thread.interrupted();
        }, virtual ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newCachedThreadPool());
        for (var each : outcomes) assertTrue(each.get());
    }

    @Test
    void whoClosesTheGroupEndsAnExchange() throws Exception {
        var closing = new ArrayList<Thread>();
        var outcomes = Members.outcomes(2, group -> {
            if (group.rank() == 1) {
                var nothing = ByteBuffer.allocate(0);
                Thread.sleep(300);
                group.exchange(List.of(nothing, nothing)); // of which it had the message before
                return group.exchange(List.of(nothing, nothing));
            }
            closing.add(Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                ((SocketGroup) group).close();
            }));
            var nothing = ByteBuffer.allocate(0);
            return group.exchange(List.of(nothing, nothing));
        });
        var error = assertThrows(ExecutionException.class, outcomes.get(0)::get).getCause();
        assertTrue(error instanceof UncheckedIOException && error.getMessage().contains("this group was closed"),
            error.toString());
        assertTrue(assertThrows(ExecutionException.class, outcomes.get(1)::get).getMessage().contains("rank 0 is gone"));
    }

    /// Byte after byte, each in time.
    @Test
    void aStrangerWhoTakesHisTimeKeepsNobodyWaiting() throws Exception {
        try (var first = SocketGroup.listen(InetAddress.getLoopbackAddress()); var threads = Executors.newFixedThreadPool(1);
                var stranger = new Socket(first.address().getAddress(), first.address().getPort())) {
            var joining = threads.submit(() -> first.join(0, List.of(first.address(), first.address()), SECRET,
                Duration.ofMillis(600)));
            int sent = 0;
            for (; sent < 40 && !joining.isDone(); sent++) {
                stranger.getOutputStream().write(0x6c776701 >>> 24 - 8 * (sent & 3)); // begins as a greeting does
                Thread.sleep(100);
            }
            assertThrows(ExecutionException.class, joining::get);
            assertTrue(sent < 40, "waited for " + sent + " bytes");
        }
    }

    @Test
    void whatCantBeIsRefused() {
        try (var listener = SocketGroup.listen(InetAddress.getLoopbackAddress())) {
            var own = List.of(listener.address());
            assertThrows(IllegalArgumentException.class, () -> listener.join(1, own, SECRET, SHORT));
            assertThrows(IllegalArgumentException.class, () -> listener.join(-1, own, SECRET, SHORT));
            assertThrows(IllegalArgumentException.class, () -> listener.join(0, own, new byte[15], SHORT));
            assertThrows(IllegalArgumentException.class, () -> listener.join(0, own, SECRET, Duration.ZERO));
            assertThrows(IllegalArgumentException.class, () -> listener.join(0, own, SECRET, Duration.ofDays(100)));
        }
        assertThrows(IllegalArgumentException.class, () -> Group.alone().exchange(List.of()));
    }

    @Test
    void nobodyThereIsSaidInTime() {
        InetSocketAddress nobody;
        try (var gone = SocketGroup.listen(InetAddress.getLoopbackAddress())) {
            nobody = gone.address();
        }
        try (var listener = SocketGroup.listen(InetAddress.getLoopbackAddress())) {
            var error = assertThrows(UncheckedIOException.class,
                () -> listener.join(1, List.of(nobody, listener.address()), SECRET, Duration.ofMillis(300)));
            assertTrue(error.getMessage().contains("rank 0 "), error.getMessage());
        }
    }
}
