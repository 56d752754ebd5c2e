package dev.lanewise.report;

import java.util.Arrays;
import java.util.stream.IntStream;

/// A named line of points; y values may be NaN or infinite, x values may not.
record Series(String name, double[] xs, double[] ys) {

    Series {
        if (xs.length != ys.length) throw new IllegalArgumentException(
            "series '%s': %s x values for %s y values; give one x for each y".formatted(name, xs.length, ys.length));
        if (!Arrays.stream(xs).allMatch(Double::isFinite)) throw new IllegalArgumentException(
            "series '%s': an x value is NaN or infinite; leave such points out".formatted(name));
        xs = xs.clone();
        ys = ys.clone();
    }

    /// The points (0, y), (1, y) …
    static Series counted(String name, double[] ys) {
        return new Series(name, IntStream.range(0, ys.length).asDoubleStream().toArray(), ys);
    }

    /// This series with every finite value replaced by the mean of the finite values at most `window / 2` places away. Gaps stay
    /// gaps; at the ends the window is cut off.
    Series smoothed(int window) {
        var reach = window / 2;
        var means = ys.clone();
        for (var i = 0; i < ys.length; i++) {
            if (Double.isFinite(ys[i])) {
                var near = Arrays.copyOfRange(ys, Math.max(0, i - reach), Math.min(ys.length, i + reach + 1));
                // Divided first: values near the largest double would overflow in a sum.
                var finite = Arrays.stream(near).filter(Double::isFinite).toArray();
                means[i] = Arrays.stream(finite).map(y -> y / finite.length).sum();
            }
        }
        return new Series(name, xs, means);
    }

    /// The index after the last finite value: how far the series got before it diverged, if it did.
    int end() {
        var end = ys.length;
        while (end > 0 && !Double.isFinite(ys[end - 1])) end--;
        return end;
    }

    /// Whether finite values are followed by others to the end.
    boolean diverged() {
        return end() > 0 && end() < ys.length;
    }

    /// The last value that is finite, or NaN.
    double lastFinite() {
        return end() == 0 ? Double.NaN : ys[end() - 1];
    }

    /// The finite values.
    double[] finite() {
        return Arrays.stream(ys).filter(Double::isFinite).toArray();
    }
}
