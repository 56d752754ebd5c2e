package dev.lanewise.lab.seeds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lanewise.lab.Ran;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.Polynomial;
import dev.lanewise.random.Threefry;
import java.util.Arrays;
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
        assertArrayEquals(one.weights(), again.weights());
        assertArrayEquals(one.order(), again.order());
        assertEquals(6, Arrays.stream(one.weights()).distinct().count(), "six seeds, six networks");
        assertEquals(6, Arrays.stream(one.order()).distinct().count());
        // PyTorch's weights for 420 and 29 don't depend on the seed of the rest, the order of the batches does
        var other = Seeds.outcome(task, 2, 2, setting(seed + 1));
        assertFalse(Arrays.equals(one.articles().getFirst().testErrors(), other.articles().getFirst().testErrors()));
    }

    @Test
    void ranks() {
        var errors = new double[] {5, 1, 4, 2, 3};
        assertEquals(1, Seeds.rank(errors, 0.5));
        assertEquals(3, Seeds.rank(errors, 2.5));
        assertEquals(6, Seeds.rank(errors, 9));
    }
}
