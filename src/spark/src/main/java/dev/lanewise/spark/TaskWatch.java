package dev.lanewise.spark;

import dev.lanewise.group.SocketGroup;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/// Ends what a task waits for when Spark gives the task up: the others of its group, before they are joined and when they are.
final class TaskWatch implements AutoCloseable {

    private static final long MILLIS = 200;

    private final Thread watcher;
    /// That joins the group.
    private final Thread task = Thread.currentThread();
    private SocketGroup group;
    private boolean closed;

    /// Of this thread's task.
    TaskWatch(TaskContext context) {
        this.watcher = Thread.ofVirtual().name("lanewise-task-watch").start(() -> {
            try {
                while (!context.isInterrupted() || !end()) Thread.sleep(MILLIS);
            } catch (InterruptedException e) {
                // the task has ended
            }
        });
    }

    /// From now on the task waits for these.
    synchronized SocketGroup joined(SocketGroup group) { return this.group = group; }

    /// @return whether there is nothing more to do
    private synchronized boolean end() {
        if (closed) return true;
        if (group == null) task.interrupt();
        else group.close();
        return group != null;
    }

    /// For a process that is alone, and waits for nobody.
    ///
    /// @throws TaskKilledException if Spark has given up this thread's task
    static void requireWanted() {
        var context = TaskContext.get();
        if (context != null && context.isInterrupted()) throw new TaskKilledException("fit: Spark has given the task up");
    }

    @Override
    public synchronized void close() {
        closed = true;
        watcher.interrupt();
    }
}
