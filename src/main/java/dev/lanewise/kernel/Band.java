package dev.lanewise.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// A matrix whose rows have what isn't 0 side by side, further to the right from row to row: a linear map of lines of `size`
/// elements. Row i has `weights[starts[i]]` to `weights[starts[i + 1] - 1]`, from column `firsts[i]` on.
public record Band(int size, int[] firsts, int[] starts, double[] weights) {

    /// How many rows there are.
    public int positions() { return firsts.length; }

    /// Means of windows without gaps.
    ///
    /// @param windows  with no more places than an array has
    /// @param divisors what each window's sum is divided by
    public static Band means(Spans windows, IntToDoubleFunction divisors) {
        var starts = new int[windows.positions() + 1];
        for (int i = 0; i < windows.positions(); i++) starts[i + 1] = Math.addExact(starts[i], windows.counts()[i]);
        var weights = new double[starts[windows.positions()]];
        for (int i = 0; i < windows.positions(); i++) Arrays.fill(weights, starts[i], starts[i + 1],
            1 / divisors.applyAsDouble(i));
        return new Band(windows.size(), windows.firsts(), starts, weights);
    }

    /// Copies of single elements.
    public static Band copies(int size, int[] from) {
        var starts = new int[from.length + 1];
        for (int i = 0; i <= from.length; i++) starts[i] = i;
        var weights = new double[from.length];
        Arrays.fill(weights, 1);
        return new Band(size, from, starts, weights);
    }

    /// Between two neighbours each, or on the last element.
    ///
    /// @param places of [0, size - 1], none before the one in front of it
    public static Band between(int size, double[] places) {
        var firsts = new int[places.length];
        var starts = new int[places.length + 1];
        var weights = new double[2 * places.length];
        for (int i = 0; i < places.length; i++) {
            firsts[i] = (int) places[i];
            double second = places[i] - firsts[i];
            boolean last = firsts[i] == size - 1;
            weights[starts[i]] = last ? 1 : 1 - second;
            if (!last) weights[starts[i] + 1] = second;
            starts[i + 1] = starts[i] + (last ? 1 : 2);
        }
        return new Band(size, firsts, starts, Arrays.copyOf(weights, starts[places.length]));
    }

    /// Rows one after the other that have equally many elements.
    ///
    /// @param first  of them
    /// @param length how many there are
    /// @param count  elements of each
    /// @param step   from where a row begins to where the next one does, if that is so in all and they have the same weights;
    ///     else -1
    record Run(int first, int length, int count, int step) {

        boolean isEven() { return step >= 0; }

        /// Whether lines of that size, one behind the other, are as one line.
        boolean fills(int size) { return isEven() && first == 0 && (long) step * length == size; }
    }

    /// All rows, in runs.
    Run[] runs() {
        var runs = new ArrayList<Run>();
        for (int row = 0, end; row < positions(); row = end) {
            int count = count(row);
            for (end = row + 1; end < positions() && count(end) == count; ) end++;
            runs.add(new Run(row, end - row, count, count == 0 ? -1 : step(row, end)));
        }
        return runs.toArray(Run[]::new);
    }

    private int count(int row) { return starts[row + 1] - starts[row]; }

    private int step(int row, int end) {
        // of one row, so that lines of it are one, if it takes all of them
        if (end == row + 1) return size;
        int step = firsts[row + 1] - firsts[row];
        for (int i = row + 1; i < end; i++) if (firsts[i] - firsts[i - 1] != step || !hasSameWeights(i, row)) return -1;
        return step;
    }

    private boolean hasSameWeights(int a, int b) {
        return Arrays.equals(weights, starts[a], starts[a + 1], weights, starts[b], starts[b + 1]);
    }

    /// Whether a row is the same as the one before it.
    boolean isAsBefore(int row) { return firsts[row] == firsts[row - 1] && hasSameWeights(row, row - 1); }

    /// Columns as rows.
    public Band transposed() {
        var counts = new int[size];
        var rows = new int[size];
        for (int i = positions() - 1; i >= 0; i--)
            for (int at = starts[i]; at < starts[i + 1]; at++) {
                int column = firsts[i] + at - starts[i];
                counts[column]++;
                rows[column] = i;
            }
        var from = new int[size + 1];
        for (int column = 0; column < size; column++) from[column + 1] = from[column] + counts[column];
        var turned = new double[weights.length];
        for (int i = 0; i < positions(); i++)
            for (int at = starts[i]; at < starts[i + 1]; at++) {
                int column = firsts[i] + at - starts[i];
                turned[from[column] + i - rows[column]] = weights[at];
            }
        return new Band(positions(), rows, from, turned);
    }
}
