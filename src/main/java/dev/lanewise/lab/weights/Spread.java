package dev.lanewise.lab.weights;

import dev.lanewise.io.TensorFile;

/// How the values of a tensor of a file are spread, which is read piece by piece.
///
/// @param values    how many there are
/// @param mean      of the finite ones, as all that follows; NaN if there are none
/// @param std       the standard deviation
/// @param nans      how many are no numbers
/// @param infinite  how many are infinite
/// @param low       where the histogram begins: the least value, or four deviations below the mean
/// @param high      where it ends
/// @param histogram how many are in each part of that range; what lies outside counts in the outermost
record Spread(long values, double mean, double std, double least, double greatest, long nans, long infinite, double low,
              double high, long[] histogram) {

    private static final int BINS = 24;
    private static final int PIECE = 1 << 20;
    private static final double WIDE = 4;
    private static final String BARS = "▁▂▃▄▅▆▇█";

    private interface Values {
        void take(float[] values);
    }

    private static void each(TensorFile file, String name, Values values) {
        long numel = file.tensors().get(name).numel();
        for (long from = 0; from < numel; from += PIECE)
            values.take(file.readRounded(name, from, (int) Math.min(PIECE, numel - from)));
    }

    /// @param name of a tensor whose elements are read
    static Spread of(TensorFile file, String name) {
        var moments = new Moments();
        each(file, name, moments::take);
        double mean = moments.mean();
        double std = moments.std();
        double low = Math.max(moments.least, mean - WIDE * std);
        double high = Math.min(moments.greatest, mean + WIDE * std);
        var histogram = new long[moments.count == 0 ? 0 : BINS];
        if (moments.count > 0) each(file, name, values -> {
            for (float value : values) if (Float.isFinite(value))
                histogram[high > low ? (int) Math.clamp((value - low) / (high - low) * BINS, 0, BINS - 1.0) : BINS / 2]++;
        });
        return new Spread(file.tensors().get(name).numel(), mean, std, moments.least, moments.greatest, moments.nans,
            moments.infinite, low, high,
            histogram);
    }

    /// One character for each part of the range, the higher the more; a part that holds anything is told from one that holds
    /// nothing.
    String line() {
        long most = 0;
        for (long count : histogram) most = Math.max(most, count);
        var line = new StringBuilder();
        for (long count : histogram) line.append(count == 0 ? ' ' : BARS.charAt((int) ((count * BARS.length() - 1) / most)));
        return line.toString();
    }

    /// Sums about the first value, so that a large mean takes no digits from the deviation.
    private static final class Moments {
        private double about = Double.NaN;
        private double sum;
        private double squares;
        private double least = Double.NaN;
        private double greatest = Double.NaN;
        private long count;
        private long nans;
        private long infinite;

        void take(float[] values) {
            for (float value : values) {
                if (Float.isNaN(value)) nans++;
                else if (Float.isInfinite(value)) infinite++;
                else take(value);
            }
        }

        private void take(float value) {
            if (count++ == 0) about = least = greatest = value;
            sum += value - about;
            squares += (value - about) * (value - about);
            if (value < least) least = value;
            if (value > greatest) greatest = value;
        }

        double mean() { return count == 0 ? Double.NaN : about + sum / count; }

        double std() { return count == 0 ? Double.NaN : Math.sqrt(Math.max(0, squares / count - sum / count * (sum / count))); }
    }
}
