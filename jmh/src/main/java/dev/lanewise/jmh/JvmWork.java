package dev.lanewise.jmh;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/// What the JVM has done beside the program so far.
///
/// A compilation counts in the compiler's own time only when it has ended, and C2 can take a second for a large loop, in
/// which vectors run a hundred times slower. So the processor time of threads that aren't Java's is watched, too.
///
/// @param compiling milliseconds of compilations that have ended
/// @param hidden    seconds of processor time of the JVM's own threads: compilers and collectors
record JvmWork(long compiling, double hidden) {

    /// Share of the time that collectors may take.
    private static final double COLLECTION = 0.1;
    /// The process's time advances in steps of 10 ms.
    private static final double RESOLUTION = 0.02;

    private static final OperatingSystemMXBean PROCESS =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    static JvmWork now() {
        long java = Arrays.stream(THREADS.getThreadCpuTime(THREADS.getAllThreadIds())).filter(time -> time > 0).sum();
        return new JvmWork(COMPILER == null ? 0 : COMPILER.getTotalCompilationTime(),
            1e-9 * (PROCESS.getProcessCpuTime() - java));
    }

    /// Whether nothing was compiled since `before`, `seconds` ago.
    boolean isQuietSince(JvmWork before, double seconds) {
        return compiling == before.compiling && hidden - before.hidden <= COLLECTION * seconds + RESOLUTION;
    }
}
