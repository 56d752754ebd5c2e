package dev.lanewise.kernel;

/// Items that don't depend on each other, shared out to threads.
final class Shares {

    private Shares() {}

    /// The work on the items from one to another, excluded.
    interface Range {
        void run(int from, int to);
    }

    /// Runs `range` over 0 … items - 1, in parts if that is worth it.
    ///
    /// @param nanos that an item takes
    static void run(int items, double nanos, Range range) {
        int parts = parts(items, nanos);
        if (parts == 1) range.run(0, items);
        else Pool.forEach(parts, part -> range.run(Cut.at(items, parts, part), Cut.at(items, parts, part + 1)));
    }

    /// In how many parts they are run; what takes one has no need of a [Range].
    static int parts(int items, double nanos) {
        double all = nanos * items;
        return all < Cost.WORTH_SPLITTING_NANOS || Pool.threads() == 1 ? 1
            : (int) Math.min(items, 2 * Math.min(Pool.threads(), all / Cost.WORTH_SPLITTING_NANOS));
    }
}
