package dev.lanewise.lab.seeds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lanewise.lab.Ran;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.Polynomial;
import dev.lanewise.random.Threefry;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeedsTest {

    private final long seed = new Random().nextLong();

    private static Setting setting(long seed) {
        return Ran.setting(new Seeds(), "--seed=" + seed);
    }

    /// The same seed gives the same errors, to the bit; another seed for the weights, or for the order, another one.
    @Test
    void seedsDecideWhatTheySayAndNothingElse() {
        var task = Polynomial.of(100, 20, 0.1, new Threefry(seed));
        var one = Seeds.outcome(task, 6, 2, setting(seed));
        var again = Seeds.outcome(task, 6, 2, setting(seed));
        assertArrayEquals(one.errorsByWeights(), again.errorsByWeights());
        assertArrayEquals(one.errorsByOrder(), again.errorsByOrder());
        assertEquals(6, Arrays.stream(one.errorsByWeights()).distinct().count(), "six seeds, six networks");
        assertEquals(6, Arrays.stream(one.errorsByOrder()).distinct().count());
        // PyTorch's weights for 420 and 29 don't depend on the seed of the rest, the order of the batches does
        var other = Seeds.outcome(task, 2, 2, setting(seed + 1));
        assertFalse(Arrays.equals(one.article(420), other.article(420)));
    }

    @Test
    void ranks() {
        var outcome = SeedsOutcome.of(new double[] {5, 1, 4, 2, 3}, new double[0], Map.of());
        assertEquals(1, outcome.rank(0.5));
        assertEquals(3, outcome.rank(2.5));
        assertEquals(6, outcome.rank(9));
    }
}
