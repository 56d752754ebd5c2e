package dev.lanewise.kernel;

/// The largest element of each window on each plane, `[planes, height, width]` to `[planes, rows, columns]`, and where it is: the
/// first of equals; a NaN is larger than all, the last of several. Nothing's largest is minus infinity.
///
/// Where an element is, its plane's index, is kept as the bits of a float, so that it may lie in the memory of tensors.
public record MaxPooling(int planes, Spans down, Spans across) {

    /// Elements of a plane, and, as an index, no element.
    public int size() { return down.size() * across.size(); }

    /// Windows of a plane.
    public int windows() { return down.positions() * across.positions(); }

    /// @param chosen where the largest are; null if nobody asks
    public void run(float[] x, int xo, float[] y, int yo, float[] chosen, int co) {
        Planes.forEach(planes, (double) down.places() * across.places(), plane -> {
            int from = xo + plane * size();
            int to = plane * windows();
            for (int row = 0; row < down.positions(); row++)
                for (int column = 0; column < across.positions(); column++, to++) {
                    int at = largest(x, from, row, column);
                    y[yo + to] = at == size() ? Float.NEGATIVE_INFINITY : x[from + at];
                    if (chosen != null) chosen[co + to] = Float.intBitsToFloat(at);
                }
        });
    }

    private int largest(float[] x, int from, int row, int column) {
        int width = across.size();
        int step = across.step();
        int lines = down.counts()[row];
        int count = across.counts()[column];
        if (lines == 0 || count == 0) return size();
        int line = down.firsts()[row] * width + across.firsts()[column];
        int best = line;
        float largest = x[from + line];
        for (int i = 0; i < lines; i++, line += down.step() * width)
            for (int j = 0, at = line; j < count; j++, at += step) {
                float value = x[from + at];
                if (value > largest || value != value) {
                    largest = value;
                    best = at;
                }
            }
        return best;
    }

    /// Adds each window's number to where its largest was.
    public void scatter(float[] y, int yo, float[] chosen, int co, float[] x, int xo) {
        Planes.forEach(planes, windows(), plane -> {
            int to = xo + plane * size();
            int from = plane * windows();
            for (int i = from; i < from + windows(); i++) {
                int at = Float.floatToRawIntBits(chosen[co + i]);
                if (at != size()) x[to + at] += y[yo + i];
            }
        });
    }

    /// What is where each window's largest was; 0 for nothing's.
    public void gather(float[] x, int xo, float[] chosen, int co, float[] y, int yo) {
        Planes.forEach(planes, windows(), plane -> {
            int from = xo + plane * size();
            int to = plane * windows();
            for (int i = to; i < to + windows(); i++) {
                int at = Float.floatToRawIntBits(chosen[co + i]);
                y[yo + i] = at == size() ? 0 : x[from + at];
            }
        });
    }
}
