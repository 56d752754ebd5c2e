package dev.lanewise.spark;

import java.io.Serializable;

/// Counts examples: all, and those of each range of keys. Added up in any order.
final class Tally implements Serializable {

    private static final long serialVersionUID = 1;
    private static final int BITS = 14;
    /// Ranges of keys, all of one width.
    static final int RANGES = 1 << BITS;

    private final long[] counts = new long[RANGES];
    private Census census = Census.NONE;

    /// The range that a key is of; that of a higher key isn't lower.
    static int range(ContentKey key) { return (int) (key.high() >>> Long.SIZE - BITS); }

    Tally plus(ContentKey key) {
        counts[range(key)]++;
        census = census.plus(key);
        return this;
    }

    Tally plus(Tally other) {
        for (int i = 0; i < RANGES; i++) counts[i] += other.counts[i];
        census = census.plus(other.census);
        return this;
    }

    Census census() { return census; }

    /// Of a range.
    long count(int range) { return counts[range]; }
}
