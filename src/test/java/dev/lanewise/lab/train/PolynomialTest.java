package dev.lanewise.lab.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolynomialTest {

    private static final double X = 32;

    private final long seed = new Random().nextLong();

    /// Bernstein's inequality for D = (y - 1/3)², which is at most M = (5/3 + 0.8)² where no noise exceeds eight deviations: the
    /// mean of n is within sqrt(2 M E[D] X / n) + M X / (3 n), but for a probability of 2 e^-32 and that of such a noise,
    /// together below 1e-10.
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
}
