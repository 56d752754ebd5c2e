package dev.lanewise;

import dev.lanewise.kernel.ColdStart;
import dev.lanewise.kernel.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// How the library computes in this JVM: on how many threads, with which loops and why, and when vectors take over.
///
/// What is set here holds for the whole JVM, and goes before the system property that says what a program begins with. Any thread
/// may set it at any time, while others compute, too. It decides how long a computation takes; results have the same bits with
/// any setting.
///
/// Where a system property can't be followed, methods end in the [IllegalArgumentException] in which each computation ends.
public final class Compute {

    /// The project's, of pom.xml.
    private static final String VERSION = "0.2.0";

    private Compute() {}

    /// Which loops run, and why.
    ///
    /// @param lanes   floats that an instruction takes: 4, 8 or 16; 1 for scalar loops
    /// @param fastFma whether the CPU has a fused multiply-add and the JVM uses it; without, it is done in software
    /// @param reason  one sentence: why these loops, and for scalar ones what would change it
    public record Provider(int lanes, boolean fastFma, String reason) {

        /// Refuses what no provider has.
        ///
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

    /// Which loops run, and why: chosen at the first use, by machine, JVM and `-Dlanewise.simd=auto|require|off`, for as long as
    /// the JVM runs.
    public static Provider provider() {
        var provider = dev.lanewise.kernel.Provider.current();
        return new Provider(provider.lanes(), provider.fastFma(), provider.reason());
    }

    /// Of this library, such as 0.2.0: receipts name it.
    public static String version() { return VERSION; }

    /// Threads that compute, the caller included: one a processor, unless `-Dlanewise.threads=N` or the program sets it.
    public static int threads() { return Pool.threads(); }

    /// Lets `threads` threads compute from now on, the caller included. What is being computed may go on with those that it has.
    ///
    /// @throws IllegalArgumentException if that isn't 1 to 1024
    public static void setThreads(int threads) { Pool.setThreads(threads); }

    /// Lets a program do so much arithmetic on scalars, by estimate, before the vectors that it uses are compiled, in the
    /// background, and take over when they are fast. 0.7 seconds, unless `-Dlanewise.coldStart=SECONDS` or the program sets it:
    /// by 0.4 compiling them pays, and more spares a program the compiler that will be over soon. Of 1e9 seconds they never run.
    /// Of zero they run at once, though they are slow until they are compiled.
    ///
    /// @throws IllegalArgumentException if that is negative, or longer than 1e9 seconds
    public static void setColdStart(Duration duration) { ColdStart.set(Objects.requireNonNull(duration, "duration")); }

    /// Lets vectors run at once, as [#setColdStart] of zero: for tests of what they compute.
    public static void endColdStart() { ColdStart.end(); }

    /// What came of a [#warmUp].
    ///
    /// @param end        whether the computation is at its speed, or why that isn't known
    /// @param calls      of the computation
    /// @param took       how long that took
    /// @param prepared   the vector loops that were compiled meanwhile, for this computation or others, such as `Map_gelu` or
    ///                   `Tile_8x3_rows`: none where all had been before, where vectors run at once, or where there are none
    /// @param unprepared those that were to be, and aren't: scalar loops run in their place, as long as they are being compiled,
    ///                   and for good where the compiler failed at them again and again
    public record WarmUp(End end, long calls, Duration took, List<String> prepared, List<String> unprepared) {

        /// How a warm-up ended.
        public enum End {
            /// Vectors run wherever the machine has them and [#setColdStart] lets them, but for loops that couldn't be prepared,
            /// and calls get no faster: the fastest of each twenty milliseconds, or of ten calls, are compared.
            WARM,
            /// It gave up: what could be compiled in the time is. What remains goes on in the background.
            OUT_OF_TIME,
            /// The thread was interrupted, and still is.
            INTERRUPTED
        }

        /// Refuses what no warm-up ends with.
        ///
        /// @throws IllegalArgumentException if `calls` or `took` is negative
        public WarmUp {
            Objects.requireNonNull(end, "end");
            if (calls < 0 || took.isNegative()) throw new IllegalArgumentException("warm-up: " + calls + " calls in " + took
                + "; neither can be negative");
            prepared = List.copyOf(prepared);
            unprepared = List.copyOf(unprepared);
        }

        /// Whether the computation is at its speed.
        public boolean isWarm() { return end == End.WARM; }
    }

    /// Brings a computation to speed, such as a service's before its first request: has the vector loops that it takes compiled
    /// at once, and repeats it until it gets no faster. Some seconds, a minute at the most. It says which loops it has prepared,
    /// which not, and how long that took.
    ///
    /// `work` is called by this thread, once at the least, and mostly for a second or more: a hundred thousand times, if a call
    /// takes microseconds, some ten times, if it takes a second. So it had better change nothing that matters: inference, or a
    /// step of training on a model that is thrown away. It should take the shapes that are to come; calls that differ from each
    /// other do, if they come in turn. It opens its own scope if it needs one, as each call does, and what it throws ends the
    /// warm-up and goes to the caller. Several threads may warm up at a time, each its own work. While one does, what other
    /// threads compute has its loops compiled at once, too, and is waited for.
    public static WarmUp warmUp(Runnable work) { return warmUp(work, Duration.ofMinutes(1)); }

    /// The same, for `atMost` so long, but for a call that has begun.
    ///
    /// @throws IllegalArgumentException if `atMost` is negative or longer than 1e9 seconds, or a setting can't be followed
    public static WarmUp warmUp(Runnable work, Duration atMost) {
        Objects.requireNonNull(work, "work");
        ColdStart.check("warm-up", Objects.requireNonNull(atMost, "atMost"));
        var result = dev.lanewise.kernel.WarmUp.of(work, atMost);
        return new WarmUp(WarmUp.End.valueOf(result.end().name()), result.calls(), result.took(), result.prepared(),
            result.unprepared());
    }

    /// Takes the line that the library else logs (`System.Logger` "dev.lanewise", INFO), which says why there are only scalar
    /// loops and what would change it. `listener` gets it once, from the thread that is the first to compute or to ask; at once,
    /// if it has been said. It is not called where vectors run, or where `-Dlanewise.simd=off` was asked for. A listener that was
    /// set before, and hasn't got the line, is replaced. What it throws goes to that thread's caller; the next computation goes
    /// on.
    public static void setListener(Consumer<String> listener) {
        dev.lanewise.kernel.Provider.setListener(Objects.requireNonNull(listener, "listener"));
    }
}
