package dev.lanewise.kernel;

import java.util.Arrays;

/// The order of numbers along the middle one of three dimensions, `[outer, n, inner]`, row-major.
///
/// Equal ones stay in the order of their indices. A NaN is larger than all numbers, and equal to any other NaN; 0 and -0 are
/// equal.
public final class Sort {

    /// Of an element, for each doubling of their number.
    private static final double NANOS = 4;
    /// Candidates, at the least, that are collected before they are sorted.
    private static final int FEWEST = 64;

    private Sort() {}

    /// Writes the indices of the first `k` in order to `indices`, `[outer, k, inner]`.
    public static void order(float[] x, int offset, int outer, int n, int inner, boolean descending, int k, int[] indices) {
        if (k == 0 || outer == 0 || inner == 0) return;
        int candidates = (int) Math.min(n, Math.max(2L * k, FEWEST));
        Shares.run(outer * inner, NANOS * n * (Integer.SIZE - Integer.numberOfLeadingZeros(candidates)), (from, to) -> {
            var keys = new long[candidates];
            for (int row = from; row < to; row++) {
                int plane = row / inner;
                int at = row % inner;
                first(x, offset + plane * n * inner + at, n, inner, descending ? -1 : 0, k, keys, indices,
                    plane * k * inner + at);
            }
        });
    }

    /// Of a number and its index, one key that sorts as both do. As soon as there are `k` that come first, only what comes before
    /// the last of them is a candidate.
    private static void first(float[] x, int at, int n, int step, int flip, int k, long[] keys, int[] indices, int to) {
        long last = Long.MAX_VALUE;
        int used = 0;
        for (int i = 0; i < n; i++) {
            long key = (long) (rank(x[at + i * step]) ^ flip) << Integer.SIZE | i;
            if (key > last) continue;
            if (used == keys.length) {
                Arrays.sort(keys);
                used = k;
                last = keys[k - 1];
                if (key > last) continue;
            }
            keys[used++] = key;
        }
        Arrays.sort(keys, 0, used);
        for (int i = 0; i < k; i++) indices[to + i * step] = (int) keys[i];
    }

    /// Integers in the order of floats.
    private static int rank(float x) {
        // the sum makes 0 of -0
        int bits = Float.floatToIntBits(x + 0f);
        return bits ^ bits >> Integer.SIZE - 1 & Integer.MAX_VALUE;
    }
}
