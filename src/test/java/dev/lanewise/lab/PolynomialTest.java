package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.Polynomial.Stack;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What `lab glorot` and `lab seeds` run.
class PolynomialTest {

    private static final double X = 32;

    private final long seed = new Random().nextLong();

    private static Setting setting(long seed) {
        var options = Options.parse(new Trial("lab seeds", new Seeds()), "--seed=" + seed);
        return new Setting("lab seeds", options, new PrintStream(new ByteArrayOutputStream()));
    }

    /// Bernstein's inequality for D = (y - 1/3)², which is at most M = (5/3 + 0.8)² where no noise exceeds eight deviations: the mean of
    /// n is within sqrt(2 M E[D] X / n) + M X / (3 n), but for a probability of 2 e^-32 and that of such a noise, together below
    /// 1e-10.
    @Test
    void theErrorOfTheMeanIsTheVarianceOfTheData() {
        int n = 20_000;
        var task = Polynomial.of(n, 10, 0.1, new Threefry(seed));
        assertEquals(n, task.train().size() + task.test().size());
        double sum = 0;
        for (var data : List.of(task.train(), task.test()))
            for (float y : data.batch(IntStream.range(0, data.size()).toArray()).targets().toArray())
                sum += (y - 1.0 / 3) * (y - 1.0 / 3);
        double most = Math.pow(5.0 / 3 + 0.8, 2);
        double band = Math.sqrt(2 * most * Polynomial.BLIND * X / n) + most * X / (3 * n);
        assertTrue(band < Polynomial.BLIND / 4, "half the curve would be noticed");
        assertEquals(Polynomial.BLIND, sum / n, band, "seed " + seed);
    }

    /// A sigmoid's slope is at most 1/4, and default weights of width n keep a third of a gradient's square: each of three layers
    /// leaves 0.144 of its size, in the limit of wide layers, and all three a 330th. A tenth of that is asserted.
    @Test
    void fourSigmoidsLoseTheGradientAndLearnNothing() {
        var task = Polynomial.of(400, 10, Glorot.RATE, new Threefry(seed));
        var stack = Stack.classic(32).get(1);
        var run = task.run("default", stack.model(Scheme.torchDefault()).initialize(seed), 2, 1, new Threefry(seed));
        assertTrue(GlorotPage.gradientRatio(run) < 10 * Math.pow(0.144, 3), GlorotPage.gradientRatio(run) + ", seed " + seed);
        assertTrue(run.last() > 0.5 * Polynomial.BLIND, run.last() + ", seed " + seed);
        assertEquals(2, run.trainErrors().length);
        assertEquals(1, run.watched().step().epoch());
    }

    @Test
    void everySchemeRunsInEveryStackAndSigmoidsGetTheFourfoldOne() {
        var setting = setting(seed);
        var outcomes = Glorot.outcomes(Polynomial.of(80, 10, Glorot.RATE, setting.source()), Stack.classic(4), 2, setting,
            setting::weights);
        assertEquals(List.of(6, 6, 5, 5), outcomes.stream().map(outcome -> outcome.runs().size()).toList());
        for (var outcome : outcomes) for (int i = 0; i < 5; i++)
            assertEquals(Glorot.SCHEMES.get(i).name(), outcome.runs().get(i).name());
        assertEquals(Glorot.FOURFOLD.name(), outcomes.get(0).runs().getLast().name());
        assertEquals(5, Polynomial.weights(outcomes.get(1).runs().getFirst().watched().weights()).size());
    }

    /// The same seed gives the same errors, to the bit; another seed for the weights, or for the order, another one.
    @Test
    void seedsDecideWhatTheySayAndNothingElse() {
        var task = Polynomial.of(100, 20, 0.1, new Threefry(seed));
        var one = Seeds.outcome(task, 6, 2, setting(seed));
        var again = Seeds.outcome(task, 6, 2, setting(seed));
        assertArrayEquals(one.weights(), again.weights());
        assertArrayEquals(one.order(), again.order());
        assertEquals(6, Arrays.stream(one.weights()).distinct().count(), "six seeds, six networks");
        assertEquals(6, Arrays.stream(one.order()).distinct().count());
        // PyTorch's weights for 420 and 29 don't depend on the seed of the rest, the order of the batches does
        var other = Seeds.outcome(task, 2, 2, setting(seed + 1));
        assertFalse(Arrays.equals(one.articles().getFirst().testErrors(), other.articles().getFirst().testErrors()));
    }

    @Test
    void quantilesAndRanks() {
        var errors = new double[] {5, 1, 4, 2, 3};
        assertEquals(1, Seeds.quantile(errors, 0));
        assertEquals(3, Seeds.quantile(errors, 0.5));
        assertEquals(5, Seeds.quantile(errors, 1));
        assertEquals(1, Seeds.rank(errors, 0.5));
        assertEquals(3, Seeds.rank(errors, 2.5));
        assertEquals(6, Seeds.rank(errors, 9));
    }
}
