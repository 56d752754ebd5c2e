package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.Objects;
import java.util.stream.IntStream;

/// The simple ones of [Sampler].
final class Samplers {
    private Samplers() {}

    static void requireRows(String operation, int size) {
        if (size < 1) throw new IllegalArgumentException(operation + ": " + size + " rows; at least one is needed");
    }

    record Sequential(int size) implements Sampler {
        Sequential {
            requireRows("Sampler.sequential", size);
        }

        @Override
        public int[] rows(int epoch) {
            return IntStream.range(0, size).toArray();
        }
    }

    record Shuffled(int size, RandomSource source) implements Sampler {
        Shuffled {
            requireRows("Sampler.shuffled", size);
            Objects.requireNonNull(source, "sampler: no source of random numbers");
        }

        @Override
        public int[] rows(int epoch) {
            return source.stream(epoch).permutation(size);
        }
    }

    record Part(Sampler sampler, int[] part) implements Sampler {
        @Override
        public int[] rows(int epoch) {
            return IntStream.of(sampler.rows(epoch)).map(i -> {
                if (i < 0 || i >= part.length) throw new IllegalArgumentException("Sampler.of: the sampler chose row " + i
                    + " in epoch " + epoch + ", but the part's rows are 0 to " + (part.length - 1));
                return part[i];
            }).toArray();
        }

        @Override
        public int size() {
            return sampler.size();
        }
    }

    /// Fills with uniform numbers of (0, 1): the middles of 2^48 equal parts.
    static double[] uniform(RandomSource source, int count) {
        var uniform = new double[count];
        var piece = new float[(int) Math.min(2L * count, 1 << 14)];
        for (int done = 0, n; done < count; done += n) {
            n = Math.min(piece.length / 2, count - done);
            source.uniform(piece, 0, 2 * n);
            for (int i = 0; i < n; i++) uniform[done + i] = piece[2 * i] + (piece[2 * i + 1] + 0x1p-25) * 0x1p-24;
        }
        return uniform;
    }
}
