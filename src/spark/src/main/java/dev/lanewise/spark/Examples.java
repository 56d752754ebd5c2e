package dev.lanewise.spark;

import dev.lanewise.data.Dataset;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The examples of a process's own regions, in the order of their numbers; to a loader they are all that there are, of which it
/// asks for these alone.
///
/// @param <E> an example
final class Examples<E> {

    /// Whose they are.
    private record Owner(String run, int rank) {}

    /// From the epoch before: a process keeps what it has read, as long as there is memory.
    private static final Map<Owner, SoftReference<Examples<?>>> KEPT = new HashMap<>();
    /// How many tasks of each run are in this JVM now.
    private static final Map<String, Integer> TASKS = new HashMap<>();
    /// Of each run that has none at the moment, when its last one ended.
    private static final Map<String, Object> ENDS = new HashMap<>();
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final int first;
    private final List<E> examples;
    /// Of them all; null if nobody asks for it.
    private final ContentKey digest;

    private Examples(int first, List<E> examples, ContentKey digest) {
        this.first = first;
        this.examples = examples;
        this.digest = digest;
    }

    /// In order already: of one process that has all.
    static <E> Examples<E> all(List<E> examples) { return new Examples<>(0, examples, null); }

    /// Before a task of a run.
    static void begin(String run) {
        synchronized (KEPT) {
            TASKS.merge(run, 1, Integer::sum);
            ENDS.remove(run);
        }
    }

    /// After a task.
    ///
    /// @param last whether the run is over
    static void end(String run, int rank, boolean last) { end(run, rank, last, IDLE); }

    /// @param idle after such a time without a task of the run, as when it has failed, nothing is kept of it; should it go on
    ///             nevertheless, it reads its rows again
    static void end(String run, int rank, boolean last, Duration idle) {
        synchronized (KEPT) {
            TASKS.computeIfPresent(run, (_, tasks) -> tasks == 1 ? null : tasks - 1);
            if (last) drop(new Owner(run, rank));
            if (TASKS.containsKey(run) || KEPT.keySet().stream().noneMatch(owner -> owner.run.equals(run))) return;
            var end = new Object();
            ENDS.put(run, end);
            CompletableFuture.delayedExecutor(idle.toMillis(), TimeUnit.MILLISECONDS).execute(() -> dropIdle(run, end));
        }
    }

    private static void dropIdle(String run, Object end) {
        synchronized (KEPT) {
            if (!ENDS.remove(run, end)) return;
            KEPT.keySet().stream().filter(owner -> owner.run.equals(run)).toList().forEach(Examples::drop);
        }
    }

    private static void drop(Owner owner) {
        var kept = KEPT.remove(owner);
        if (kept != null && kept.get() instanceof Examples<?> all && all.examples instanceof RowFile file) file.close();
    }

    /// How many processes' are kept here.
    static int kept() {
        synchronized (KEPT) {
            return KEPT.size();
        }
    }

    @SuppressWarnings("unchecked") // a run has examples of one type
    private static <E> Examples<E> kept(Owner owner) {
        synchronized (KEPT) {
            var kept = KEPT.get(owner);
            return kept == null ? null : (Examples<E>) kept.get();
        }
    }

    /// @param run  the run's own name
    /// @param rows that are this process's, and some besides, in any order
    static <E> Examples<E> of(String run, int rank, Program<E, ?> program, Placement placement, Iterator<Numbered<E>> rows)
            throws IOException {
        var owner = new Owner(run, rank);
        Examples<E> before = kept(owner);
        if (before != null) return before;
        var keys = new KeyOrder(placement.received()[rank]);
        var own = program instanceof Packed<?, ?> ? inFile(rank, placement, keys, rows) : inMemory(rank, placement, keys, rows);
        var all = new Examples<>(placement.firsts()[rank], own, placement.digest(rank, keys));
        synchronized (KEPT) {
            KEPT.put(owner, new SoftReference<>(all));
        }
        return all;
    }

    private static <E> List<E> inMemory(int rank, Placement placement, KeyOrder keys, Iterator<Numbered<E>> rows) {
        var came = new ArrayList<E>(placement.received()[rank]);
        while (rows.hasNext()) came.add(next(keys, rows).row());
        return Arrays.stream(placement.own(rank, complete(keys))).mapToObj(came::get).toList();
    }

    @SuppressWarnings("unchecked") // a packed program's are bytes
    private static <E> List<E> inFile(int rank, Placement placement, KeyOrder keys, Iterator<Numbered<E>> rows)
            throws IOException {
        try (var writer = new RowFile.Writer(placement.received()[rank])) {
            while (rows.hasNext()) writer.add((byte[]) next(keys, rows).row());
            return (List<E>) writer.file(placement.own(rank, complete(keys)));
        }
    }

    private static <E> Numbered<E> next(KeyOrder keys, Iterator<Numbered<E>> rows) {
        if (keys.isFull()) throw changed("more");
        var next = rows.next();
        keys.add(next.key());
        return next;
    }

    private static KeyOrder complete(KeyOrder keys) {
        if (!keys.isFull()) throw changed("fewer");
        return keys;
    }

    ContentKey digest() { return digest; }

    /// @param much what examples there are
    static IllegalStateException changed(String much) {
        return new IllegalStateException("fit: there are " + much
            + " examples than were counted; was the data set read differently the second time?"
            + " Let what it is made by be deterministic, or persist it");
    }

    E get(int number) { return examples.get(number - first); }

    /// @param size of all processes together
    <B> Dataset<B> dataset(int size, Program<E, B> program) {
        return new Dataset<>() {
            @Override
            public int size() { return size; }

            @Override
            public B batch(int... rows) {
                var some = new ArrayList<E>(rows.length);
                for (int row : rows) some.add(get(row));
                return program.collate(some);
            }
        };
    }
}
