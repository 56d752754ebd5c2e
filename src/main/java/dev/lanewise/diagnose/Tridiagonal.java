package dev.lanewise.diagnose;

/// Eigenvalues of symmetric tridiagonal matrices, by QL steps with implicit shifts (Golub and Van Loan, "Matrix computations",
/// section 8.3): each is within some units in the last place of the largest one.
final class Tridiagonal {

    private static final double EPSILON = Math.ulp(1.0);
    /// Three are usual.
    private static final int MOST_STEPS = 60;

    private final double[] diagonal;
    private final double[] beside;
    private final double[][] rows;

    private Tridiagonal(double[] diagonal, double[] beside, double[][] rows) {
        this.diagonal = diagonal;
        this.beside = beside;
        this.rows = rows;
    }

    /// Puts the eigenvalues in the diagonal's place, in no order.
    ///
    /// @param beside as long as the diagonal, the last number being of no meaning; it is lost
    /// @param rows   of a matrix that is multiplied by that of the eigenvectors, its columns: rows of the identity become the
    ///     vectors'
    static void solve(double[] diagonal, double[] beside, double[]... rows) {
        if (diagonal.length > 0) beside[diagonal.length - 1] = 0;
        new Tridiagonal(diagonal, beside, rows).solve();
    }

    private void solve() {
        double size = 0;
        for (int i = 0; i < diagonal.length; i++) size = Math.max(size, Math.abs(diagonal[i]) + Math.abs(beside[i]));
        double nothing = EPSILON * size;
        for (int first = 0; first < diagonal.length; first++) {
            for (int step = 0;; step++) {
                int last = first;
                while (last < diagonal.length - 1 && Math.abs(beside[last]) > nothing) last++;
                if (last == first || !(size < Double.POSITIVE_INFINITY)) break;
                if (step == MOST_STEPS) throw new ArithmeticException("eigenvalues: no end after " + MOST_STEPS + " steps");
                chase(first, last);
            }
        }
    }

    /// One step on the block of these rows: rotations carry a bulge from its end to its start.
    private void chase(int first, int last) {
        double half = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
        double shift = diagonal[first] - beside[first] / (half + Math.copySign(Math.hypot(half, 1), half));
        double kept = diagonal[last] - shift;
        double sine = 1;
        double cosine = 1;
        double moved = 0;
        for (int i = last - 1; i >= first; i--) {
            double bulge = sine * beside[i];
            double rest = cosine * beside[i];
            double length = Math.hypot(bulge, kept);
            beside[i + 1] = length;
            if (length == 0) {
                // the block falls apart here
                diagonal[i + 1] -= moved;
                beside[last] = 0;
                return;
            }
            sine = bulge / length;
            cosine = kept / length;
            kept = diagonal[i + 1] - moved;
            double turned = (diagonal[i] - kept) * sine + 2 * cosine * rest;
            moved = sine * turned;
            diagonal[i + 1] = kept + moved;
            kept = cosine * turned - rest;
            for (var row : rows) {
                double right = row[i + 1];
                row[i + 1] = sine * row[i] + cosine * right;
                row[i] = cosine * row[i] - sine * right;
            }
        }
        diagonal[first] -= moved;
        beside[first] = kept;
        beside[last] = 0;
    }
}
