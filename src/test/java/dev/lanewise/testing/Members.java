package dev.lanewise.testing;

import dev.lanewise.group.Group;
import dev.lanewise.group.SocketGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A group whose processes are threads of this one, joined by sockets as processes are.
public final class Members {

    public static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final byte[] SECRET = "a secret of the tests".getBytes();

    private Members() {}

    /// What a member does.
    @FunctionalInterface
    public interface Task<R> {
        R run(Group group) throws Exception;
    }

    /// What each of them comes to, by rank.
    ///
    /// @throws Exception what the first of them threw that did
    public static <R> List<R> all(int size, Task<R> task) throws Exception {
        var results = new ArrayList<R>();
        for (var outcome : outcomes(size, task)) {
            try {
                results.add(outcome.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return results;
    }

    /// What each of them comes to or throws, by rank.
    public static <R> List<Future<R>> outcomes(int size, Task<R> task) throws Exception {
        return outcomes(size, task, Executors.newFixedThreadPool(size));
    }

    /// On threads of so many members at least, which end then.
    public static <R> List<Future<R>> outcomes(int size, Task<R> task, ExecutorService threads) throws Exception {
        var listeners = new ArrayList<SocketGroup.Listener>();
        var addresses = new ArrayList<InetSocketAddress>();
        for (int i = 0; i < size; i++) listeners.add(SocketGroup.listen(InetAddress.getLoopbackAddress()));
        listeners.forEach(listener -> addresses.add(listener.address()));
        var tasks = new ArrayList<Callable<R>>();
        for (int rank = 0; rank < size; rank++) {
            int own = rank;
            tasks.add(() -> {
                try (var listener = listeners.get(own); var group = listener.join(own, addresses, SECRET, PATIENCE)) {
                    return task.run(group);
                }
            });
        }
        try (threads) {
            return threads.invokeAll(tasks);
        }
    }
}
