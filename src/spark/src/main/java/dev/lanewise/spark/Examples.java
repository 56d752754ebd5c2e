package dev.lanewise.spark;

import dev.lanewise.data.Dataset;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import scala.Tuple2;

/// The examples of a process's own regions, in the order of their numbers; to a loader they are all that there are, of which it asks for these alone.
///
/// @param <E> an example
final class Examples<E> {

    /// From the epoch before: a process keeps what it has read, as long as there is memory.
    private static final Map<String, SoftReference<Examples<?>>> KEPT = new ConcurrentHashMap<>();

    private final int first;
    private final List<E> examples;

    private Examples(int first, List<E> examples) {
        this.first = first;
        this.examples = examples;
    }

    /// In order already: of one process that has all.
    static <E> Examples<E> all(List<E> examples) { return new Examples<>(0, examples); }

    /// @param run    the run's own name
    /// @param behind the number behind the last one of this process
    @SuppressWarnings("unchecked") // a run has examples of one type
    static <E> Examples<E> of(String run, int rank, int first, int behind, Iterator<Tuple2<Integer, E>> numbered) {
        var name = run + " " + rank;
        KEPT.values().removeIf(kept -> kept.get() == null);
        var kept = KEPT.get(name);
        var before = kept == null ? null : (Examples<E>) kept.get();
        if (before != null) return before;
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
        var all = new Examples<>(first, (List<E>) List.of(examples));
        KEPT.put(name, new SoftReference<>(all));
        return all;
    }

    /// After a run.
    static void forget(String run, int rank) { KEPT.remove(run + " " + rank); }

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
