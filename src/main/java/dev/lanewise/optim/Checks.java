package dev.lanewise.optim;

import java.util.List;

/// The checks that optimizers and schedules share. Comparisons are written so that NaN fails.
final class Checks {

    static final long MOST_STEPS = 1L << 53;

    private Checks() {}

    static double nonNegative(String who, String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException(who + ": " + name + " " + value + "; it must be 0 or more, and finite");
        return value;
    }

    static double positive(String who, String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException(who + ": " + name + " " + value + "; it must be above 0, and finite");
        return value;
    }

    /// The share of the past in a running mean.
    static double decay(String who, String name, double value) {
        if (!(value >= 0 && value < 1))
            throw new IllegalArgumentException(who + ": " + name + " " + value + "; it must be of [0, 1)");
        return value;
    }

    static double share(String who, String name, double value) {
        if (!(value >= 0 && value <= 1))
            throw new IllegalArgumentException(who + ": " + name + " " + value + "; it must be of [0, 1]");
        return value;
    }

    static <T> T given(String who, String name, T value) {
        if (value == null) throw new IllegalArgumentException(who + ": no " + name + "; null is none");
        return value;
    }

    /// A copy of a list in which nothing is missing.
    ///
    /// @param name of one of them
    static <T> List<T> all(String who, String name, List<T> values) {
        given(who, name + "s", values);
        for (int i = 0; i < values.size(); i++) if (values.get(i) == null) throw new IllegalArgumentException(who + ": "
            + name + " " + i + " is null; leave out what isn't there, as the bias of a layer without one");
        return List.copyOf(values);
    }

    static long atLeast(long least, String who, String name, long value) {
        if (value < least) throw new IllegalArgumentException(who + ": " + name + " " + value + "; it must be at least " + least);
        return value;
    }

    /// A number of steps: so far below the largest that it can go on, and exact as a double.
    static long count(String who, String name, long value) {
        if (value < 0 || value > MOST_STEPS)
            throw new IllegalArgumentException(who + ": " + name + " " + value + "; it must be at least 0, and at most 2^53");
        return value;
    }

    /// One number for all groups of an optimizer, or one for each.
    static double[] forGroups(String who, String name, double[] values, Optimizer optimizer) {
        checkGroups(who, name, given(who, name, values).length, optimizer);
        return values.clone();
    }

    /// As [#forGroups(String, String, double\[\], Optimizer)], of other things than numbers.
    static <T> List<T> forGroups(String who, String name, List<T> values, Optimizer optimizer) {
        var all = all(who, name, values);
        checkGroups(who, name + "s", all.size(), optimizer);
        return all;
    }

    private static void checkGroups(String who, String name, int count, Optimizer optimizer) {
        int groups = given(who, "optimizer", optimizer).groups().size();
        if (count != 1 && count != groups) throw new IllegalArgumentException(who + ": " + name + " for " + count
            + " groups, but the optimizer has " + groups + "; give one for all, or one for each");
    }

    /// Of what [#forGroups] took; a group that was added later goes by the last.
    static double ofGroup(double[] values, int group) { return values[Math.min(group, values.length - 1)]; }

    /// As [#ofGroup(double\[\], int)].
    static <T> T ofGroup(List<T> values, int group) { return values.get(Math.min(group, values.size() - 1)); }
}
