package dev.lanewise.train;

/// When a checkpoint is due within an epoch.
final class CheckpointTimer {

    private final long everySteps;
    private final long everyNanos;
    private long lastNanos;

    /// @param everySteps 0 for never
    /// @param everyNanos 0 for never
    CheckpointTimer(long everySteps, long everyNanos) {
        this.everySteps = everySteps;
        this.everyNanos = everyNanos;
    }

    void start() { lastNanos = System.nanoTime(); }

    /// @param steps made since the run was first started
    boolean isDue(long steps) {
        return everySteps > 0 && steps % everySteps == 0 || everyNanos > 0 && System.nanoTime() - lastNanos >= everyNanos;
    }

    void saved() { lastNanos = System.nanoTime(); }
}
