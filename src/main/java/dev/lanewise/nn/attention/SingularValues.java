package dev.lanewise.nn.attention;

import dev.lanewise.figures.Statistics;
import java.util.Comparator;
import java.util.stream.IntStream;

/// A square matrix A = U S Vᵀ, in double and with the same bits on all machines: pairs of its columns are turned until all are
/// orthogonal (Hestenes, "Inversion of matrices by biorthogonalization and related results", 1958). It takes some 10 rounds, the
/// work of each being the cube of the side: a twentieth of a second at 192, half of one at 384.
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
            for (int p = 0; p < n; p++) for (int q = p + 1; q < n; q++) turning |= turn(columns[p], columns[q],
                turned[p], turned[q]);
        }
        var lengths = new double[n];
        for (int i = 0; i < n; i++) lengths[i] = Math.sqrt(Statistics.dot(columns[i], columns[i], 0));
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
        double first = Statistics.dot(p, p, 0);
        double second = Statistics.dot(q, q, 0);
        double product = Statistics.dot(p, q, 0);
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
}
