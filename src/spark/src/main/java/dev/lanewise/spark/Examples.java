package dev.lanewise.spark;

import dev.lanewise.data.Dataset;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import scala.Tuple2;

/// The examples of a process's own regions, in the order of their numbers; to a loader they are all that there are, of which it asks for these alone.
///
/// @param <E> an example
final class Examples<E> {

    /// Whose they are.
    private record Owner(String run, int rank) {}

    /// From the epoch before: a process keeps what it has read, as long as there is memory.
    private static final Map<Owner, SoftReference<Examples<?>>> KEPT = new HashMap<>();
    /// How many tasks of each run are in this JVM now.
    private static final Map<String, Integer> TASKS = new HashMap<>();

    private final int first;
    private final List<E> examples;

    private Examples(int first, List<E> examples) {
        this.first = first;
        this.examples = examples;
    }

    /// In order already: of one process that has all.
    static <E> Examples<E> all(List<E> examples) { return new Examples<>(0, examples); }

    /// Before a task of a run; when the run is new here, of those that have none, as one that failed, nothing is kept any longer.
    static void begin(String run) {
        synchronized (KEPT) {
            TASKS.merge(run, 1, Integer::sum);
            // one that is not new has its own already; others may be between two stages
            boolean isNew = KEPT.keySet().stream().noneMatch(owner -> owner.run.equals(run));
            if (isNew) KEPT.keySet().removeIf(owner -> !TASKS.containsKey(owner.run));
        }
    }

    /// After a task.
    ///
    /// @param last whether the run is over
    static void end(String run, int rank, boolean last) {
        synchronized (KEPT) {
            TASKS.computeIfPresent(run, (_, tasks) -> tasks == 1 ? null : tasks - 1);
            if (last) KEPT.remove(new Owner(run, rank));
        }
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

    /// @param run    the run's own name
    /// @param behind the number behind the last one of this process
    static <E> Examples<E> of(String run, int rank, int first, int behind, Iterator<Tuple2<Integer, E>> numbered) {
        var owner = new Owner(run, rank);
        Examples<E> before = kept(owner);
        if (before != null) return before;
        var all = new Examples<E>(first, read(first, behind, numbered));
        synchronized (KEPT) {
            KEPT.put(owner, new SoftReference<>(all));
        }
        return all;
    }

    @SuppressWarnings("unchecked") // they are what comes
    private static <E> List<E> read(int first, int behind, Iterator<Tuple2<Integer, E>> numbered) {
        var examples = new Object[behind - first];
        int count = 0;
        while (numbered.hasNext()) {
            var next = numbered.next();
            if (examples[next._1 - first] != null) throw new IllegalStateException("fit: two examples have the number " + next._1 + "; was the data set"
                + " read differently the second time? Let what it is made by be deterministic, or persist it");
            examples[next._1 - first] = next._2;
            count++;
        }
        if (count != examples.length) throw new IllegalStateException("fit: " + count + " of " + examples.length + " examples came; was the data"
            + " set read differently the second time? Let what it is made by be deterministic, or persist it");
        return (List<E>) List.of(examples);
    }

    /// @param size of all processes together
    <B> Dataset<B> dataset(int size, Program<E, B> program) {
        return new Dataset<>() {
            @Override
            public int size() { return size; }

            @Override
            public B batch(int... rows) {
                var some = new ArrayList<E>(rows.length);
                for (int row : rows) some.add(examples.get(row - first));
                return program.collate(some);
            }
        };
    }
}
