package dev.lanewise.nn;

/// The windows of which pooling takes the largest number each: what their positions have in common, and what goes back to them.
///
/// @param sides  of the images that come out
/// @param inputs positions of one that goes in
/// @param places of each window
record PoolWindows(int[] sides, int inputs, int[][] places) {

    int outputs() { return places.length; }

    /// The number of a window's positions.
    int size(int output) { return places[output].length; }

    /// Over the pairs of two windows' positions, or over each with itself.
    double mean(double[] map, int p, int r, boolean same) {
        double sum = 0;
        if (same) for (int i : places[p]) sum += map[i * inputs + i] / places[p].length;
        else for (int i : places[p]) for (int j : places[r]) sum += map[i * inputs + j] / places[p].length / places[r].length;
        return sum;
    }

    /// How much what the numbers of two windows differ by has in common: Σ K² of their covariances, about the means of rows and
    /// columns, relative to those within each window; 0 of windows of one.
    double likeness(double[] own, double[] between, int p, int r) {
        double size = Math.sqrt(differences(own, p, p) * differences(own, r, r));
        return size > 0 ? differences(between, p, r) / size : 0;
    }

    private double differences(double[] map, int p, int r) {
        var columns = new double[places[r].length];
        for (int j = 0; j < columns.length; j++) for (int i : places[p]) columns[j] += map[i * inputs
            + places[r][j]] / places[p].length;
        double all = 0;
        for (double column : columns) all += column / columns.length;
        double sum = 0;
        for (int i : places[p]) {
            double row = 0;
            for (int j : places[r]) row += map[i * inputs + j] / columns.length;
            for (int j = 0; j < columns.length; j++) sum += Math.pow(map[i * inputs + places[r][j]] - row - columns[j] + all, 2);
        }
        return sum;
    }

    /// Of a gradient that goes to one of each window.
    double[] toLargest(double[] map, double scale) {
        var result = new double[inputs * inputs];
        for (int p = 0; p < places.length; p++) for (int r = 0; r < places.length; r++) {
            double given = scale * map[p * places.length + r];
            for (int i : places[p]) for (int j : places[r])
                if (p != r) result[i * inputs + j] += given / places[p].length / places[r].length;
                else if (i == j) result[i * inputs + j] += given / places[p].length;
        }
        return result;
    }
}
