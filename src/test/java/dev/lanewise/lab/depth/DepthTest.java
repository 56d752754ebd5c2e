package dev.lanewise.lab.depth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.diagnose.MeanField;
import dev.lanewise.lab.Ran;
import dev.lanewise.lab.depth.Depth.Kind;
import dev.lanewise.lab.depth.Depth.Start;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each statement about random numbers holds but with a probability below 2 e^-32 for each figure looked at: some 1e-11 in all.
class DepthTest {

    private static final double X = 32;
    /// Standard deviations of a normal law that are exceeded with probability 2 e^-X at most.
    private static final double DEVIATIONS = Math.sqrt(2 * X);

    private static DepthOutcome.Run run(Start start, int depth, int units, int rows, long seed) {
        return Depth.run(start, depth, Tensor.randn(new Threefry(seed).stream("inputs"), rows, units), new Threefry(seed));
    }

    private static List<Start> starts(Kind kind) { return Depth.STARTS.stream().filter(start -> start.kind() == kind).toList(); }

    /// For one input and normal weights the growths of the mean square from layer to layer are independent, each chi-square over
    /// its degrees of freedom; so is their mean, with as many times more. Bounds of Laurent and Massart, 2000.
    @Test
    void varianceOneGrowsByTheRootOfTheWidthAndOneOverTheWidthStays() {
        int units = 200;
        int depth = 15;
        double freedom = units * (depth - 1.0);
        for (int i : new int[] {0, 2}) {
            long seed = Ran.seed();
            var layers = run(Depth.STARTS.get(i), depth, units, 1, seed).layers();
            double mean = 0;
            for (int layer = 1; layer < depth; layer++)
                mean += layers.get(layer).square().measured() / layers.get(layer - 1).square().measured() / (depth - 1);
            double growth = mean / (i == 0 ? units : 1);
            double slack = 2 * Math.sqrt(X / freedom);
            assertTrue(growth >= 1 - slack && growth <= 1 + slack + 2 * X / freedom, Depth.STARTS.get(i) + ", seed"
                + " " + seed + ": " + growth);
        }
    }

    /// 20 times a layer: 20^29 is 5e37, 20^31 2e40, and float32 ends at 3.4e38. Before layer 29 the largest of 400 numbers would
    /// have to be 60 times the root mean square that is expected; after layer 31 all would have to be 60 times less.
    @Test
    void varianceOneIsNotANumberFromLayer29To31() {
        for (var start : starts(Kind.LINEAR).subList(0, 2)) {
            long seed = Ran.seed();
            int end = run(start, 33, 400, 4, seed).firstNaN();
            assertTrue(end >= 29 && end <= 31, start.name() + ", seed " + seed + ": " + end);
        }
        assertEquals(0, run(starts(Kind.LINEAR).get(2), 33, 50, 1, 1).firstNaN(), "scaled weights never leave");
    }

    /// Eight of the standard deviations that theory gives its band four of.
    @Test
    void everyStartIsWhereTheorySaysAtEveryDepth() {
        long seed = Ran.seed();
        for (var start : Depth.STARTS) for (var layer : run(start, 25, 300, 4, seed).layers()) {
            double expected = layer.square().predicted();
            double deviation = Math.log(layer.high() / expected) / 4;
            double off = Math.log(layer.square().measured() / expected) + deviation * deviation / 2;
            assertTrue(Math.abs(off) <= DEVIATIONS * deviation, start + ", layer " + layer.path() + ", seed " + seed
                + ": " + off);
        }
    }

    @Test
    void tanhWithGainFiveThirdsSettlesWhileItsGradientExplodes() {
        long seed = Ran.seed();
        int depth = 60;
        int units = 400;
        var run = run(starts(Kind.TANH).get(2), depth, units, 8, seed);
        var last = run.layers().getLast();
        double deviation = Math.log(last.high() / last.square().predicted()) / 4;
        // the standard deviation behind tanh moves less than the one before it
        assertEquals(0.6513, run.kind().behind(last.square().predicted()), 1e-4);
        assertEquals(0.6513, run.std()[depth - 1], 0.6513 * DEVIATIONS * deviation / 2, "seed " + seed);
        // a layer's share of the logarithm's variance is at most 5 / width: 3 E φ'⁴ / (E φ'²)² - 1 of tanh, rounded up
        double grown = Math.log(run.layers().getFirst().gradient().measured());
        double chi = new MeanField(Nonlinearity.TANH, 25.0 / 9, 0).chi();
        assertEquals(1.2098, chi, 1e-4);
        assertEquals(depth * Math.log(chi), grown, DEVIATIONS * Math.sqrt(5.0 * depth / units) + 1, "seed " + seed);
    }

    @Test
    void reluFadesWithXavierAndHoldsWithKaiming() {
        var result = Ran.result(new Depth(), "--depth", "30", "--units", "200", "--batch", "4", "--seed", "" + Ran.seed());
        var runs = ((DepthOutcome) result.outcome()).runs();
        for (int i = 8; i < 12; i++) {
            var std = runs.get(i).std();
            // of the logarithm of the standard deviation: half that of the square, whose variance is 5 / 200 a layer
            double slack = DEVIATIONS * Math.sqrt(5.0 * 30 / 200) / 2;
            double expected = i < 10 ? -29 * Math.log(2) / 2 : 0;
            assertEquals(expected, Math.log(std[29] / std[0]), slack, result.text());
        }
    }
}
