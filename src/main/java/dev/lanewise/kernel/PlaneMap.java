package dev.lanewise.kernel;

import java.util.Arrays;

/// A linear map of planes that is one of their columns and one of their rows, `[planes, height, width]` to
/// `[planes, rows, columns]`: means of windows, interpolation. Sums are of doubles, begin with 0, and are rounded once.
///
/// Lines are mapped across, some at a time, and then combined down, so that loops are along lines and not along windows, which
/// are short.
public record PlaneMap(int planes, Band down, Band across) {

    /// Terms that one loop adds up.
    private static final int TERMS = 3;
    /// Doubles of mapped lines that there are at a time, but for [#TERMS] lines at the least: they stay in the first-level cache.
    private static final int BLOCK = 2048;
    /// Positions for which a loop along them isn't worth it.
    private static final int FEW = 4;

    private static final Spares<Doubles> SPARES = new Spares<>(Doubles::new);

    /// Arrays that calls use over and over.
    private static final class Doubles extends Spares.Loan {
        private double[] lines = {};
        private double[] sums = {};
    }

    /// The gradient's way.
    public PlaneMap transposed() { return new PlaneMap(planes, down.transposed(), across.transposed()); }

    public void run(float[] x, int xo, float[] y, int yo) {
        int columns = across.positions();
        int outputs = down.positions() * columns;
        if (outputs == 0) return;
        int size = down.size() * across.size();
        int block = Math.min(Math.max(TERMS, BLOCK / columns), down.size());
        var runs = across.runs();
        Planes.forEach(planes, (double) down.weights().length * across.weights().length, plane -> {
            try (var spare = SPARES.borrow()) {
                if (spare.lines.length < block * columns) spare.lines = new double[block * columns];
                if (spare.sums.length < columns) spare.sums = new double[columns];
                plane(runs, block, x, xo + plane * size, y, yo + plane * outputs, spare.lines, spare.sums);
            }
        });
    }

    /// @param block lines that are mapped at a time
    private void plane(Band.Run[] runs, int block, float[] x, int xo, float[] y, int yo, double[] lines, double[] sums) {
        int columns = across.positions();
        int first = 0;
        int end = 0;
        for (int row = 0; row < down.positions(); row++, yo += columns) {
            if (row > 0 && down.isAsBefore(row)) {
                System.arraycopy(y, yo - columns, y, yo, columns);
                continue;
            }
            int weight = down.starts()[row];
            int count = down.starts()[row + 1] - weight;
            for (int done = 0, now; done < count; done += now) {
                now = Math.min(TERMS, count - done);
                int line = down.firsts()[row] + done;
                if (line < first || line + now > end) {
                    first = line;
                    end = Math.min(line + block, down.size());
                    across(runs, end - first, x, xo + first * across.size(), lines);
                }
                int from = (line - first) * columns;
                if (now == count) down(weight, count, lines, from, y, yo);
                else for (int i = 0; i < now; i++) add(done + i == 0, down.weights()[weight + done + i], lines,
                    from + i * columns, sums, columns);
            }
            if (count == 0) Arrays.fill(y, yo, yo + columns, 0);
            if (count > TERMS) for (int column = 0; column < columns; column++) y[yo + column] = (float) sums[column];
        }
    }

    private static void add(boolean first, double weight, double[] x, int xo, double[] y, int n) {
        if (first) Arrays.fill(y, 0, n, 0);
        for (int i = 0; i < n; i++) y[i] += weight * x[xo + i];
    }

    /// The sum of so many lines.
    private void down(int weight, int count, double[] x, int xo, float[] y, int yo) {
        int n = across.positions();
        double a = down.weights()[weight];
        double b = count > 1 ? down.weights()[weight + 1] : 0;
        double c = count > 2 ? down.weights()[weight + 2] : 0;
        switch (count) {
            case 1 -> {
                for (int i = 0; i < n; i++) y[yo + i] = (float) (0.0 + a * x[xo + i]);
            }
            case 2 -> {
                for (int i = 0; i < n; i++) y[yo + i] = (float) (0.0 + a * x[xo + i] + b * x[xo + n + i]);
            }
            default -> {
                for (int i = 0; i < n; i++) y[yo + i] = (float) (0.0 + a * x[xo + i] + b * x[xo + n + i] + c * x[xo + 2 * n + i]);
            }
        }
    }

    // ---- across

    private void across(Band.Run[] runs, int lines, float[] x, int xo, double[] out) {
        int columns = across.positions();
        if (runs.length == 1 && runs[0].fills(across.size())) {
            // all lines are one
            even(runs[0], lines * columns, x, xo + across.firsts()[0], out, 0);
            return;
        }
        for (int line = 0; line < lines; line++)
            for (var run : runs) {
                int from = xo + line * across.size();
                int to = line * columns + run.first();
                if (run.count() == 0) Arrays.fill(out, to, to + run.length(), 0);
                else if (run.isEven()) even(run, run.length(), x, from + across.firsts()[run.first()], out, to);
                else uneven(run, x, from, out, to);
            }
    }

    /// Positions as far apart as each other, of the same weights.
    private void even(Band.Run run, int n, float[] x, int xo, double[] out, int to) {
        int step = run.step();
        int count = run.count();
        int weight = across.starts()[run.first()];
        if (n < FEW) {
            for (int i = 0, at = xo; i < n; i++, at += step) out[to + i] = sum(weight, count, x, at);
            return;
        }
        terms(weight, Math.min(count, TERMS), x, xo, step, out, to, n);
        for (int j = TERMS; j < count; j++) {
            double factor = across.weights()[weight + j];
            for (int i = 0, at = xo + j; i < n; i++, at += step) out[to + i] += factor * x[at];
        }
    }

    private double sum(int weight, int count, float[] x, int xo) {
        var weights = across.weights();
        double sum = 0;
        for (int j = 0; j < count; j++) sum += weights[weight + j] * x[xo + j];
        return sum;
    }

    private void terms(int weight, int count, float[] x, int xo, int step, double[] out, int to, int n) {
        double a = across.weights()[weight];
        double b = count > 1 ? across.weights()[weight + 1] : 0;
        double c = count > 2 ? across.weights()[weight + 2] : 0;
        switch (count) {
            case 1 -> {
                for (int i = 0, at = xo; i < n; i++, at += step) out[to + i] = 0.0 + a * x[at];
            }
            case 2 -> {
                for (int i = 0, at = xo; i < n; i++, at += step) out[to + i] = 0.0 + a * x[at] + b * x[at + 1];
            }
            default -> {
                for (int i = 0, at = xo; i < n; i++, at += step) out[to + i] = 0.0 + a * x[at] + b * x[at + 1] + c * x[at + 2];
            }
        }
    }

    private void uneven(Band.Run run, float[] x, int from, double[] out, int to) {
        var firsts = across.firsts();
        var weights = across.weights();
        int count = run.count();
        int start = across.starts()[run.first()];
        for (int i = 0, position = run.first(), weight = start; i < run.length(); i++, position++, weight += count)
            out[to + i] = 0.0 + weights[weight] * x[from + firsts[position]];
        for (int j = 1; j < count; j++)
            for (int i = 0, position = run.first(), weight = start + j; i < run.length(); i++, position++, weight += count)
                out[to + i] += weights[weight] * x[from + firsts[position] + j];
    }
}
