package dev.lanewise.serve;

/// Durations, counted in classes whose bounds are 1/32 apart: any number of them in 15 kB.
final class Latencies {

    private static final int BITS = 5;
    private static final int PER_POWER = 1 << BITS;
    static final int CLASSES = (Long.SIZE - 1 - BITS + 1) * PER_POWER;

    private Latencies() {}

    /// @param nanos 0 or more
    static int classOf(long nanos) {
        if (nanos < PER_POWER) return (int) nanos;
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - BITS;
        return (power << BITS) + (int) (nanos >>> power);
    }

    /// The longest of a class.
    static long longest(int index) {
        if (index < PER_POWER) return index;
        int power = (index >>> BITS) - 1;
        return ((long) (PER_POWER + (index & PER_POWER - 1)) << power) + (1L << power) - 1;
    }
}
