package dev.lanewise.report;

import dev.lanewise.figures.Statistics;
import java.util.Arrays;
import java.util.stream.IntStream;

/// How the values of one violin are spread, along the y axis' own positions.
///
/// @param at     heights at which the density is known, ascending; a single one if all values are the same
/// @param widths the density there, the greatest being 1
record Spread(double[] at, double[] widths, double low, double median, double high) {
    private static final int POINTS = 65;
    /// More values than that are represented by as many of their quantiles.
    private static final int MOST = 512;

    /// @param positions at least one, all finite, in any order
    static Spread of(double[] positions) {
        var sorted = positions.clone();
        Arrays.sort(sorted);
        var kept = sorted.length <= MOST ? sorted : IntStream.range(0, MOST)
                .mapToDouble(i -> Statistics.quantileOfSorted(sorted, (i + 0.5) / MOST)).toArray();
        var low = Statistics.quantileOfSorted(sorted, 0.25);
        var high = Statistics.quantileOfSorted(sorted, 0.75);
        var bandwidth = bandwidth(kept, sorted.length, high - low);
        var from = sorted[0];
        var span = sorted[sorted.length - 1] - from;
        if (!(bandwidth > 0)) return new Spread(new double[] {from}, new double[] {1}, low,
            Statistics.quantileOfSorted(sorted, 0.5), high);
        var at = IntStream.range(0, POINTS).mapToDouble(i -> from + span * i / (POINTS - 1)).toArray();
        var density = Arrays.stream(at).map(x -> Arrays.stream(kept).map(k -> Math.exp(-0.5 * square((x - k) / bandwidth))).sum())
                .toArray();
        var most = Arrays.stream(density).max().orElseThrow();
        return new Spread(at, Arrays.stream(density).map(d -> d / most).toArray(), low,
            Statistics.quantileOfSorted(sorted, 0.5), high);
    }

    /// Of a Gaussian kernel: Silverman, "Density estimation for statistics and data analysis", 1986, equation 3.31.
    private static double bandwidth(double[] values, int count, double quartiles) {
        var mean = Statistics.mean(values);
        var deviation = Statistics.deviation(values);
        // many equal values can bring the quartiles together, and a width of 0 would be no density
        var scale = quartiles > 0 ? Math.min(deviation, quartiles / 1.34) : deviation;
        return deviation > 1e-9 * Math.abs(mean) ? 0.9 * scale * Math.pow(count, -0.2) : 0;
    }

    private static double square(double x) {
        return x * x;
    }
}
