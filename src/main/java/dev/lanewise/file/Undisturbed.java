package dev.lanewise.file;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs what an interrupt would break: a channel closes itself for good, and with an archive's channel goes its whole file
/// system. So a thread of its own does it, which nobody interrupts, while the caller waits.
final class Undisturbed {

    private Undisturbed() {}

    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    /// An interrupt of the caller is kept for it.
    static <T> T run(Action<T> action) throws IOException {
        boolean interrupted = Thread.interrupted();
        var task = new FutureTask<T>(action::run);
        try {
            Thread.ofPlatform().name("lanewise-file").daemon().inheritInheritableThreadLocals(false).start(task);
        } catch (OutOfMemoryError e) {
            task.run(); // no thread is to be had
        }
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new AssertionError(e);
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
