package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Samples;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What vectors of every width make of a row of scores has the bits of the operations one after the other.
class AttentionPowersTest {

    private static final int KEYS = Attention.KEYS;

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void everyWidthGivesTheBitsOfTheOperations(@ForAll @IntRange(min = 1, max = 20) int rows, @ForAll @IntRange(max = 9) int gap,
                                               @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int apart = rows + gap;
        var scores = scores(random, rows * KEYS);
        var numbers = random.nextInt(4) == 0 ? Samples.wild(random, 3 * apart) : scores(random, 3 * apart);
        var powers = scores.clone();
        var sums = numbers.clone();
        AttentionForward.passes(rows, KEYS, powers, 0, KEYS, sums, 0, apart);
        for (var target : Samples.widths()) {
            if (target.isScalar()) continue;
            var x = scores.clone();
            var y = numbers.clone();
            Loops.attention(target.lanes(), null).run(rows, KEYS, x, 0, KEYS, y, 0, apart);
            for (int row = 0; row < rows; row++) {
                int sum = 2 * apart + row;
                // in a row with a NaN a result is NaN by its sum
                if (Float.isNaN(sums[sum])) assertTrue(Float.isNaN(y[sum]), target::toString);
                else {
                    assertEquals(sums[sum], y[sum], target::toString);
                    assertEquals(sums[apart + row], y[apart + row], target::toString);
                    for (int i = 0; i < KEYS; i++) assertEquals(powers[row * KEYS + i], x[row * KEYS + i], target::toString);
                }
                assertEquals(numbers[row], y[row], target::toString);
            }
        }
    }

    /// Numbers near each other or not, with some that aren't seen; all kinds here and there.
    private static float[] scores(SplittableRandom random, int n) {
        if (random.nextInt(5) == 0) return Samples.wild(random, n);
        float spread = random.nextBoolean() ? 1 : 80;
        boolean hides = random.nextBoolean();
        var x = new float[n];
        for (int i = 0; i < n; i++)
            x[i] = hides && random.nextInt(4) != 0 ? Float.NEGATIVE_INFINITY : spread * (float) random.nextGaussian();
        return x;
    }
}
