package dev.lanewise.nn.init;

import dev.lanewise.testing.TailBounds;
import java.util.Arrays;
import java.util.Optional;

/// Whether weights may have been drawn from a law.
///
/// Independent draws from the very law are refused with a probability of at most 1e-13: each bound holds for finite n,
/// and is passed with a probability of at most 2 e^-32 for the mean, the variance and the distribution function and
/// e^-32 for each end of a bounded law or for the tails of a normal one.
final class WeightCheck {

    private static final double X = 32;
    /// Two standard normal numbers in a hundred and a third are beyond.
    private static final double TAIL = 2.2737;
    private static final double BEYOND_TAIL = 0.0229;

    private final Law law;
    private final float[] sorted;
    private final Moments moments;

    private WeightCheck(Law law, float[] weights) {
        this.law = law;
        this.sorted = weights.clone();
        Arrays.sort(sorted);
        this.moments = new Moments(law);
        moments.add(weights);
    }

    /// What speaks against it, if anything does. NaNs always do.
    static Optional<String> complaint(Law law, float[] weights) {
        for (float weight : weights) if (!Float.isFinite(weight)) return Optional.of("a weight is " + weight);
        var check = new WeightCheck(law, weights);
        if (law.isConstant()) return refuse(check.sorted[0] == (float) law.mean() && check.last() == (float) law.mean(),
            "weights from " + check.sorted[0] + " to " + check.last() + " for " + law.mean());
        return check.support().or(check::ends).or(check.moments::complaint).or(check::distribution);
    }

    private float last() { return sorted[sorted.length - 1]; }

    private static Optional<String> refuse(boolean holds, String complaint) {
        return holds ? Optional.empty() : Optional.of(complaint);
    }

    /// From the float next to the lower bound, which may lie a rounding below it, to below the upper one. A float below
    /// the one next to the upper bound is below the bound itself, so no slack is needed there.
    private Optional<String> support() {
        return refuse(sorted[0] >= (float) law.lower() && last() < law.upper(),
            "weights from " + sorted[0] + " to " + last() + " leave " + law.lower() + " to " + law.upper());
    }

    /// Weights come close to a bound: they all keep a share of 1 - t of the range away with probability t^n. Some
    /// normal ones are far out.
    private Optional<String> ends() {
        if (!law.isBounded()) {
            double far = Math.max(-sorted[0], last()) / law.std();
            boolean few = sorted.length < X / -Math.log1p(-BEYOND_TAIL);
            return refuse(few || far > TAIL, "nothing beyond " + far + " standard deviations");
        }
        double range = law.upper() - law.lower();
        double gap = range * -Math.expm1(-X / sorted.length);
        // a float may lie half an ulp below what was drawn
        double slack = Math.ulp((float) range);
        return refuse(sorted[0] <= law.lower() + gap + slack && last() >= law.upper() - gap - slack,
            "weights from " + sorted[0] + " to " + last() + " keep away from " + law.lower() + " or " + law.upper());
    }

    /// Dvoretzky, Kiefer and Wolfowitz. Rounding to floats moves the distribution function by less than 1e-6.
    private Optional<String> distribution() {
        int n = sorted.length;
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double p = law.cdf().applyAsDouble(sorted[i]);
            distance = Math.max(distance, Math.max((i + 1.0) / n - p, p - (double) i / n));
        }
        return refuse(distance <= TailBounds.ofDistribution(n) + 1e-6,
            "the distribution function is off by " + distance + " with n = " + n);
    }

    /// Mean and mean square about the law's own mean, of any number of weights.
    static final class Moments {

        private final Law law;
        private long n;
        private double sum;
        private double squares;

        Moments(Law law) { this.law = law; }

        void add(float[] weights) {
            for (float weight : weights) {
                double standard = (weight - law.mean()) / law.std();
                sum += standard;
                squares += standard * standard;
            }
            n += weights.length;
        }

        Optional<String> complaint() {
            // the uniform law, too, is strictly sub-Gaussian: its mean's tails are no heavier than a normal one's
            if (!(Math.abs(sum / n) <= TailBounds.ofNormalMean(n)))
                return Optional.of("the mean is off by " + sum / n + " standard deviations with n = " + n);
            double ratio = squares / n;
            boolean holds = law.isBounded()
                // a uniform number's square is at most 3 variances, so within 2 of its expectation
                ? Math.abs(ratio - 1) <= TailBounds.ofMean(law.kurtosis() - 1, 2, n)
                : ratio >= TailBounds.leastNormalVariance(n) && ratio <= TailBounds.greatestNormalVariance(n);
            return refuse(holds, "the variance is " + ratio + " of the law's with n = " + n);
        }
    }
}
