package dev.lanewise.nn.init;

import java.util.Arrays;

/// The orthonormal factor of a matrix A = Q R whose R has a positive diagonal: the only one, so that independent normal
/// numbers in A make Q's law Haar's (Mezzadri, "How to generate random matrices from the classical compact groups", 2007). With
/// the signs that an algorithm happens to give it isn't.
///
/// In double, by Householder's reflections. A reflection meets the rows one after the other, as they lie in memory, and
/// adds multiples of them: no sum runs down a column but the one that makes the reflection.
final class Householder {

    /// By rows; on the diagonal and below it, the reflections' vectors take the place of what they made 0.
    private final double[][] matrix;
    private final int columns;
    /// 2 over the square of a reflection's vector; 0 where there is nothing to reflect.
    private final double[] factors;
    private final double[] signs;
    private final double[] sums;

    private Householder(double[][] matrix, int columns) {
        this.matrix = matrix;
        this.columns = columns;
        this.factors = new double[columns];
        this.signs = new double[columns];
        this.sums = new double[columns];
    }

    /// Puts `gain` times the orthonormal factor in a matrix's place: its columns are orthogonal, or its rows, if they are
    /// fewer; then those are the factor of the transposed matrix.
    static void orthogonalize(float[] data, int offset, int rows, int columns, double gain) {
        boolean wide = rows < columns;
        int shorter = Math.min(rows, columns);
        var matrix = new double[Math.max(rows, columns)][shorter];
        for (int i = 0; i < matrix.length; i++)
            for (int j = 0; j < shorter; j++) matrix[i][j] = data[offset + (wide ? j * columns + i : i * columns + j)];
        var qr = new Householder(matrix, shorter);
        qr.factor();
        var q = qr.orthonormal();
        for (int i = 0; i < matrix.length; i++)
            for (int j = 0; j < shorter; j++)
                data[offset + (wide ? j * columns + i : i * columns + j)] = (float) (gain * qr.signs[j] * q[i][j]);
    }

    private void factor() {
        for (int k = 0; k < columns; k++) {
            double square = 0;
            for (int i = k; i < matrix.length; i++) square += matrix[i][k] * matrix[i][k];
            double first = matrix[k][k];
            // away from the first, so that no digit is lost
            double image = first < 0 ? Math.sqrt(square) : -Math.sqrt(square);
            // where the diagonal is 0, either sign will do, but 0 would lose the column
            signs[k] = image >= 0 ? 1 : -1;
            factors[k] = square == 0 ? 0 : 1 / (square + Math.abs(first * image));
            matrix[k][k] = first - image;
            reflect(k, matrix, k + 1);
        }
    }

    /// The reflections' product, of the identity's first columns.
    private double[][] orthonormal() {
        var q = new double[matrix.length][columns];
        for (int k = columns - 1; k >= 0; k--) {
            q[k][k] = 1;
            reflect(k, q, k);
        }
        return q;
    }

    /// Subtracts from each row, from the k-th on, its part of vᵀ A times 2 / v².
    private void reflect(int k, double[][] target, int from) {
        Arrays.fill(sums, from, columns, 0);
        for (int i = k; i < matrix.length; i++) add(matrix[i][k], target[i], sums, from);
        for (int i = k; i < matrix.length; i++) add(-factors[k] * matrix[i][k], sums, target[i], from);
    }

    /// Separate arrays at one index, which is what the compiler makes vectors of.
    private static void add(double factor, double[] source, double[] target, int from) {
        for (int j = from; j < source.length; j++) target[j] += factor * source[j];
    }
}
