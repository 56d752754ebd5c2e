package dev.lanewise.kernel;

import java.util.function.Consumer;

/// The one line that the library says of itself, if it has one: once, to a listener in place of the log.
final class Notice {

    private final String line;
    private final Consumer<String> log;
    /// Until the line is said: what isn't needed any more isn't kept alive.
    private Consumer<String> listener;
    private volatile boolean said;

    /// @param line null if there is nothing to say
    Notice(String line, Consumer<String> log) {
        this.line = line;
        this.log = log;
        this.said = line == null;
    }

    /// In place of a listener that waits; where the line has been said, it is told at once.
    void tell(Consumer<String> listener) {
        if (line == null) return;
        synchronized (this) {
            if (!said) {
                this.listener = listener;
                return;
            }
        }
        listener.accept(line);
    }

    /// If it hasn't been said. Without the lock, so that the listener may do what it likes.
    void say() {
        if (said) return;
        Consumer<String> told;
        synchronized (this) {
            if (said) return;
            said = true;
            told = listener == null ? log : listener;
            listener = null;
        }
        told.accept(line);
    }
}
