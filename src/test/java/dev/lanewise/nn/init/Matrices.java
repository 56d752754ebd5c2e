package dev.lanewise.nn.init;

/// What tests need of linear algebra, in the plainest form.
final class Matrices {

    private Matrices() {}

    /// The largest element of Qᵀ Q / gain² - I, of the shorter side.
    static double fromOrthogonal(float[] values, int rows, double gain) {
        int columns = values.length / rows;
        var vectors = rows < columns ? doubles(values, rows) : transposed(doubles(values, rows));
        double farthest = 0;
        for (int i = 0; i < vectors.length; i++)
            for (int j = 0; j <= i; j++)
                farthest = Math.max(farthest, Math.abs(dot(vectors[i], vectors[j]) / (gain * gain) - (i == j ? 1 : 0)));
        return farthest;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    static double[][] doubles(float[] values, int rows) {
        int columns = values.length / rows;
        var matrix = new double[rows][columns];
        for (int i = 0; i < values.length; i++) matrix[i / columns][i % columns] = values[i];
        return matrix;
    }

    static float[] floats(double[][] matrix) {
        var values = new float[matrix.length * matrix[0].length];
        for (int i = 0; i < values.length; i++) values[i] = (float) matrix[i / matrix[0].length][i % matrix[0].length];
        return values;
    }

    static double[][] transposed(double[][] matrix) {
        var turned = new double[matrix[0].length][matrix.length];
        for (int i = 0; i < turned.length; i++) for (int j = 0; j < matrix.length; j++) turned[i][j] = matrix[j][i];
        return turned;
    }

    /// Whether the determinant of the leading square is positive: the number of negative eigenvalues' parity, by elimination.
    static boolean turnsLeft(double[][] matrix, int n) {
        var rows = new double[n][];
        for (int i = 0; i < n; i++) rows[i] = matrix[i].clone();
        boolean positive = true;
        for (int k = 0; k < n; k++) {
            for (int i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[k][k])) {
                var row = rows[i];
                rows[i] = rows[k];
                rows[k] = row;
                positive = !positive;
            }
            if (rows[k][k] < 0) positive = !positive;
            for (int i = k + 1; i < n; i++) for (int j = n - 1; j >= k; j--) rows[i][j] -= rows[i][k] / rows[k][k] * rows[k][j];
        }
        return positive;
    }

    interface Signs {
        /// What a column is multiplied by.
        double of(double diagonal);
    }

    /// The orthonormal factor by Householder's reflections, of a matrix with as many rows as columns or more: each image of a
    /// column is away from it, as LAPACK has it.
    static double[][] householder(double[][] matrix, Signs signs) {
        int n = matrix.length;
        var columns = transposed(matrix);
        var q = new double[n][n];
        for (int i = 0; i < n; i++) q[i][i] = 1;
        var diagonal = new double[columns.length];
        for (int k = 0; k < columns.length; k++) {
            var v = new double[n];
            System.arraycopy(columns[k], k, v, k, n - k);
            diagonal[k] = -Math.copySign(Math.sqrt(dot(v, v)), v[k]);
            v[k] -= diagonal[k];
            if (dot(v, v) == 0) continue;
            for (var column : columns) reflect(v, column);
            for (var row : q) reflect(v, row);
        }
        var result = new double[n][columns.length];
        for (int i = 0; i < n; i++) for (int j = 0; j < columns.length; j++) result[i][j] = q[i][j] * signs.of(diagonal[j]);
        return result;
    }

    private static void reflect(double[] v, double[] x) {
        double factor = 2 * dot(v, x) / dot(v, v);
        for (int i = 0; i < x.length; i++) x[i] -= factor * v[i];
    }
}
