package dev.lanewise.lab.text;

import dev.lanewise.nn.Module;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// Lets a network go on with a text.
///
/// @param length      how far it looks back
/// @param temperature what differences of logits are divided by: the less, the more likely is the likeliest
record Sampler(TextNetwork network, int length, double temperature) {

    /// What comes behind a beginning, one character drawn after the other.
    int[] continued(int[] beginning, int count, RandomSource source) {
        var tokens = Arrays.copyOf(beginning, beginning.length + count);
        var drawn = new float[count];
        source.uniform(drawn, 0, count);
        for (int i = 0; i < count; i++) {
            int end = beginning.length + i;
            var seen = Arrays.copyOfRange(tokens, Math.max(0, end - length), end);
            var next = Module.predict(() -> {
                var logits = network.call(seen, 1, seen.length);
                return logits.select(0, -1).div((float) temperature).softmax(-1);
            });
            tokens[end] = choose(next, drawn[i]);
        }
        return Arrays.copyOfRange(tokens, beginning.length, tokens.length);
    }

    private static int choose(Tensor chances, float drawn) {
        var p = chances.toArray();
        double below = 0;
        for (int i = 0; i < p.length; i++) {
            below += p[i];
            if (drawn < below) return i;
        }
        return p.length - 1;
    }
}
