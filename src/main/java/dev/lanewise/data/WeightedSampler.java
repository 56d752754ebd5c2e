package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.Arrays;
import java.util.Objects;

/// [Sampler#weighted].
final class WeightedSampler implements Sampler {
    private final double[] sums; // of the weights up to and with each row, over the largest weight
    private final int draws;
    private final RandomSource source;

    WeightedSampler(double[] weights, int draws, RandomSource source) {
        double largest = largest("Sampler.weighted", weights, draws);
        this.sums = weights.clone();
        double sum = 0;
        for (int i = 0; i < sums.length; i++) sums[i] = sum += sums[i] / largest;
        this.draws = draws;
        this.source = Objects.requireNonNull(source, "sampler: no source of random numbers");
    }

    private static double largest(String operation, double[] weights, int draws) {
        if (draws < 1) throw new IllegalArgumentException(operation + ": " + draws + " draws; at least one is needed");
        double largest = 0;
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0 && weights[i] < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(operation
                + ": row " + i + " has weight " + weights[i] + "; a weight must be 0 or more, and finite");
            largest = Math.max(largest, weights[i]);
        }
        if (largest == 0) throw new IllegalArgumentException(operation + ": none of the " + weights.length
            + " rows has a weight above 0, so there is nothing to draw");
        return largest;
    }

    @Override
    public int[] rows(int epoch) {
        double all = sums[sums.length - 1];
        var uniform = Samplers.uniform(source.stream(epoch), draws);
        var rows = new int[draws];
        for (int i = 0; i < draws; i++) rows[i] = firstAbove(uniform[i] * all);
        return rows;
    }

    @Override
    public int size() {
        return draws;
    }

    /// A row without weight adds nothing to the sum before it, so that it is never the first.
    private int firstAbove(double point) {
        int low = 0;
        int high = sums.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sums[middle] > point) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    /// [Sampler#weightedWithoutReplacement]: each row waits for a time that is exponential with its weight for a rate, and those
    /// that come first are taken.
    static final class WithoutReplacement implements Sampler {
        private final double[] weights;
        private final int draws;
        private final RandomSource source;

        WithoutReplacement(double[] weights, int draws, RandomSource source) {
            largest("Sampler.weightedWithoutReplacement", weights, draws);
            this.weights = weights.clone();
            long some = Arrays.stream(weights).filter(weight -> weight > 0).count();
            if (draws > some) throw new IllegalArgumentException("Sampler.weightedWithoutReplacement: " + draws
                + " draws, but only " + some + " rows have a weight above 0; draw fewer, or with replacement");
            this.draws = draws;
            this.source = Objects.requireNonNull(source, "sampler: no source of random numbers");
        }

        @Override
        public int[] rows(int epoch) {
            var random = source.stream(epoch);
            var times = Samplers.uniform(random, weights.length);
            // their logarithms, which neither overflow nor vanish; strict, so that they are the same on every machine
            for (int i = 0; i < times.length; i++) times[i] = weights[i] == 0 ? Double.POSITIVE_INFINITY
                : StrictMath.log(-StrictMath.log(times[i])) - StrictMath.log(weights[i]);
            var order = random.permutation(draws);
            var sorted = times.clone();
            Arrays.sort(sorted);
            double last = sorted[draws - 1];
            int ties = draws;
            for (double time : times) if (time < last) ties--;
            var rows = new int[draws];
            int next = 0;
            for (int i = 0; next < draws; i++)
                if (times[i] < last || times[i] == last && ties-- > 0) rows[order[next++]] = i;
            return rows;
        }

        @Override
        public int size() {
            return draws;
        }
    }
}
