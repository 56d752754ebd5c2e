package dev.lanewise.jmh;

import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// How long a call takes: the median of bursts of about 20 ms, after a warm-up that lasts until the JVM has nothing left to
/// compile.
final class Stopwatch {

    private static final double BURST = 0.02;
    private static final int FEWEST_BURSTS = 3;
    private static final double LONGEST_WARM_UP = 10;

    /// Where results go, so that they count as used.
    @SuppressWarnings("unused")
    private static volatile Object sink;

    private final LongSupplier nanoTime;

    Stopwatch(LongSupplier nanoTime) { this.nanoTime = nanoTime; }

    /// Seconds that one call takes by the system's clock.
    static double seconds(Supplier<?> call, double warmUp, double measured) {
        return new Stopwatch(System::nanoTime).time(call, warmUp, measured);
    }

    /// Seconds that one call takes.
    ///
    /// @param warmUp   seconds before that, at the least; the JVM must have been quiet for the second half of them
    /// @param measured seconds over which bursts are taken
    double time(Supplier<?> call, double warmUp, double measured) {
        double once = warmUp(call, warmUp);
        int burst = (int) Math.clamp(BURST / once, 1, 1e9);
        var took = new double[16];
        int bursts = 0;
        for (long end = nanoTime.getAsLong() + (long) (1e9 * measured); nanoTime.getAsLong() < end || bursts < FEWEST_BURSTS; ) {
            if (bursts == took.length) took = Arrays.copyOf(took, 2 * bursts);
            took[bursts++] = burst(call, burst) / burst;
        }
        return median(Arrays.copyOf(took, bursts));
    }

    /// Seconds of one call at the end of it.
    private double warmUp(Supplier<?> call, double shortest) {
        double spent = 0;
        double watched = 0;
        var before = JvmWork.now();
        for (int calls = 1; ; ) {
            double took = burst(call, calls);
            spent += took;
            watched += took;
            if (spent >= LONGEST_WARM_UP) return took / calls;
            if (watched >= shortest / 2) {
                var now = JvmWork.now();
                if (spent >= shortest && now.isQuietSince(before, watched)) return took / calls;
                before = now;
                watched = 0;
            }
            if (took < BURST) calls = 2 * calls;
            else if (took > 2 * BURST) calls = Math.max(1, calls / 2);
        }
    }

    private double burst(Supplier<?> call, int calls) {
        long start = nanoTime.getAsLong();
        run(call, calls);
        return Math.max(1, nanoTime.getAsLong() - start) * 1e-9;
    }

    static void run(Supplier<?> call, int calls) { for (int i = 0; i < calls; i++) sink = call.get(); }

    private static double median(double[] values) {
        Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
