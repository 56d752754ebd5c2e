package dev.lanewise.nn.attention;

import java.util.Comparator;
import java.util.stream.IntStream;

/// A square matrix A = U S Vᵀ, in double and with the same bits on all machines: pairs of its columns are turned until all are orthogonal
/// (Hestenes, "Inversion of matrices by biorthogonalization and related results", 1958). It takes some 10 rounds, the work of each being the
/// cube of the side: a twentieth of a second at 192, half of one at 384.
///
/// @param left   by their number, the columns of U
/// @param values greatest first
/// @param right  the columns of V
record SingularValues(double[][] left, double[] values, double[][] right) {

    /// Of a cosine of two columns.
    private static final double ORTHOGONAL = 0x1p-50;
    private static final int MOST_ROUNDS = 60;

    /// @param columns of the matrix; they are overwritten
    static SingularValues of(double[][] columns) {
        int n = columns.length;
        var turned = new double[n][n];
        for (int i = 0; i < n; i++) turned[i][i] = 1;
        boolean turning = true;
        for (int round = 0; turning && round < MOST_ROUNDS; round++) {
            turning = false;
            for (int p = 0; p < n; p++) for (int q = p + 1; q < n; q++) turning |= turn(columns[p], columns[q], turned[p], turned[q]);
        }
        var lengths = new double[n];
        for (int i = 0; i < n; i++) lengths[i] = Math.sqrt(dot(columns[i], columns[i]));
        var order = IntStream.range(0, n).boxed().sorted(Comparator.comparingDouble(i -> -lengths[i])).mapToInt(i -> i).toArray();
        var sorted = new SingularValues(new double[n][], new double[n], new double[n][]);
        for (int i = 0; i < n; i++) {
            int from = order[i];
            sorted.values[i] = lengths[from];
            sorted.left[i] = columns[from];
            for (int k = 0; k < n; k++) sorted.left[i][k] /= lengths[from] == 0 ? 1 : lengths[from];
            sorted.right[i] = turned[from];
        }
        return sorted;
    }

    /// Whether they weren't orthogonal yet.
    private static boolean turn(double[] p, double[] q, double[] turnedP, double[] turnedQ) {
        double first = dot(p, p);
        double second = dot(q, q);
        double product = dot(p, q);
        if (Math.abs(product) <= ORTHOGONAL * Math.sqrt(first) * Math.sqrt(second)) return false;
        double zeta = (second - first) / (2 * product);
        double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        turn(p, q, cosine, cosine * tangent);
        turn(turnedP, turnedQ, cosine, cosine * tangent);
        return true;
    }

    private static void turn(double[] p, double[] q, double cosine, double sine) {
        for (int i = 0; i < p.length; i++) {
            double before = p[i];
            p[i] = cosine * before - sine * q[i];
            q[i] = sine * before + cosine * q[i];
        }
    }

    /// In four sums, so that an addition needn't wait for the one before.
    private static double dot(double[] x, double[] y) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < x.length; i += 4) {
            a += x[i] * y[i];
            b += x[i + 1] * y[i + 1];
            c += x[i + 2] * y[i + 2];
            d += x[i + 3] * y[i + 3];
        }
        for (; i < x.length; i++) a += x[i] * y[i];
        return a + b + (c + d);
    }
}
