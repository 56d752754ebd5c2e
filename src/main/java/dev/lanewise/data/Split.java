package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A data set cut at random into a part to train on and a part held out for validation. Every row is in exactly one part,
/// and which one depends on the source and the number of rows alone.
///
/// @param train the rows to train on
/// @param validation the rows held out
/// @param <B> what a batch is
public record Split<B>(Dataset<B> train, Dataset<B> validation) {

    /// Holds `fraction` of the rows out (rounded to whole rows) and keeps the others to train on.
    ///
    /// @throws IllegalArgumentException if `fraction` is not between 0 and 1, or leaves either part without a row
    public static <B> Split<B> holdOut(Dataset<B> dataset, double fraction, RandomSource source) {
        var parts = byFractions(dataset, source, 1 - fraction, fraction);
        return new Split<>(parts.get(0), parts.get(1));
    }

    /// Parts of these fractions of the rows. Each part's border is rounded to a whole row, so none is off by more than one.
    ///
    /// @throws IllegalArgumentException if the fractions are not all above 0, don't sum to 1 (within 1e-9), or leave a part
    ///     without a row
    public static <B> List<Dataset<B>> byFractions(Dataset<B> dataset, RandomSource source, double... fractions) {
        return byLengths(dataset, source, lengths(dataset.size(), fractions));
    }

    static int[] lengths(int rows, double... fractions) {
        var lengths = new int[fractions.length];
        double sum = 0;
        long start = 0;
        for (int i = 0; i < fractions.length; i++) {
            // NaN fails too
            if (!(fractions[i] > 0)) throw new IllegalArgumentException(
                "split: fractions " + Arrays.toString(fractions) + "; each must be above 0");
            sum += fractions[i];
            long end = Math.round(sum * rows);
            lengths[i] = (int) (end - start);
            start = end;
        }
        if (!(Math.abs(sum - 1) <= 1e-9)) throw new IllegalArgumentException("split: fractions " + Arrays.toString(fractions)
            + " sum to " + sum + "; they must sum to 1");
        return lengths;
    }

    /// Parts of these numbers of rows.
    ///
    /// @throws IllegalArgumentException if the lengths are not all above 0 or don't sum to the size of the data set
    public static <B> List<Dataset<B>> byLengths(Dataset<B> dataset, RandomSource source, int... lengths) {
        return parts(dataset.size(), source, lengths).stream().map(dataset::subset).toList();
    }

    /// The rows of each part.
    static List<int[]> parts(int rows, RandomSource source, int... lengths) {
        long sum = 0;
        for (int length : lengths) {
            if (length < 1) throw new IllegalArgumentException("split: parts of " + Arrays.toString(lengths) + " of the "
                + rows + " rows; each part needs at least one row");
            sum += length;
        }
        if (sum != rows) throw new IllegalArgumentException("split: parts of " + Arrays.toString(lengths)
            + " rows sum to " + sum + ", but the data set has " + rows + "; the parts must make up the whole");
        var order = source.permutation(rows);
        var parts = new ArrayList<int[]>(lengths.length);
        int from = 0;
        for (int length : lengths) {
            parts.add(Arrays.copyOfRange(order, from, from + length));
            from += length;
        }
        return parts;
    }
}
