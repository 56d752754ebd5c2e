package dev.lanewise.check;

import dev.lanewise.nn.init.HaarEntry;
import java.util.ArrayList;
import java.util.List;

/// Rows of one length, each in a direction of its own.
///
/// A sphere stays what it is when the sign of a coordinate is turned: so all signs are fair and independent, of one row's
/// elements, too, whose sizes aren't. Of each row one element is a draw of its own.
record DirectionsCheck(double length, int columns, Draws draws) {

    List<Finding> findings() {
        var values = draws.pooled();
        var law = new HaarEntry(columns, length);
        var findings = new ArrayList<Finding>();
        findings.add(StructureCheck.finite(values));
        if (!findings.getFirst().passed()) return findings;
        int rows = values.length / columns;
        var entries = new float[rows];
        double farthest = 0;
        for (int row = 0; row < rows; row++) {
            double square = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) square += (double) values[i] * values[i];
            double off = square / (length * length) - 1;
            if (Math.abs(off) > Math.abs(farthest)) farthest = off;
            entries[row] = values[row * columns + row % columns];
        }
        double rounding = rounding();
        findings.add(new Finding("row lengths", farthest, -rounding, rounding, 0));
        findings.add(new Sample(law, entries, draws.terms()).distribution("entries"));
        findings.addAll(Signs.serialSigns(law, values, columns, draws.terms()));
        findings.addAll(draws.streams(law, all -> all));
        return findings;
    }

    /// To each element in proportion to it, and where its type ends, a step.
    private double rounding() {
        double error = 0x1p-22 + (draws.terms().precision() == Precision.FLOAT32 ? 0
            : draws.terms().precision().step(1) + Math.sqrt(columns) * draws.terms().precision().step(0) / length);
        return 2 * error + error * error;
    }
}
