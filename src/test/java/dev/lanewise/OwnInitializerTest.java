package dev.lanewise;

import dev.lanewise.check.InitializerCheck;
import dev.lanewise.nn.init.Distribution;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

class OwnInitializerTest {

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void drawsWhatItClaims(@ForAll @IntRange(min = 1, max = 1000) int in, @ForAll long seed) {
        InitializerCheck.Filler mine = (weights, key) -> {
            var random = new SplittableRandom(key);
            for (int i = 0; i < weights.length; i++) weights[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / in));
        };
        InitializerCheck.of(mine, new Distribution.Normal(0, Math.sqrt(2.0 / in)), 16_384, seed).orThrow();
    }
}
