package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Matrices with so many zeros in each column, in places that are as likely as any others; columns have nothing to do with each
/// other, nor seeds.
record SparseCheck(int zeros, Distribution rest, int rows, int columns, Draws draws) {

    /// So many more than there should be are let pass: a normal number is 0 with a probability below 2^-24, and then so may be
    /// its pair's other.
    private static final int BY_CHANCE = 8;

    List<Finding> findings() {
        var values = draws.get(0);
        var findings = new ArrayList<Finding>();
        findings.add(StructureCheck.finite(values));
        if (!findings.getFirst().passed()) return findings;
        addCounts(findings, values);
        if (zeros > 0 && zeros < rows) addPlaces(findings, values);
        var drawn = Part.nonzero(values);
        if (drawn.length > 0) for (var finding : new Sample(rest, drawn, draws.terms()).findings(columns))
            if (!finding.check().equals("finite")) findings.add(finding);
        findings.addAll(draws.streams(rest, Part::nonzero));
        return findings;
    }

    private void addCounts(List<Finding> findings, float[] values) {
        long missing = 0;
        long surplus = 0;
        for (int column = 0; column < columns; column++) {
            int count = 0;
            for (int row = 0; row < rows; row++) count += zero(values, row, column);
            if (count < zeros) missing++;
            surplus += Math.max(0, count - zeros);
        }
        findings.add(Finding.none("missing zeros", missing));
        // nine are five pairs at least, of n / 2
        double five = Math.pow((rows - zeros) * (double) columns * 0x1p-25, 5) / 120;
        findings.add(new Finding("surplus zeros", surplus, 0, BY_CHANCE, Math.min(1, five)));
    }

    /// Each is a mean over columns, which are independent, or one after the other given those before.
    private void addPlaces(List<Finding> findings, float[] values) {
        double share = (double) zeros / rows;
        double worst = 0;
        for (int row = 0; row < rows; row++) {
            long count = 0;
            for (int column = 0; column < columns; column++) count += zero(values, row, column);
            worst = Math.max(worst, Math.abs(count - columns * share) / Math.sqrt(columns));
        }
        // each row has its part of the alarms
        double most = Math.sqrt((draws.terms().bounds().x() + Math.log(rows)) / 2);
        findings.add(new Finding("zeros by row", worst, 0, most, 2 * draws.terms().bounds().oneSided()));
        double[] runs = new double[columns];
        double[] beside = new double[columns - 1];
        double[] later = new double[columns];
        var other = draws.count(2) == 2 ? draws.get(1) : null;
        for (int column = 0; column < columns; column++) for (int row = 0; row < rows; row++) {
            int here = zero(values, row, column);
            if (row > 0) runs[column] += here * zero(values, row - 1, column);
            if (column > 0) beside[column - 1] += here * zero(values, row, column - 1);
            if (other != null) later[column] += here * zero(other, row, column);
        }
        addMean(findings, "zeros in a run", runs, zeros * (zeros - 1.0) / rows,
            zeros - 1 - Math.max(0, 2 * zeros - rows - 1));
        // how many of as many places two masks can share, at most and at least
        int range = zeros - Math.max(0, 2 * zeros - rows);
        addMean(findings, "zeros side by side", beside, zeros * share, range);
        if (other != null) addMean(findings, "other seed's zeros", later, zeros * share, range);
    }

    private void addMean(List<Finding> findings, String check, double[] counts, double expected, double range) {
        if (counts.length == 0 || range == 0) return;
        double sum = Arrays.stream(counts).map(count -> count - expected).sum();
        double most = draws.terms().bounds().ofMean(range, 1);
        findings.add(new Finding(check, sum / Math.sqrt(counts.length), -most, most, 2 * draws.terms().bounds().oneSided()));
    }

    private int zero(float[] values, int row, int column) { return values[row * columns + column] == 0 ? 1 : 0; }
}
