package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What a product would run, found out by running it with loops that do nothing: those that are to be prepared before.
final class Rehearsal {

    /// One loop, by its number.
    record Need(Prepared<?> loops, int number) {
        /// Whether it is there; if not, scalar loops take so long in its place.
        boolean isMet(double nanos) {
            if (loops.has(number)) return true;
            loops.count(number, nanos);
            return false;
        }
    }

    private final Set<Need> needs = ConcurrentHashMap.newKeySet();

    <L extends Loop> void needs(Prepared<L> loops, int number) {
        if (!loops.has(number)) needs.add(new Need(loops, number));
    }

    Need[] needs() { return needs.toArray(Need[]::new); }
}
