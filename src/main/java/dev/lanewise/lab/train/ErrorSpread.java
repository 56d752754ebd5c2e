package dev.lanewise.lab.train;

import dev.lanewise.figures.Statistics;
import dev.lanewise.report.Column;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;

/// How far the errors of many networks lie apart: the best, the worst, and three between them. One that is no number is the
/// worst.
public final class ErrorSpread {

    private static final double[] SHARES = {0, 0.1, 0.5, 0.9, 1};

    private ErrorSpread() {}

    public static List<Column> columns() {
        return List.of(Column.number("best"), Column.number("10 %"), Column.number("median"), Column.number("90 %"),
            Column.number("worst"));
    }

    public static List<String> cells(double[] errors, DoubleFunction<String> text) {
        return Arrays.stream(SHARES).mapToObj(share -> text.apply(quantile(errors, share))).toList();
    }

    public static double quantile(double[] errors, double share) {
        return Statistics.quantile(Arrays.stream(errors).map(error -> Double.isNaN(error) ? Double.POSITIVE_INFINITY : error)
            .toArray(), share);
    }
}
