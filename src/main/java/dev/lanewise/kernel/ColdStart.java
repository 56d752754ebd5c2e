package dev.lanewise.kernel;

/// A time in which scalar loops do the work, whose bits are the same as those of vector loops.
///
/// Compiled by C2, vector loops are three to ten times as fast. Until then a vector is an object on the heap, which makes them slower
/// than scalar loops in the interpreter; and for the loops of a training step, C2 and what leads to it take some five seconds of
/// processor time. A program that computes for less than that is over sooner without vectors: a network's first step takes 0.25 s
/// for 0.9, its first hundred a third of the time. One that runs for long had better begin with them.
///
/// `-Dlanewise.coldStart=SECONDS` sets how much arithmetic, by estimate, runs on scalar loops first: 0, but on the command line 5.
final class ColdStart {

    private static final String PROPERTY = "lanewise.coldStart";

    /// About what a call takes besides its arithmetic.
    private static final double CALL_NANOS = 20;

    private static final Setting<Long> SETTING = Setting.of(() -> Setting.nanos(PROPERTY, System.getProperty(PROPERTY, "0")));

    /// Threads count down without regard for each other: what gets lost delays the end, and no result depends on it.
    private static long nanosLeft = SETTING.orElse(0L);
    /// Not before the settings were looked at.
    private static boolean ended;

    private ColdStart() {}

    /// Whether vector loops are to run, of which scalar ones would take so long; if not, these are about to. The call that reaches
    /// the end is done by vectors: a large one has the time to get them compiled.
    ///
    /// Every kernel asks, so this is where a setting that can't be followed is said.
    static boolean isOver(double nanos) {
        if (ended) return true;
        checkSettings();
        nanosLeft -= (long) (CALL_NANOS + nanos);
        return ended = nanosLeft <= 0;
    }

    static void end() {
        checkSettings();
        ended = true;
    }

    private static void checkSettings() {
        SETTING.get();
        Provider.current();
        Pool.threads();
    }
}
