package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Values that should be independent draws from a law, rounded to floats.
///
/// Rounding is allowed for: a float may lie [#rounding] from what was drawn, so every statistic is taken where that is
/// most favourable.
final class Sample {

    private final Distribution law;
    private final float[] values;
    private final float[] sorted;
    private final double std;

    Sample(Distribution law, float[] values) {
        this.law = law;
        this.values = values;
        this.sorted = values.clone();
        this.std = Math.sqrt(law.variance());
        Arrays.sort(sorted);
    }

    /// How far a float of this size may lie from the number that was drawn: an ulp for its parameters and itself, and a
    /// uniform number's step.
    static double rounding(Distribution law, double size) {
        return Math.ulp((float) size) + 0x1p-22 * Math.sqrt(law.variance());
    }

    List<Finding> findings(int columns) {
        var findings = new ArrayList<Finding>();
        findings.add(Finding.none("finite", count(value -> !Float.isFinite(value))));
        if (!findings.getFirst().passed()) return findings;
        if (std == 0) {
            findings.add(Finding.none("constant", count(value -> value != (float) law.mean())));
            return findings;
        }
        findings.add(Finding.none("support", count(value -> value < (float) law.lower() || value > (float) law.upper())));
        if (!bounded(law) && law.varianceProxy() < Double.POSITIVE_INFINITY) findings.add(outliers());
        double rounding = rounding(law, Math.max(-sorted[0], last()));
        findings.add(new Finding("ends", Math.max(gap(law.cdf(last() + rounding)), gap(1 - law.cdf(sorted[0] - rounding))),
            0, TailBounds.X, 2 * TailBounds.ONE_SIDED));
        var pool = new MomentPool();
        pool.add(law, values);
        findings.addAll(pool.findings());
        findings.add(distribution("distribution"));
        findings.addAll(Signs.serial(law, values, columns));
        return findings;
    }

    /// The distribution function's largest distance; of one that may jump, too.
    Finding distribution(String check) {
        double distance = distance(rounding(law, Math.max(-sorted[0], last())));
        return new Finding(check, distance, 0, TailBounds.ofDistribution(values.length), 2 * TailBounds.ONE_SIDED);
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
        double most = Math.sqrt(2 * law.varianceProxy() / law.variance() * (TailBounds.X + Math.log(2.0 * values.length)));
        double farthest = Math.max(law.mean() - sorted[0], last() - law.mean()) / std;
        return new Finding("outliers", farthest, 0, most, TailBounds.ONE_SIDED);
    }

    /// Minus the logarithm of the probability that all values stay on one side of the outermost.
    private double gap(double inside) { return Math.max(0, -values.length * Math.log(inside)); }

    private double distance(double rounding) {
        int n = sorted.length;
        double distance = 0;
        for (int i = 0; i < n; i++) distance = Math.max(distance, Math.max(
            (i + 1.0) / n - law.cdf(sorted[i] + rounding), law.cdf(sorted[i] - rounding) - (double) i / n));
        return distance;
    }
}
