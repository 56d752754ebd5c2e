package dev.lanewise.kernel;

/// Which elements of a line each of several windows covers: `counts[i]` of them from `firsts[i]` on, `step` apart. All lie on the
/// line: what a window has beyond its ends is left out.
public record Spans(int size, int step, int[] firsts, int[] counts) {

    /// As regular windows lie.
    public static Spans of(Windows.Axis axis) {
        var firsts = new int[axis.positions()];
        var counts = new int[axis.positions()];
        for (int i = 0; i < firsts.length; i++) {
            long start = (long) i * axis.stride() - axis.padding();
            long from = start < 0 ? Math.ceilDiv(-start, axis.dilation()) : 0;
            long to = Math.min(axis.kernel(), Math.ceilDiv(axis.size() - start, axis.dilation()));
            counts[i] = (int) Math.max(0, to - from);
            firsts[i] = counts[i] == 0 ? 0 : (int) (start + from * axis.dilation());
        }
        return new Spans(axis.size(), axis.dilation(), firsts, counts);
    }

    /// So many windows that together cover all and are as equal as can be: from `i size / positions`, rounded down, to
    /// `(i + 1) size / positions`, rounded up.
    public static Spans adaptive(int size, int positions) {
        var firsts = new int[positions];
        var counts = new int[positions];
        for (int i = 0; i < positions; i++) {
            firsts[i] = (int) ((long) i * size / positions);
            counts[i] = (int) Math.ceilDiv((i + 1L) * size, positions) - firsts[i];
        }
        return new Spans(size, 1, firsts, counts);
    }

    /// How many windows there are.
    public int positions() { return firsts.length; }

    /// Elements in all windows.
    public long places() {
        long places = 0;
        for (int count : counts) places += count;
        return places;
    }
}
