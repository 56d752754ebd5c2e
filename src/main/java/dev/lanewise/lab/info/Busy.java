package dev.lanewise.lab.info;

import dev.lanewise.figures.Figures;
import java.util.function.LongSupplier;

/// Whether other programs take the processor from this thread: one that does nothing but look at the clock sees when it was away.
final class Busy {

    /// Above this share of a processor measurements are worth something: their best bursts are of times without a disturbance.
    static final double UNDISTURBED = 0.8;

    /// As long as some turns of a scheduler.
    private static final long LOOK = 60_000_000;
    /// What no interrupt takes, and every turn of another program does.
    private static final long AWAY = 500_000;

    private final LongSupplier clock;

    /// @param clock nanoseconds from any start
    Busy(LongSupplier clock) { this.clock = clock; }

    /// The share of a processor that this thread has now.
    double share() {
        long start = clock.getAsLong();
        long away = 0;
        long before = start;
        while (before - start < LOOK) {
            long now = clock.getAsLong();
            if (now - before > AWAY) away += now - before;
            before = now;
        }
        return 1 - (double) away / (before - start);
    }

    static String describe(double share) {
        return Figures.format("other programs take %.0f %% of a processor", 100 * (1 - share));
    }
}
