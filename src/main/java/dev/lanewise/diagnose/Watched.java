package dev.lanewise.diagnose;

/// Who watches the work of a thread, if anybody does.
final class Watched {

    static final ScopedValue<Watcher> BY = ScopedValue.newInstance();

    private Watched() {}

    /// Before a part of a phase that has so many.
    static void at(String phase, int done, int all) {
        if (BY.isBound()) BY.get().at(phase, done, all);
    }

    /// Where a phase begins whose parts aren't counted.
    static void at(String phase) { at(phase, 0, 0); }
}
