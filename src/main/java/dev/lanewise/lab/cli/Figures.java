package dev.lanewise.lab.cli;

import java.util.Arrays;
import java.util.Locale;

/// Figures that several experiments work out, and how tables and sentences say them.
public final class Figures {

    private Figures() {}

    /// The binomial standard error of a share of so many.
    public static double standardError(double share, int count) {
        // all or none is no certainty: Laplace's share, one more of each
        double sure = share <= 0 || share >= 1 ? 1 / (count + 2.0) : share;
        return Math.sqrt(sure * (1 - sure) / count);
    }

    /// The value below which this share of them lies.
    public static double quantile(double[] values, double share) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }

    /// In few digits, "–" where it is unknown.
    public static String number(double value) {
        return Double.isNaN(value) ? "–" : value == 0 ? "0" : value == Double.POSITIVE_INFINITY ? "∞"
            : String.format(Locale.ROOT, Math.abs(value) < 1e-3 || Math.abs(value) >= 1e4 ? "%.1e"
            // Java's %.3g would say 1.23e+03
            : Math.abs(value) >= 999.5 ? "%.0f" : "%.3g", value);
    }
}
