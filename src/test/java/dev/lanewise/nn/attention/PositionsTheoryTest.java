package dev.lanewise.nn.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What positions make of moments, beside sums over many units.
class PositionsTheoryTest {

    private static final int INPUTS = 4;
    private static final int TOKENS = 24;
    private static final int UNITS = 2000;
    /// Five standard deviations of the mean over tokens and units of squares of second moment 2, which are the same for all
    /// inputs.
    private static final double NEAR = 5 * 2 * Math.sqrt(2.0 / (TOKENS * UNITS));

    private static double product(Tensor x, int a, int s, int b, int t) {
        return x.select(0, a).select(0, s).mul(x.select(0, b).select(0, t)).mean().item();
    }

    private static void assertPredicted(Layer positions) {
        positions.initialize(3);
        var y = positions.call(Tensor.randn(new Threefry(1), INPUTS, TOKENS, UNITS));
        double square = 0, product = 0, within = 0, across = 0;
        int pairs = INPUTS * (INPUTS - 1);
        for (int a = 0; a < INPUTS; a++) for (int b = 0; b < INPUTS; b++) for (int s = 0; s < TOKENS; s++) for (int t = 0;
            t < TOKENS; t++) {
            double both = product(y, a, s, b, t);
            if (a == b && s == t) square += both / INPUTS / TOKENS;
            else if (a == b) within += both / INPUTS / TOKENS / (TOKENS - 1);
            else if (s == t) product += both / pairs / TOKENS;
            else across += both / pairs / TOKENS / (TOKENS - 1);
        }
        var passage = ((Propagating) positions).propagate(new Signal(1, 0, 0, 0, 0, 3, new Signal.Extent(UNITS, TOKENS, INPUTS)));
        var out = passage.out();
        assertEquals(square, out.square(), NEAR);
        assertEquals(product, out.product(), NEAR);
        assertEquals(within, out.within(), NEAR);
        assertEquals(across, out.across(), NEAR);
        assertEquals(1, passage.way(0).gradient());
        double fourth = y.square().square().mean().item() / (square * square);
        assertEquals(fourth, out.fourth(), 0.1);
    }

    @Test
    void learnedOnesAreTheSameForAllInputs() {
        assertPredicted(new LearnedPositions(TOKENS + 3, UNITS));
        assertPredicted(new LearnedPositions(TOKENS, UNITS, Initializers.uniform(-1, 1)));
    }

    @Test
    void sinesHaveInCommonWhatTheTableSays() { assertPredicted(new SinusoidalPositions(UNITS)); }

    /// Without a batch, what would be inputs are positions.
    @Test
    void withoutABatchNothingIsShared() {
        var in = new Signal(1, 0, 0, 3);
        var alone = List.of(Tensor.zeros(TOKENS, 8));
        var out = new LearnedPositions(8, 8).propagate(List.of(in), alone).out();
        assertEquals(2, out.square());
        assertEquals(0, out.product());
        assertEquals(Passage.UNKNOWN, new SinusoidalPositions(8).propagate(List.of(in), alone));
    }

    @Test
    void whatHasAMeanIsUnknown() {
        var in = new Signal(1, 0, 0, 0, 0.5, 3, new Signal.Extent(8, TOKENS, INPUTS));
        assertFalse(new SinusoidalPositions(8).propagate(in).out().isKnown());
        assertFalse(new LearnedPositions(8, 8, Initializers.ones()).propagate(in).out().isKnown());
        assertFalse(new LearnedPositions(8, 8).propagate(Signal.UNKNOWN).out().isKnown());
    }
}
