package dev.lanewise.figures;

import java.util.Locale;

/// How sentences and tables say numbers.
public final class Figures {

    private static final String UNKNOWN = "–";

    private Figures() {}

    /// As [String#format], the same in every country.
    public static String format(String format, Object... values) { return String.format(Locale.ROOT, format, values); }

    /// With so many digits behind the point.
    public static String fixed(double value, int digits) { return format("%." + digits + "f", value); }

    /// A share of 1 as a percentage with so many digits behind the point, "–" where it is unknown.
    public static String percent(double share, int digits) {
        return Double.isNaN(share) ? UNKNOWN : fixed(100 * share, digits) + " %";
    }

    /// In two digits, as in sentences; whole from 100 to 10,000, where Java's %.2g would say 2.6e+02.
    public static String rough(double value) {
        return format(Math.abs(value) >= 99.5 && Math.abs(value) < 1e4 ? "%.0f" : "%.2g", value);
    }

    /// In three digits, or in two and a power of ten; "–" where it is unknown.
    public static String number(double value) {
        return Double.isNaN(value) ? UNKNOWN : value == 0 ? "0" : value == Double.POSITIVE_INFINITY ? "∞"
            : format(Math.abs(value) < 1e-3 || Math.abs(value) >= 1e4 ? "%.1e"
            // Java's %.3g would say 1.23e+03
            : Math.abs(value) >= 999.5 ? "%.0f" : "%.3g", value);
    }
}
