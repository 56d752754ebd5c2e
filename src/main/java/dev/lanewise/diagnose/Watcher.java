package dev.lanewise.diagnose;

import java.util.Objects;
import java.util.function.Supplier;

/// Hears how far a diagnosis is: of a thousand layers, or of many seeds, one takes minutes.
///
/// ```java
/// Watcher watcher = (phase, done, all) -> System.err.println(phase + ": " + done + " of " + all);
/// var explanation = watcher.watch(() -> Explanation.averaged(model, batch, 1, 2, 3));
/// ```
///
/// [Explanation], [Repair], [SequenceExplanation], [Spectrum], [Sharpness] and [Lanczos] say so.
@FunctionalInterface
public interface Watcher {

    /// Called by the thread that works, before each part: it must be quick. What it throws ends the work, of which nothing is
    /// left in the model.
    ///
    /// @param phase what is done, for a person: a phase begins where this is another than before
    /// @param done  how many of its parts are done
    /// @param all   how many parts it has; 0 where nobody knows
    void at(String phase, int done, int all);

    /// Runs something on this thread, with this watcher in the place of one that was told so before.
    ///
    /// @return what it gives
    default <T> T watch(Supplier<T> work) {
        Objects.requireNonNull(work, "watcher: no work; give what is to be watched");
        return ScopedValue.where(Watched.BY, this).call(work::get);
    }
}
