package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Target;

/// The two tiers of a kernel's loops: scalar ones for the [ColdStart], then those for the machine's vectors, if it has any.
///
/// A kernel asks which tier a call takes, takes its loop from there, and runs it at a place of its own: one that all kernels shared
/// would be megamorphic.
final class Tiers<L> {

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

    /// The one that a call takes which is about to do so many units of work.
    Tier<L> now(double units) { return after(scalar.nanos * units); }

    /// The one that a call takes which scalar loops would take so long for.
    Tier<L> after(double nanos) { return ColdStart.isOver(nanos) ? vector : scalar; }

    /// What a unit of work takes after the cold start.
    double nanos() { return vector.nanos; }

    /// Loops for one target, by number. They are its own, not those of an object that it has: a call of some elements would take a
    /// nanosecond more to find them.
    static final class Tier<L> extends Lazy<L> {
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
