package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Values that should be independent draws from a law, rounded to floats.
///
/// Rounding is allowed for: a value may lie [Terms#rounding] from what was drawn, so every statistic is taken where that is
/// most favourable.
final class Sample {

    private final Distribution law;
    private final Terms terms;
    private final float[] values;
    private final float[] sorted;
    private final double std;

    Sample(Distribution law, float[] values, Terms terms) {
        this.law = law;
        this.terms = terms;
        this.values = values;
        this.sorted = values.clone();
        this.std = Math.sqrt(law.variance());
        Arrays.sort(sorted);
    }

    List<Finding> findings(int columns) {
        var findings = new ArrayList<Finding>();
        findings.add(Finding.none("finite", count(value -> !Float.isFinite(value))));
        if (!findings.getFirst().passed()) return findings;
        if (std == 0) {
            findings.add(Finding.none("constant", count(value -> !terms.is(value, law.mean()))));
            return findings;
        }
        findings.add(Finding.none("support", count(value -> beyond(value))));
        if (!bounded(law) && law.varianceProxy() < Double.POSITIVE_INFINITY) findings.add(outliers());
        findings.add(new Finding("ends",
            Math.max(gap(law.cdf(last() + rounding(last()))), gap(1 - law.cdf(sorted[0] - rounding(sorted[0])))), 0,
            terms.bounds().x(), 2 * terms.bounds().oneSided()));
        var pool = new MomentPool(terms);
        pool.add(law, values);
        findings.addAll(pool.findings());
        findings.add(distribution("distribution"));
        findings.addAll(Signs.serial(law, values, columns, terms));
        return findings;
    }

    /// The distribution function's largest distance; of one that may jump, too.
    Finding distribution(String check) {
        return new Finding(check, distance(), 0, terms.bounds().ofDistribution(values.length), 2 * terms.bounds().oneSided());
    }

    private double rounding(double value) { return terms.rounding(std, value); }

    /// An end itself may be rounded to what lies beyond.
    private boolean beyond(float value) {
        return (value < (float) law.lower() && !terms.is(value, law.lower()))
            || (value > (float) law.upper() && !terms.is(value, law.upper()));
    }

    static boolean bounded(Distribution law) { return law.upper() - law.lower() < Double.POSITIVE_INFINITY; }

    private float last() { return sorted[sorted.length - 1]; }

    private interface Fault { boolean at(float value); }

    private long count(Fault fault) {
        long count = 0;
        for (float value : values) if (fault.at(value)) count++;
        return count;
    }

    /// 2n tails of exp(-t² / 2 proxy).
    private Finding outliers() {
        double most = Math.sqrt(2 * law.varianceProxy() / law.variance() * (terms.bounds().x() + Math.log(2.0 * values.length)));
        double farthest = Math.max(law.mean() - sorted[0], last() - law.mean()) / std;
        double rounding = Math.max(rounding(sorted[0]), rounding(last())) / std;
        return new Finding("outliers", farthest, 0, most + rounding, terms.bounds().oneSided());
    }

    /// Minus the logarithm of the probability that all values stay on one side of the outermost.
    private double gap(double inside) { return Math.max(0, -values.length * Math.log(inside)); }

    private double distance() {
        int n = sorted.length;
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double rounding = rounding(sorted[i]);
            distance = Math.max(distance, Math.max(
                (i + 1.0) / n - law.cdf(sorted[i] + rounding), law.cdf(sorted[i] - rounding) - (double) i / n));
        }
        return distance;
    }
}
