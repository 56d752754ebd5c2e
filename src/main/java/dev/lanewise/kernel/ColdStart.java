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

    /// About what a call takes besides its arithmetic.
    private static final double CALL_NANOS = 20;

    private static final double MOST_SECONDS = 1e9;

    /// Threads count down without regard for each other: what gets lost delays the end, and no result depends on it.
    private static long nanosLeft = nanos(System.getProperty("lanewise.coldStart"));
    private static boolean ended = nanosLeft <= 0;

    private ColdStart() {}

    /// Whether vector loops are to run, of which scalar ones would take so long; if not, these are about to. The call that reaches
    /// the end is done by vectors: a large one has the time to get them compiled.
    static boolean isOver(double nanos) {
        if (ended) return true;
        nanosLeft -= (long) (CALL_NANOS + nanos);
        return ended = nanosLeft <= 0;
    }

    static void end() { ended = true; }

    private static long nanos(String property) {
        if (property == null) return 0;
        try {
            double seconds = Double.parseDouble(property.strip());
            if (seconds >= 0 && seconds <= MOST_SECONDS) return (long) (1e9 * seconds);
        } catch (NumberFormatException e) {
            // the same message
        }
        throw new IllegalArgumentException(
            "lanewise.coldStart: \"" + property + "\" is not allowed; use seconds from 0 to 1e9, such as 5");
    }
}
