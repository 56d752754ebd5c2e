package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Target;

/// The two tiers of a kernel's loops: scalar ones to begin with, and those for the machine's vectors, if it has any, each from
/// when it has been prepared: see [ColdStart].
///
/// A kernel asks which tier a call takes, takes its loop from there, and runs it at a place of its own: one that all kernels
/// shared would be megamorphic.
final class Tiers<L extends Loop> {

    private final Tier<L> scalar;
    private final Tier<L> vector;

    /// How a loop is made.
    interface Maker<L> {
        L loop(Target target, int number);
    }

    /// @param cost   of a unit of work
    /// @param factor to be multiplied with it
    /// @param loops  how many each tier has
    Tiers(Cost cost, double factor, int loops, Maker<L> maker) { this(Provider.currentTarget(), cost, factor, loops, maker); }

    /// Of another target.
    Tiers(Target target, Cost cost, double factor, int loops, Maker<L> maker) {
        this.scalar = new Tier<>(target.scalar(), cost, factor, loops, maker);
        this.vector = target.isScalar() ? scalar : new Tier<>(target, cost, factor, loops, maker);
    }

    /// The one that a call takes which needs the loop of that number, for so many units of work.
    Tier<L> now(int number, double units) { return vector.has(number) ? vector : before(number, units); }

    private Tier<L> before(int number, double units) {
        if (ColdStart.isOver() || vector == scalar) return vector;
        double nanos = Cost.CALL_NANOS + scalar.nanos * units;
        ColdStart.spend(nanos);
        vector.count(number, nanos);
        return scalar;
    }

    /// Whether the loop of that number may run where another of the vector tier would do the same work, of so many units.
    boolean has(int number, double units) {
        if (vector.has(number) || ColdStart.isOver()) return true;
        vector.count(number, Cost.CALL_NANOS + vector.nanos * units);
        return false;
    }

    /// What a unit of work takes after the cold start.
    double nanos() { return vector.nanos; }

    /// Loops for one target, by number. They are its own, not those of an object that it has: a call of some elements would take
    /// a nanosecond more to find them.
    static final class Tier<L extends Loop> extends Prepared<L> {
        private final Target target;
        private final double nanos;

        private Tier(Target target, Cost cost, double factor, int loops, Maker<L> maker) {
            super(loops, number -> maker.loop(target, number));
            this.target = target;
            this.nanos = factor * cost.nanos(target);
        }

        Target target() { return target; }

        /// As [Cost#share], of items that have so many units of work each.
        int share(int items, double units) { return Cost.share(items, nanos * units); }
    }
}
