package dev.lanewise.check;

import dev.lanewise.nn.init.HaarEntry;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Random orthogonal matrices. Their elements depend on each other, so a matrix is one draw, and there are many: as many as
/// take a moment, at least 48.
///
/// A turned sign of the first row or of any column leaves Haar's law as it is. So the first element's sign is fair, and so is
/// that of the leading square's determinant: in 48 seeds each must be seen both ways, in more about as often one as the other.
record OrthogonalCheck(double gain, int rows, int columns, Draws draws) {

    /// Rows of products that are summed together, so that they stay near.
    private static final int STRIP = 16;
    private static final int LEAST_SEEDS = 48;
    private static final int MOST_SEEDS = 512;
    private static final double WORK = 0x1p20;

    List<Finding> findings() {
        int n = rows * columns;
        int seeds = draws.count((int) Math.clamp(WORK / ((double) n * shorter()), LEAST_SEEDS, MOST_SEEDS));
        // fewer can't show that one sign is missing
        boolean many = seeds >= LEAST_SEEDS;
        var entries = new float[seeds];
        var findings = new ArrayList<Finding>();
        double farthest = 0;
        double squares = 0;
        int positive = 0;
        int turning = 0;
        for (int i = 0; i < seeds; i++) {
            var values = draws.get(i);
            var finite = StructureCheck.finite(values);
            if (i == 0 || !finite.passed()) findings.add(finite);
            if (!finite.passed()) return findings;
            var gram = gram(values);
            double square = 0;
            for (int k = 0; k < gram.length; k++) square += gram[k][k];
            squares = farther(squares, square / gram.length - 1);
            farthest = farther(farthest, distance(gram));
            entries[i] = values[i % n];
            if (values[0] > 0) positive++;
            if (many && determinantIsPositive(values)) turning++;
        }
        double rounding = rounding(longer(), gain, draws.terms().precision());
        findings.add(new Finding("orthogonal", farthest, 0, rounding, 0));
        findings.add(new Finding("sum of squares", squares, -rounding, rounding, 0));
        if (many) {
            findings.add(bothSigns("first sign", positive, seeds));
            findings.add(bothSigns("determinant", turning, seeds));
            findings.add(new Sample(law(), entries, draws.terms()).distribution("entries"));
        }
        findings.addAll(draws.streams(law(), this::signed));
        return findings;
    }

    /// What sums of products of floats may be wrong by, and what a coarser type adds: to each element in proportion to it, so to
    /// a column's length, too, and where the type ends, a step.
    static double rounding(int longer, double gain, Precision precision) {
        double floats = 4 * Math.sqrt(longer) * 0x1p-23;
        if (precision == Precision.FLOAT32) return floats;
        double error = precision.step(1) + Math.sqrt(longer) * precision.step(0) / gain;
        return floats + 2 * error + error * error;
    }

    private int shorter() { return Math.min(rows, columns); }

    private int longer() { return Math.max(rows, columns); }

    private HaarEntry law() { return new HaarEntry(longer(), gain); }

    private static double farther(double one, double two) { return Math.abs(two) > Math.abs(one) ? two : one; }

    private Finding bothSigns(String check, int count, int seeds) {
        return new Finding(check, (double) count / seeds, draws.terms().bounds().leastShare(0.5, seeds),
            draws.terms().bounds().greatestShare(0.5, seeds), 2 * draws.terms().bounds().oneSided());
    }

    private float[] signed(float[] values) {
        return Part.of(new Structure.Orthogonal(gain), law(), Shape.of(rows, columns), values).values();
    }

    /// The products of the columns, or of the rows, if they are fewer, over the gain's square.
    private double[][] gram(float[] values) {
        var gram = new double[shorter()][shorter()];
        var scaled = new double[longer()][shorter()];
        for (int k = 0; k < scaled.length; k++) for (int i = 0; i < scaled[k].length; i++) scaled[k][i] = at(values, k, i) / gain;
        for (int from = 0; from < gram.length; from += STRIP)
            for (var row : scaled)
                for (int i = from; i < Math.min(gram.length, from + STRIP); i++) add(gram[i], row[i], row, i + 1);
        return gram;
    }

    private static void add(double[] sums, double factor, double[] row, int n) {
        for (int j = 0; j < n; j++) sums[j] += factor * row[j];
    }

    private float at(float[] values, int along, int across) {
        return values[rows < columns ? across * columns + along : along * columns + across];
    }

    private static double distance(double[][] gram) {
        double distance = 0;
        for (int i = 0; i < gram.length; i++)
            for (int j = 0; j <= i; j++) distance = Math.max(distance, Math.abs(gram[i][j] - (i == j ? 1 : 0)));
        return distance;
    }

    /// Of the leading square, by Gauss's elimination.
    private boolean determinantIsPositive(float[] values) {
        int n = shorter();
        var matrix = new double[n][n];
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) matrix[i][j] = at(values, i, j) / gain;
        boolean positive = true;
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k; i < n; i++) if (Math.abs(matrix[i][k]) > Math.abs(matrix[pivot][k])) pivot = i;
            var row = matrix[pivot];
            matrix[pivot] = matrix[k];
            matrix[k] = row;
            positive ^= pivot != k ^ row[k] < 0;
            for (int i = k + 1; i < n; i++) {
                double factor = row[k] == 0 ? 0 : matrix[i][k] / row[k];
                for (int j = k; j < n; j++) matrix[i][j] -= factor * row[j];
            }
        }
        return positive;
    }
}
