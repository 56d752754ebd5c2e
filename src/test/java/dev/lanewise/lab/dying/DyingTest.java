package dev.lanewise.lab.dying;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Synthetic;
import dev.lanewise.lab.Ran;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.nn.Linear;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DyingTest {

    private static final double X = 32;
    private static final int UNITS = 4;

    private static DeepMoons.Norms biased(int kind, long seed) {
        return DeepMoons.train(Dying.biased(Dying.KINDS.get(kind), new Threefry(seed)), Synthetic.twoMoons(40, 0.15,
            new Threefry(seed)), 30);
    }

    /// Two inputs of at most 4 with weights within ±1/√2 can't lift a bias of -8 above 0.
    @Test
    void withABiasOfMinusEightReluHasNoGradientAndTheOthersDo() {
        for (int i = 0; i < 5; i++) {
            long seed = Ran.seed();
            var relu = biased(0, seed);
            for (var norms : new double[][] {relu.first(), relu.last()}) {
                assertArrayEquals(new double[DeepMoons.LAYERS], Arrays.copyOf(norms, DeepMoons.LAYERS), "seed " + seed);
                assertTrue(norms[DeepMoons.LAYERS] > 0, "the output's bias learns, seed " + seed);
            }
            for (int kind = 1; kind < Dying.KINDS.size(); kind++) {
                var norms = biased(kind, seed);
                for (int layer = 0; layer <= DeepMoons.LAYERS; layer++) assertTrue(norms.first()[layer] > 0
                    && norms.last()[layer] > 0,
                    Dying.KINDS.get(kind).name() + ", layer " + layer + ", seed " + seed);
            }
        }
    }

    private static Tensor points() { return Tensor.linspace(-1, 1, 21).reshape(21, 1); }

    /// Hoeffding, 1963: each share is within √(X / 2n) of its probability, but with probability 2 e^-X.
    @Test
    void asManyAreBornDeadAsTheorySays() {
        int networks = 4000;
        long seed = Ran.seed();
        var models = IntStream.range(0, networks).mapToObj(i -> Dying.network(UNITS).initialize(seed + i)).toList();
        double atOne = models.stream().filter(model -> Dying.isDead(model, Tensor.ones(1, 1))).count() / (double) networks;
        double everywhere = models.stream().filter(model -> Dying.isDead(model, points())).count() / (double) networks;
        double slack = Math.sqrt(X / (2 * networks));
        var born = Dying.born(UNITS);
        assertEquals(1 - Math.pow(1 - 1.0 / 16, 4), born[1], 1e-12);
        assertEquals(born[1], atOne, slack, "seed " + seed);
        assertTrue(everywhere >= born[0] - slack && everywhere <= atOne, born[0] + " ≤ " + everywhere + " ≤ " + atOne + ", seed"
            + " " + seed);
    }

    /// Not a bit changes but the output's bias, however long the steps.
    @Test
    void whoIsBornDeadStaysDead() {
        long seed = Ran.seed();
        var data = Dying.polynomial(20, new Threefry(seed));
        var batch = data.batch(IntStream.range(0, 20).toArray());
        int tried = 0;
        int dead = 0;
        // the probability that 3,000 networks, each dead with 0.05 at the least, have none among them is e^-150
        for (; dead < 3 && tried < 3000; tried++) {
            var model = Dying.network(UNITS).initialize(seed + tried);
            if (!Dying.isDead(model, batch.inputs())) continue;
            dead++;
            var before = model.stateDict();
            Dying.fit(model, batch.inputs(), batch.targets(), 0.03, 20);
            var after = model.stateDict();
            var output = model.children().entrySet().stream().filter(each -> each.getValue() instanceof Linear).reduce((_,
                last) -> last).orElseThrow();
            for (var name : before.keySet()) {
                boolean same = Arrays.equals(before.get(name).toArray(), after.get(name).toArray());
                // the layers behind the one that is off have biases of 0, where a ReLU's slope is 0, too
                assertEquals(!name.equals(output.getKey() + ".bias"), same, name + ", seed " + seed);
            }
            assertTrue(Dying.isDead(model, batch.inputs()), "seed " + seed);
        }
        assertTrue(dead == 3, dead + " of " + tried);
    }

    @Test
    void pageAndTableSayWhatHappened() {
        var result = Ran.result(new Dying(), "--networks", "20", "--steps", "20", "--points", "20", "--seed", "" + Ran.seed());
        assertTrue(result.conclusion().contains("are exactly zero") && result.conclusion().contains("none came"
            + " back"), result.conclusion());
        assertTrue(result.text().contains("rate 0.03") && result.page().html().contains("rate 0.001"), result.text());
        assertTrue(result.text().contains("above the bound") && result.conclusion()
            .contains("the sharpness of the loss allows rates of "), result.text());
        for (var column : new String[] {"best", "median", "worst"})
            assertTrue(result.page().html().contains(">" + column + "</th>"), "the chart's numbers: " + column);
    }
}
