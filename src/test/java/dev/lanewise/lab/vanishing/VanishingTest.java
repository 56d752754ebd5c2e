package dev.lanewise.lab.vanishing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Synthetic;
import dev.lanewise.lab.Ran;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import org.junit.jupiter.api.Test;

class VanishingTest {

    private static final int POINTS = 40;

    private static Dataset<Batch<int[]>> moons(long seed) { return Synthetic.twoMoons(POINTS, 0.15, new Threefry(seed)); }

    private static DeepMoons.Norms norms(int kind, int steps, long seed) {
        var model = DeepMoons.network(Vanishing.KINDS.get(kind).module(), Scheme.torchDefault()).initialize(seed);
        return DeepMoons.train(model, moons(seed), steps);
    }

    /// Whatever the weights, which start within ±1/√3: each step back multiplies a row's gradient by a matrix of norm √3 at most
    /// and by slopes of 1/4 at most, and the output's is at most 1/4 of a weight's length, 1.
    @Test
    void sigmoidsCannotPassMoreThanTheirSlopesAllow() {
        for (int i = 0; i < 20; i++) {
            long seed = Ran.seed();
            double longest = 0;
            for (int row = 0; row < POINTS; row++) {
                var point = moons(seed).batch(row).inputs();
                longest = Math.max(longest, Math.hypot(1, Math.hypot(point.get(0, 0), point.get(0, 1))));
            }
            double most = Math.pow(Math.sqrt(3) / 4, DeepMoons.LAYERS - 1) / 4 * longest;
            double first = norms(0, 0, seed).first()[0];
            assertTrue(first > 0 && first <= most, first + " of " + most + ", seed " + seed);
        }
    }

    @Test
    void leakyGradientsAreNeverZero() {
        for (int i = 0; i < 10; i++) {
            long seed = Ran.seed();
            var norms = norms(2, 20, seed);
            for (int layer = 0; layer <= DeepMoons.LAYERS; layer++)
                assertTrue(norms.first()[layer] > 0 && norms.last()[layer] > 0, "layer " + layer + ", seed " + seed);
        }
    }

    /// One step changes what the last look sees, none does not.
    @Test
    void theSecondLookComesAfterTheSteps() {
        long seed = Ran.seed();
        var none = norms(2, 0, seed);
        assertArrayEquals(none.first(), none.last());
        assertTrue(none.first()[DeepMoons.LAYERS] != norms(2, 1, seed).last()[DeepMoons.LAYERS], "seed " + seed);
    }

    /// σ_w² = 1/3: half of it passes a ReLU, (1 + 0.01²) / 2 a leaky one, at most 1/16 a sigmoid.
    @Test
    void theoryKnowsTheFactors() {
        assertEquals(Math.sqrt(1.0 / 6), Vanishing.factor(Vanishing.KINDS.get(1)), 1e-9);
        assertEquals(Math.sqrt(1.0001 / 6), Vanishing.factor(Vanishing.KINDS.get(2)), 1e-9);
        double sigmoid = Vanishing.factor(Vanishing.KINDS.getFirst());
        assertTrue(sigmoid < Math.sqrt(1.0 / 48) && sigmoid > 0.9 * Math.sqrt(1.0 / 48), "" + sigmoid);
    }
}
