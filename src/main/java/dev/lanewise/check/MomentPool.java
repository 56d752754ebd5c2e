package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import java.util.ArrayList;
import java.util.List;

/// Mean, variance and tails of many arrays together: a million values show a variance that is wrong by 2 %, sixteen
/// million one by half a percent.
///
/// The arrays' laws may differ in place and scale, as those of different fans do, but not in form. Take each seed once:
/// values that are counted twice are no independent draws.
public final class MomentPool {

    /// The probability of a value beyond one of the two quantiles that tails begin at.
    private static final double TAIL = 0.00135;
    private static final double SAME = 1e-6;
    /// Deviations beyond which one of 10^18 normal numbers lies.
    private static final double BEYOND = 9;

    private final Terms terms;
    private Distribution first;
    private Distribution last;
    private double lowQuantile;
    private double highQuantile;
    private long n;
    private double sum;
    private double squares;
    private long beyond;
    /// Sums over the largest rounding errors of values, in standard deviations, and over their squares.
    private double rounding;
    private double squaredRounding;
    /// The largest at a tail's beginning.
    private double slack;

    /// An empty pool, with the usual odds of a false alarm.
    public MomentPool() { this(Terms.USUAL); }

    MomentPool(Terms terms) { this.terms = terms; }

    /// Adds values that should have been drawn from `law`.
    ///
    /// @throws IllegalArgumentException if the law is constant, or of another form than those before
    public void add(Distribution law, float[] values) {
        if (!law.equals(last)) take(law);
        double mean = law.mean();
        double std = Math.sqrt(law.variance());
        double scale = 1 / std;
        for (float value : values) {
            double standard = (value - mean) * scale;
            sum += standard;
            squares += standard * standard;
            if (value < lowQuantile || value > highQuantile) beyond++;
            double error = terms.rounding(std, value) * scale;
            rounding += error;
            squaredRounding += error * error;
        }
        n += values.length;
    }

    private void take(Distribution law) {
        if (law.variance() == 0) throw new IllegalArgumentException(
            "moment pool: " + law + " is constant, and has no moments to pool; compare its values instead");
        if (!Double.isFinite(law.mean()) || !(law.variance() < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "moment pool: " + law + " has mean " + law.mean() + " and variance " + law.variance()
                + "; only laws for which both are finite can be held to them");
        if (first == null) first = law;
        if (!(Math.abs(law.kurtosis() - first.kurtosis()) < SAME && sameEnd(law.lower(), law, first.lower())
            && sameEnd(law.upper(), law, first.upper()))) throw new IllegalArgumentException(
                "moment pool: " + law + " is of another form than " + first + "; pool each form by itself");
        last = law;
        lowQuantile = quantile(law, TAIL);
        highQuantile = quantile(law, 1 - TAIL);
        double std = Math.sqrt(law.variance());
        slack = Math.max(slack, Math.max(terms.rounding(std, lowQuantile), terms.rounding(std, highQuantile)) / std);
    }

    private boolean sameEnd(double end, Distribution law, double firstEnd) {
        double here = (end - law.mean()) / Math.sqrt(law.variance());
        double there = (firstEnd - first.mean()) / Math.sqrt(first.variance());
        return here == there || Math.abs(here - there) < SAME;
    }

    /// Where the distribution function reaches p.
    static double quantile(Distribution law, double p) {
        double reach = 50 * Math.sqrt(law.variance());
        double low = Math.max(law.lower(), law.mean() - reach);
        double high = Math.min(law.upper(), law.mean() + reach);
        for (int i = 0; i < 80; i++) {
            double middle = (low + high) / 2;
            if (law.cdf(middle) < p) low = middle;
            else high = middle;
        }
        return high;
    }

    /// What the arrays so far show together.
    ///
    /// @throws IllegalStateException if nothing was added
    public InitializerCheck.Report report() {
        if (n == 0) throw new IllegalStateException("moment pool: nothing to report on; add values first");
        return new InitializerCheck.Report("pool against laws like " + first, n, findings());
    }

    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        double proxy = first.varianceProxy() / first.variance();
        if (proxy < Double.POSITIVE_INFINITY) {
            double most = Math.sqrt(proxy) * terms.bounds().ofNormalMean(n) + rounding / n;
            findings.add(new Finding("mean", sum / n, -most, most, 2 * terms.bounds().oneSided()));
        }
        if (isNormal(first)) findings.add(variance(terms.bounds().leastNormalVariance(n),
            terms.bounds().greatestNormalVariance(n)));
        else if (Sample.bounded(first)) {
            double bound = terms.bounds().ofMean(first.kurtosis() - 1, reach(), n);
            findings.add(variance(1 - bound, 1 + bound));
        }
        double low = quantile(first, TAIL);
        double high = quantile(first, 1 - TAIL);
        double slack = this.slack * Math.sqrt(first.variance());
        findings.add(new Finding("tails", (double) beyond / n,
            terms.bounds().leastShare(Math.min(0.5, first.cdf(low - slack) + 1 - first.cdf(high + slack)), n),
            terms.bounds().greatestShare(Math.min(0.5, first.cdf(low + slack) + 1 - first.cdf(high - slack)), n),
            2 * terms.bounds().oneSided()));
        return findings;
    }

    /// Or cut off where a normal number never is.
    static boolean isNormal(Distribution law) {
        return law instanceof Distribution.Normal
            || law instanceof Distribution.TruncatedNormal(var location, var scale, var low, var high)
            && location - low > BEYOND * scale && high - location > BEYOND * scale;
    }

    /// The root mean square moves by that of the rounding errors at most.
    private Finding variance(double least, double greatest) {
        double rounding = Math.sqrt(squaredRounding / n);
        double low = Math.max(0, Math.sqrt(Math.max(0, least)) - rounding);
        double high = Math.sqrt(greatest) + rounding;
        return new Finding("variance", squares / n, low * low, high * high, 2 * terms.bounds().oneSided());
    }

    /// How far a bounded law's standardised square may lie from its expectation, 1.
    private double reach() {
        double farthest = Math.max(first.upper() - first.mean(), first.mean() - first.lower());
        return Math.max(1, farthest * farthest / first.variance() - 1);
    }
}
