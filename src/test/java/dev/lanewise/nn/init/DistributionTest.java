package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.expr.StandardNormal;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.testing.NormalDistribution;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What laws say of themselves beyond what [Law] holds them to.
class DistributionTest {

    /// From tables, to all their digits.
    @ParameterizedTest
    @CsvSource({"0, 0.5", "1, 0.8413447460685429", "-1.96, 0.024997895148220435", "-3, 0.0013498980316300945",
        "-5, 2.8665157187919333e-7", "-8, 6.220960574271785e-16", "-10, 7.619853024160527e-24", "9, 1"})
    void theNormalLawIsRightFarOut(double z, double p) {
        assertEquals(p, StandardNormal.cdf(z), 2e-14 * p);
        assertEquals(p, new Distribution.Normal(3, 7).cdf(3 + 7 * z), 2e-14 * p);
    }

    @Property
    void theNormalLawIsAnotherSeriesToo(@ForAll @DoubleRange(min = -7, max = 7) double z) {
        assertEquals(NormalDistribution.below(z), StandardNormal.cdf(z), 2e-15);
    }

    @Test
    void boundsAndConstantsHaveTheirShare() {
        var uniform = new Distribution.Uniform(-1, 3);
        assertEquals(List.of(0.0, 0.0, 0.25, 1.0, 1.0),
            List.of(uniform.cdf(-2), uniform.cdf(-1), uniform.cdf(0), uniform.cdf(3), uniform.cdf(4)));
        var constant = new Distribution.Constant(2);
        assertEquals(List.of(0.0, 1.0, 1.0), List.of(constant.cdf(1.999), constant.cdf(2), constant.cdf(3)));
    }

    /// By summing over 4,000 slices of the law.
    @Property(tries = 60)
    void tailsAreNoHeavierThanTheProxySays(@ForAll @DoubleRange(min = -8, max = 8) double t) {
        for (var law : List.of(new Distribution.Uniform(-1, 1), new Distribution.Normal(0, 1), Truncated.ofVariance(1))) {
            double low = Math.max(law.lower(), -20);
            double step = (Math.min(law.upper(), 20) - low) / 4_000;
            double mean = 0;
            for (int i = 0; i < 4_000; i++)
                mean += Math.exp(t * (low + (i + 0.5) * step)) * (law.cdf(low + (i + 1) * step) - law.cdf(low + i * step));
            double most = Math.exp(t * t * law.varianceProxy() / 2);
            double got = mean;
            assertTrue(mean <= most * (1 + 1e-3), () -> law + " at " + t + ": " + got + " for " + most);
        }
    }

    /// Powers of a logarithm by parts: the integral of (log u)^k is u (log u)^k less k times that of one power less.
    @Property(tries = 100)
    void logarithmsHaveTheMomentsThatPartsGive(@ForAll @DoubleRange(min = 0.01, max = 1e3) double low,
                                                 @ForAll @DoubleRange(min = 1.5, max = 1e6) double times) {
        var law = new LogOfUniform(low, low * times);
        double[] powers = new double[5];
        // about the middle of the law, so that little is lost by differences
        double middle = Math.log(low * times) - 1;
        powers[0] = 1;
        for (int k = 1; k < powers.length; k++) powers[k] =
            (times * Math.pow(Math.log(low * times) - middle, k) - Math.pow(Math.log(low) - middle, k)) / (times - 1)
            - k * powers[k - 1];
        double off = powers[1];
        double variance = powers[2] - off * off;
        double third = powers[3] - 3 * off * powers[2] + 2 * Math.pow(off, 3);
        double fourth = powers[4] - 4 * off * powers[3] + 6 * off * off * powers[2] - 3 * Math.pow(off, 4);
        // differences of terms of some 1 lose what the narrowest law, of deviation 0.1, has less
        assertEquals(middle + off, law.mean(), 1e-12 * (1 + Math.abs(middle)));
        assertEquals(variance, law.variance(), 1e-12);
        assertEquals(third, law.skewness() * Math.pow(law.variance(), 1.5), 1e-11);
        assertEquals(fourth, law.kurtosis() * law.variance() * law.variance(), 1e-10);
        for (double u : new double[] {1, Math.sqrt(times), times}) assertEquals((u - 1) / (times - 1),
            law.cdf(Math.log(low * u)), 1e-12);
        var opposite = new Negated(law);
        assertEquals(-law.mean(), opposite.mean());
        assertEquals(1, opposite.cdf(-law.mean()) + law.cdf(law.mean()), 1e-15);
    }

    /// Of laws that lean to a side, too; by sums over the values of others.
    @Property(tries = 50)
    void mixturesOfLawsThatLeanHaveTheirMoments(@ForAll @DoubleRange(min = 0.1, max = 3) double factor) {
        float[] one = {1, 2, 7};
        float[] two = {(float) (-4 * factor), 0, (float) factor};
        var both = new float[6];
        System.arraycopy(one, 0, both, 0, 3);
        System.arraycopy(two, 0, both, 3, 3);
        var whole = new Empirical(both);
        var mixture = new Mixture(List.of(new Empirical(one), new Empirical(two)));
        assertEquals(whole.mean(), mixture.mean(), 1e-14);
        assertEquals(whole.variance(), mixture.variance(), 1e-12);
        assertEquals(whole.skewness(), mixture.skewness(), 1e-12);
        assertEquals(whole.kurtosis(), mixture.kurtosis(), 1e-12);
    }

    @Test
    void logarithmsThatAreNoneAreRefused() {
        for (double[] ends : new double[][] {{0, 1}, {-1, 2}, {2, 2}, {3, 2}, {1, Double.NaN}, {1, Double.POSITIVE_INFINITY},
            {1, 1e300}, {1, 1 + 1e-9}})
            Rejected.argument(() -> new LogOfUniform(ends[0], ends[1]), "log of uniform", "" + ends[1]);
    }

    /// At the ends of what a source gives, too.
    @Test
    void logarithmsStayBelowTheirEnd() {
        for (double high : new double[] {1.0000002, 1.5, 2, 783, 1e6, 3e38}) for (float uniform : new float[] {0, 1 - 0x1p-24f}) {
            var law = new LogOfUniform(1, high);
            var value = new float[1];
            law.sample(value, 0, 1, new Contract.Extreme(uniform));
            assertTrue(value[0] >= law.lower() && value[0] < law.upper(), value[0] + " of " + law);
        }
    }
}
