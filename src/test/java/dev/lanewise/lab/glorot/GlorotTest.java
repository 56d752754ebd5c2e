package dev.lanewise.lab.glorot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.Ran;
import dev.lanewise.lab.train.Polynomial;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GlorotTest {

    private final long seed = new Random().nextLong();

    /// A sigmoid's slope is at most 1/4, and default weights of width n keep a third of a gradient's square: each of three layers
    /// leaves 0.144 of its size, in the limit of wide layers, and all three a 330th. A tenth of that is asserted.
    @Test
    void fourSigmoidsLoseTheGradientAndLearnNothing() {
        var task = Polynomial.of(400, 10, Glorot.RATE, new Threefry(seed));
        var stack = Glorot.stacks(32).get(1);
        var run = task.run("default", stack.model(Scheme.torchDefault()).initialize(seed), 2, 1, new Threefry(seed));
        assertTrue(GlorotOutcome.gradientRatio(run) < 10 * Math.pow(0.144, 3),
            GlorotOutcome.gradientRatio(run) + ", seed " + seed);
        assertTrue(run.last() > 0.5 * Polynomial.BLIND, run.last() + ", seed " + seed);
        assertEquals(2, run.trainErrors().length);
        assertEquals(1, run.watched().step().epoch());
    }

    @Test
    void everySchemeRunsInEveryStackAndSigmoidsGetTheFourfoldOne() {
        var setting = Ran.setting(new Glorot(), "--seed=" + seed);
        var networks = Glorot.outcome(Polynomial.of(80, 10, Glorot.RATE, setting.source()), Glorot.stacks(4), 2, setting,
            setting::weights).networks();
        assertEquals(List.of(6, 6, 5, 5), networks.stream().map(network -> network.runs().size()).toList());
        for (var network : networks) for (int i = 0; i < 5; i++)
            assertEquals(Glorot.SCHEMES.get(i).name(), network.runs().get(i).name());
        assertEquals(Glorot.FOURFOLD.name(), networks.get(0).runs().getLast().name());
        assertEquals(5, Polynomial.weights(networks.get(1).runs().getFirst().watched().weights()).size());
    }
}
