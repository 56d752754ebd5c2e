package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.expr.StandardNormal;
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
}
