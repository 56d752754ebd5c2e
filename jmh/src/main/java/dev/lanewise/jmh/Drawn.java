package dev.lanewise.jmh;

import dev.lanewise.random.Threefry;

/// Whole numbers for labels and indices.
final class Drawn {

    private Drawn() {}

    /// `n` numbers from 0 to below `bound`.
    static int[] integers(int n, int bound) { return integers(1, n, bound)[0]; }

    /// `rows` times `n` numbers from 0 to below `bound`.
    static int[][] integers(int rows, int n, int bound) {
        var source = new Threefry(0).stream("labels");
        var integers = new int[rows][n];
        var drawn = new float[n];
        for (var row : integers) {
            source.uniform(drawn, 0, n);
            for (int i = 0; i < n; i++) row[i] = Math.min(bound - 1, (int) (drawn[i] * bound));
        }
        return integers;
    }
}
