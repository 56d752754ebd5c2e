package dev.lanewise.kernel;

import java.time.Duration;

/// A time in which scalar loops do the work, whose bits are the same as those of vector loops.
///
/// Compiled by C2, vector loops are three to ten times as fast. Until then a vector is an object on the heap, which makes them slower
/// than scalar loops in the interpreter; and for the loops of a training step, C2 and what leads to it take some five seconds of
/// processor time. A program that computes for less than that is over sooner without vectors: a network's first step takes 0.25 s
/// for 0.9, its first hundred a third of the time. One that runs for long had better begin with them.
///
/// `-Dlanewise.coldStart=SECONDS` sets how much arithmetic, by estimate, runs on scalar loops first: 0, but on the command line 5.
public final class ColdStart {

    private static final String PROPERTY = "lanewise.coldStart";

    private static final Duration LONGEST = Duration.ofSeconds(1_000_000_000);

    private static final Setting<Long> SETTING = Setting.of(() -> Setting.nanos(PROPERTY, System.getProperty(PROPERTY, "0")));

    /// Replaced as a whole: a thread that is counting down the one before doesn't touch the next.
    private static volatile ColdStart current = new ColdStart(SETTING.orElse(0L));

    /// Threads count down without regard for each other: what gets lost delays the end, and no result depends on it.
    private long nanosLeft;
    /// Not before the settings were looked at.
    private boolean ended;

    private ColdStart(long nanos) { this.nanosLeft = nanos; }

    /// Whether vector loops are to run, of which scalar ones would take so long; if not, these are about to. The call that reaches
    /// the end is done by vectors: a large one has the time to get them compiled.
    ///
    /// Every kernel asks, so this is where a setting that can't be followed is said.
    static boolean isOver(double nanos) { return current.countDown(nanos); }

    private boolean countDown(double nanos) {
        if (ended) return true;
        checkSettings();
        nanosLeft -= (long) (Cost.CALL_NANOS + nanos);
        return ended = nanosLeft <= 0;
    }

    /// Begins one, in place of the one that the property asks for, or that is under way: as early as a program likes, since nothing
    /// else is decided here.
    ///
    /// @throws IllegalArgumentException if `duration` is negative or longer than 1e9 seconds, or the property can't be followed
    public static void begin(Duration duration) {
        SETTING.get();
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0)
            throw new IllegalArgumentException("cold start: " + duration + " is not allowed; use 0 to 1e9 seconds, such as Duration.ofSeconds(5)");
        current = new ColdStart(duration.toNanos());
    }

    /// Lets vector loops run from now on, if there are any, however little has been computed by then.
    ///
    /// @throws IllegalArgumentException if a setting can't be followed
    public static void end() {
        checkSettings();
        current = new ColdStart(0);
    }

    private static void checkSettings() {
        SETTING.get();
        Provider.current();
        Pool.threads();
    }
}
