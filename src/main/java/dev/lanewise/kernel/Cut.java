package dev.lanewise.kernel;

/// Even cuts: the parts of a length differ by one at the most.
final class Cut {

    private Cut() {}

    /// Where part `part` begins if `size` is cut into so many parts: 0 for the first, `size` for the one behind the last.
    static int at(int size, int parts, int part) {
        // most often there is one part, and a small product takes no longer than a few divisions
        return part == parts ? size : (int) ((long) size * part / parts);
    }
}
