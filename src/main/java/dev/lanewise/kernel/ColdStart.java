package dev.lanewise.kernel;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// When vectors take over: not before they pay. Until then scalar loops run, whose bits are the same.
///
/// Compiled by C2, vector loops are three to ten times as fast. Until then a vector is an object on the heap, which makes them
/// slower than scalar loops in the interpreter; and C2 takes some 50 milliseconds of processor time for one. So each loop begins
/// as a scalar one. When a program's scalar loops have done so much arithmetic, by estimate, that it is to be expected to go on
/// for as long, each that has done as much as compiling one takes is due: it is prepared in the background, by the [Warmer], and
/// takes over when it is fast. Short programs never pay; long ones lose what they had waited.
///
/// `-Dlanewise.coldStart=SECONDS` sets a program's arithmetic by which vectors are due. 0 is for vectors at once, slow as they
/// are, with no preparation: for tests of what they compute. 1e9 is for none at all.
public final class ColdStart {

    private static final String PROPERTY = "lanewise.coldStart";
    /// By 0.4 compiling vectors pays; programs that are over by twice that are many, and those that go on for seconds don't
    /// notice.
    private static final String DEFAULT = "0.7";

    /// Of that arithmetic, so much as makes a loop worth preparing: by default, what C2 takes for one. Loops that have less wait
    /// until they had it, so that C2 comes to the heavy ones first, and a program of some seconds doesn't pay for those that
    /// would save it nothing.
    private static final double SHARE = 0.07;
    private static final Duration LONGEST = Duration.ofSeconds(1_000_000_000);
    private static final long FOR_GOOD = LONGEST.toNanos();

    private static final Setting<Long> SETTING = Setting.of(() -> Setting.nanos(PROPERTY, System.getProperty(PROPERTY, DEFAULT)));

    private static volatile long nanos = SETTING.orElse(0L);
    /// Threads that can't wait: every loop is due that anyone calls.
    private static final AtomicInteger HURRIED = new AtomicInteger();

    private static boolean checked;
    /// What scalar loops have taken. Threads count without regard for each other, here and for each loop: what gets lost makes
    /// vectors due later, and no result depends on it.
    private static double spent;

    private ColdStart() {}

    /// Whether vectors are to run at once, prepared or not.
    ///
    /// Every kernel asks, until it has its vectors, so this is where a setting that can't be followed is said.
    static boolean isOver() {
        if (!checked) checkSettings();
        return nanos == 0;
    }

    /// Whether scalar loops run to the end, prepared as others may be.
    static boolean isForGood() { return nanos == FOR_GOOD; }

    /// Counts what scalar loops take in place of vectors, by estimate.
    static void spend(double nanos) { spent += nanos; }

    /// Whether some loops' vectors are due.
    static boolean isDue() { return spent > nanos || isHurried(); }

    /// Whether a loop's vectors are, in whose place scalar loops have taken so long.
    static boolean isDue(double spentHere) { return spent > nanos && spentHere > SHARE * nanos || isHurried(); }

    /// What never runs need not be prepared.
    private static boolean isHurried() { return HURRIED.get() > 0 && !isForGood(); }

    /// Makes loops due when they are first called, until as many calls of [#calm] have followed.
    static void hurry() { HURRIED.incrementAndGet(); }

    static void calm() { HURRIED.decrementAndGet(); }

    /// Sets how much arithmetic makes vectors due, in place of what the property asks for.
    ///
    /// @throws IllegalArgumentException if `duration` is negative or longer than 1e9 seconds, or the property can't be followed
    public static void set(Duration duration) {
        SETTING.get();
        check("cold start", duration);
        nanos = duration.toNanos();
    }

    /// @throws IllegalArgumentException if `duration` is negative or longer than 1e9 seconds
    public static void check(String name, Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0)
            throw new IllegalArgumentException(name + ": " + duration
                + " is not allowed; use 0 to 1e9 seconds, such as Duration.ofMillis(200)");
    }

    /// Lets vector loops run from now on, if there are any, prepared or not.
    ///
    /// @throws IllegalArgumentException if a setting can't be followed
    public static void end() {
        checkSettings();
        nanos = 0;
    }

    private static void checkSettings() {
        SETTING.get();
        Provider.current();
        Pool.threads();
        checked = true;
    }
}
