package dev.lanewise.diagnose;

import dev.lanewise.figures.Statistics;
import java.util.Arrays;

/// All singular values of a matrix, in double: Householder's reflections make it bidiagonal, and the eigenvalues of the symmetric
/// tridiagonal matrix of 0 with those numbers beside the diagonal are ± the singular values (Golub and Kahan, 1965). Each is
/// within rounding of the largest one, which that of Jᵀ J would not give.
final class SingularValues {

    private final double[][] a;
    private final int rows;
    private final int columns;

    private SingularValues(double[][] a) {
        this.a = a;
        this.rows = a.length;
        this.columns = a[0].length;
    }

    /// As many as the shorter side has, in descending order; all NaN if a number isn't finite.
    ///
    /// @param a rows of one length, at least one; they are lost
    static double[] of(double[][] a) {
        var tall = a.length >= a[0].length ? a : transposed(a);
        for (var row : tall) for (double x : row) if (!Double.isFinite(x)) {
            var unknown = new double[tall[0].length];
            Arrays.fill(unknown, Double.NaN);
            return unknown;
        }
        return new SingularValues(tall).solve();
    }

    private static double[][] transposed(double[][] a) {
        var turned = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) for (int j = 0; j < a[i].length; j++) turned[j][i] = a[i][j];
        return turned;
    }

    private double[] solve() {
        // diagonal and what is above it, in turns
        var beside = new double[2 * columns];
        for (int k = 0; k < columns; k++) {
            beside[2 * k] = clearBelow(k);
            if (k + 1 < columns) beside[2 * k + 1] = clearRight(k);
        }
        var values = new double[2 * columns];
        Tridiagonal.solve(values, beside);
        Arrays.sort(values);
        var descending = new double[columns];
        for (int i = 0; i < columns; i++) descending[i] = Math.max(0, values[2 * columns - 1 - i]);
        return descending;
    }

    /// Reflects the rows from k on so that column k is 0 below; what is left at k.
    private double clearBelow(int k) {
        var v = new double[rows];
        for (int i = k; i < rows; i++) v[i] = a[i][k];
        double left = reflector(v, k);
        if (left == 0) return 0;
        var sums = new double[columns];
        for (int i = k; i < rows; i++) add(v[i], a[i], sums, k + 1);
        for (int i = k; i < rows; i++) add(-v[i], sums, a[i], k + 1);
        return left;
    }

    /// Likewise the columns behind k, so that row k is 0 beyond the next one.
    private double clearRight(int k) {
        var v = a[k].clone();
        double left = reflector(v, k + 1);
        if (left == 0) return 0;
        for (int i = k + 1; i < rows; i++) add(-Statistics.dot(v, a[i], k + 1), v, a[i], k + 1);
        return left;
    }

    /// Makes of x the v of a reflection I - v vᵀ, from a place on, that leaves of x one number there, which is returned.
    private static double reflector(double[] x, int from) {
        double most = 0;
        for (int i = from; i < x.length; i++) most = Math.max(most, Math.abs(x[i]));
        if (most == 0) return 0;
        double squares = 0;
        for (int i = from; i < x.length; i++) squares += x[i] / most * (x[i] / most);
        double length = -Math.copySign(most * Math.sqrt(squares), x[from]);
        double first = x[from] - length;
        double scale = 1 / (Math.sqrt(Math.abs(length)) * Math.sqrt(Math.abs(first)));
        x[from] = first;
        for (int i = from; i < x.length; i++) x[i] *= scale;
        return length;
    }

    private static void add(double factor, double[] x, double[] to, int from) {
        for (int i = from; i < to.length; i++) to[i] += factor * x[i];
    }
}
