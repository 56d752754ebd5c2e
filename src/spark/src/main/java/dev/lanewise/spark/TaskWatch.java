package dev.lanewise.spark;

import dev.lanewise.group.SocketGroup;
import org.apache.spark.TaskContext;

/// Leaves the group when Spark gives a task up, which else would wait for the others.
final class TaskWatch implements AutoCloseable {

    private static final long MILLIS = 200;

    private final Thread watcher;

    TaskWatch(TaskContext context, SocketGroup group) {
        this.watcher = Thread.ofVirtual().name("lanewise-task-watch").start(() -> {
            try {
                while (!context.isInterrupted()) Thread.sleep(MILLIS);
                group.close();
            } catch (InterruptedException e) {
                // the task has ended
            }
        });
    }

    @Override
    public void close() { watcher.interrupt(); }
}
