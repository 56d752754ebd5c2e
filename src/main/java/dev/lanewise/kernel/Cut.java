package dev.lanewise.kernel;

/// Even cuts: the parts of a length differ by one at the most.
final class Cut {

    private Cut() {}

    /// Where part `part` begins if `size` is cut into so many parts: 0 for the first, `size` for the one behind the last.
    static int at(int size, int parts, int part) { return (int) ((long) size * part / parts); }
}
