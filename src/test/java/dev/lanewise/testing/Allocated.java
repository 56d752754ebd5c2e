package dev.lanewise.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What the calling thread allocates: other programs don't disturb it.
public final class Allocated {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocated() {}

    /// What is measured.
    public interface Work<E extends Exception> {
        void run() throws E;
    }

    /// Bytes so far.
    public static long bytes() { return THREADS.getCurrentThreadAllocatedBytes(); }

    /// Bytes of one run.
    public static <E extends Exception> long by(Work<E> work) throws E {
        long before = bytes();
        work.run();
        return bytes() - before;
    }

    /// The fewest bytes of so many runs, or the first that are few enough: loops that aren't compiled yet allocate vectors.
    public static <E extends Exception> long least(int runs, long enough, Work<E> work) throws E {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < runs && least > enough; i++) least = Math.min(least, by(work));
        return least;
    }
}
