package dev.lanewise.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A server on this machine alone that answers each path with given bytes, head and all, and hangs up.
final class Loopback implements AutoCloseable {
    private static final byte[] NOT_FOUND =
            "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final CountDownLatch cutOff = new CountDownLatch(1);
    private final ServerSocket socket;
    private final Thread server;
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    Loopback() throws IOException {
        socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        server = Thread.ofPlatform().daemon().start(this::serve);
    }

    URI base() {
        return URI.create("http://" + socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort() + "/files/");
    }

    /// What was asked for, in order.
    List<String> requests() {
        return requests;
    }

    /// Answers with these contents, and promises `length` bytes, if that is not negative.
    void answer(String name, String status, byte[] contents, int length) {
        var head = "HTTP/1.1 " + status + "\r\nConnection: close\r\n"
                + (length < 0 ? "" : "Content-Length: " + length + "\r\n") + "\r\n";
        var bytes = head.getBytes(StandardCharsets.US_ASCII);
        var answer = Arrays.copyOf(bytes, bytes.length + contents.length);
        System.arraycopy(contents, 0, answer, bytes.length, contents.length);
        answers.put("/files/" + name, answer);
    }

    /// Whether a client hung up before it had its whole answer.
    boolean wasCutOff() throws InterruptedException {
        return cutOff.await(10, TimeUnit.SECONDS);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (var client = socket.accept()) {
                answer(client);
            } catch (IOException e) {
                // the client went away, or the test is over
            }
        }
    }

    private void answer(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        var path = in.readLine().split(" ")[1];
        requests.add(path.substring(path.lastIndexOf('/') + 1));
        while (!in.readLine().isEmpty()) {
            // the head of the request says nothing that matters here
        }
        var answer = answers.get(path);
        try {
            client.getOutputStream().write(answer == null ? NOT_FOUND : answer);
        } catch (IOException e) {
            cutOff.countDown();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            // until then an accept that has begun may answer once more
            server.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
