package dev.lanewise.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Data sets whose rows say their number, to see where each row goes.
final class Numbered {
    private Numbered() {}

    static Dataset<Batch<int[]>> rows(int size) {
        var numbers = IntStream.range(0, size).toArray();
        return Rows.classification(new float[size], 1, numbers, IntStream.range(0, size).mapToObj(Integer::toString).toList());
    }

    /// The numbers of all the rows of a data set, in order.
    static List<Integer> of(Dataset<Batch<int[]>> dataset) {
        return list(dataset.batch(IntStream.range(0, dataset.size()).toArray()));
    }

    /// The numbers of all the rows of some batches, in order.
    static List<Integer> of(Iterable<Batch<int[]>> batches) {
        var all = new ArrayList<Integer>();
        batches.forEach(batch -> all.addAll(list(batch)));
        return all;
    }

    private static List<Integer> list(Batch<int[]> batch) {
        return IntStream.of(batch.targets()).boxed().toList();
    }
}
