package dev.lanewise.kernel;

import java.util.Arrays;

/// Running sums along the middle one of three dimensions, `[outer, n, inner]`, row-major.
///
/// They are added in double, one number after the other, and each is rounded once: the order is the same for every shape around
/// them, and the error of the last is as small as the first's until there are some 2^29 of them.
public final class Scan {

    /// Sums that are carried side by side.
    private static final int WIDTH = 1024;
    /// Of an element: a sum waits for the one before.
    private static final double NANOS = 1;

    private Scan() {}

    /// Writes each element's sum with all before it, or behind it, from 0 of `out` on.
    ///
    /// @param fromLast whether they are added from the last one on
    public static void cumsum(float[] x, int offset, int outer, int n, int inner, boolean fromLast, float[] out) {
        if (outer == 0 || n == 0 || inner == 0) return;
        int blocks = Math.ceilDiv(inner, WIDTH);
        int width = Math.min(inner, WIDTH);
        Shares.run(outer * blocks, NANOS * n * width, (from, to) -> {
            var sums = new double[width];
            for (int task = from; task < to; task++) {
                int start = task / blocks * n * inner + task % blocks * WIDTH;
                if (inner == 1) row(x, offset + start, n, fromLast, out, start);
                else block(x, offset + start, n, inner, Math.min(WIDTH, inner - task % blocks * WIDTH), fromLast, sums,
                    out, start);
            }
        });
    }

    private static void row(float[] x, int at, int n, boolean fromLast, float[] out, int to) {
        double sum = 0;
        if (fromLast) for (int i = n - 1; i >= 0; i--) out[to + i] = (float) (sum += x[at + i]);
        else for (int i = 0; i < n; i++) out[to + i] = (float) (sum += x[at + i]);
    }

    private static void block(float[] x, int at, int n, int inner, int width, boolean fromLast, double[] sums,
        float[] out, int to) {
        Arrays.fill(sums, 0, width, 0);
        for (int i = 0; i < n; i++) {
            int row = (fromLast ? n - 1 - i : i) * inner;
            for (int j = 0; j < width; j++) {
                sums[j] += x[at + row + j];
                out[to + row + j] = (float) sums[j];
            }
        }
    }
}
