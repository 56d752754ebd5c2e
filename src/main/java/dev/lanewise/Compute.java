package dev.lanewise;

import dev.lanewise.kernel.ColdStart;
import dev.lanewise.kernel.Pool;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/// How the library computes in this JVM: on how many threads, with which loops and why, and when vectors take over.
///
/// What is set here holds for the whole JVM, and goes before the system property that says what a program begins with. Any thread may
/// set it at any time, while others compute, too. It decides how long a computation takes; results have the same bits with any setting.
///
/// Where a system property can't be followed, methods end in the [IllegalArgumentException] in which each computation ends.
public final class Compute {

    private Compute() {}

    /// Which loops run, and why.
    ///
    /// @param lanes   floats that an instruction takes: 4, 8 or 16; 1 for scalar loops
    /// @param fastFma whether the CPU has a fused multiply-add and the JVM uses it; without, it is done in software
    /// @param reason  one sentence: why these loops, and for scalar ones what would change it
    public record Provider(int lanes, boolean fastFma, String reason) {

        /// @throws IllegalArgumentException if `lanes` is less than 1
        public Provider {
            if (lanes < 1) throw new IllegalArgumentException("provider: " + lanes + " lanes; there must be 1 or more");
            Objects.requireNonNull(reason, "reason");
        }

        /// Whether loops take vectors.
        public boolean isSimd() { return lanes > 1; }

        /// Of what an instruction takes: 128, 256 or 512; 32 for scalar loops.
        public int bits() { return Float.SIZE * lanes; }

        /// In words, such as `SIMD, 256 bits`, or `scalar`.
        public String name() { return isSimd() ? "SIMD, " + bits() + " bits" : "scalar"; }
    }

    /// Which loops run, and why: chosen at the first use, by machine, JVM and `-Dlanewise.simd=auto|require|off`, for as long as the
    /// JVM runs.
    public static Provider provider() {
        var provider = dev.lanewise.kernel.Provider.current();
        return new Provider(provider.lanes(), provider.fastFma(), provider.reason());
    }

    /// Threads that compute, the caller included: one a processor, unless `-Dlanewise.threads=N` or the program sets it.
    public static int threads() { return Pool.threads(); }

    /// Lets `threads` threads compute from now on, the caller included. What is being computed may go on with those that it has.
    ///
    /// @throws IllegalArgumentException if that isn't 1 to 1024
    public static void setThreads(int threads) { Pool.setThreads(threads); }

    /// Lets scalar loops do the next so much arithmetic, by estimate, before vectors take over: for programs that are over by then, or
    /// that had better begin at once. Compiling vector loops takes some seconds of processor time, in which they are slow. 0 unless
    /// `-Dlanewise.coldStart=SECONDS` or the program sets it; what was left of the time before no longer counts.
    ///
    /// @throws IllegalArgumentException if that is negative, or longer than 1e9 seconds
    public static void setColdStart(Duration duration) { ColdStart.begin(Objects.requireNonNull(duration, "duration")); }

    /// Lets vectors take over now, if there are any: before measurements, and for programs that turn out to go on for long.
    public static void endColdStart() { ColdStart.end(); }

    /// Takes the line that the library else logs (`System.Logger` "dev.lanewise", INFO), which says why there are only scalar loops and
    /// what would change it. `listener` gets it once, from the thread that is the first to compute or to ask; at once, if it has been said. It
    /// is not called where vectors run, or where `-Dlanewise.simd=off` was asked for. A listener that was set before, and hasn't got
    /// the line, is replaced. What it throws goes to that thread's caller; the next computation goes on.
    public static void setListener(Consumer<String> listener) {
        dev.lanewise.kernel.Provider.setListener(Objects.requireNonNull(listener, "listener"));
    }
}
