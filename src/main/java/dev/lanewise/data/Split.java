package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

    /// Cuts the rows at random into `folds` parts as even as can be, and holds each out in turn: for each fold the others to
    /// train on, and the fold itself. Every row is held out once.
    ///
    /// @throws IllegalArgumentException if there are fewer than 2 folds, or more than rows
    public static <B> List<Split<B>> folds(Dataset<B> dataset, int folds, RandomSource source) {
        requireFolds(folds, dataset.size());
        return dealt(dataset, folds, source.permutation(dataset.size()));
    }

    /// As [#folds], with each label dealt out as evenly as can be: of two folds, one has at most one row of a label more, and one
    /// row more in all.
    ///
    /// @param labels the label of each row, any numbers, as [Dataset#labels] gives them
    /// @throws IllegalArgumentException as [#folds]; or if there aren't as many labels as rows
    public static <B> List<Split<B>> stratifiedFolds(Dataset<B> dataset, int[] labels, int folds, RandomSource source) {
        requireFolds(folds, dataset.size());
        if (labels.length != dataset.size()) throw new IllegalArgumentException("split: " + labels.length + " labels for "
            + dataset.size() + " rows; there must be one for each");
        var strata = StratifiedSampler.shuffled(StratifiedSampler.strata(labels), source);
        // one label after the other, dealt like cards, so that both are even
        return dealt(dataset, folds, Arrays.stream(strata).flatMapToInt(Arrays::stream).toArray());
    }

    private static void requireFolds(int folds, int rows) {
        if (folds < 2 || folds > rows) throw new IllegalArgumentException("split: " + folds + " folds of " + rows
            + " rows; there must be at least 2, and a row for each");
    }

    /// @param order the rows, of which each fold takes every so many-th
    private static <B> List<Split<B>> dealt(Dataset<B> dataset, int folds, int[] order) {
        var fold = new int[order.length];
        for (int i = 0; i < order.length; i++) fold[order[i]] = i % folds;
        return IntStream.range(0, folds).mapToObj(held -> new Split<>(
            dataset.subset(IntStream.range(0, fold.length).filter(row -> fold[row] != held).toArray()),
            dataset.subset(IntStream.range(0, fold.length).filter(row -> fold[row] == held).toArray()))).toList();
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
