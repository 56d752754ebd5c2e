package dev.lanewise.kernel;

import java.util.function.Supplier;

/// What a system property decides, found out once. Where that fails, every use fails with the same message: thrown in a static
/// initializer it would be said once, and later uses would be a "Could not initialize class".
///
/// @param value    null if there is none
/// @param obstacle why there is no value; null if there is one
record Setting<T>(T value, String obstacle) {

    private static final double MOST_SECONDS = 1e9;

    /// @param found throws an [IllegalArgumentException] that says the remedy
    static <T> Setting<T> of(Supplier<T> found) {
        try {
            return new Setting<>(found.get(), null);
        } catch (IllegalArgumentException e) {
            return new Setting<>(null, e.getMessage());
        }
    }

    /// @throws IllegalArgumentException if what the property says can't be done, at each call
    T get() {
        if (obstacle != null) throw new IllegalArgumentException(obstacle);
        return value;
    }

    /// For what is made before the first use.
    T orElse(T otherwise) { return obstacle == null ? value : otherwise; }

    /// A number of seconds, in nanoseconds.
    ///
    /// @param text what the property `name` says
    static long nanos(String name, String text) {
        try {
            double seconds = Double.parseDouble(text.strip());
            if (seconds >= 0 && seconds <= MOST_SECONDS) return (long) (1e9 * seconds);
        } catch (NumberFormatException e) {
            // the same message
        }
        throw new IllegalArgumentException(name + ": \"" + text + "\" is not allowed; use seconds from 0 to 1e9, such as 5");
    }
}
