package dev.lanewise.spark;

import dev.lanewise.data.ShardedSampler;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;
import scala.Tuple2;

/// Which processes get which examples. Each has a stretch of the numbers, which are in the order of keys; it gets all examples of
/// those ranges of keys that its stretch meets, sorts them, and leaves out what is others'. So one shuffle is enough, and nothing
/// is sorted by Spark.
///
/// @param firsts   number with which each process's begin, and behind the last process
/// @param begins   number of the first example that each gets
/// @param received how many it gets
/// @param lowest   process that gets a range, and
/// @param highest  the last one that does
record Placement(int[] firsts, int[] begins, int[] received, int[] lowest, int[] highest) implements Serializable {

    static Placement of(Tally tally, ShardedSampler sampler, Settings settings, int processes) {
        var firsts = new int[processes + 1];
        for (int rank = 0; rank <= processes; rank++)
            firsts[rank] = sampler.first(EpochTask.firstShard(settings, rank, processes));
        var begins = new int[processes];
        var received = new int[processes];
        var lowest = new int[Tally.RANGES];
        var highest = new int[Tally.RANGES];
        int begin = 0;
        int rank = 0;
        for (int range = 0; range < Tally.RANGES; range++) {
            int behind = begin + (int) tally.count(range);
            while (rank < processes - 1 && firsts[rank + 1] <= begin) rank++;
            lowest[range] = rank;
            int last = rank;
            for (int each = rank; each < processes && firsts[each] < behind; each++) {
                last = each;
                if (received[each] == 0) begins[each] = begin;
                received[each] += behind - begin;
            }
            highest[range] = last;
            begin = behind;
        }
        for (int each = 0; each < processes; each++) if (received[each] == 0) begins[each] = firsts[each];
        return new Placement(firsts, begins, received, lowest, highest);
    }

    /// An example for each who gets it.
    <R> Iterator<Tuple2<Integer, Numbered<R>>> of(Numbered<R> row) {
        int range = Tally.range(row.key());
        return IntStream.rangeClosed(lowest[range], highest[range]).mapToObj(rank -> new Tuple2<>(rank, row)).iterator();
    }

    int processes() { return begins.length; }

    /// Without what Spark needs to send examples.
    Placement forTasks() { return new Placement(firsts, begins, received, new int[0], new int[0]); }

    /// The slots, in the order in which they came, of a process's own examples, in the order of their numbers.
    int[] own(int rank, KeyOrder keys) {
        int from = firsts[rank] - begins[rank];
        return Arrays.copyOfRange(keys.order(), from, from + firsts[rank + 1] - firsts[rank]);
    }

    /// The digest of a process's own examples, once they are in order.
    ContentKey digest(int rank, KeyOrder keys) {
        int from = firsts[rank] - begins[rank];
        return keys.sum(from, from + firsts[rank + 1] - firsts[rank]);
    }
}
