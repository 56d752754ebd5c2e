package dev.lanewise.kernel;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// Brings a computation to speed: has its vector loops prepared at once, and goes on until it gets no faster.
public final class WarmUp {

    /// What calls take is compared in blocks of so long, by the fastest of each: other programs on the machine only ever take
    /// time.
    private static final long BLOCK = 20_000_000;
    /// And of no fewer calls, unless they take longer still: on a busy machine most of the time is others'.
    private static final int CALLS = 10;
    private static final long LONGEST_BLOCK = 10 * BLOCK;
    /// So many blocks that bring nothing end it; few, if calls are so long that these take seconds.
    private static final int CALM_BLOCKS = 20;
    private static final int FEW_CALM_BLOCKS = 3;
    private static final long LONG_CALM = CALM_BLOCKS * LONGEST_BLOCK;
    private static final double FASTER = 0.97;

    /// How it ended.
    public enum End { WARM, OUT_OF_TIME, INTERRUPTED }

    private final Runnable work;
    private final LongSupplier clock;
    private final long began;
    private final long most;
    private long calls;

    private WarmUp(Runnable work, Duration atMost, LongSupplier clock) {
        this.work = work;
        this.clock = clock;
        this.most = atMost.toNanos();
        this.began = clock.getAsLong();
    }

    /// What came of it.
    ///
    /// @param prepared   the loops that were prepared meanwhile, by their classes' names
    /// @param unprepared those that were to be
    public record Result(End end, long calls, Duration took, List<String> prepared, List<String> unprepared) {}

    /// Calls `work` again and again, once at the least.
    public static Result of(Runnable work, Duration atMost) { return of(work, atMost, System::nanoTime); }

    static Result of(Runnable work, Duration atMost, LongSupplier clock) {
        var warmUp = new WarmUp(work, atMost, clock);
        int before = Warmer.over();
        var end = warmUp.run();
        var outcomes = Warmer.outcomes(before);
        return new Result(end, warmUp.calls, Duration.ofNanos(warmUp.passed()), names(outcomes, true), names(outcomes, false));
    }

    private static List<String> names(List<Warmer.Outcome> outcomes, boolean prepared) {
        return outcomes.stream().filter(outcome -> outcome.isPrepared() == prepared).map(Warmer.Outcome::loop).toList();
    }

    private End run() {
        ColdStart.hurry();
        try {
            call();
            return Warmer.await(left()) ? repeat() : End.OUT_OF_TIME;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return End.INTERRUPTED;
        } finally {
            ColdStart.calm();
        }
    }

    private long passed() { return clock.getAsLong() - began; }

    private long left() { return most - passed(); }

    /// What one call finds to be prepared may lead the next one to more, and not all calls need do the same; the code around the
    /// loops is compiled as it runs.
    private End repeat() throws InterruptedException {
        double best = Double.POSITIVE_INFINITY;
        long since = passed();
        for (int calm = 0; calm < CALM_BLOCKS && (calm < FEW_CALM_BLOCKS || passed() - since < LONG_CALM); calm++) {
            int asked = Warmer.asked();
            double fastest = block();
            if (!Warmer.await(left())) return End.OUT_OF_TIME;
            if (Thread.currentThread().isInterrupted()) return End.INTERRUPTED;
            if (left() < 0) return End.OUT_OF_TIME;
            if (Warmer.asked() == asked && fastest >= FASTER * best) continue;
            best = Math.min(best, fastest);
            since = passed();
            calm = -1;
        }
        return End.WARM;
    }

    private double block() {
        double fastest = Double.POSITIVE_INFINITY;
        long start = clock.getAsLong();
        long first = calls;
        for (long now = start; now - began <= most && now - start < (calls - first < CALLS ? LONGEST_BLOCK : BLOCK)
            && !Thread.currentThread().isInterrupted(); ) {
            call();
            long next = clock.getAsLong();
            fastest = Math.min(fastest, next - now);
            now = next;
        }
        return fastest;
    }

    private void call() {
        calls++;
        work.run();
    }
}
