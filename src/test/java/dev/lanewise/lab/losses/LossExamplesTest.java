package dev.lanewise.lab.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/// The figures of `lab losses` against theory.
class LossExamplesTest {

    @Example
    void byHandAndByTheLossAreTheSame() {
        for (var pair : LossExamples.means()) assertEquals(pair.byHand(), pair.loss(), 1e-6 * pair.byHand(), pair.name());
    }

    /// Ignored lines don't enter the mean, and class weights divide by themselves.
    @Example
    void theMeansAreOfTheLinesThatCount() {
        var means = LossExamples.means();
        assertEquals(means.get(0).loss() / 8, means.get(1).loss(), 1e-6);
        // labels 0, 0, 0, 1, 1, 1, 2, 2 of weights 1, 2 and 5
        assertEquals(means.get(2).loss() / (3 * 1 + 3 * 2 + 2 * 5), means.get(3).loss(), 1e-6);
    }

    @Property(tries = 100)
    void crossEntropyIsEntropyAndDivergence(@ForAll @DoubleRange(min = 0.01, max = 0.99) double p,
                                            @ForAll @DoubleRange(min = 0.01, max = 0.99) double q) {
        double entropy = LossExamples.entropy(LossExamples.coin(p));
        double divergence = LossExamples.divergence(LossExamples.coin(p), LossExamples.coin(q));
        // float rounds p by 6e-8 of it, which moves cross-entropy by at most that times log(99)
        assertEquals(entropy, LossExamples.coinLoss(p, q) - divergence, 3e-6);
        assertTrue(divergence > -1e-6, "no code beats entropy");
    }

    @Example
    void aFairCoinIsOneBit() {
        assertEquals(1, LossTourPage.bits(0.5), 1e-15);
        assertEquals(0, LossTourPage.bits(0));
        assertEquals(0, LossTourPage.bits(1));
        assertEquals(LossTourPage.bits(0.2), LossTourPage.bits(0.8), 1e-15);
    }

    /// At any logit and either target: the value and the slope, to float's precision (or the least float).
    @Property(tries = 200)
    void theLossOnLogitsIsRightEverywhere(@ForAll @DoubleRange(min = -100, max = 100) double any, @ForAll boolean one) {
        double logit = (float) any;
        var extreme = LossExamples.extreme(logit, one ? 1 : 0);
        assertEquals(extreme.exact().value(), extreme.safe().value(), 1e-6 * extreme.exact().value() + 3e-45);
        assertEquals(extreme.exact().slope(), extreme.safe().slope(), 1e-6 * Math.abs(extreme.exact().slope()) + 3e-45);
    }

    @Example
    void theNaiveFormBreaks() {
        for (double logit : new double[] {20, 50, 100}) {
            var extreme = LossExamples.extreme(logit, 0);
            assertEquals(Double.POSITIVE_INFINITY, extreme.naive().value());
            assertTrue(Double.isNaN(extreme.naive().slope()));
            assertEquals(100, extreme.cut().value(), "the logarithm is cut at -100");
            assertEquals(logit, extreme.exact().value(), 1e-8);
        }
    }
}
