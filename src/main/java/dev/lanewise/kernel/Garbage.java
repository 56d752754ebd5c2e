package dev.lanewise.kernel;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What a thread allocates: other programs don't disturb it, as they do its time.
final class Garbage {

    private Garbage() {}

    /// Bytes so far; always the same where the JVM doesn't count them, or has no module to say so.
    static long ofThisThread() {
        try {
            return Counter.THREADS.getCurrentThreadAllocatedBytes();
        } catch (LinkageError | RuntimeException e) {
            return 0;
        }
    }

    private static final class Counter {
        private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    }
}
