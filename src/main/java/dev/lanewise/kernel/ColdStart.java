package dev.lanewise.kernel;

/// When vector loops take over from scalar ones, whose bits are the same.
///
/// Compiled by C2 they are three to ten times as fast. Until then a vector is an object on the heap, which makes them slower than
/// scalar loops in the interpreter; and for those of a training step C2 and what leads to it take some five seconds of processor
/// time. A program that computes less than that is over sooner without them: a network's first step takes a quarter of a second
/// for 0.9, a hundred steps a third of the time. One that computes much longer hardly notices.
///
/// `-Dlanewise.coldStart=SECONDS` sets how much arithmetic, by estimate, runs on scalar loops first: 5, or 0 for vectors at once.
final class ColdStart {

    private static final double SECONDS = 5;
    /// About what a call takes besides its arithmetic.
    private static final double CALL_NANOS = 20;

    /// Threads count down without regard for each other: what gets lost delays the end, and no result depends on it.
    private static long nanosLeft = nanos(System.getProperty("lanewise.coldStart"));

    private ColdStart() {}

    /// Whether vector loops are to run, of which scalar ones would take so long; if not, these are about to. The call that reaches
    /// the end is done by vectors: a large one has the time to get them compiled.
    static boolean isOver(double nanos) {
        if (nanosLeft > 0) nanosLeft -= (long) (CALL_NANOS + nanos);
        return nanosLeft <= 0;
    }

    static void end() { nanosLeft = 0; }

    private static long nanos(String property) {
        if (property == null) return (long) (1e9 * SECONDS);
        try {
            double seconds = Double.parseDouble(property.strip());
            if (seconds >= 0 && seconds <= 1e9) return (long) (1e9 * seconds);
        } catch (NumberFormatException e) {
            // the same message
        }
        throw new IllegalArgumentException(
            "lanewise.coldStart: \"" + property + "\" is not allowed; use seconds from 0 on, such as 5");
    }
}
