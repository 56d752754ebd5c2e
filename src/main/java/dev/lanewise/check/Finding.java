package dev.lanewise.check;

import java.util.Locale;

/// What one check of an initializer found.
///
/// @param check      the check's name
/// @param statistic  what was measured; NaN is out of all bounds
/// @param low        the least that passes
/// @param high       the most that passes
/// @param falseAlarm an upper bound of the probability that a right initializer fails; 0 if it can't
public record Finding(String check, double statistic, double low, double high, double falseAlarm) {

    /// A count of what must not be there.
    static Finding none(String check, long count) { return new Finding(check, count, 0, 0, 0); }

    /// Whether the statistic is from `low` to `high`; one of NaN is not.
    public boolean passed() { return statistic >= low && statistic <= high; }

    @Override
    public String toString() {
        return "%-18s %12s %12s %12s   %-6s %9s".formatted(check, number(statistic), number(low), number(high),
            passed() ? "ok" : "FAILED", falseAlarm == 0 ? "never" : String.format(Locale.ROOT, "%.1e", falseAlarm));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9 ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.5g", value);
    }
}
