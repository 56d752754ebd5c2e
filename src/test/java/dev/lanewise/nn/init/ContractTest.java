package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.MomentPool;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;

/// Every initializer that has a name keeps the contract: the list is the command line's own.
///
/// Seeds are random, and nothing is tuned to any. A run in which all initializers are right fails with a probability below
/// 1e-9. That is a sum: of what each [InitializerCheck][dev.lanewise.check.InitializerCheck] of a weight or a bias and each
/// [StreamCheck][dev.lanewise.check.StreamCheck] of a model says of itself, in TRIES / STATISTICS tries of each initializer, and
/// of what each pool says, once. The run prints the sum, and fails if it is more.
class ContractTest {

    private static final double FALSE_ALARM = 1e-9;
    private static final int TRIES = 40;
    /// Each initializer's statistics are taken in every fourth try: more would be more false alarms than the run may raise.
    private static final int STATISTICS = 4;
    /// Of 16,384 weights each: 16 million of every initializer in a run.
    private static final int STREAMS = 25;

    private final Map<String, MomentPool> pools = new LinkedHashMap<>();
    private double falseAlarm;
    private int turn;

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void everyInitializerKeepsIt(@ForAll("draws") Draw draw, @ForAll("seeds") long poolSeed) {
        turn++;
        for (var scheme : Scheme.ALL) {
            var candidate = new Candidate(scheme);
            boolean statistics = (turn + Scheme.ALL.indexOf(scheme)) % STATISTICS == 0;
            var judgement = statistics ? Contract.judge(candidate, draw) : Contract.judgeExactly(candidate, draw);
            assertEquals(Map.of(), judgement.broken(), scheme.name());
            falseAlarm += judgement.falseAlarm();
            if (!StructuredContract.covers(scheme) && !Law.ofWeight(scheme, draw.fan()).isConstant())
                Contract.pool(pools.computeIfAbsent(scheme.name(), _ -> new MomentPool()), candidate, poolSeed, STREAMS);
        }
    }

    /// The second level, and what the run may claim.
    @AfterProperty
    void allTriesTogetherKeepIt() {
        // the example has no tries
        if (turn == 0) return;
        pools.forEach((name, pool) -> {
            var judgement = Contract.judge(pool);
            assertEquals(Map.of(), judgement.broken(), name);
            falseAlarm += judgement.falseAlarm();
        });
        IO.println(String.format(Locale.ROOT, "%s: %d initializers; a right library fails with a probability of at most %.1e",
            ContractTest.class.getSimpleName(), Scheme.ALL.size(), falseAlarm));
        assertTrue(falseAlarm < FALSE_ALARM, () -> "a right library fails with a probability of up to " + falseAlarm);
    }

    @Example
    void anEmptySideIsNoError() {
        for (var scheme : Scheme.ALL) {
            var shape = Shape.of(1, 1);
            if (scheme.fits(Fan.linear(1, 1), shape)) assertEquals(
                scheme.weight().distribution(Fan.linear(1, 1), shape), scheme.weight().distribution(Fan.linear(0, 0), shape));
            var nothing = Tensor.zeros(0, 3);
            scheme.weight().fill(nothing, Fan.linear(3, 0), new Threefry(1));
        }
    }

    @Provide
    Arbitrary<Draw> draws() {
        var gains = Arbitraries.doubles().between(0.01, 100);
        return Combinators.combine(fans(), Arbitraries.integers().between(1, 150), Arbitraries.integers().between(1, 150), gains,
            Arbitraries.doubles().between(0, 3), gains, convolutions(), Arbitraries.longs()).as(Draw::new);
    }

    /// Fractions too: a convolution with a stride has a fractional average.
    private static Arbitrary<Fan> fans() {
        var side = Arbitraries.oneOf(Arbitraries.integers().between(1, 5000).map(Integer::doubleValue),
            Arbitraries.doubles().between(1, 5000));
        return Combinators.combine(side, side, side).as(Fan::new);
    }

    private static Arbitrary<Candidate.Conv> convolutions() {
        var small = Arbitraries.integers().between(1, 5);
        return Combinators.combine(small, small, small, small, small).as((in, out, kernel, stride, groups) ->
            new Candidate.Conv(false, in * groups, out * groups, kernel, stride, groups));
    }

    /// All alike and none twice: what is pooled must be independent.
    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs().withDistribution(RandomDistribution.uniform()).withoutEdgeCases();
    }
}
