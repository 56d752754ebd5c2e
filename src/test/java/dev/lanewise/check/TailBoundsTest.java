package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TailBoundsTest {

    /// Windows that were computed elsewhere, for as many values as stand first.
    @ParameterizedTest
    @CsvSource({"64, 0.159, 3.146, 1.288, 2.055, 1.000, 0.500", "1024, 0.687, 1.396, 0.245, 0.339, 0.250, 0.125",
        "16384, 0.9142, 1.0910, 0.0572, 0.0758, 0.0625, 0.0312", "1000000, 0.9887, 1.0114, 0.0072, 0.0094, 0.0080, 0.0040"})
    void boundsAreTheKnownOnes(long n, double least, double greatest, double uniform, double truncated, double mean,
        double distance) {
        assertEquals(least, TailBounds.USUAL.leastNormalVariance(n), 6e-4);
        assertEquals(greatest, TailBounds.USUAL.greatestNormalVariance(n), 6e-4);
        assertEquals(uniform, TailBounds.USUAL.ofMean(0.8, 2, n), 6e-4);
        assertEquals(truncated, TailBounds.USUAL.ofMean(1.36554, 4.1697, n), 6e-4);
        assertEquals(mean, TailBounds.USUAL.ofNormalMean(n), 6e-5);
        assertEquals(mean, TailBounds.USUAL.ofSigns(n), 6e-5);
        assertEquals(distance, TailBounds.USUAL.ofDistribution(n), 6e-5);
    }

    /// Against the binomial law itself: a share beyond has a probability of at most e^-32, and not of much less.
    @Property(tries = 200)
    void sharesBeyondAreAsRareAsTheyShouldBe(@ForAll @IntRange(min = 1, max = 3000) int n,
                                             @ForAll @DoubleRange(min = 1e-4, max = 0.9) @Scale(4) double p) {
        double least = TailBounds.USUAL.leastShare(p, n);
        double greatest = TailBounds.USUAL.greatestShare(p, n);
        assertTrue(0 <= least && least < p && p < greatest && greatest <= 1, () -> least + " < " + p + " < " + greatest);
        double below = 0;
        double above = 0;
        int first = (int) Math.ceil(least * n - 1e-9) - 1;
        int last = (int) Math.floor(greatest * n + 1e-9) + 1;
        for (int k = 0; k <= first; k++) below += probability(n, k, p);
        for (int k = last; k <= n; k++) above += probability(n, k, p);
        assertTrue(below <= TailBounds.USUAL.oneSided() && above <= TailBounds.USUAL.oneSided(), () -> least + ", " + greatest);
        // a step further in is no longer as rare as that: the bound isn't idle
        if (first >= 0) assertTrue(probability(n, first + 1, p) > 1e-22, () -> "least " + least);
        if (last <= n) assertTrue(probability(n, last - 1, p) > 1e-22, () -> "greatest " + greatest);
    }

    private static double probability(int n, int k, double p) {
        double log = k * Math.log(p) + (n - k) * Math.log1p(-p);
        for (int i = 1; i <= k; i++) log += Math.log((double) (n - k + i) / i);
        return Math.exp(log);
    }
}
