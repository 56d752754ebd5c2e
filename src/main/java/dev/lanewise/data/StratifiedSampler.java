package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;

/// [Sampler#stratified]. The j-th of a label's n rows may come at place floor(j N / n) and must come before place ceil((j + 1) N
/// / n), of N; whoever is the next to be late comes first.
final class StratifiedSampler implements Sampler {
    private final int[][] strata; // rows of each label, in the order of the labels
    private final int size;
    private final RandomSource source;

    StratifiedSampler(int[] labels, RandomSource source) {
        Samplers.requireRows("Sampler.stratified", labels.length);
        this.strata = strata(labels);
        this.size = labels.length;
        this.source = Objects.requireNonNull(source, "sampler: no source of random numbers");
    }

    /// The rows of each label, in the order of the labels.
    static int[][] strata(int[] labels) {
        int[] distinct = Arrays.stream(labels).sorted().distinct().toArray();
        var counts = new int[distinct.length];
        for (int label : labels) counts[Arrays.binarySearch(distinct, label)]++;
        var strata = Arrays.stream(counts).mapToObj(int[]::new).toArray(int[][]::new);
        Arrays.fill(counts, 0);
        for (int row = 0; row < labels.length; row++) {
            int stratum = Arrays.binarySearch(distinct, labels[row]);
            strata[stratum][counts[stratum]++] = row;
        }
        return strata;
    }

    /// The strata with the rows of each in random order.
    static int[][] shuffled(int[][] strata, RandomSource random) {
        return Arrays.stream(strata).map(rows -> Arrays.stream(random.permutation(rows.length)).map(i -> rows[i]).toArray())
            .toArray(int[][]::new);
    }

    /// How far a stratum has come.
    private final class Turn {
        private final int[] rows;
        private final int tie;
        private int next;

        Turn(int[] rows, int tie) {
            this.rows = rows;
            this.tie = tie;
        }

        long release() {
            return (long) next * size / rows.length;
        }

        long deadline() {
            return Math.ceilDiv((next + 1L) * size, (long) rows.length);
        }
    }

    @Override
    public int[] rows(int epoch) {
        var random = source.stream(epoch);
        var mixed = shuffled(strata, random);
        var ties = random.permutation(strata.length);
        var waiting = new PriorityQueue<>(Comparator.comparingLong(Turn::release).thenComparingInt(turn -> turn.tie));
        var ready = new PriorityQueue<>(Comparator.comparingLong(Turn::deadline).thenComparingInt(turn -> turn.tie));
        for (int i = 0; i < mixed.length; i++) waiting.add(new Turn(mixed[i], ties[i]));
        var order = new int[size];
        for (int place = 0; place < size; place++) {
            while (!waiting.isEmpty() && waiting.peek().release() <= place) ready.add(waiting.poll());
            var turn = ready.remove();
            order[place] = turn.rows[turn.next++];
            if (turn.next < turn.rows.length) waiting.add(turn);
        }
        return order;
    }

    @Override
    public int size() {
        return size;
    }
}
