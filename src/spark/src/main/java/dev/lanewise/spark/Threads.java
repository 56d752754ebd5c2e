package dev.lanewise.spark;

import dev.lanewise.Compute;

/// The library's threads, while tasks run in this JVM: as many as Spark gives a task cores, by `spark.task.cpus`.
final class Threads implements AutoCloseable {

    private static final int MOST = 1024;
    private static int tasks;
    private static int before;

    private boolean closed;

    private Threads() {}

    static Threads of(int cores) {
        synchronized (Threads.class) {
            if (tasks++ == 0) before = Compute.threads();
            Compute.setThreads(Math.clamp(cores, 1, MOST));
            return new Threads();
        }
    }

    /// Puts back what was, after the last task.
    @Override
    public void close() {
        synchronized (Threads.class) {
            if (!closed && --tasks == 0) Compute.setThreads(before);
            closed = true;
        }
    }
}
